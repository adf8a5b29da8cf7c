// Figures: how many reports, how long they take, who was right.
import { useEffect, useMemo, useState } from "preact/hooks";
import { get, sentence } from "./api.js";
import { Chart, Ranks } from "./charts.jsx";
import { Icon } from "./icons.jsx";
import { label, me, number, percent, t } from "./words.js";

const DAY = 86400;
const WEEK = 7 * DAY;
const PARTS = 5; // of a bar; the rest of them is one
const SPANS = [30, 90, 365];

const iso = seconds => new Date(seconds * 1000).toISOString().slice(0, 10);
const seconds = text => Date.parse(`${text}T00:00:00Z`) / 1000;
const today = () => iso(Date.now() / 1000);
const before = days => iso(Date.now() / 1000 - days * DAY);

const date = at => new Intl.DateTimeFormat(me.value.language, { day: "numeric", month: "short", timeZone: "UTC" }).format(at * 1000);

// "2 h", "3 d": the largest unit that is worth saying.
function span(s) {
    const [unit, n] = s < 3600 ? ["minute", s / 60] : s < 2 * DAY ? ["hour", s / 3600] : ["day", s / DAY];
    return new Intl.NumberFormat(me.value.language, {
        style: "unit", unit, unitDisplay: "short", maximumFractionDigits: n < 10 ? 1 : 0,
    }).format(n);
}

// ---- what the charts are made of ----

function categoryLabel(name) {
    return name ? label(me.value.categories, name) : t("ui.no_category");
}

// Every week from the first to the last, those without a report too.
function weeksOf({ weeks, by_category }) {
    const names = by_category.slice(0, PARTS).map(one => one.name);
    const rest = by_category.length > PARTS;
    const ats = [];
    for (let at = weeks[0]?.at; at <= weeks.at(-1)?.at; at += WEEK)
        ats.push(at);
    const found = new Map(weeks.map(week => [week.at, week.category]));
    const of = (at, name) => found.get(at)?.[name] ?? 0;
    const sum = at => Object.values(found.get(at) ?? {}).reduce((all, n) => all + n, 0);
    const parts = names.map(name => ({ label: categoryLabel(name), values: ats.map(at => of(at, name)) }));
    if (rest)
        parts.push({
            label: t("ui.figures.others"),
            values: ats.map(at => sum(at) - names.reduce((all, name) => all + of(at, name), 0)),
        });
    return { labels: ats.map(date), parts, sums: ats.map(sum) };
}

const ageLabel = ({ days }, i, all) =>
    days === null ? t("ui.figures.age_over", { n: all[i - 1].days }) : t("ui.figures.age_up_to", { n: days });

const SAID = ["by_machine", "corrected", "by_clerk", "none"];

// ---- the page ----

function Ask({ asked, set }) {
    const days = Math.round((seconds(asked.to) - seconds(asked.from)) / DAY);
    return (
        <form class="figures-ask" onSubmit={e => e.preventDefault()}>
            <div class="quick" role="group" aria-label={t("ui.figures.span")}>
                {SPANS.map(n => (
                    <button
                        key={n} type="button" aria-pressed={asked.to === today() && days === n}
                        onClick={() => set({ from: before(n), to: today() })}
                    >
                        {t("ui.figures.days", { n: number(n) })}
                    </button>
                ))}
            </div>
            <label>{t("ui.figures.from")}
                <input class="field" type="date" required value={asked.from} max={asked.to} onChange={e => e.currentTarget.value && set({ from: e.currentTarget.value })} />
            </label>
            <label>{t("ui.figures.to")}
                <input class="field" type="date" required value={asked.to} min={asked.from} max={today()} onChange={e => e.currentTarget.value && set({ to: e.currentTarget.value })} />
            </label>
            {me.value.areas.length > 0 && (
                <label>{t("ui.area")}
                    <select class="field" value={asked.area} onChange={e => set({ area: e.currentTarget.value })}>
                        <option value="">{t("ui.figures.everywhere")}</option>
                        {me.value.areas.map(area => <option key={area} value={area}>{area}</option>)}
                    </select>
                </label>
            )}
        </form>
    );
}

function Tile({ name, value, hint }) {
    return (
        <div class="tile">
            <dt>{name}</dt>
            <dd><strong>{value}</strong>{hint && <span class="quiet">{hint}</span>}</dd>
        </div>
    );
}

function lapse(of) {
    return of.n === 0 ? ["–", t("ui.figures.none_yet")] : [span(of.median_s), t("ui.figures.p90", { span: span(of.p90_s) })];
}

function share(of) {
    const all = SAID.reduce((sum, key) => sum + of[key], 0);
    return all === 0 ? "–" : percent(of.by_machine / all);
}

