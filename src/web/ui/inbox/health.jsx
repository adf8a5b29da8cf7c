// Health: is all that comes in taken, read and answered? In sentences.
import { useCallback, useEffect, useState } from "preact/hooks";
import { get, post, sentence } from "./api.js";
import { Icon } from "./icons.jsx";
import { address, follow } from "./route.js";
import { say } from "./say.js";
import { Taught } from "./taught.jsx";
import { ago, bytes, may, me, moment, number, t } from "./words.js";

const AGAIN_MS = 30 * 1000;
const OLD_S = 400 * 86400; // of a map

// "well", "look", "trouble": a word with a sign, never a colour alone.
function State({ is }) {
    const kind = { well: "good", look: "warn", trouble: "urgent" }[is];
    return (
        <span class={`chip health-${is} ${kind}`}>
            <Icon name={is === "well" ? "check" : "alert"} size={14} />{t(`ui.health.${is}`)}
        </span>
    );
}

function Line({ name, is, children }) {
    return (
        <li class="health-line">
            <p class="health-name"><strong>{name}</strong> <State is={is} /></p>
            {children}
        </li>
    );
}

// ---- channels ----

function channelState(one) {
    if (one.trouble)
        return "trouble";
    return one.quarantined > 0 || !one.open ? "look" : "well";
}

function channelName(one) {
    const known = me.value.channels.find(other => other.name === one.name);
    return known?.label ?? (one.label === one.name ? one.name : `${one.label} (${one.name})`);
}

function Channel({ one }) {
    const counters = Object.entries(one.counters);
    return (
        <Line name={channelName(one)} is={channelState(one)}>
            {one.trouble && <p class="bad">{t("ui.health.trouble_since", { ago: ago(one.trouble_at), why: one.trouble })}</p>}
            {!one.open && <p>{t("ui.health.closed")}</p>}
            {one.receives && (
                <p>
                    {one.last_at > 0 ? t("ui.health.last", { ago: ago(one.last_at), n: number(one.messages) }) : t("ui.health.none")}
                    {one.server_has !== undefined && <> {t("ui.health.server_has", { n: number(one.server_has), inbox: number(one.messages) })}</>}
                    {one.waiting > 0 && <> {t("ui.health.waiting", { n: number(one.waiting) })}</>}
                    {one.quarantined > 0 && <> {t("ui.health.quarantined", { n: number(one.quarantined) })}</>}
                </p>
            )}
            {!one.receives && <p>{t(one.kind === "Rspamd" ? "ui.health.checks" : "ui.health.sends")}</p>}
            {one.token_expires_at > 0 && <p>{t("ui.health.signed_in", { when: moment(one.token_expires_at) })}</p>}
            {counters.length > 0 && (
                <p class="quiet">{t("ui.health.counted")} {counters.map(([what, n]) => `${counterName(what)}: ${number(n)}`).join(", ")}</p>
            )}
        </Line>
    );
}

function counterName(what) {
    const key = `ui.health.count.${what}`;
    const text = t(key);
    return text === key ? what : text;
}

// ---- what is not a channel ----

function Rules({ rules }) {
    return (
        <Line name={t("ui.health.rules")} is={rules.error ? "trouble" : "well"}>
            {rules.error && <p class="bad">{t("ui.health.rules_fail")} <span class="why">{rules.error}</span></p>}
            <p>{t("ui.health.rules_since", { when: moment(rules.loaded_at) })}</p>
        </Line>
    );
}

function Gazetteer({ map }) {
    const old = Date.now() / 1000 - map.built_at > OLD_S;
    const is = map.error || !map.there ? "trouble" : old ? "look" : "well";
    return (
        <Line name={t("ui.health.map")} is={is}>
            {map.error && <p class="bad">{t("ui.health.map_fail")} <span class="why">{map.error}</span></p>}
            {!map.there ? <p>{t("ui.health.map_none")}</p> : (
                <p>
                    {t("ui.health.map_has", { ago: ago(map.built_at), streets: number(map.streets), addresses: number(map.addresses) })}
                    {old && <> {t("ui.health.map_old")}</>}
                </p>
            )}
        </Line>
    );
}

function Outbox({ box }) {
    const bad = box.failed + box.unknown;
    return (
        <Line name={t("ui.health.outbox")} is={bad > 0 ? "look" : "well"}>
            <p>
                {t("ui.health.pending", { n: number(box.pending) })}
                {box.failed > 0 && <> {t("ui.health.failed", { n: number(box.failed) })}</>}
                {box.unknown > 0 && <> {t("ui.health.unknown", { n: number(box.unknown) })}</>}
            </p>
        </Line>
    );
}

