// Above the list: how many there are, and what they are narrowed by.
import { useState } from "preact/hooks";
import { filter, filters, listQuery, setFilter, showQuery } from "./filter.js";
import { Icon } from "./icons.jsx";
import { SaveView } from "./views.jsx";
import { show } from "./dialog.jsx";
import { me, t } from "./words.js";

const quick = ["", "new", "waiting", "done", "any"];

function Quick() {
    const now = filter.value.state ?? "";
    const name = value => (value === "" ? t("ui.state_active") : value === "any" ? t("ui.state_any") :
        me.value.states.find(one => one.name === value)?.short ?? t(`ui.tab_${value}`));
    return (
        <div class="quick" role="group" aria-label={t("ui.state")}>
            {quick.map(value => (
                <button
                    key={value} type="button" aria-pressed={now === value}
                    onClick={() => setFilter("state", value)}
                >
                    {name(value)}
                </button>
            ))}
        </div>
    );
}

function Panel() {
    const f = filter.value;
    return (
        <div class="filter-panel" id="filter-panel">
            {filters.map(({ key, word, none, options }) => {
                const list = options();
                return list.length > 0 && (
                    <label key={key}>
                        {t(word)}
                        <select class="field" value={f[key] ?? ""} onChange={e => setFilter(key, e.currentTarget.value)}>
                            <option value="">{t(none ?? "ui.any")}</option>
                            {list.map(({ value, label }) => <option key={value} value={value}>{label}</option>)}
                        </select>
                    </label>
                );
            })}
        </div>
    );
}

// What the list is narrowed by, each to be taken off.
function Chips() {
    const f = filter.value;
    const chips = [];
    for (const { key, word, options } of filters) {
        if (f[key] && key !== "state")
            chips.push({ key, text: `${t(word)}: ${options().find(o => o.value === f[key])?.label ?? f[key]}` });
    }
    if (f.state && !quick.includes(f.state))
        chips.unshift({ key: "state", text: me.value.states.find(s => s.name === f.state)?.label ?? f.state });
    if (f.q)
        chips.push({ key: "q", text: `“${f.q}”` });
    if (f.bbox)
        chips.push({ key: "bbox", text: t("ui.bbox") });
    if (chips.length === 0)
        return null;
    return (
        <div class="chips">
            {chips.map(({ key, text }) => (
                <button key={key} type="button" class="chip off" onClick={() => setFilter(key, "")} aria-label={t("ui.take_off", { what: text })}>
                    {text}<Icon name="close" size={12} />
                </button>
            ))}
            <button type="button" class="link" onClick={() => show(SaveView, { query: listQuery.value })}>
                {t("ui.view_save")}
            </button>
            <button type="button" class="link" onClick={() => showQuery("")}>{t("ui.filter_none")}</button>
        </div>
    );
}

export function FilterBar() {
    const [open, setOpen] = useState(false);
    return (
        <div class="filterbar">
            <div class="filter-line">
                <Quick />
                <button
                    type="button" class="plain square" data-filters aria-expanded={open} aria-controls="filter-panel"
                    aria-label={t("ui.filters")} title={t("ui.filters")} onClick={() => setOpen(!open)}
                >
                    <Icon name="filter" />
                </button>
            </div>
            {open && <Panel />}
            <Chips />
        </div>
    );
}
