// The rows that are selected, for doing one thing to all of them.
import { signal } from "@preact/signals";
import { get, sentence } from "./api.js";
import { cursor, cursorId, pageQuery, rowAt, total } from "./rows.js";
import { say } from "./say.js";
import { number, t } from "./words.js";

const MOST = 10000;
const PAGE = 500;

export const picks = signal(new Set());
export const picking = signal(false); // all of the filter are being asked for
let lastIndex = 0;

export function clearPicks() {
    picks.value = new Set();
}

export function pickAt(index) {
    const row = rowAt(index);
    if (!row)
        return;
    const next = new Set(picks.value);
    if (!next.delete(row.id))
        next.add(row.id);
    picks.value = next;
    lastIndex = index;
}

export function pickHere() {
    if (cursorId.value)
        pickAt(cursor.value);
}

// From where was picked last to here.
export function pickTo(index = cursor.value) {
    const next = new Set(picks.value);
    const [from, to] = [Math.min(lastIndex, index), Math.max(lastIndex, index)];
    for (let i = from; i <= to; i++) {
        if (rowAt(i))
            next.add(rowAt(i).id);
    }
    picks.value = next;
    lastIndex = index;
}

export async function pickAll() {
    picking.value = true;
    const next = new Set();
    const wanted = Math.min(total.value, MOST);
    try {
        while (next.size < wanted) {
            const { tickets } = await get(pageQuery(next.size, Math.min(PAGE, wanted - next.size)));
            if (tickets.length === 0)
                break;
            tickets.forEach(row => next.add(row.id));
        }
        picks.value = next;
        say(total.value > MOST ? t("ui.picked_most", { n: number(MOST) }) :
            t("ui.picked_n", { n: number(next.size) }));
    } catch (error) {
        say(sentence(error), { bad: true });
    } finally {
        picking.value = false;
    }
}
