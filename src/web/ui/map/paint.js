// How the town's own tiles are painted: what is where, in calm colours.
import {
    CenteredTextSymbolizer,
    GeomType,
    GroupSymbolizer,
    CircleSymbolizer,
    LineLabelSymbolizer,
    LineSymbolizer,
    OffsetTextSymbolizer,
    PolygonSymbolizer,
    exp,
} from "protomaps-leaflet";

const FONT = 'system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif';

export const LIGHT = {
    paper: "#f3f1ec",
    land: {
        park: "#d3e6c8", wood: "#cbdfc0", grass: "#e2ebd6", cemetery: "#d9e4d3", sport: "#d6e6d0",
        school: "#efe6d8", beach: "#f2e8c9", wetland: "#d9e5dc", farmland: "#f0edde", built: "#eae7e0",
    },
    water: "#aecfe4",
    casing: { highway: "#d99a52", major: "#dcb45f", middle: "#d3c9ac", minor: "#d6d1c7", service: "#dcd8cf" },
    road: { highway: "#f7c98b", major: "#fbe3a3", middle: "#fdf6dc", minor: "#ffffff", service: "#ffffff" },
    thin: "#d2cab9",
    path: "#b7a58b",
    rail: "#a9a6a1",
    edge: "#9a86ab",
    text: { road: "#43464b", place: "#4b4742", green: "#33613a", water: "#2a5d7c", area: "#6b5580", door: "#77716a" },
    halo: "#ffffff",
};

export const DARK = {
    paper: "#1a1e24",
    land: {
        park: "#21322a", wood: "#1f2f27", grass: "#222c27", cemetery: "#232d2a", sport: "#22312d",
        school: "#28272a", beach: "#2f2c23", wetland: "#1f2d2c", farmland: "#20241f", built: "#1f242b",
    },
    water: "#15364b",
    casing: { highway: "#14171b", major: "#14171b", middle: "#14171b", minor: "#14171b", service: "#14171b" },
    road: { highway: "#8a6a3f", major: "#6d6147", middle: "#525353", minor: "#3d444d", service: "#343b43" },
    thin: "#3d444d",
    path: "#566068",
    rail: "#4c535c",
    edge: "#77688a",
    text: { road: "#d3d8de", place: "#c8c2b8", green: "#9ccfa2", water: "#8cc0e0", area: "#bda9d4", door: "#9da4ac" },
    halo: "#14181d",
};

// Widths in pixels at zooms 10 to 19.
const WIDTHS = {
    highway: [[9, 1.2], [12, 2.6], [14, 5], [16, 11], [18, 22], [20, 44]],
    major: [[9, 0.8], [12, 2], [14, 4.2], [16, 10], [18, 20], [20, 40]],
    middle: [[11, 0.7], [13, 1.8], [14, 3.4], [16, 8.5], [18, 17], [20, 34]],
    minor: [[12, 0.5], [14, 1.8], [16, 6.5], [18, 14], [20, 28]],
    service: [[14, 0.5], [16, 2.6], [18, 7], [20, 14]],
};
const KINDS = ["service", "minor", "middle", "major", "highway"];
// A casing thinner than this is noise.
const CASED = { service: 17, minor: 14, middle: 13, major: 12, highway: 11 };

const GREEN = new Set(["park", "nature_reserve", "garden", "cemetery", "wood", "forest", "golf_course", "playground",
    "recreation_ground", "pitch", "protected_area", "village_green", "common", "meadow", "grass"]);
const TOWNS = new Set(["city", "town", "village", "hamlet", "suburb", "quarter", "neighbourhood", "square"]);

const width = (kind) => exp(1.4, WIDTHS[kind]);
const isKind = (kind) => (_, feature) => feature.props.kind === kind;
const isRoad = (kind) => (_, f) => f.props.kind === kind && f.geomType === GeomType.Line;

function land(colours) {
    return {
        dataLayer: "land",
        symbolizer: new PolygonSymbolizer({
            fill: (_, f) => colours.land[f.props.kind] ?? colours.land.grass,
            perFeature: true,
        }),
    };
}

function water(colours) {
    return [
        {
            dataLayer: "water",
            symbolizer: new PolygonSymbolizer({ fill: colours.water }),
            filter: (_, f) => f.geomType === GeomType.Polygon,
        },
        {
            dataLayer: "water",
            symbolizer: new LineSymbolizer({
                color: colours.water,
                width: (z, f) => exp(1.4, f.props.kind === "river" ? [[9, 1], [14, 4], [18, 18]] : [[12, 0.6], [15, 1.6], [18, 5]])(z),
                lineCap: "round",
                lineJoin: "round",
                perFeature: true,
            }),
            filter: (_, f) => f.geomType === GeomType.Line,
        },
    ];
}

// Thin lines want more ink than broad ones.
const THIN = { highway: 0, major: 0, middle: 13, minor: 14, service: 16 };

function ink(colours, kind) {
    return (z) => (z < THIN[kind] ? colours.thin : colours.road[kind]);
}

function line(kind, color, grow) {
    return {
        dataLayer: "roads",
        filter: isRoad(kind),
        symbolizer: new LineSymbolizer({
            color,
            width: (z) => width(kind)(z) + grow(z),
            lineCap: "round",
            lineJoin: "round",
        }),
    };
}

