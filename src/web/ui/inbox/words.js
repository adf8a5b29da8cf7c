// Who is here, and the words and dates of their language.
import { signal } from "@preact/signals";

// What GET /api/me said; null until it has.
export const me = signal(null);

// The text of a key, its {names} filled in. The words come from the server.
export function t(key, values) {
    const text = me.value?.words?.[key] ?? key;
    return values ? text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole) : text;
}

// One or many: the words of key_one or key_many.
export function many(key, n) {
    return t(`${key}_${n === 1 ? "one" : "many"}`, { n: number(n) });
}

const made = new Map();
function format(kind, options) {
    const language = me.value?.language ?? "en";
    const key = language + kind.name + JSON.stringify(options);
    if (!made.has(key))
        made.set(key, new kind(language, options));
    return made.get(key);
}

export function number(n) {
    return format(Intl.NumberFormat, {}).format(n);
}

// 10 m, 1.2 km
export function metres(m) {
    const far = m >= 1000;
    return format(Intl.NumberFormat, {
        style: "unit", unit: far ? "kilometer" : "meter", maximumFractionDigits: far ? 1 : 0,
    }).format(far ? m / 1000 : m);
}

export function bytes(n) {
    const steps = ["byte", "kilobyte", "megabyte"];
    let step = 0;
    while (n >= 1000 && step < 2) {
        n /= 1000;
        step++;
    }
    return format(Intl.NumberFormat, {
        style: "unit", unit: steps[step], maximumFractionDigits: n < 10 && step ? 1 : 0,
    }).format(n);
}

export function percent(share) {
    return format(Intl.NumberFormat, { style: "percent" }).format(share);
}

// The whole of it, for titles and for the trail.
export function moment(at) {
    return format(Intl.DateTimeFormat, { dateStyle: "medium", timeStyle: "short" }).format(at * 1000);
}

export function day(at) {
    return format(Intl.DateTimeFormat, { weekday: "short", day: "numeric", month: "short" }).format(at * 1000);
}

// How long ago, as short as it can be said: "5 min", "3 h", "2 d".
export function age(at, now = Date.now() / 1000) {
    const s = Math.max(0, now - at);
    const [unit, n] = s < 3600 ? ["minute", s / 60] : s < 86400 ? ["hour", s / 3600] :
        s < 60 * 86400 ? ["day", s / 86400] : ["month", s / (30.4 * 86400)];
    return format(Intl.NumberFormat, {
        style: "unit", unit, unitDisplay: "narrow", maximumFractionDigits: 0,
    }).format(Math.floor(n));
}

// "3 hours ago", for a screen reader.
export function ago(at, now = Date.now() / 1000) {
    const s = Math.max(0, now - at);
    const [unit, n] = s < 3600 ? ["minute", s / 60] : s < 86400 ? ["hour", s / 3600] : ["day", s / 86400];
    return format(Intl.RelativeTimeFormat, { numeric: "auto" }).format(-Math.floor(n), unit);
}

const ranks = ["reader", "clerk", "supervisor", "admin"];

export function may(role) {
    return ranks.indexOf(me.value?.role) >= ranks.indexOf(role);
}

// Without accents and capitals, for finding by typing.
export function plain(text) {
    return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

export function label(list, name) {
    return list?.find(one => one.name === name)?.label ?? name;
}
