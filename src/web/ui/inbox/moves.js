// Moving through the list, and what opens when the list moves.
import { effect, signal, untracked } from "@preact/signals";
import { go, openId, route } from "./route.js";
import { cursor, cursorId, indexOf, reload, rowAt, total } from "./rows.js";
import { stacked } from "./prefs.js";
import { opened, prefetch } from "./ticket.js";
import { listQuery } from "./filter.js";
import { clearPicks } from "./picks.js";

const OPEN_MS = 90;
let soon = 0;

export function moveTo(index) {
    if (total.value <= 0)
        return;
    cursor.value = Math.max(0, Math.min(index, total.value - 1));
    clearTimeout(soon);
    if (!stacked() || openId.value)
        soon = setTimeout(follow, OPEN_MS);
}

// The reading pane goes along; a hundred steps are one step back.
function follow() {
    if (cursorId.value && cursorId.value !== openId.value)
        go({ ticket: cursorId.value }, { replace: true });
}

export function move(by) {
    moveTo(cursor.value + by);
}

export function openAt(index) {
    clearTimeout(soon);
    cursor.value = index;
    if (rowAt(index))
        go({ ticket: rowAt(index).id }, { replace: !stacked() && openId.value !== null });
}

export function openHere() {
    openAt(cursor.value);
    focusReport();
}

// The report gets the focus once it is there, however long the server takes.
export const focusWanted = signal(false);

export function focusReport() {
    focusWanted.value = true;
}

export function focusList() {
    document.querySelector("[data-home]")?.focus();
}

// The list follows the address; the cursor follows what is open.
export function startMoves() {
    effect(() => {
        listQuery.value;
        untracked(() => {
            clearPicks();
            reload();
        });
    });
    effect(() => {
        const index = openId.value ? indexOf(openId.value) : -1;
        if (index >= 0 && index !== cursor.peek())
            cursor.value = index;
    });
    effect(() => {
        if (opened.value && route.value.ticket === opened.value.ticket.id)
            setTimeout(() => prefetch(rowAt(indexOf(openId.value) + 1)?.id), 200);
    });
}
