// One dialog at a time, on the browser's own <dialog>: focus stays in it and
// returns to where it was.
import { signal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { Icon } from "./icons.jsx";
import { t } from "./words.js";

const shown = signal(null); // {Body, props}

export const dialogOpen = () => shown.value !== null;

export function show(Body, props = {}) {
    shown.value = { Body, props, key: (shown.value?.key ?? 0) + 1 };
}

export function closeDialog() {
    shown.value = null;
}

export function Dialogs() {
    if (!shown.value)
        return null;
    const { Body, props, key } = shown.value;
    return <Body key={key} {...props} />;
}

export function Dialog({ title, kind = "", onClose = closeDialog, children }) {
    const element = useRef(null);
    const id = useId();
    useEffect(() => {
        const before = document.activeElement;
        const dialog = element.current;
        dialog.showModal();
        return () => {
            dialog.close();
            // What had the focus may be gone with the row it was about.
            if (document.activeElement === document.body)
                (before?.isConnected && before !== document.body ? before :
                    document.querySelector("[data-home]"))?.focus();
        };
    }, []);
    return (
        <dialog
            ref={element} class={`dialog ${kind}`} aria-labelledby={id}
            onCancel={event => { event.preventDefault(); onClose(); }}
            onMouseDown={event => event.target === element.current && onClose()}
        >
            <div class="dialog-in">
                <header class="dialog-head">
                    <h2 id={id}>{title}</h2>
                    <button type="button" class="plain square" onClick={onClose} aria-label={t("ui.close")}>
                        <Icon name="close" />
                    </button>
                </header>
                {children}
            </div>
        </dialog>
    );
}

// Resolves to true where the person says so.
export function confirm({ title, text, yes }) {
    return new Promise(resolve => {
        const end = answer => () => { closeDialog(); resolve(answer); };
        show(Confirm, { title, text, yes, onYes: end(true), onNo: end(false) });
    });
}

function Confirm({ title, text, yes, onYes, onNo }) {
    return (
        <Dialog title={title} kind="small" onClose={onNo}>
            <p>{text}</p>
            <p class="dialog-do">
                <button type="button" class="strong" autofocus onClick={onYes}>{yes}</button>
                <button type="button" onClick={onNo}>{t("ui.cancel")}</button>
            </p>
        </Dialog>
    );
}
