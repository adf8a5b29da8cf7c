// The list as far as it is known: windows of it, fetched when they are seen.
import { computed, signal } from "@preact/signals";
import { get, sentence } from "./api.js";
import { listQuery, matches } from "./filter.js";

const WINDOW = 100;
const AHEAD = 20;
const MOST = 500;

let rows = [];
let places = new Map(); // id -> index, made again when rows have moved
let generation = 0;
let pending = null;
let seen = { from: 0, to: 40 };
let keepStill = () => {};

export const total = signal(-1);
export const version = signal(0); // grows when a row is another
export const fresh = signal(0); // how many came since
export const trouble = signal("");
export const cursor = signal(0);
let upto = 0;

export const cursorId = computed(() => {
    version.value;
    return rows[cursor.value]?.id ?? null;
});

export const rowAt = index => rows[index];

export function indexOf(id) {
    if (!places) {
        places = new Map();
        rows.forEach((row, index) => places.set(row.id, index));
    }
    return places.get(id) ?? -1;
}

export function rowOf(id) {
    const index = indexOf(id);
    return index < 0 ? null : rows[index];
}

function changed() {
    places = null;
    version.value++;
}

// The list element says how to keep a row where it is on the screen.
export function onShift(fn) {
    keepStill = fn;
}

export function pageQuery(offset, limit, fixed = upto) {
    const q = new URLSearchParams(listQuery.value);
    q.set("offset", offset);
    q.set("limit", limit);
    if (fixed)
        q.set("upto", fixed);
    return `/api/tickets?${q}`;
}

async function fetchWindow(offset, limit) {
    const mine = generation;
    pending?.abort();
    const control = new AbortController();
    pending = control;
    try {
        const got = await get(pageQuery(offset, limit), control.signal);
        if (mine !== generation)
            return null;
        trouble.value = "";
        upto ||= got.upto;
        return got;
    } catch (error) {
        if (mine === generation)
            trouble.value = sentence(error);
        return null;
    } finally {
        if (pending === control)
            pending = null;
    }
}

function take(got) {
    got.tickets.forEach((row, i) => { rows[got.offset + i] = row; });
    if (got.total !== total.value)
        total.value = got.total;
    if (rows.length > got.total)
        rows.length = got.total;
    changed();
}

// Begins again from the top, with everything there is by now.
export async function reload() {
    generation++;
    rows = [];
    upto = 0;
    fresh.value = 0;
    cursor.value = 0;
    total.value = -1;
    changed();
    const got = await fetchWindow(0, WINDOW);
    if (got)
        take(got);
}

let waiting = 0;
// The rows from..to are on the screen: fetches what is missing of them.
export function need(from, to) {
    seen = { from, to };
    if (total.value < 0)
        return;
    clearTimeout(waiting);
    waiting = setTimeout(fillHoles, 30);
}

async function fillHoles() {
    const last = Math.min(total.value, seen.to + AHEAD);
    let first = Math.max(0, seen.from - AHEAD);
    while (first < last && rows[first])
        first++;
    if (first >= last || pending)
        return pending && setTimeout(fillHoles, 60);
    const got = await fetchWindow(Math.max(0, first), WINDOW);
    if (!got)
        return;
    take(got);
    if (got.tickets.length > 0)
        fillHoles();
}

// Asks again for what is on the screen. Nothing a person looks at moves.
export async function refresh() {
    if (total.value < 0)
        return;
    const from = Math.max(0, seen.from - AHEAD);
    const limit = Math.min(MOST, seen.to - from + AHEAD);
    const got = await fetchWindow(from, limit);
    if (!got)
        return;
    const anchor = anchorOf();
    const same = got.total === total.value &&
        got.tickets.every((row, i) => rows[from + i]?.id === row.id);
    if (!same)
        rows = [];
    take(got);
    const index = anchor ? indexOf(anchor.id) : -1;
    if (index >= 0 && index !== anchor.index) {
        cursor.value += index - anchor.index;
        keepStill(index - anchor.index);
    }
    cursor.value = Math.max(0, Math.min(cursor.value, total.value - 1));
}

function anchorOf() {
    const onScreen = cursor.value >= seen.from && cursor.value < seen.to;
    const index = onScreen && rows[cursor.value] ? cursor.value : seen.from;
    return rows[index] ? { id: rows[index].id, index } : null;
}

let asking = 0;
// How many of this list have come since it was begun.
export function countFresh() {
    clearTimeout(asking);
    asking = setTimeout(async () => {
        const mine = generation;
        try {
            const now = await get(pageQuery(0, 1, 0));
            if (mine === generation && total.value >= 0)
                fresh.value = now.upto > upto ? Math.max(0, now.total - total.value) : 0;
        } catch {
            // It will be asked again with the next that comes.
        }
    }, 400);
}

let soon = 0;
export function refreshSoon() {
    clearTimeout(soon);
    soon = setTimeout(refresh, 350);
}

// A row as the server has it now, or as it will be. false: it has left.
export function patch(row) {
    const index = indexOf(row.id);
    if (index < 0)
        return true;
    if (!matches(row)) {
        remove(index);
        return false;
    }
    rows[index] = { ...rows[index], ...row };
    changed();
    return true;
}

function remove(index) {
    rows.splice(index, 1);
    total.value = Math.max(0, total.value - 1);
    if (index < cursor.value)
        cursor.value--;
    cursor.value = Math.max(0, Math.min(cursor.value, total.value - 1));
    changed();
}

// Puts a row back that was taken out too soon.
export function putBack(index, row) {
    if (indexOf(row.id) >= 0) {
        patch(row);
        return;
    }
    rows.splice(Math.min(index, rows.length), 0, row);
    total.value++;
    if (index <= cursor.value)
        cursor.value = index;
    changed();
}
