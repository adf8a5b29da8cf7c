// The address is the view: /inbox/42?state=open#map.
import { computed, signal } from "@preact/signals";

const PAGES = ["new", "figures", "health", "people"];

function read() {
    const rest = location.pathname.replace(/^\/inbox\/?/, "").split("/")[0];
    const ticket = /^\d{1,15}$/.test(rest) ? Number(rest) : null;
    return {
        page: PAGES.includes(rest) ? rest : "list",
        ticket,
        query: location.search.replace(/^\?/, ""),
        map: location.hash === "#map",
    };
}

export const route = signal(read());
export const openId = computed(() => route.value.ticket);
export const query = computed(() => route.value.query);
export const page = computed(() => route.value.page);

export function address({ page, ticket, query, map }) {
    const name = page !== "list" ? `/${page}` : ticket ? `/${ticket}` : "";
    return `/inbox${name}${query ? `?${query}` : ""}${map ? "#map" : ""}`;
}

// Goes to the view that differs from this one by change.
export function go(change, { replace } = {}) {
    const next = { ...route.value, map: false, page: "list", ...change };
    const to = address(next);
    if (to === location.pathname + location.search + location.hash)
        return;
    history[replace ? "replaceState" : "pushState"]({ depth: depth() + (replace ? 0 : 1) }, "", to);
    route.value = next;
}

function depth() {
    return history.state?.depth ?? 0;
}

// One view back: the browser's own, where it was we who came here.
export function back() {
    if (depth() > 0)
        history.back();
    else if (route.value.map)
        go({ map: false }, { replace: true });
    else
        go({ ticket: null }, { replace: true });
}

addEventListener("popstate", () => { route.value = read(); });

// A link that the page itself follows, unless it is to open elsewhere.
export function follow(event, change) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button)
        return;
    event.preventDefault();
    go(change);
}
