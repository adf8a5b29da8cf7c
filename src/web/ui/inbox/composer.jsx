// Writing: an answer to the resident by their own door, or a note for clerks.
import { useEffect, useRef, useState } from "preact/hooks";
import { act } from "./act.js";
import { choose } from "./choose.jsx";
import { draftOf, dropDraft, keepDraft } from "./draft.js";
import { Icon } from "./icons.jsx";
import { writing } from "./presence.js";
import { count, isPhone } from "./sms.js";
import { composing, stateLabel, stateOptions } from "./work.js";
import { label, many, me, number, t } from "./words.js";

const LONGEST = 20000; // as the server has it

function Counter({ text }) {
    const { segments, left, wide } = count(text);
    return (
        <span class="counter" aria-live="polite">
            {many("ui.sms", segments)} · {t("ui.sms_left", { n: number(left) })}
            {wide.length > 0 && (
                <span class="wide"> · {t("ui.sms_wide", { what: wide.slice(0, 5).join(" ") })}</span>
            )}
        </span>
    );
}

// As the resident will see it.
function Preview({ text, ticket, followers }) {
    const sms = followers.some(one => isPhone(one.address));
    return (
        <div class={`preview ${sms ? "bubble" : ""}`} aria-label={t("ui.preview")} role="region">
            {!sms && <p class="preview-subject"><b>{me.value.town.name}: {ticket.category_label || t("ui.report")} (#{ticket.id})</b></p>}
            <div class="says" dir="auto">{text}</div>
        </div>
    );
}

function To({ followers }) {
    if (followers.length === 0)
        return <p class="warn">{t("ui.reply_nobody")}</p>;
    return (
        <p class="quiet to">
            {t("ui.reply_to")}{" "}
            {followers.map(one => `${one.address} (${label(me.value.channels, one.channel) || t("ui.any_door")})`).join(", ")}
        </p>
    );
}

// What the person has seen of the report, to be held against what it is.
function seenOf(row) {
    const { revision, state, reason, category_label, label, assignee, department, urgent } = row;
    return { revision, state, reason, category_label, label, assignee, department, urgent };
}

// text, next: the state to set with it, and the report as it was when the
// first letter was typed. Kept as it is typed.
function useDraft(ticket, kind) {
    const [draft, setDraft] = useState(() => ({ next: "", ...draftOf(ticket.id, kind) }));
    const change = part => {
        const seen = draft.text && draft.seen ? draft.seen : seenOf(ticket);
        const now = { ...draft, seen, ...part };
        setDraft(now);
        keepDraft(ticket.id, kind, now);
    };
    return [draft, change];
}

function bodyOf(kind, draft) {
    if (kind === "note")
        return { do: "note", text: draft.text };
    if (!draft.next)
        return { do: "reply", text: draft.text };
    const [value, reason] = draft.next.split("/");
    return { do: "state", value, reason, text: draft.text };
}

function States({ value, onChange }) {
    return (
        <label class="with-state">
            {t("ui.and_set")}
            <select class="field" value={value} onChange={e => onChange(e.currentTarget.value)}>
                <option value="">{t("ui.state_stays")}</option>
                {stateOptions(["open", "waiting", "done", "not-ours"]).map(one => (
                    <option key={`${one.value}/${one.reason}`} value={`${one.value}/${one.reason}`}>
                        {stateLabel(one.value, one.reason)}
                    </option>
                ))}
            </select>
        </label>
    );
}

function canned(replies, onPick) {
    choose({
        title: t("ui.canned"),
        options: replies.map(one => ({ value: one.text, label: one.name, hint: one.text.slice(0, 60), icon: "reply" })),
        onPick: one => onPick(one.value),
    });
}

export function Composer({ data, kind }) {
    const { ticket, followers, replies } = data;
    const [draft, change] = useDraft(ticket, kind);
    const [sending, setSending] = useState(false);
    const [preview, setPreview] = useState(false);
    const input = useRef(null);
    const reply = kind === "reply";
    const sms = reply && followers.some(one => isPhone(one.address));

    useEffect(() => {
        input.current.focus();
        input.current.setSelectionRange(draft.text.length, draft.text.length);
        return () => { writing.value = false; };
    }, []);
    useEffect(() => { writing.value = draft.text.length > 0; }, [draft.text.length > 0]);

    const send = async () => {
        if (!draft.text.trim() || sending)
            return;
        setSending(true);
        const { value, reason } = bodyOf(kind, draft);
        const got = await act(bodyOf(kind, draft), [ticket.id], {
            said: t(reply ? "ui.replied" : "ui.noted", { id: ticket.id }),
            revision: draft.seen?.revision ?? ticket.revision,
            was: draft.seen,
            change: value ? () => ({ state: value, reason }) : undefined,
            done: () => finish(),
            left: row => change({ seen: seenOf(row) }),
        });
        setSending(false);
        if (got)
            finish();
    };
    const finish = () => {
        dropDraft(ticket.id, kind);
        composing.value = null;
        document.getElementById("report-title")?.focus();
    };
    const onKeyDown = event => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            send();
        }
    };
    const pickCanned = text => {
        change({ text: draft.text.trim() ? `${draft.text.trimEnd()}\n\n${text}` : text });
        setTimeout(() => input.current?.focus());
    };

    return (
        <form class={`composer ${kind}`} onSubmit={e => { e.preventDefault(); send(); }}>
            <header class="composer-head">
                <div class="quick" role="group" aria-label={t("ui.write")}>
                    <button type="button" aria-pressed={reply} onClick={() => { composing.value = "reply"; }}><Icon name="reply" size={16} />{t("ui.do.reply")}</button>
                    <button type="button" aria-pressed={!reply} onClick={() => { composing.value = "note"; }}><Icon name="note" size={16} />{t("ui.do.note")}</button>
                </div>
                <button type="button" class="plain square" onClick={() => { composing.value = null; }} aria-label={t("ui.close")}><Icon name="close" /></button>
            </header>
            {reply ? <To followers={followers} /> : <p class="quiet to">{t("ui.note_hint")}</p>}
            {preview ? <Preview text={draft.text} ticket={ticket} followers={followers} /> : (
                <textarea
                    ref={input} class="field" rows={5} maxLength={LONGEST} value={draft.text} dir="auto"
                    aria-label={t(reply ? "ui.reply_text" : "ui.note_text")} lang={reply ? ticket.language : undefined}
                    onInput={e => change({ text: e.currentTarget.value })} onKeyDown={onKeyDown}
                />
            )}
            <div class="composer-do">
                {reply && replies.length > 0 && <button type="button" onClick={() => canned(replies, pickCanned)}>{t("ui.canned")}</button>}
                {reply && <button type="button" aria-pressed={preview} onClick={() => setPreview(!preview)}>{t("ui.preview")}</button>}
                {sms && <Counter text={draft.text} />}
                {reply && <States value={draft.next} onChange={next => change({ next })} />}
                <button type="submit" class="strong" disabled={sending || !draft.text.trim()} aria-keyshortcuts="Control+Enter">
                    <Icon name={reply ? "send" : "note"} />{t(reply ? "ui.send" : "ui.keep_note")}
                </button>
            </div>
        </form>
    );
}
