// Doing things: shown at once, then asked of the server, and taken back.
import { signal } from "@preact/signals";
import { post, sentence } from "./api.js";
import { go, openId } from "./route.js";
import { cursor, indexOf, patch, putBack, refreshSoon, rowAt, rowOf } from "./rows.js";
import { say, toast } from "./say.js";
import { loadAgain, forget, patchOpen, ticket } from "./ticket.js";
import { stacked } from "./prefs.js";
import { t } from "./words.js";

const AT_ONCE = 1000;
const UNDO_KEPT = 50;

const done = []; // what z takes back, the last at the end
export const own = new Set(); // events of ours: live.js need not tell us

// {body, ids, options, row: as it is now}: somebody else was quicker.
export const conflict = signal(null);

// The revision that the person saw, where there is one ticket.
function revisionOf(ids) {
    if (ids.length !== 1)
        return undefined;
    if (ticket.value?.id === ids[0])
        return ticket.value.revision;
    return rowOf(ids[0])?.revision;
}

function paint(ids, change) {
    const before = [];
    for (const id of ids) {
        const row = rowOf(id) ?? (ticket.value?.id === id ? ticket.value : null);
        if (!row || !change)
            continue;
        before.push({ index: indexOf(id), row });
        const next = { ...row, ...change(row) };
        patchOpen(next);
        if (!patch(next) && openId.value === id)
            advance();
    }
    return before;
}

// What was open has left the list: on to the next.
function advance() {
    const next = stacked() ? null : rowAt(cursor.value)?.id ?? null;
    go({ ticket: next }, { replace: true });
}

function unpaint(before, wasOpen) {
    for (const { index, row } of before.reverse()) {
        if (index >= 0)
            putBack(index, row);
        patchOpen(row);
    }
    if (wasOpen && openId.value !== wasOpen)
        go({ ticket: wasOpen }, { replace: true });
}

async function send(body, ids, revision) {
    const all = { events: [], tickets: [], made: null };
    for (let i = 0; i < ids.length; i += AT_ONCE) {
        const some = ids.slice(i, i + AT_ONCE);
        const got = await post("/api/act", { ...body, tickets: some, revision });
        all.events.push(...got.events);
        all.tickets.push(...got.tickets);
        all.made ||= got.made;
    }
    return all;
}

/*
 * body as POST /api/act has it, without tickets. options: change(row) gives
 * what is shown at once; said is the sentence; revision, where not the one on
 * the screen, and was: what it said; done and left: what to do where somebody
 * was quicker, and the person insists or does not. Gives what the server said;
 * null: refused.
 */
export async function act(body, ids, options = {}) {
    const { change, said, revision = revisionOf(ids) } = options;
    const wasOpen = ids.includes(openId.value) ? openId.value : null;
    const before = paint(ids, change);
    try {
        const got = await send(body, ids, revision);
        got.events.forEach(id => own.add(id));
        got.tickets.forEach(settle);
        ids.forEach(forget);
        remember(got.events, said, wasOpen);
        refreshSoon();
        if (ids.includes(openId.value))
            loadAgain();
        return got;
    } catch (error) {
        unpaint(before, wasOpen);
        if (error.code === "changed")
            conflict.value = { body, ids, options, row: error.body.ticket, was: options.was ?? before[0]?.row ?? ticket.value };
        else if (error.status !== 401)
            say(sentence(error), { bad: true });
        options.refused?.(error);
        return null;
    }
}

function settle(row) {
    patch(row);
    patchOpen(row);
}

function remember(events, said, wasOpen) {
    if (events.length === 0) {
        say(said ?? "");
        return;
    }
    const entry = { events, said, wasOpen };
    done.push(entry);
    if (done.length > UNDO_KEPT)
        done.shift();
    say(said ?? "", { undo: () => undo(entry) });
}

export const canUndo = () => done.length > 0;

export async function undo(entry = done[done.length - 1]) {
    if (!entry) {
        say(t("ui.undo_none"));
        return;
    }
    const at = done.indexOf(entry);
    if (at >= 0)
        done.splice(at, 1);
    if (toast.value?.undo)
        toast.value = { ...toast.value, undo: null };
    await undoEvents(entry.events, entry.said, entry.wasOpen);
}

// Any event of the trail that can be taken back.
export async function undoEvents(events, said, reopen) {
    try {
        for (let i = 0; i < events.length; i += AT_ONCE)
            (await post("/api/undo", { events: events.slice(i, i + AT_ONCE) })).tickets.forEach(settle);
        say(said ? t("ui.undone", { what: said }) : t("ui.undone_plain"));
        refreshSoon();
        if (reopen && !stacked())
            go({ ticket: reopen }, { replace: true });
        loadAgain();
    } catch (error) {
        say(sentence(error), { bad: true });
    }
}

// The same again, now that it was seen what the other did.
export function insist() {
    const { body, ids, options, row } = conflict.value;
    conflict.value = null;
    return act(body, ids, { ...options, revision: row.revision });
}
