/*
 * The town's map, for every page that shows one.
 *
 *   const map = townMap(element, { map, words, dark });
 *
 * map: as GET /api/me or GET /tiles/map.json gives it; without it the latter is
 * asked. words: those whose keys begin with "ui.map.". dark: true or false;
 * without it as the reader's system is set.
 */
import L from "leaflet";
import { leafletLayer } from "protomaps-leaflet";
import { DARK, LIGHT, labelRules, paintRules } from "./paint.js";
import { candidateMark } from "./marks.js";
import { pinLayer } from "./pins.js";
import { placeLayer } from "./place.js";

const DATA_ZOOM_MAX = 16;
const ZOOM_MAX = 20;
const CLOSE = 17;

// protomaps-leaflet looks for Leaflet where a script tag would leave it.
globalThis.L = L;

function calm() {
    return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

// Once a page: the map's styles are loaded only where there is a map.
function styles(then) {
    const href = "/assets/map.css";
    let link = document.querySelector(`link[href="${href}"]`);
    if (!link) {
        link = document.createElement("link");
        link.rel = "stylesheet";
        link.href = href;
        document.head.append(link);
    }
    if (link.sheet) {
        then();
    } else {
        link.addEventListener("load", then, { once: true });
    }
}

export function asker(words) {
    return (key, values = {}) =>
        Object.entries(values).reduce(
            (sentence, [name, value]) => sentence.replaceAll(`{${name}}`, value),
            words?.[`ui.map.${key}`] ?? key,
        );
}

function ground(options, dark) {
    if (!options.vector) {
        return L.tileLayer(options.tiles, { maxZoom: ZOOM_MAX, maxNativeZoom: 19, className: dark ? "tiles-dark" : "" });
    }
    const colours = dark ? DARK : LIGHT;
    return leafletLayer({
        url: options.tiles,
        maxDataZoom: DATA_ZOOM_MAX,
        maxZoom: ZOOM_MAX,
        backgroundColor: colours.paper,
        paintRules: paintRules(colours),
        labelRules: labelRules(colours),
        attribution: "",
        noWrap: true,
    });
}

function bounds(options) {
    return L.latLngBounds([options.south, options.west], [options.north, options.east]);
}

function attribution(map, options) {
    const control = L.control.attribution({ prefix: false });
    for (const source of options.attribution ?? []) {
        const text = document.createElement("span");
        text.textContent = source;
        control.addAttribution(text.innerHTML);
    }
    control.addTo(map);
}

function candidateLayer(map, word) {
    const layer = L.layerGroup().addTo(map);
    let chosen = () => {};
    let own = [];

    function draw(candidate) {
        const label = word("candidate", { n: candidate.n, label: candidate.label ?? "" });
        const mark = L.marker([candidate.lat, candidate.lon], {
            icon: candidateMark(candidate, label),
            zIndexOffset: candidate.chosen ? 500 : 0,
        });
        mark.on("click", () => chosen(candidate.n));
        layer.addLayer(mark);
        if (candidate.uncertainty_m > 0) {
            layer.addLayer(L.circle([candidate.lat, candidate.lon], {
                radius: candidate.uncertainty_m,
                className: `reach${candidate.chosen ? " reach-chosen" : ""}`,
                interactive: false,
            }));
        }
    }
    return {
        set(candidates) {
            own = candidates;
            layer.clearLayers();
            own.forEach(draw);
        },
        on(handler) {
            chosen = handler;
        },
        points: () => own.map((candidate) => [candidate.lat, candidate.lon]),
    };
}

export function townMap(el, { map: given, words, dark } = {}) {
    const word = asker(words);
    const still = calm();
    const map = L.map(el, {
        attributionControl: false,
        zoomControl: false,
        maxZoom: ZOOM_MAX,
        minZoom: 3,
        zoomAnimation: !still,
        fadeAnimation: !still,
        markerZoomAnimation: !still,
        inertia: !still,
    });
    L.control.zoom({ zoomInTitle: word("zoom_in"), zoomOutTitle: word("zoom_out") }).addTo(map);
    map.setView([0, 0], 3, { animate: false });
    el.classList.add("townmap");
    el.setAttribute("role", "region");
    el.setAttribute("aria-label", word("label"));

    const pins = pinLayer(map, word);
    const candidates = candidateLayer(map, word);
    const place = placeLayer(map, word);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    let options = null;
    let layer = null;
    let shown = [[], CLOSE]; // shown again when the size changes, until
    let touched = false; // somebody looks elsewhere
    let gone = false;

    function isDark() {
        return dark ?? scheme.matches;
    }

    function paint() {
        if (!options) return;
        const next = ground(options, isDark());
        el.classList.toggle("townmap-dark", isDark());
        next.addTo(map);
        if (next.bringToBack) next.bringToBack();
        if (layer) map.removeLayer(layer);
        layer = next;
    }

    function look([points, zoom], animate) {
        if (!options) return;
        if (points.length === 1) {
            map.setView(points[0], Math.max(zoom, map.getZoom()), { animate });
        } else if (points.length > 1) {
            map.fitBounds(L.latLngBounds(points), { padding: [40, 40], maxZoom: CLOSE, animate });
        } else if (options.south !== options.north) {
            map.fitBounds(bounds(options), { animate });
        }
    }

    function show(points, zoom = CLOSE) {
        shown = [points, zoom];
        touched = false;
        look(shown, !still);
    }

    function fit() {
        const points = [...place.points(), ...candidates.points()];
        show(points.length > 0 ? points : pins.points());
    }

    function start(known) {
        if (gone) return;
        options = known;
        attribution(map, options);
        look(shown, false);
        paint();
    }

    function resized() {
        if (gone) return;
        map.invalidateSize({ animate: false, pan: touched });
        if (!touched) look(shown, false);
    }

    const watcher = new ResizeObserver(resized);
    watcher.observe(el);
    for (const kind of ["pointerdown", "wheel", "keydown"])
        el.addEventListener(kind, () => (touched = true), { passive: true, capture: true });
    styles(resized);
    scheme.addEventListener("change", paint);
    if (given) {
        start(given);
    } else {
        fetch("/tiles/map.json").then((answer) => answer.json()).then(start).catch(() => {});
    }

    return {
        setPins: (list) => pins.set(list),
        setCandidates: (list) => candidates.set(list ?? []),
        setPlace: (at) => place.set(at),
        onPlace: (handler) => place.on(handler),
        onPin: (handler) => pins.on(handler),
        onCandidate: (handler) => candidates.on(handler),
        look: (lat, lon, zoom = CLOSE) => show([[lat, lon]], zoom),
        fit,
        destroy() {
            gone = true;
            watcher.disconnect();
            scheme.removeEventListener("change", paint);
            // Leaflet tells of a new size a little later, whatever has become of the map.
            map.off("moveend zoomend resize");
            map.remove();
        },
        leaflet: map,
    };
}