function roads(colours) {
    const casings = KINDS.map((kind) => ({
        ...line(kind, colours.casing[kind], (z) => (z < 15 ? 1.2 : 2)),
        minzoom: CASED[kind],
    }));
    const fills = KINDS.map((kind) => line(kind, ink(colours, kind), () => 0));
    const path = {
        dataLayer: "roads",
        minzoom: 15,
        filter: isKind("path"),
        symbolizer: new LineSymbolizer({ dash: [4, 3], color: colours.path, width: exp(1.4, [[15, 0.9], [18, 2]]) }),
    };
    const rail = [
        {
            dataLayer: "roads",
            filter: isKind("rail"),
            symbolizer: new LineSymbolizer({ color: colours.rail, width: exp(1.4, [[11, 0.8], [15, 1.6], [18, 3]]) }),
        },
        {
            dataLayer: "roads",
            minzoom: 16,
            filter: isKind("rail"),
            symbolizer: new LineSymbolizer({ dash: [1.5, 9], color: colours.rail, width: 6 }),
        },
    ];
    return [path, ...casings, ...fills, ...rail];
}

export function paintRules(colours) {
    return [
        land(colours),
        ...water(colours),
        ...roads(colours),
        {
            dataLayer: "areas",
            filter: (_, f) => f.geomType === GeomType.Line,
            symbolizer: new LineSymbolizer({
                dash: [7, 4],
                color: colours.edge,
                width: exp(1, [[11, 0.5], [14, 1.2]]),
                opacity: exp(1, [[11, 0.5], [14, 0.9]]),
            }),
        },
    ];
}

// ---- labels: the first that has room stays ----

function roadName(colours, kinds, minzoom, size) {
    return {
        dataLayer: "roads",
        minzoom,
        filter: (_, f) => kinds.includes(f.props.kind),
        symbolizer: new LineLabelSymbolizer({
            fill: colours.text.road,
            stroke: colours.halo,
            width: 3,
            font: (z) => `500 ${size(z)}px ${FONT}`,
            position: 2,
            repeatDistance: 420,
            maxLabelChars: 60,
        }),
    };
}

function placeColour(colours, kind) {
    if (GREEN.has(kind)) return colours.text.green;
    return kind === "water" ? colours.text.water : colours.text.place;
}

const isPoint = (f) => f.geomType === GeomType.Point;

function townName(colours) {
    return {
        dataLayer: "places",
        filter: (_, f) => TOWNS.has(f.props.kind),
        maxzoom: 16,
        symbolizer: new CenteredTextSymbolizer({
            fill: colours.text.place,
            stroke: colours.halo,
            width: 3,
            font: (z, f) => `600 ${["city", "town"].includes(f.props.kind) ? 16 : 13}px ${FONT}`,
        }),
    };
}

function placeName(colours) {
    const dot = new CircleSymbolizer({
        radius: 2.5,
        width: 1,
        stroke: colours.halo,
        fill: (_, f) => placeColour(colours, f.props.kind),
    });
    const text = (justified) => ({
        fill: (_, f) => placeColour(colours, f.props.kind),
        stroke: colours.halo,
        width: 3,
        lineHeight: 1.4,
        font: (_, f) => `${GREEN.has(f.props.kind) ? "italic " : ""}500 12px ${FONT}`,
        ...justified,
    });
    return [
        {
            dataLayer: "places",
            minzoom: 13,
            filter: (_, f) => GREEN.has(f.props.kind) || f.props.kind === "water",
            symbolizer: new CenteredTextSymbolizer(text({})),
        },
        {
            dataLayer: "places",
            minzoom: 14,
            filter: (_, f) => !GREEN.has(f.props.kind) && !TOWNS.has(f.props.kind) && f.props.kind !== "water",
            symbolizer: new GroupSymbolizer([dot, new OffsetTextSymbolizer(text({ offsetX: 5, offsetY: 4 }))]),
        },
    ];
}

export function labelRules(colours) {
    return [
        townName(colours),
        roadName(colours, ["highway", "major"], 12, (z) => (z < 15 ? 11 : 13)),
        roadName(colours, ["middle"], 14, (z) => (z < 16 ? 11 : 13)),
        roadName(colours, ["minor"], 15, (z) => (z < 17 ? 11 : 12.5)),
        ...placeName(colours),
        roadName(colours, ["service", "path"], 16, () => 11),
        {
            dataLayer: "water",
            minzoom: 13,
            filter: (_, f) => f.geomType === GeomType.Line,
            symbolizer: new LineLabelSymbolizer({
                fill: colours.text.water, stroke: colours.halo, width: 3,
                font: `italic 500 12px ${FONT}`, position: 2, repeatDistance: 500,
            }),
        },
        {
            dataLayer: "areas",
            minzoom: 9,
            maxzoom: 16,
            filter: (_, f) => isPoint(f),
            symbolizer: new CenteredTextSymbolizer({
                fill: colours.text.area, stroke: colours.halo, width: 3, letterSpacing: 0.4, lineHeight: 1.4,
                font: `600 11.5px ${FONT}`,
            }),
        },
        {
            dataLayer: "doors",
            minzoom: 17,
            symbolizer: new CenteredTextSymbolizer({
                fill: colours.text.door, stroke: colours.halo, width: 2, labelProps: ["number"],
                font: `500 10.5px ${FONT}`,
            }),
        },
    ];
}
