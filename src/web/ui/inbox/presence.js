// Tells the others which report is open here, and whether we write.
import { effect, signal } from "@preact/signals";
import { post } from "./api.js";
import { openId } from "./route.js";
import { me } from "./words.js";

const EVERY_MS = 15 * 1000; // the server forgets after 30 s

export const writing = signal(false);

function tell(ticket, doing) {
    post("/api/presence", { ticket, doing }).catch(() => {});
}

export function startPresence() {
    let timer = 0;
    effect(() => {
        const id = openId.value ?? 0;
        const doing = writing.value ? "writing" : "reading";
        clearInterval(timer);
        if (!me.value)
            return;
        // Not for each report that j and k pass over.
        const soon = setTimeout(() => tell(id, doing), 400);
        timer = setInterval(() => {
            if (id && document.visibilityState === "visible")
                tell(id, doing);
        }, EVERY_MS);
        return () => clearTimeout(soon);
    });
    addEventListener("pagehide", () => {
        if (openId.value)
            fetch("/api/presence", {
                method: "POST", keepalive: true,
                headers: { "Content-Type": "application/json", "X-CSRF": me.value.csrf },
                body: JSON.stringify({ ticket: 0, doing: "reading" }),
            }).catch(() => {});
    });
}
