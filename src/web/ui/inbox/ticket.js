// The report that is open: fetched, kept for a while, brought up to date.
import { computed, effect, signal, untracked } from "@preact/signals";
import { get, sentence } from "./api.js";
import { openId } from "./route.js";

const KEPT = 40;
const cache = new Map();
let control = null;

// {id, ticket, messages, ...} as GET /api/tickets/N says; null: none is open.
export const opened = signal(null);
export const openTrouble = signal("");
export const others = signal([]); // who else is in it
export const ticket = computed(() => opened.value?.ticket ?? null);

// Candidates are called by their place in their message's list.
function number(data) {
    for (const message of data.messages)
        message.candidates.forEach((candidate, n) => { candidate.n = n; });
    return data;
}

function keep(id, data) {
    cache.delete(id);
    cache.set(id, data);
    if (cache.size > KEPT)
        cache.delete(cache.keys().next().value);
}

export async function load(id) {
    control?.abort();
    control = new AbortController();
    const mine = control;
    openTrouble.value = "";
    if (opened.value?.ticket.id !== id) {
        others.value = [];
        opened.value = null;
    }
    // What is open stays while it is asked for again: somebody may be typing.
    opened.value = cache.get(id) ?? opened.value;
    try {
        const data = await fetchTicket(id, mine.signal);
        if (mine !== control)
            return;
        keep(id, data);
        opened.value = data;
        others.value = data.here ?? [];
    } catch (error) {
        if (mine === control && error.name !== "AbortError")
            openTrouble.value = sentence(error);
    }
}

export function loadAgain() {
    if (openId.value)
        load(openId.value);
}

// So that the next one is there at once.
export async function prefetch(id) {
    if (!id || cache.has(id))
        return;
    try {
        keep(id, await fetchTicket(id));
    } catch {
        // It is asked for again when it is opened.
    }
}

export function forget(id) {
    cache.delete(id);
}

// The open ticket with what a person has just done to it.
export function patchOpen(row) {
    if (opened.value?.ticket.id === row.id)
        opened.value = { ...opened.value, ticket: { ...opened.value.ticket, ...row } };
}

// One report, whole: to be opened, or to compare with.
export async function fetchTicket(id, signal) {
    return number(await get(`/api/tickets/${id}`, signal));
}

function unload() {
    control?.abort();
    control = null;
    opened.value = null;
    others.value = [];
    openTrouble.value = "";
}

export function startTicket() {
    effect(() => {
        const id = openId.value;
        untracked(() => (id ? load(id) : unload()));
    });
}
