// Two reports side by side: are they the same matter, and which one stays?
import { useEffect, useState } from "preact/hooks";
import { sentence } from "./api.js";
import { closeDialog, Dialog } from "./dialog.jsx";
import { Icon } from "./icons.jsx";
import { fetchTicket, opened } from "./ticket.js";
import { perform, stateLabel } from "./work.js";
import { label, many, me, metres, moment, number, t } from "./words.js";

const facts = [
    ["ui.category", d => d.ticket.category_label || t("ui.no_category")],
    ["ui.place", d => d.ticket.label || t("ui.no_place")],
    ["ui.state", d => stateLabel(d.ticket.state, d.ticket.reason)],
    ["ui.received", d => moment(d.ticket.created_at)],
    ["ui.from", d => d.messages[0]?.from?.name || d.messages[0]?.from?.address || t("ui.unknown")],
    ["ui.channel", d => label(me.value.channels, d.ticket.channel)],
    ["ui.says", d => d.messages[0]?.visible || d.ticket.title],
];

// Both, once they are known. Another of the same number is no pair.
function usePair(id, other) {
    const [pair, setPair] = useState({});
    useEffect(() => {
        const control = new AbortController();
        setPair({});
        if (!other || other === id)
            return undefined;
        const mine = opened.value?.ticket.id === id ? opened.value : fetchTicket(id, control.signal);
        Promise.all([mine, fetchTicket(other, control.signal)])
            .then(([a, b]) => setPair({ a, b }), error => setPair({ trouble: sentence(error) }));
        return () => control.abort();
    }, [id, other]);
    return pair;
}

function Compare({ a, b }) {
    return (
        <table class="compare">
            <caption class="hidden">{t("ui.merge_compare")}</caption>
            <thead>
                <tr><td /><th scope="col">#{a.ticket.id}</th><th scope="col">#{b.ticket.id}</th></tr>
            </thead>
            <tbody>
                {facts.map(([word, of]) => (
                    <tr key={word} class={of(a) === of(b) ? "same" : ""}>
                        <th scope="row">{t(word)}</th>
                        <td>{of(a)}</td>
                        <td>{of(b)}</td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

function join(ids, into) {
    closeDialog();
    perform(ids, { do: "merge", number: into }, t("ui.merged_into", { id: into }),
        () => ({ state: "duplicate", duplicate_of: into }));
}

export function Merge({ ids, other: first }) {
    if (ids.length > 1)
        return <MergeMany ids={ids} />;
    return <MergeTwo id={ids[0]} first={first} />;
}

function MergeMany({ ids }) {
    const oldest = Math.min(...ids);
    return (
        <Dialog title={t("ui.merge_title")} kind="small">
            <p>{t("ui.merge_all", { n: number(ids.length - 1), id: oldest })}</p>
            <p class="dialog-do">
                <button type="button" class="strong" autofocus onClick={() => join(ids.filter(id => id !== oldest), oldest)}>
                    {t("ui.merge")}
                </button>
                <button type="button" onClick={closeDialog}>{t("ui.cancel")}</button>
            </p>
        </Dialog>
    );
}

function MergeTwo({ id, first }) {
    const likes = opened.value?.ticket.id === id ? opened.value.likes : [];
    const [other, setOther] = useState(first ?? likes[0]?.id ?? 0);
    const { a, b, trouble } = usePair(id, other);
    const [older, newer] = id < other ? [id, other] : [other, id];
    return (
        <Dialog title={t("ui.merge_title")} kind="large">
            {likes.length > 0 && (
                <ul class="likes-pick">
                    {likes.map(like => (
                        <li key={like.id}>
                            <button type="button" aria-pressed={like.id === other} onClick={() => setOther(like.id)}>
                                #{like.id} {like.label || like.title}
                                <span class="quiet"> {metres(like.metres)}</span>
                            </button>
                        </li>
                    ))}
                </ul>
            )}
            <label class="inline">{t("ui.merge_number")}
                <input
                    class="field short" type="text" inputmode="numeric" value={other || ""}
                    onChange={e => setOther(Number(e.currentTarget.value.replace(/\D/g, "")) || 0)}
                />
            </label>
            {trouble && <p class="bad" role="alert">{trouble}</p>}
            {a && b && <Compare a={a} b={b} />}
            {a && b && (
                <>
                    <p class="quiet">{t("ui.merge_hint")}</p>
                    <p class="dialog-do">
                        <button type="button" class="strong" onClick={() => join([newer], older)}>
                            <Icon name="merge" />{t("ui.merge_keep", { id: older })}
                        </button>
                        <button type="button" onClick={() => join([older], newer)}>
                            {t("ui.merge_keep", { id: newer })}
                        </button>
                        <button type="button" onClick={closeDialog}>{t("ui.cancel")}</button>
                    </p>
                </>
            )}
            {!a && !trouble && <p class="quiet">{many("ui.merge_found", likes.length)}</p>}
        </Dialog>
    );
}
