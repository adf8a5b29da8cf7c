// The service worker: the report page opens without a connection, and reports
// that were kept are sent when there is one again.
import { flush } from "./drafts.js";

const CACHE = "inlet-report-1";
const PAGE = "/report";
const OURS = /^\/assets\/(inlet\.css|town\.css|report\.(css|js)|part-[A-Z0-9]+\.js|icon[-.a-z0-9]*)$/;
const PATIENCE_MS = 4000; // then what is kept is shown

function isOurs(request) {
    const url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== location.origin) return false;
    return OURS.test(url.pathname) || (url.pathname === PAGE && !url.searchParams.has("embed"));
}

async function fresh(request) {
    const answer = await fetch(request);
    if (answer.ok) {
        const cache = await caches.open(CACHE);
        await cache.put(request, answer.clone());
    }
    return answer;
}

async function kept(request) {
    const cache = await caches.open(CACHE);
    // it varies by language: the one that was read last is better than none
    return (await cache.match(request, { ignoreVary: true }))
        ?? cache.match(request, { ignoreVary: true, ignoreSearch: true });
}

async function serve(request) {
    const old = await kept(request);
    if (!old) return fresh(request);
    const late = new Promise((done) => setTimeout(() => done(old.clone()), PATIENCE_MS));
    return Promise.race([fresh(request).catch(() => old), late]);
}

async function tell(draft) {
    const { key, state, number, url } = draft;
    for (const client of await self.clients.matchAll({ type: "window" })) client.postMessage({ draft: { key, state, number, url } });
}

self.addEventListener("install", (event) => {
    self.skipWaiting();
    event.waitUntil(fresh(new Request(PAGE)));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
    if (isOurs(event.request)) event.respondWith(serve(event.request));
});
// The page says what it has loaded before we were here.
self.addEventListener("message", (event) => {
    const loaded = (event.data?.loaded ?? []).map((url) => new Request(url)).filter(isOurs);
    event.waitUntil(Promise.allSettled(loaded.map(fresh)));
});
self.addEventListener("sync", (event) => {
    if (event.tag === "inlet-send") event.waitUntil(flush(tell));
});
