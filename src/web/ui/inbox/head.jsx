// What a report is, at one glance, each part of it a button that changes it.
import { Do } from "./button.jsx";
import { can, command, keyText, title } from "./commands.js";
import { doorIcon, Icon } from "./icons.jsx";
import { move } from "./moves.js";
import { changedOpen } from "./live.js";
import { keysOn } from "./prefs.js";
import { address, back, follow, go, route } from "./route.js";
import { cursor, total } from "./rows.js";
import { opened, others, ticket } from "./ticket.js";
import { stateLabel } from "./work.js";
import { age, ago, day, label, me, metres, moment, t } from "./words.js";

function Moves() {
    return (
        <span class="head-moves">
            <button
                type="button" class="plain square not-desk" aria-label={t("ui.do.map")}
                onClick={() => go({ map: !route.value.map })}
            >
                <Icon name="map" />
            </button>
            <button type="button" class="plain square" disabled={cursor.value <= 0} onClick={() => move(-1)} aria-label={title(command("previous"))}>
                <Icon name="up" />
            </button>
            <button type="button" class="plain square" disabled={cursor.value >= total.value - 1} onClick={() => move(1)} aria-label={title(command("next"))}>
                <Icon name="down" />
            </button>
        </span>
    );
}

function Line() {
    const row = ticket.value;
    return (
        <div class="head-line">
            <button type="button" class="plain square only-phone" onClick={back} aria-label={t("ui.back_list")}>
                <Icon name="back" />
            </button>
            <span class="head-id">#{row.id}</span>
            <span class="head-chips">
                <span class={`chip state-${row.state}`}>{stateLabel(row.state, row.reason)}</span>
                {row.urgent && <span class="chip urgent"><Icon name="alert" size={14} />{t("ui.urgent")}</span>}
                {row.snoozed_until > Date.now() / 1000 && (
                    <span class="chip"><Icon name="clock" size={14} />{day(row.snoozed_until)}</span>
                )}
            </span>
            <Moves />
        </div>
    );
}

function sureness(row) {
    if (row.lat == null)
        return t("sure.nowhere");
    const how = t(`ui.method.${row.method}`);
    return row.uncertainty_m > 0 ? t("ui.within", { how, m: metres(row.uncertainty_m) }) : how;
}

// A part of what the report is; pressed, it is changed.
function Prop({ id, word, icon, value, hint, warn, kind = "" }) {
    const one = command(id);
    const key = one.keys[0];
    return (
        <button
            type="button" class={`prop ${kind} ${warn ? "warn" : ""}`} disabled={!can(one)} onClick={() => one.run()}
            aria-keyshortcuts={keysOn.value ? key : undefined} title={title(one)}
        >
            {icon && <Icon name={icon} size={18} />}
            <span class="prop-in">
                <span class="hidden">{t(word)}: </span>
                <span class="prop-value">{value}</span>
                {hint && <span class="prop-hint">{hint}</span>}
            </span>
            {keysOn.value && <kbd aria-hidden="true">{keyText(key)}</kbd>}
        </button>
    );
}

// Others who are in it, and what one of them has just done.
function Others() {
    const change = changedOpen.value;
    const event = change?.id === ticket.value.id && opened.value.events.find(one => one.id === change.event);
    return (
        <div aria-live="polite" class="others">
            {others.value.map(({ user, doing }) => (
                <p key={user} class={`other ${doing}`}>
                    <span class="avatar" aria-hidden="true">{user.slice(0, 1)}</span>
                    {t(doing === "writing" ? "ui.is_writing" : "ui.is_reading", { name: user })}
                </p>
            ))}
            {event && <p class="other">{t("ui.just_did", { name: change.actor, what: event.label })}</p>}
        </div>
    );
}

// The first have room for their names, the others where the pane is wide.
const named = ["done", "reply"];
const signs = ["note", "snooze", "urgent", "merge", "state"];

function From() {
    const row = ticket.value;
    const from = opened.value.messages[0]?.from;
    return (
        <p class="head-from">
            <Icon name={doorIcon(row.channel)} size={16} /> {label(me.value.channels, row.channel)}
            {from && (from.name || from.address) && <> · {from.name || from.address}</>}
            {" · "}<time title={moment(row.created_at)} dateTime={new Date(row.created_at * 1000).toISOString()}>{ago(row.created_at)}</time>
            {row.areas?.length > 0 && <> · {row.areas.map(one => one.name ?? one).join(", ")}</>}
            {row.token && <> · <a href={`/t/${row.token}`} target="_blank" rel="noopener">{t("ui.resident_page")}</a></>}
        </p>
    );
}

export function Head() {
    const row = ticket.value;
    return (
        <header class="head">
            <Line />
            <div class="head-what">
                <span class={`head-icon ${row.urgent ? "urgent" : ""}`}><Icon name={row.category || "none"} /></span>
                <h2 id="report-title" tabIndex={-1}>
                    <Prop id="category" word="ui.category" kind="big" value={row.category_label || t("ui.no_category")} warn={!row.category} />
                </h2>
                <Prop id="place" word="ui.place" icon="pin" value={row.label || t("ui.no_place")} warn={row.lat == null} hint={sureness(row)} />
                <div class="head-who">
                    <Prop id="assign" word="ui.assignee" icon="person" value={row.assignee || t("ui.nobody")} />
                    <Prop id="department" word="ui.department" icon="people" value={row.department || t("ui.no_department")} />
                </div>
            </div>
            <From />
            {row.duplicate_of > 0 && (
                <p class="card info">
                    {t("ui.duplicate_of")}{" "}
                    <a href={address({ ...route.value, ticket: row.duplicate_of })} onClick={e => follow(e, { ticket: row.duplicate_of })}>
                        #{row.duplicate_of}
                    </a>
                </p>
            )}
            <Others />
            <div class="actions" role="group" aria-label={t("ui.actions")}>
                {named.map(id => <Do key={id} id={id} kind={id === "done" ? "strong" : ""} />)}
                {signs.map(id => <Do key={id} id={id} kind="sign" />)}
                {can(command("pass")) && <Do id="pass" kind="sign" />}
            </div>
            {row.unread && <p class="card warn"><Icon name="alert" size={16} /> {t("ui.unread")}</p>}
            {row.state === "waiting" && row.asked && <p class="card info">{t("ui.asked_since", { age: age(row.changed_at) })}</p>}
        </header>
    );
}
