// Asking the server: JSON both ways, and what it refuses as an Error.
import { signal } from "@preact/signals";
import { me, t } from "./words.js";

// The session has ended: signedout.jsx asks to sign in again.
export const signedOut = signal(false);

export class Refused extends Error {
    constructor(status, body) {
        super(body.error || t("ui.error"));
        this.status = status;
        this.code = body.code ?? "";
        this.body = body;
    }
}

async function ask(path, options) {
    let response;
    let body = null;
    try {
        response = await fetch(path, options);
        body = await response.json();
    } catch (cause) {
        if (cause.name === "AbortError")
            throw cause;
        if (!response)
            throw new Refused(0, { code: "offline", error: t("ui.error_offline") });
    }
    if (response.ok && (body || response.status === 204))
        return body ?? {};
    if (response.status === 401)
        signedOut.value = true;
    throw new Refused(response.status, body ?? {});
}

export function get(path, signal) {
    return ask(path, { signal, headers: { Accept: "application/json" } });
}

export function post(path, body, method = "POST") {
    return ask(path, {
        method,
        headers: { "Content-Type": "application/json", "X-CSRF": me.value?.csrf ?? "" },
        body: JSON.stringify(body),
    });
}

// What a person may be told of a failure; an answer nobody waits for is none.
export function sentence(error) {
    return error?.name === "AbortError" ? "" : error?.message || t("ui.error");
}
