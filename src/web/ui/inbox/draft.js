// What is being typed, kept in the tab: a sign-in in between loses nothing.
import { signal } from "@preact/signals";

const key = (ticket, kind) => `inlet.draft.${ticket}.${kind}`;

// Grows with each change, so that the list can show who has a draft.
export const drafts = signal(0);

export function draftOf(ticket, kind) {
    try {
        return JSON.parse(sessionStorage.getItem(key(ticket, kind))) ?? { text: "" };
    } catch {
        return { text: "" };
    }
}

export function keepDraft(ticket, kind, draft) {
    try {
        if (draft.text)
            sessionStorage.setItem(key(ticket, kind), JSON.stringify(draft));
        else
            sessionStorage.removeItem(key(ticket, kind));
    } catch {
        // A tab that keeps nothing: what is on the page stays on the page.
    }
    drafts.value++;
}

export function dropDraft(ticket, kind) {
    keepDraft(ticket, kind, { text: "" });
}
