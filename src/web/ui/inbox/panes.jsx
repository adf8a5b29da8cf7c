// The three panes and the bars between them, moved by mouse or arrow keys.
import { useRef } from "preact/hooks";
import { Bulk } from "./bulk.jsx";
import { FilterBar } from "./filterbar.jsx";
import { List } from "./list.jsx";
import { MapPane } from "./mappane.jsx";
import { setWidth, size, widths } from "./prefs.js";
import { Report } from "./report.jsx";
import { route } from "./route.js";
import { t } from "./words.js";

const limits = { list: [240, 640, 336], map: [240, 900, 324] };
const STEP = 24;

const clamp = (name, n) => Math.round(Math.max(limits[name][0], Math.min(limits[name][1], n)));
const widthOf = name => clamp(name, widths.value[name] ?? limits[name][2]);

// way: 1 where the pane is left of the bar, -1 where it is right of it.
function Bar({ name, way }) {
    const from = useRef(null);
    const set = n => setWidth(name, clamp(name, n));
    const steps = { ArrowLeft: -STEP * way, ArrowRight: STEP * way };
    return (
        <div
            class="bar" role="separator" tabIndex={0} aria-orientation="vertical"
            aria-label={t(`ui.width_${name}`)} aria-valuemin={limits[name][0]} aria-valuemax={limits[name][1]}
            aria-valuenow={widthOf(name)}
            onKeyDown={e => {
                if (steps[e.key]) {
                    e.preventDefault();
                    set(widthOf(name) + steps[e.key]);
                }
            }}
            onDblClick={() => set(limits[name][2])}
            onPointerDown={e => {
                e.currentTarget.setPointerCapture(e.pointerId);
                from.current = { x: e.clientX, width: widthOf(name) };
            }}
            onPointerMove={e => from.current && set(from.current.width + (e.clientX - from.current.x) * way)}
            onPointerUp={() => { from.current = null; }}
        />
    );
}

// Which panes there are: all on a desk, two on a tablet, one on a phone.
function shown() {
    const { ticket, map } = route.value;
    if (size.value === "desk")
        return { list: true, report: true, map: true };
    if (size.value === "tablet")
        return { list: true, report: !map, map };
    return { list: !ticket && !map, report: Boolean(ticket) && !map, map };
}

export function Panes() {
    const { list, report, map } = shown();
    return (
        <main
            class={`panes ${size.value}`} id="main" tabIndex={-1}
            style={{ "--list-w": `${widthOf("list")}px`, "--map-w": `${widthOf("map")}px` }}
        >
            <h1 class="hidden">{t("inbox.title")}</h1>
            <section class={`pane list ${list ? "" : "away"}`} aria-label={t("ui.list")}>
                <FilterBar />
                <Bulk />
                <List />
            </section>
            {size.value !== "phone" && <Bar name="list" way={1} />}
            {report && <Report />}
            {size.value === "desk" && <Bar name="map" way={-1} />}
            {map && <MapPane />}
        </main>
    );
}
