// Charts: drawn by uPlot, each beside the table that says the same.
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { dark } from "./prefs.js";
import { number, t } from "./words.js";

const HEIGHT = 220;
const COLOURS = 6;

const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// What a part of a bar is drawn in; the legend's squares have the same.
export const colourName = i => `--chart-${Math.min(i, COLOURS - 1) + 1}`;

/*
 * Bars over labels, each of the parts upon each other. parts: [{label, values}]
 * The uppermost is drawn first, for those below to cover it.
 */
function options(width, labels, parts) {
    const ink = colour("--quiet");
    const bars = uPlot.paths.bars({ size: [0.7, 64] });
    const axis = { stroke: ink, font: "12px system-ui, sans-serif", ticks: { show: false } };
    return {
        width,
        height: HEIGHT,
        padding: [8, 8, 0, 0],
        legend: { show: false },
        cursor: { show: false },
        select: { show: false },
        scales: {
            x: { time: false, range: [-0.5, Math.max(labels.length, 1) - 0.5] },
            y: { range: (plot, low, high) => [0, Math.max(high * 1.08, 4)] },
        },
        axes: [
            {
                ...axis, grid: { show: false }, size: 28, space: 56, incrs: [1, 2, 4, 8, 13, 26, 52, 104],
                values: (plot, ticks) => ticks.map(i => labels[i] ?? ""),
            },
            {
                ...axis, grid: { stroke: colour("--line"), width: 1 }, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 1e4, 1e5],
                values: (plot, ticks) => ticks.map(n => number(n)),
            },
        ],
        series: [{}, ...parts.map((part, i) => ({
            paths: bars, points: { show: false }, width: 0, fill: colour(colourName(parts.length - 1 - i)),
        }))],
    };
}

function stacked(labels, parts) {
    const sums = labels.map(() => 0);
    const below = parts.map(part => part.values.map((n, i) => { sums[i] += n; return sums[i]; }));
    return [labels.map((label, i) => i), ...below.reverse()];
}

// A picture for who sees it; what it says is in the table.
export function Bars({ title, labels, parts }) {
    const element = useRef(null);
    useEffect(() => {
        const box = element.current;
        const plot = new uPlot(options(box.clientWidth || 300, labels, parts), stacked(labels, parts), box);
        const watch = new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height: HEIGHT }));
        watch.observe(box);
        return () => {
            watch.disconnect();
            plot.destroy();
        };
    }, [labels, parts, dark.value]);
    return (
        <>
            <div class="chart" role="img" aria-label={t("ui.figures.chart", { title })} ref={element} />
            {parts.length > 1 && (
                <ul class="legend">
                    {parts.map((part, i) => (
                        <li key={part.label}><span class={`swatch swatch-${i + 1}`} aria-hidden="true" />{part.label}</li>
                    ))}
                </ul>
            )}
        </>
    );
}

// rows: [[label, ...numbers]]; the first column names the row.
export function Table({ caption, head, rows }) {
    return (
        <div class="scrolls" tabIndex={0} role="region" aria-label={caption}>
            <table class="figures-table">
                <caption>{caption}</caption>
                <thead><tr>{head.map((text, i) => <th key={text} scope="col" class={i > 0 ? "n" : ""}>{text}</th>)}</tr></thead>
                <tbody>
                    {rows.map(([label, ...cells]) => (
                        <tr key={label}>
                            <th scope="row">{label}</th>
                            {cells.map((cell, i) => <td key={head[i + 1]} class="n">{cell}</td>)}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

// A chart with its numbers folded away below it.
export function Chart({ title, labels, parts, head, rows }) {
    const nothing = parts.every(part => part.values.every(n => n === 0));
    return (
        <figure class="figure">
            <figcaption><h2>{title}</h2></figcaption>
            {nothing ? <p class="quiet">{t("ui.figures.nothing")}</p> : <Bars title={title} labels={labels} parts={parts} />}
            {!nothing && (
                <details>
                    <summary>{t("ui.figures.table")}</summary>
                    <Table caption={title} head={head} rows={rows} />
                </details>
            )}
        </figure>
    );
}

// A table whose rows have a bar each: for names, which no axis has room for.
export function Ranks({ title, rows, what }) {
    const most = Math.max(1, ...rows.map(row => row.n));
    return (
        <figure class="figure">
            <figcaption><h2>{title}</h2></figcaption>
            {rows.length === 0 ? <p class="quiet">{t("ui.figures.nothing")}</p> : (
                <table class="figures-table ranks">
                    <caption class="hidden">{title}</caption>
                    <thead class="hidden"><tr><th scope="col">{what}</th><th scope="col">{t("ui.figures.reports")}</th></tr></thead>
                    <tbody>
                        {rows.map(row => (
                            <tr key={row.name}>
                                <th scope="row">{row.label}</th>
                                <td class="n">
                                    <svg class="rank" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                                        <rect width={(100 * row.n) / most} height="8" rx="1" />
                                    </svg>
                                    {number(row.n)}
                                </td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            )}
        </figure>
    );
}
