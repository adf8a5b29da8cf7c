// Reports that may be about the same thing, to be looked at side by side.
import { show } from "./dialog.jsx";
import { Icon } from "./icons.jsx";
import { Merge } from "./merge.jsx";
import { opened, ticket } from "./ticket.js";
import { ago, many, may, metres, percent, t } from "./words.js";

export function Likes() {
    const { likes } = opened.value;
    if (!likes?.length)
        return null;
    return (
        <section class="card likes" aria-label={t("ui.likes")}>
            <h3><Icon name="copies" size={16} /> {many("ui.likes", likes.length)}</h3>
            <ul>
                {likes.map(like => (
                    <li key={like.id}>
                        <span class="likes-what">
                            <b>#{like.id}</b> {like.title}
                            <span class="quiet">
                                {" "}{like.label} · {metres(like.metres)} · {ago(like.created_at)} · {t("ui.likeness", { n: percent(like.score) })}
                            </span>
                        </span>
                        <button
                            type="button" class="small" disabled={!may("clerk")} aria-label={t("ui.compare_with", { id: like.id })}
                            onClick={() => show(Merge, { ids: [ticket.value.id], other: like.id })}
                        >
                            {t("ui.compare")}
                        </button>
                    </li>
                ))}
            </ul>
        </section>
    );
}
