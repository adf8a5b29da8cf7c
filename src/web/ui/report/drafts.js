// Reports that are not sent yet, kept by the browser (IndexedDB): what is
// being typed, what waits for a connection, and what came of it. The page and
// the service worker both use it.
const NAME = "inlet";
const TABLE = "drafts";
const LOCK = "inlet-send";

function opened() {
    return new Promise((done, failed) => {
        const asked = indexedDB.open(NAME, 1);
        asked.onupgradeneeded = () => asked.result.createObjectStore(TABLE, { keyPath: "key" });
        asked.onsuccess = () => done(asked.result);
        asked.onerror = () => failed(asked.error);
    });
}

async function run(mode, work) {
    const db = await opened();
    try {
        return await new Promise((done, failed) => {
            const change = db.transaction(TABLE, mode);
            const asked = work(change.objectStore(TABLE));
            change.oncomplete = () => done(asked.result);
            change.onabort = change.onerror = () => failed(change.error);
        });
    } finally {
        db.close();
    }
}

// A draft: { key, action, fields: [[name, value]], photos: [File], state, at },
// state being "open" (being typed), "queued", "refused" or "sent".
export const keep = (draft) => run("readwrite", (table) => table.put(draft));
export const drop = (key) => run("readwrite", (table) => table.delete(key));
export const all = () => run("readonly", (table) => table.getAll());

// The same form each time, to the byte of its fields: the key and what is said
// make it one report, however often it goes out.
export async function send(draft) {
    const body = new FormData();
    for (const [name, value] of draft.fields) body.append(name, value);
    for (const photo of draft.photos) body.append("photos", photo, photo.name);
    const answer = await fetch(draft.action, { method: "POST", body, cache: "no-store" });
    return { status: answer.status, html: await answer.text() };
}

function receipt(html) {
    return {
        number: /<p class="number">(\d+)<\/p>/.exec(html)?.[1] ?? "",
        url: /href="([^"]*\/t\/[A-Za-z0-9_-]{22})"/.exec(html)?.[1] ?? "",
    };
}

async function flushAll(told) {
    for (const draft of await all()) {
        if (draft.state !== "queued") continue;
        const { status, html } = await send(draft);
        if (status >= 500 || status === 429) throw new Error(`answered ${status}`); // later
        const state = status < 300 ? "sent" : "refused";
        const after = { ...draft, state, ...receipt(html), photos: state === "sent" ? [] : draft.photos };
        await keep(after);
        told(after);
    }
}

// Sends what waits; told(draft) hears of each. One at a time of page and worker.
export async function flush(told) {
    if (!navigator.locks) return flushAll(told);
    return navigator.locks.request(LOCK, () => flushAll(told));
}
