// What was done, said: shown for a while, and told to a screen reader.
import { signal } from "@preact/signals";

const SHOWN_MS = 10 * 1000;

// {text, undo: function or null, bad, id}
export const toast = signal(null);
let timer = 0;
let last = 0;

export function say(text, { undo = null, bad = false } = {}) {
    clearTimeout(timer);
    toast.value = { text, undo, bad, id: ++last };
    hideLater();
}

export function hideLater() {
    clearTimeout(timer);
    timer = setTimeout(hush, SHOWN_MS);
}

// It stays while somebody is at it.
export function holdToast() {
    clearTimeout(timer);
}

export function hush() {
    toast.value = null;
}