function Tiles({ got }) {
    const [answered, answeredHint] = lapse(got.first_answer);
    const [done, doneHint] = lapse(got.done);
    return (
        <dl class="tiles">
            <Tile name={t("ui.figures.reports")} value={number(got.tickets)} />
            <Tile name={t("ui.figures.first_answer")} value={answered} hint={answeredHint} />
            <Tile name={t("ui.figures.done")} value={done} hint={doneHint} />
            <Tile name={t("ui.figures.placed_machine")} value={share(got.placed)} hint={t("ui.figures.corrected_n", { n: number(got.placed.corrected) })} />
            <Tile name={t("ui.figures.sorted_machine")} value={share(got.categorised)} hint={t("ui.figures.corrected_n", { n: number(got.categorised.corrected) })} />
        </dl>
    );
}

function One({ title, rows, what }) {
    const head = [what, t("ui.figures.reports")];
    const { labels, parts } = useMemo(() => ({
        labels: rows.map(row => row[0]),
        parts: [{ label: title, values: rows.map(row => row[1]) }],
    }), [rows]);
    return <Chart title={title} labels={labels} parts={parts} head={head} rows={rows.map(([name, n]) => [name, number(n)])} />;
}

function Weeks({ got }) {
    const { labels, parts, sums } = useMemo(() => weeksOf(got), [got]);
    return (
        <Chart
            title={t("ui.figures.weeks")} labels={labels} parts={parts}
            head={[t("ui.figures.week"), ...parts.map(part => part.label), t("ui.figures.all")]}
            rows={labels.map((name, i) => [name, ...parts.map(part => number(part.values[i])), number(sums[i])])}
        />
    );
}

function Charts({ got }) {
    const ages = useMemo(() => got.open_by_age.map((one, i, all) => [ageLabel(one, i, all), one.n]), [got]);
    const placed = useMemo(() => SAID.map(key => [t(`ui.figures.said_${key}`), got.placed[key]]), [got]);
    const sorted = useMemo(() => SAID.map(key => [t(`ui.figures.said_${key}`), got.categorised[key]]), [got]);
    return (
        <div class="figures-in">
            <div class="wide"><Weeks got={got} /></div>
            <Ranks
                title={t("ui.figures.by_category")} what={t("ui.category")}
                rows={got.by_category.map(one => ({ ...one, label: categoryLabel(one.name) }))}
            />
            <Ranks title={t("ui.figures.by_area")} what={t("ui.area")} rows={got.by_area} />
            <One title={t("ui.figures.placed")} what={t("ui.figures.who")} rows={placed} />
            <One title={t("ui.figures.sorted")} what={t("ui.figures.who")} rows={sorted} />
            <One title={t("ui.figures.ages")} what={t("ui.age")} rows={ages} />
        </div>
    );
}

// The list itself, for a spreadsheet or a map.
function Files({ asked }) {
    const days = Math.max(1, Math.ceil((Date.now() / 1000 - seconds(asked.from)) / DAY));
    const query = new URLSearchParams({ state: "any", snoozed: "any", since: `${days}d` });
    if (asked.area)
        query.set("area", asked.area);
    return (
        <p class="files-line">
            {t("ui.figures.files", { day: date(seconds(asked.from)) })}{" "}
            <a class="button" href={`/api/export.csv?${query}`} download><Icon name="download" size={16} />{t("ui.figures.csv")}</a>{" "}
            <a class="button" href={`/api/export.geojson?${query}`} download><Icon name="download" size={16} />{t("ui.figures.geojson")}</a>
        </p>
    );
}

export function Figures() {
    const [asked, setAsked] = useState(() => ({ from: before(90), to: today(), area: "" }));
    const [got, setGot] = useState(null);
    const [trouble, setTrouble] = useState("");
    useEffect(() => {
        const leaving = new AbortController();
        const query = new URLSearchParams({ from: seconds(asked.from), to: seconds(asked.to) + DAY, area: asked.area });
        get(`/api/figures?${query}`, leaving.signal).then(
            answer => { setGot(answer); setTrouble(""); },
            error => setTrouble(sentence(error)));
        return () => leaving.abort();
    }, [asked]);
    return (
        <main class="page figures" id="main" tabIndex={-1} aria-busy={!got}>
            <h1>{t("ui.do.figures")}</h1>
            <Ask asked={asked} set={part => setAsked(now => ({ ...now, ...part }))} />
            <p class="hidden" role="status">{got && t("ui.figures.shown", { n: number(got.tickets) })}</p>
            {trouble && <p class="card bad" role="alert">{trouble}</p>}
            {got && <Tiles got={got} />}
            {got && <Charts got={got} />}
            <Files asked={asked} />
        </main>
    );
}
