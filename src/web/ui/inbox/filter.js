// The filters of the list: one table for the panel, the chips and the match.
import { computed } from "@preact/signals";
import { go, query } from "./route.js";
import { me, t } from "./words.js";

const named = list => (list ?? []).map(one => ({ value: one.name, label: one.label }));
const plainly = list => (list ?? []).map(one => ({ value: one, label: one }));

export const ACTIVE = ["new", "open", "waiting"];

export const filters = [
    {
        key: "state", word: "ui.state", none: "ui.state_active",
        options: () => [...named(me.value.states), { value: "any", label: t("ui.state_any") }],
        fits: (row, v) => v === "any" || row.state === v,
    },
    {
        key: "category", word: "ui.category", options: () => named(me.value.categories),
        fits: (row, v) => row.category === v,
    },
    { key: "area", word: "ui.area", options: () => plainly(me.value.areas) },
    {
        key: "department", word: "ui.department", options: () => plainly(me.value.departments),
        fits: (row, v) => row.department === v,
    },
    {
        key: "assignee", word: "ui.assignee",
        options: () => [
            { value: "me", label: t("ui.assignee_me") },
            { value: "-", label: t("ui.nobody") },
            ...plainly(me.value.people),
        ],
        fits: (row, v) => row.assignee === (v === "-" ? "" : v === "me" ? me.value.user : v),
    },
    {
        key: "channel", word: "ui.channel", options: () => named(me.value.channels),
        fits: (row, v) => row.channel === v,
    },
    {
        key: "needs", word: "ui.needs",
        options: () => [
            { value: "place", label: t("ui.needs_place") },
            { value: "category", label: t("ui.needs_category") },
        ],
        fits: (row, v) => (v === "place" ? row.lat == null : !row.category),
    },
    {
        key: "age", word: "ui.age",
        options: () => ["1d", "7d", "30d"].map(value => ({ value, label: t(`ui.age_${value}`) })),
    },
    {
        key: "urgent", word: "ui.urgent", options: () => [{ value: "1", label: t("ui.urgent_only") }],
        fits: row => row.urgent,
    },
    {
        key: "snoozed", word: "ui.snoozed",
        options: () => [{ value: "1", label: t("ui.snoozed_only") }],
    },
    {
        key: "order", word: "ui.order", none: "ui.order_urgent",
        options: () => ["oldest", "changed"].map(value => ({ value, label: t(`ui.order_${value}`) })),
    },
];

const KEYS = [...filters.map(one => one.key), "since", "done", "q", "bbox"];

// Only what the list knows, always in the same order: two addresses of the
// same view are the same text.
export function canonical(text) {
    const given = new URLSearchParams(text);
    const kept = new URLSearchParams();
    for (const key of KEYS) {
        if (given.get(key))
            kept.set(key, given.get(key));
    }
    return kept.toString();
}

export const listQuery = computed(() => canonical(query.value));
export const filter = computed(() => Object.fromEntries(new URLSearchParams(listQuery.value)));

export function setFilter(key, value) {
    const next = new URLSearchParams(listQuery.value);
    if (value)
        next.set(key, value);
    else
        next.delete(key);
    go({ query: canonical(next.toString()), ticket: null });
}

export function showQuery(text) {
    go({ query: canonical(text), ticket: null });
}

// Does a row that was changed here still belong to the list? Where only the
// server can tell, it stays until the server is asked.
export function matches(row) {
    const f = filter.value;
    if (!f.state && !ACTIVE.includes(row.state))
        return false;
    if (!f.snoozed !== !(row.snoozed_until > Date.now() / 1000))
        return false;
    return filters.every(({ key, fits }) => !f[key] || !fits || fits(row, f[key]));
}
