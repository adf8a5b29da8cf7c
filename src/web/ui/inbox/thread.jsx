// All that happened, in the order it did: messages, events, what was sent.
import { useState } from "preact/hooks";
import { act, undoEvents } from "./act.js";
import { Files, Original } from "./files.jsx";
import { show } from "./dialog.jsx";
import { doorIcon, Icon } from "./icons.jsx";
import { Marked } from "./marked.jsx";
import { perform } from "./work.js";
import { ago, label, may, me, moment, t } from "./words.js";

const WRITTEN = ["noted", "replied", "answered"];

function When({ at }) {
    return <time class="when" dateTime={new Date(at * 1000).toISOString()} title={moment(at)}>{ago(at)}</time>;
}

function split(ticket, message) {
    perform([ticket.id], { do: "split", number: message.id }, t("ui.split_done"));
}

function Message({ message, first, ticket }) {
    const [whole, setWhole] = useState(false);
    const from = message.from?.name || message.from?.address || t("ui.unknown");
    const hides = message.text && message.visible && message.text.trim().length > message.visible.trim().length;
    const in_ = name => message.spans.filter(span => span.in === name);
    return (
        <div class="message">
            <header class="message-head">
                <Icon name={doorIcon(message.channel)} size={16} />
                <strong>{from}</strong>
                {message.from?.name && <span class="quiet">{message.from.address}</span>}
                {message.forwarder && <span class="quiet">{t("ui.forwarded", { name: message.forwarder.name || message.forwarder.address })}</span>}
                {message.automatic && message.automatic !== "no" && <span class="chip">{t("ui.automatic")}</span>}
                <When at={message.sent_at || message.received_at} />
            </header>
            {message.subject && <Marked text={message.subject} spans={in_("title")} message={message} kind="subject" />}
            {message.note && <p class="forward-note"><Icon name="note" size={16} /> {message.note}</p>}
            {whole ? <div class="says" dir="auto">{message.text}</div> :
                <Marked text={message.visible || message.text || ""} spans={in_("visible")} message={message} kind="says" />}
            {message.address && (
                <div class="with-icon"><Icon name="pin" size={16} /><Marked text={message.address} spans={in_("address")} message={message} kind="says" /></div>
            )}
            {message.answers?.length > 0 && (
                <dl class="facts">
                    {message.answers.map(({ code, label: name, value }) => <div key={code}><dt>{name}</dt><dd>{value}</dd></div>)}
                </dl>
            )}
            <Files message={message} />
            <p class="message-do">
                {hides && <button type="button" class="link" aria-expanded={whole} onClick={() => setWhole(!whole)}>{t(whole ? "ui.quoted_hide" : "ui.quoted_show")}</button>}
                {message.original && (
                    <button type="button" class="link" data-original={first || undefined} onClick={() => show(Original, { message })}>
                        {t("ui.original")}
                    </button>
                )}
                {!first && may("clerk") && <button type="button" class="link" onClick={() => split(ticket, message)}>{t("ui.split")}</button>}
            </p>
        </div>
    );
}

function Event({ event }) {
    const told = WRITTEN.includes(event.kind) && event.text;
    return (
        <li class={`event ${told ? `told ${event.kind}` : ""} ${event.undone ? "undone" : ""}`}>
            <p class="event-line">
                <span class="event-what">{event.label}{event.text && !told && <>: <b>{event.text}</b></>}</span>
                <span class="quiet">{event.actor}</span>
                <When at={event.at} />
                {event.undone && <span class="chip">{t("ui.taken_back")}</span>}
                {event.undoable && !event.undone && may("clerk") && (
                    <button type="button" class="link" onClick={() => undoEvents([event.id], event.label)} aria-label={t("ui.undo_what", { what: event.label })}>
                        {t("ui.undo")}
                    </button>
                )}
            </p>
            {told && <div class="says" dir="auto">{event.text}</div>}
        </li>
    );
}

function Notice({ notice, ticket }) {
    // What came back of it afterwards says more than that it left.
    const state = notice.state === "sent" ? notice.delivery || "sent" : notice.state;
    const resend = () => act({ do: "resend", number: notice.id }, [ticket.id], { said: t("ui.resent", { to: notice.to }) });
    return (
        <li class={`notice sent-${state}`}>
            <details>
                <summary>
                    <Icon name="send" size={14} />
                    <span>{t("ui.told", { to: notice.to })}</span>
                    <span class={`chip sent-${state}`}>{t(`ui.sent.${state}`)}</span>
                    <When at={notice.created_at} />
                </summary>
                <div class="notice-in">
                    {notice.subject && <p><b>{notice.subject}</b></p>}
                    <div class="says" dir="auto">{notice.text}</div>
                    <p class="quiet">
                        {label(me.value.channels, notice.channel)}
                        {notice.next_at > 0 && notice.state === "pending" && ` · ${t("ui.next_try", { when: moment(notice.next_at) })}`}
                    </p>
                </div>
            </details>
            {[notice.why, notice.delivery_why].filter(Boolean).map(why => (
                <p key={why} class="why-failed"><Icon name="alert" size={14} /> {why}</p>))}
            {["failed", "unknown"].includes(state) && may("clerk") && (
                <button type="button" class="small" onClick={resend}><Icon name="send" size={14} />{t("ui.resend")}</button>
            )}
        </li>
    );
}

// What it began with: read first, so it stands above all else.
export function First({ data }) {
    const [message] = data.messages;
    return message ? <div class="first"><Message message={message} first ticket={data.ticket} /></div> : null;
}

function sorted({ messages, events, notices }) {
    const all = [
        ...messages.slice(1).map(message => ({ at: message.received_at, rank: 0, key: `m${message.id}`, message })),
        ...events.map(event => ({ at: event.at, rank: 1, key: `e${event.id}`, event })),
        ...notices.map(notice => ({ at: notice.created_at, rank: 2, key: `n${notice.id}`, notice })),
    ];
    return all.sort((a, b) => a.at - b.at || a.rank - b.rank);
}

export function Thread({ data }) {
    const { ticket, followers } = data;
    return (
        <section class="thread">
            <h3>{t("ui.thread")}</h3>
            <ol>
                {sorted(data).map(({ key, message, event, notice }) => (
                    message ? <li key={key}><Message message={message} ticket={ticket} /></li> :
                        event ? <Event key={key} event={event} /> :
                            <Notice key={key} notice={notice} ticket={ticket} />))}
            </ol>
            {followers.length > 0 && (
                <p class="followers quiet">
                    <Icon name="eye" size={16} /> {t("ui.followers")}{" "}
                    {followers.map(one => one.address).join(", ")}
                </p>
            )}
        </section>
    );
}
