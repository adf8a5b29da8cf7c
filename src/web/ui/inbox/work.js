// What a clerk does to reports: each asks what it has to, then acts.
import { signal } from "@preact/signals";
import { act } from "./act.js";
import { choose } from "./choose.jsx";
import { confirm, show } from "./dialog.jsx";
import { Merge } from "./merge.jsx";
import { clearPicks, picks } from "./picks.js";
import { go, openId } from "./route.js";
import { cursorId, rowOf } from "./rows.js";
import { size, stacked } from "./prefs.js";
import { Snooze } from "./snooze.jsx";
import { opened, ticket } from "./ticket.js";
import { label, many, may, me, number, t } from "./words.js";

export const composing = signal(null); // "reply", "note"
export const placing = signal(null); // {id, query}: the place is being corrected
export const remembering = signal(null); // what a correction could teach

export function targets() {
    if (picks.value.size > 0)
        return [...picks.value];
    const id = openId.value ?? cursorId.value;
    return id ? [id] : [];
}

export const canWork = () => may("clerk") && targets().length > 0;
export const canWorkOne = () => may("clerk") && picks.value.size === 0 && targets().length === 1;

export const rowNow = id => (ticket.value?.id === id ? ticket.value : rowOf(id));

// More than one: how many is said before it is done.
export async function perform(ids, body, what, change) {
    if (ids.length > 1 && !(await confirm({
        title: what, text: many("ui.confirm_n", ids.length), yes: t("ui.do_it", { n: number(ids.length) }),
    })))
        return null;
    const said = ids.length === 1 ? t("ui.did_one", { id: ids[0], what }) :
        t("ui.did_many", { n: number(ids.length), what });
    const got = await act(body, ids, { change, said });
    if (got && ids.length > 1)
        clearPicks();
    return got;
}

export function stateOptions(names) {
    const options = [];
    for (const { name, label: text } of me.value.states) {
        if (name === "duplicate" || (names && !names.includes(name)))
            continue;
        const reasons = me.value.reasons[name] ?? [];
        if (reasons.length === 0)
            options.push({ value: name, reason: "", label: text, icon: "forward" });
        for (const reason of reasons) {
            options.push({
                value: name, reason: reason.name, label: reason.label, group: text, also: text,
                icon: name === "done" ? "check" : "out",
            });
        }
    }
    return options;
}

export function stateLabel(state, reason) {
    const name = label(me.value.states, state);
    return reason ? `${name}: ${label(me.value.reasons[state], reason)}` : name;
}

function pickState(title, names) {
    const ids = targets();
    choose({
        title, options: stateOptions(names),
        onPick: ({ value, reason }) => perform(ids, { do: "state", value, reason },
            stateLabel(value, reason), () => ({ state: value, reason })),
    });
}

export const changeState = () => pickState(t("ui.state_title"));
export const close = () => pickState(t("ui.done_title"), ["done", "not-ours"]);

export function assign() {
    const ids = targets();
    const people = [
        { value: me.value.user, label: t("ui.assign_me", { name: me.value.user }), icon: "person" },
        { value: "", label: t("ui.nobody"), icon: "close" },
        ...me.value.people.filter(one => one !== me.value.user)
            .map(value => ({ value, label: value, icon: "person" })),
    ].map(one => ({ ...one, group: t("ui.people"), do: "assign" }));
    choose({
        title: t("ui.assign_title"),
        options: [...people, ...departmentOptions()],
        onPick: ({ do: kind, value }) => perform(ids, { do: kind, value },
            value || t("ui.nobody"), () => ({ [kind === "assign" ? "assignee" : "department"]: value })),
    });
}

function departmentOptions() {
    return me.value.departments.map(value => (
        { value, label: value, icon: "people", group: t("ui.departments"), do: "department" }));
}

export function department() {
    const ids = targets();
    choose({
        title: t("ui.department_title"),
        options: [...departmentOptions().map(one => ({ ...one, group: undefined })),
            { value: "", label: t("ui.no_department"), icon: "close" }],
        free: typed => ({ value: typed, label: t("ui.department_new", { name: typed }), icon: "plus" }),
        onPick: ({ value }) => perform(ids, { do: "department", value },
            value || t("ui.no_department"), () => ({ department: value })),
    });
}

export function category(words = "") {
    const ids = targets();
    const options = me.value.categories.map(({ name, label: text }) => (
        { value: name, label: text, icon: name }));
    choose({
        title: t("ui.category_title"), options,
        onPick: async ({ value, label: text }) => {
            const got = await perform(ids, { do: "category", value }, text,
                () => ({ category: value, category_label: text }));
            if (got && ids.length === 1 && may("supervisor"))
                remembering.value = { kind: "words", id: ids[0], category: value, label: text, words };
        },
    });
}

export function place(typed = "") {
    const id = targets()[0];
    if (openId.value !== id)
        go({ ticket: id });
    placing.value = { id, typed };
    if (size.value !== "desk")
        go({ ticket: id, map: true });
}

export function endPlace() {
    placing.value = null;
}

// The n-th candidate for the place, as the keys 1 to 3 choose it.
export function pickCandidate(message, candidate) {
    const id = ticket.value.id;
    return perform([id], { do: "place", candidate: { message: message.id, n: candidate.n } },
        candidate.label, () => ({
            label: candidate.label, lat: candidate.lat, lon: candidate.lon,
            decision: "accept", uncertainty_m: candidate.uncertainty_m,
        }));
}

// Candidates with a point, of the first message that has some.
export function candidates() {
    const message = opened.value?.messages.find(one => one.candidates.some(c => c.lat != null));
    if (!message)
        return { message: null, list: [] };
    return { message, list: message.candidates.filter(c => c.lat != null) };
}

export function pickNumbered(index) {
    const { message, list } = candidates();
    if (list[index])
        pickCandidate(message, list[index]);
}

// To another body, which is asked afterwards what became of it.
export const canPass = () => me.value.neighbours.length > 0;

export function pass() {
    const ids = targets();
    choose({
        title: t("ui.pass_title"),
        options: me.value.neighbours.map(({ name, label: text }) => ({ value: name, label: text, icon: "out" })),
        onPick: ({ value, label: text }) => perform(ids, { do: "pass", value },
            t("ui.passed_to", { name: text }), () => ({ state: "waiting" })),
    });
}

export const snooze = () => show(Snooze, { ids: targets() });

export function urgent() {
    const ids = targets();
    const yes = !ids.every(id => rowNow(id)?.urgent);
    perform(ids, { do: "urgent", value: yes ? "yes" : "no" },
        t(yes ? "ui.urgent_on" : "ui.urgent_off"), () => ({ urgent: yes }));
}

export function write(kind) {
    const id = targets()[0];
    if (openId.value !== id)
        go({ ticket: id }, { replace: !stacked() });
    composing.value = kind;
}

export const merge = () => show(Merge, { ids: targets() });
