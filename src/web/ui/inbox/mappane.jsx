// The town's map: the list as pins, the open report's place and candidates.
import { effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { get } from "./api.js";
import { filter, listQuery, setFilter } from "./filter.js";
import { Icon } from "./icons.jsx";
import { chosen, LETTERS } from "./placecheck.jsx";
import { pin, PlaceEdit } from "./placeedit.jsx";
import { dark, size } from "./prefs.js";
import { back, go, route } from "./route.js";
import { version } from "./rows.js";
import { ticket } from "./ticket.js";
import { candidates, canWorkOne, pickNumbered, placing } from "./work.js";
import { label, may, me, t } from "./words.js";

const PINS_MS = 500;
const CLOSE = 16; // a few streets around it

const bounds = signal(null); // what the map shows, once it was moved
const trouble = signal(false);

function asPin([id, lat, lon, state, category, urgent]) {
    return {
        id, lat, lon, state, category, urgent,
        category_label: label(me.value.categories, category) || t("ui.no_category"),
        state_label: label(me.value.states, state),
    };
}

// The pins of the list, again when the list has changed.
function drawPins(map) {
    let timer = 0;
    let control = null;
    return effect(() => {
        const query = listQuery.value;
        version.value;
        clearTimeout(timer);
        timer = setTimeout(async () => {
            control?.abort();
            control = new AbortController();
            try {
                const { pins } = await get(`/api/pins?${query}`, control.signal);
                map.setPins(pins.map(asPin));
            } catch {
                // The pins of before stay.
            }
        }, PINS_MS);
        return () => clearTimeout(timer);
    });
}

function middle() {
    const { south, west, north, east } = me.value.map;
    return { lat: (south + north) / 2, lon: (west + east) / 2 };
}

function drawPlace(map) {
    return effect(() => {
        const row = ticket.value;
        const moved = pin.value;
        map.onPlace(row && may("clerk") ? onPlace : null);
        if (moved)
            map.setPlace({ lat: moved.lat, lon: moved.lon, uncertainty_m: 0 });
        else if (row?.lat != null)
            map.setPlace({ lat: row.lat, lon: row.lon, uncertainty_m: row.uncertainty_m, label: row.label });
        else
            map.setPlace(placing.value ? { ...middle(), uncertainty_m: 0 } : null);
    });
}

// To the place of what is open; where it is to be checked, to all candidates.
function lookThere(map) {
    let last = null;
    return effect(() => {
        const row = ticket.value;
        const moved = pin.value;
        const now = moved ? !moved.byHand && `${moved.lat} ${moved.lon}` : row && `${row.id} ${row.lat} ${row.decision}`;
        if (!now || now === last)
            return;
        last = now;
        if (moved)
            map.look(moved.lat, moved.lon);
        else if (row.lat != null && row.decision === "accept")
            map.look(row.lat, row.lon, CLOSE);
        else if (row.lat != null)
            map.fit();
    });
}

function drawCandidates(map) {
    return effect(() => {
        const row = ticket.value;
        const { list } = candidates();
        map.setCandidates(!row || list.length < 2 ? [] : list.map((one, i) => ({
            n: LETTERS[i], lat: one.lat, lon: one.lon, uncertainty_m: one.uncertainty_m,
            label: one.label, chosen: chosen(one, row),
        })));
    });
}

function onPlace({ lat, lon }) {
    if (!ticket.value || !canWorkOne())
        return;
    placing.value ??= { id: ticket.value.id, typed: "" };
    pin.value = { lat, lon, byHand: true };
}

async function make(element, left) {
    const { townMap } = await import("../map/townmap.js");
    if (left())
        return () => {};
    const map = townMap(element, {
        map: me.value.map, words: me.value.words, dark: dark.value,
    });
    map.leaflet.on("moveend", () => { bounds.value = map.leaflet.getBounds(); });
    map.onCandidate(letter => pickNumbered(LETTERS.indexOf(letter)));
    map.onPin(id => go({ ticket: id, map: size.value !== "desk" && route.value.map }));
    const ends = [drawPins(map), drawPlace(map), drawCandidates(map), lookThere(map)];
    return () => {
        ends.forEach(end => end());
        map.destroy();
    };
}

function here(box) {
    return [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map(n => n.toFixed(5)).join(",");
}

export function MapPane() {
    const element = useRef(null);
    useEffect(() => {
        let end = null;
        let left = false;
        trouble.value = false;
        make(element.current, () => left).then(fn => {
            end = fn;
            if (left)
                end();
        }, () => { trouble.value = true; });
        return () => {
            left = true;
            end?.();
        };
    }, [dark.value]);
    return (
        <section class={`pane map ${placing.value ? "placing" : ""}`} aria-label={t("ui.map")}>
            <header class="map-head not-desk">
                <button type="button" class="plain square" onClick={back} aria-label={t("ui.back_report")}><Icon name="back" /></button>
                <strong>{ticket.value?.label || t("ui.map")}</strong>
            </header>
            {placing.value && placing.value.id === ticket.value?.id && <PlaceEdit key={placing.value.id} />}
            <div class="map-in">
                <div ref={element} class="map-canvas" />
                {trouble.value && <p class="nothing">{t("ui.map_trouble")}</p>}
                {bounds.value && !filter.value.bbox && (
                    <button type="button" class="map-only" onClick={() => setFilter("bbox", here(bounds.value))}>
                        <Icon name="search" size={16} />{t("ui.bbox_only")}
                    </button>
                )}
            </div>
        </section>
    );
}