function Machine({ health }) {
    const low = health.disk_free !== null && health.disk_free < 4 * health.disk_reserve;
    const full = health.disk_free !== null && health.disk_free < health.disk_reserve;
    return (
        <Line name={t("ui.health.machine")} is={full ? "trouble" : low ? "look" : "well"}>
            <p>
                {health.disk_free !== null && t(full ? "ui.health.disk_full" : "ui.health.disk", { free: bytes(health.disk_free) })}{" "}
                {t("ui.health.backlog", { n: number(health.backlog) })}
            </p>
        </Line>
    );
}

// ---- what could not be read, and what was set aside ----

// What each is asked for, and what is said once it is done.
const KINDS = {
    quarantine: { path: "/api/retry", ask: "ui.health.retry", done: "ui.health.was_read" },
    aside: { path: "/api/after-all", ask: "ui.health.make", done: "ui.health.was_made" },
};

function Kept({ row, kind, onDone }) {
    const [busy, setBusy] = useState(false);
    const [why, setWhy] = useState("");
    const { path, ask, done } = KINDS[kind];
    const report = row.ticket > 0 && t("ui.health.report", { id: row.ticket });
    const send = async () => {
        setBusy(true);
        try {
            const { ticket } = await post(path, { raw: row.raw });
            say(t(done, { id: ticket }));
            onDone();
        } catch (error) {
            setWhy(sentence(error));
        }
        setBusy(false);
    };
    return (
        <li class="health-line">
            <p>
                {report && (
                    <a href={address({ page: "list", ticket: row.ticket })} onClick={e => follow(e, { ticket: row.ticket, query: "state=any" })}>
                        {report}
                    </a>
                )}{" "}
                <span class="quiet">{row.channel}, {ago(row.received_at)}</span>
            </p>
            <p class="why">{why || row.why}</p>
            {may("clerk") && (
                <button type="button" disabled={busy} onClick={send}>
                    {t(ask)}<span class="hidden"> {report || row.why}</span>
                </button>
            )}
            <span role="status">{why && t("ui.health.still_not")}</span>
        </li>
    );
}

function KeptList({ kind, rows, onDone }) {
    return (
        <section aria-labelledby={kind}>
            <h2 id={kind}>{t(`ui.health.${kind}`)}</h2>
            {rows.length === 0 && <p class="quiet">{t(`ui.health.${kind}_none`)}</p>}
            <ul class="health-list">
                {rows.map(row => <Kept key={row.raw} row={row} kind={kind} onDone={onDone} />)}
            </ul>
        </section>
    );
}

export function Health() {
    const [got, setGot] = useState(null);
    const [trouble, setTrouble] = useState("");
    const load = useCallback(async () => {
        try {
            const [health, quarantine, taught] = await Promise.all([
                get("/api/health"), get("/api/quarantine"), may("supervisor") ? get("/api/remember") : { on: false },
            ]);
            setGot({ health, quarantine, taught });
            setTrouble("");
        } catch (error) {
            setTrouble(sentence(error));
        }
    }, []);
    useEffect(() => {
        load();
        const timer = setInterval(() => document.visibilityState === "visible" && load(), AGAIN_MS);
        return () => clearInterval(timer);
    }, []);
    return (
        <main class="page health" id="main" tabIndex={-1} aria-busy={!got}>
            <h1>{t("ui.do.health")}</h1>
            {trouble && <p class="card bad" role="alert">{trouble}</p>}
            {got && (
                <>
                    <p class="quiet">{t("ui.health.as_of", { when: moment(got.health.at) })} <button type="button" class="link" onClick={load}>{t("ui.health.reload")}</button></p>
                    <section aria-labelledby="channels">
                        <h2 id="channels">{t("ui.health.channels")}</h2>
                        <ul class="health-list">{got.health.channels.map(one => <Channel key={one.name} one={one} />)}</ul>
                    </section>
                    <section aria-labelledby="inside">
                        <h2 id="inside">{t("ui.health.inside")}</h2>
                        <ul class="health-list">
                            <Rules rules={got.health.rules} />
                            <Gazetteer map={got.health.gazetteer} />
                            <Outbox box={got.health.outbox} />
                            <Machine health={got.health} />
                        </ul>
                    </section>
                    <KeptList kind="quarantine" rows={got.quarantine.filter(row => row.ticket > 0)} onDone={load} />
                    <KeptList kind="aside" rows={got.quarantine.filter(row => row.ticket === 0)} onDone={load} />
                    {got.taught.on && <Taught entries={got.taught.entries} onChange={load} />}
                </>
            )}
        </main>
    );
}
