// A report as a row of the list: what, where, the first words, who has it.
import { doorIcon, Icon } from "./icons.jsx";
import { age, ago, label, me, number, t } from "./words.js";

export const initials = name => name.split(/\s+/).map(word => word[0]).join("").slice(0, 2).toUpperCase();

// What the row shows by signs alone, in words for a screen reader.
function spoken(row) {
    return [
        (row.state === "new" || row.state === "open") && label(me.value.states, row.state),
        row.decision !== "accept" && row.label && t(`sure.${row.decision}`),
        row.assignee && t("ui.has_it", { name: row.assignee }),
        row.photo && t("ui.photo"),
        row.duplicates > 0 && t("ui.duplicates_n", { n: number(row.duplicates) }),
        label(me.value.channels, row.channel),
        t("ui.number", { id: row.id }),
    ].filter(Boolean).map(part => `, ${part}`).join("");
}

function Tags({ row }) {
    return (
        <span class="row-tags">
            {row.unread && <Icon name="eye" size={14} />}
            {row.photo && <Icon name="photo" size={14} />}
            {row.duplicates > 0 && <span class="tag-n" aria-hidden="true"><Icon name="copies" size={14} />{row.duplicates}</span>}
            <Icon name={doorIcon(row.channel)} size={14} />
            {row.snoozed_until > Date.now() / 1000 && <Icon name="clock" size={14} />}
            {row.state !== "new" && row.state !== "open" && (
                <span class={`chip state-${row.state}`}>{t(`ui.tab_${row.state}`)}</span>
            )}
            {row.assignee && <span class="avatar" aria-hidden="true" data-n={row.assignee.length % 5}>{initials(row.assignee)}</span>}
        </span>
    );
}

export function Row({ row, index, top, count, active, picked, open, onOpen, onPick }) {
    if (!row) {
        return (
            <div class="row row-empty" style={{ transform: `translateY(${top}px)` }} aria-hidden="true">
                <span class="row-mark" /><span class="bone" /><span class="bone long" />
            </div>
        );
    }
    const unsure = row.decision !== "accept";
    const classes = ["row", active && "active", open && "open", picked && "picked", row.urgent && "urgent",
        `is-${row.state}`].filter(Boolean).join(" ");
    return (
        <div
            id={`row-${row.id}`} role="option" class={classes} aria-selected={picked}
            aria-posinset={index + 1} aria-setsize={count}
            style={{ transform: `translateY(${top}px)` }} onClick={event => onOpen(event, index)}
        >
            <span class="row-mark" onClick={event => onPick(event, index)}>
                <Icon name={row.category || "none"} />
                <span class="row-box"><Icon name="check" size={14} /></span>
            </span>
            <span class="row-line">
                <span class="row-top">
                    {row.urgent && <span class="hidden">{t("ui.urgent")}: </span>}
                    <span class="row-what">{row.category_label || <em class="warn">{t("ui.no_category")}</em>}</span>
                    <span class={`row-where ${row.label ? unsure && "unsure" : "none"}`}>
                        {row.label || <em class="warn">{t("ui.no_place")}</em>}
                    </span>
                </span>
                <span class="row-age">
                    <span aria-hidden="true">{age(row.created_at)}</span>
                    <span class="hidden">, {ago(row.created_at)}</span>
                </span>
            </span>
            <span class="row-line">
                <span class="row-text">{row.title}</span>
                <Tags row={row} />
            </span>
            <span class="hidden">{spoken(row)}</span>
        </div>
    );
}
