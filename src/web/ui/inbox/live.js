// What others do, as it happens. One tab of the browser listens for all.
import { signal } from "@preact/signals";
import { get } from "./api.js";
import { own } from "./act.js";
import { openId } from "./route.js";
import { countFresh, refresh, refreshSoon } from "./rows.js";
import { loadAgain, forget, others } from "./ticket.js";
import { me } from "./words.js";

const FIRST_MS = 1000;
const LONGEST_MS = 30 * 1000;

export const online = signal(true);
export const viewsChanged = signal(0); // their counts may be others
export const changedOpen = signal(null); // {id, actor}: the open one, by another

const tabs = new BroadcastChannel("inlet-live");
let source = null;
let wait = FIRST_MS;
let retry = 0;
let leads = false; // this is the tab that listens
let viewsSoon = 0;

function countViewsSoon() {
    viewsSoon ||= setTimeout(() => {
        viewsSoon = 0;
        viewsChanged.value++;
    }, 1500);
}

function onTicket(data) {
    countViewsSoon();
    if (data.kind === "new") {
        countFresh();
        return;
    }
    refreshSoon();
    if (own.delete(data.event))
        return;
    forget(data.id);
    if (data.id === openId.value) {
        if (data.actor && data.actor !== me.value.user)
            changedOpen.value = data;
        loadAgain();
    }
}

function onHere(data) {
    if (data.ticket === openId.value)
        others.value = data.people.filter(one => one.user !== me.value.user);
}

function catchUp() {
    refresh();
    countFresh();
    loadAgain();
    countViewsSoon();
}

function handle({ name, data }) {
    if (name === "online") {
        if (data && !online.value)
            catchUp();
        online.value = data;
    } else if (name === "ticket") {
        onTicket(data);
    } else if (name === "here") {
        onHere(data);
    } else if (name === "stale") {
        catchUp();
    }
}

function tell(message) {
    handle(message);
    tabs.postMessage(message);
}

function lost() {
    source?.close();
    source = null;
    tell({ name: "online", data: false });
    clearTimeout(retry);
    retry = setTimeout(listen, wait);
    wait = Math.min(LONGEST_MS, wait * 2);
    // A session that has ended looks the same as a line that is down.
    get("/api/me").catch(() => {});
}

function listen() {
    leads = true;
    clearTimeout(retry);
    source?.close();
    source = new EventSource("/api/live");
    source.onopen = () => {
        wait = FIRST_MS;
        tell({ name: "online", data: true });
    };
    // The browser tries again by itself, unless it was refused.
    source.onerror = () => {
        if (source?.readyState === EventSource.CLOSED)
            lost();
        else
            tell({ name: "online", data: false });
    };
    for (const name of ["ticket", "here", "stale"]) {
        source.addEventListener(name, event => {
            tell({ name, data: event.data ? JSON.parse(event.data) : null });
        });
    }
}

// Signed in again: no need to wait.
export function listenNow() {
    wait = FIRST_MS;
    if (leads)
        listen();
}

export function startLive() {
    tabs.onmessage = event => handle(event.data);
    addEventListener("offline", () => handle({ name: "online", data: false }));
    addEventListener("online", catchUp);
    // Only a secure page has locks; without them every tab listens.
    if (navigator.locks)
        navigator.locks.request("inlet-live", () => new Promise(() => listen()));
    else
        listen();
}
