// What lies over the page: what was done, what another did, a session's end.
import { useEffect } from "preact/hooks";
import { conflict, insist } from "./act.js";
import { get, signedOut } from "./api.js";
import { Dialog } from "./dialog.jsx";
import { Icon } from "./icons.jsx";
import { listenNow } from "./live.js";
import { hideLater, holdToast, hush, toast } from "./say.js";
import { loadAgain } from "./ticket.js";
import { stateLabel } from "./work.js";
import { me, t } from "./words.js";

export function Toast() {
    const now = toast.value;
    return (
        <div class="toasts" role="status" onMouseEnter={holdToast} onMouseLeave={hideLater} onFocusIn={holdToast} onFocusOut={hideLater}>
            {now?.text && (
                <p key={now.id} class={`toast ${now.bad ? "bad" : ""}`}>
                    <Icon name={now.bad ? "alert" : "check"} size={18} />
                    <span>{now.text}</span>
                    {now.undo && <button type="button" class="link" onClick={now.undo}>{t("ui.undo")} <kbd aria-hidden="true">z</kbd></button>}
                    <button type="button" class="plain square" onClick={hush} aria-label={t("ui.close")}><Icon name="close" size={16} /></button>
                </p>
            )}
        </div>
    );
}

const facts = [
    ["ui.state", row => stateLabel(row.state, row.reason)],
    ["ui.category", row => row.category_label || t("ui.no_category")],
    ["ui.place", row => row.label || t("ui.no_place")],
    ["ui.assignee", row => row.assignee || t("ui.nobody")],
    ["ui.department", row => row.department || t("ui.no_department")],
    ["ui.urgent", row => t(row.urgent ? "ui.yes" : "ui.no")],
];

// Both were quicker: what it was, what it is now, and what was meant.
export function Conflict() {
    if (!conflict.value)
        return null;
    const { body, row, was, options } = conflict.value;
    const end = () => {
        conflict.value = null;
        options.left?.(row);
        loadAgain();
    };
    const changed = facts.filter(([, of]) => !was || of(was) !== of(row));
    return (
        <Dialog title={t("ui.conflict_title")} onClose={end}>
            <p>{t("ui.conflict", { id: row.id })}</p>
            {changed.length > 0 && <table class="compare">
                <caption class="hidden">{t("ui.conflict_title")}</caption>
                <thead><tr><td /><th scope="col">{t("ui.conflict_was")}</th><th scope="col">{t("ui.conflict_now")}</th></tr></thead>
                <tbody>
                    {changed.map(([word, of]) => (
                        <tr key={word}>
                            <th scope="row">{t(word)}</th>
                            <td>{was ? of(was) : ""}</td>
                            <td><strong>{of(row)}</strong></td>
                        </tr>
                    ))}
                </tbody>
            </table>}
            {changed.length === 0 && <p>{t("ui.conflict_other")}</p>}
            <h3>{t("ui.conflict_yours")}</h3>
            <blockquote class="says">{body.text || options.said || body.value}</blockquote>
            {body.text && <p class="quiet">{t("ui.conflict_kept")}</p>}
            <p class="dialog-do">
                <button type="button" class="strong" onClick={async () => (await insist()) && options.done?.()}>{t("ui.conflict_insist")}</button>
                <button type="button" autofocus onClick={end}>{t("ui.conflict_leave")}</button>
            </p>
        </Dialog>
    );
}

async function lookAgain() {
    try {
        me.value = await get("/api/me");
        signedOut.value = false;
        listenNow();
        loadAgain();
    } catch {
        // Not yet: it stays.
    }
}

// Signed in again in another tab, this one goes on where it was.
export function SignedOut() {
    useEffect(() => {
        const look = () => signedOut.value && document.visibilityState === "visible" && lookAgain();
        addEventListener("focus", look);
        document.addEventListener("visibilitychange", look);
        return () => {
            removeEventListener("focus", look);
            document.removeEventListener("visibilitychange", look);
        };
    }, []);
    if (!signedOut.value || !me.value)
        return null;
    const next = encodeURIComponent(location.pathname + location.search);
    return (
        <Dialog title={t("ui.signed_out")} kind="small" onClose={() => { signedOut.value = false; }}>
            <p>{t("ui.signed_out_text")}</p>
            <p class="dialog-do">
                <a class="button strong" href={`/sign-in?next=${next}`} target="_blank" rel="opener">{t("ui.sign_in_tab")}</a>
                <a class="button" href={`/sign-in?next=${next}`}>{t("ui.sign_in_here")}</a>
                <button type="button" onClick={lookAgain}>{t("ui.signed_in")}</button>
            </p>
        </Dialog>
    );
}
