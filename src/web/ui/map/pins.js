// The tickets on the map: those in sight, near ones as one.
import L from "leaflet";
import { CLUSTER_ZOOM_MAX, clusters } from "./cluster.js";
import { clusterMark, pinMark } from "./marks.js";

const MARGIN = 0.15; // of the map's size, beyond its edge

// What tells one drawing from another; the same is left as it stands.
function keyOf(cluster) {
    if (cluster.pins.length === 1) {
        const { id, state, urgent, lat, lon } = cluster.pins[0];
        return `${id}:${state}:${urgent}:${lat}:${lon}`;
    }
    return cluster.pins.map((pin) => pin.id).join(",");
}

export function pinLayer(map, word) {
    const layer = L.layerGroup().addTo(map);
    let drawn = new Map();
    let pins = [];
    let chosen = () => {};

    function label(pin) {
        return word(pin.urgent ? "pin_urgent" : "pin", {
            id: pin.id,
            state: pin.state_label ?? pin.state,
            category: pin.category_label ?? pin.category ?? "",
        });
    }

    function open(cluster) {
        map.fitBounds(L.latLngBounds(cluster.pins.map((pin) => [pin.lat, pin.lon])), {
            padding: [60, 60],
            maxZoom: CLUSTER_ZOOM_MAX,
        });
    }

    function mark(cluster, zoom) {
        const [first] = cluster.pins;
        if (cluster.pins.length === 1) {
            return L.marker([first.lat, first.lon], { icon: pinMark(first, label(first)), keyboard: true })
                .on("click", () => chosen(first.id));
        }
        const urgent = cluster.pins.some((pin) => pin.urgent);
        const name = word("cluster", { n: cluster.pins.length });
        return L.marker(map.unproject([cluster.x, cluster.y], zoom), {
            icon: clusterMark(cluster.pins.length, urgent, name),
        }).on("click", () => open(cluster));
    }

    function draw() {
        const zoom = map.getZoom();
        const sight = map.getBounds().pad(MARGIN);
        const near = [];
        for (const pin of pins) {
            if (!sight.contains([pin.lat, pin.lon])) continue;
            const at = map.project([pin.lat, pin.lon], zoom);
            near.push({ ...pin, x: at.x, y: at.y });
        }
        const next = new Map();
        for (const cluster of clusters(near, zoom)) {
            const key = cluster.pins.length === 1 ? keyOf(cluster) : `${zoom}:${keyOf(cluster)}`;
            const old = drawn.get(key);
            drawn.delete(key);
            next.set(key, old ?? mark(cluster, zoom).addTo(layer));
        }
        for (const old of drawn.values()) layer.removeLayer(old);
        drawn = next;
    }

    map.on("moveend zoomend resize", draw);
    return {
        set(list) {
            pins = list ?? [];
            for (const old of drawn.values()) layer.removeLayer(old);
            drawn = new Map();
            draw();
        },
        on(handler) {
            chosen = handler;
        },
        points: () => pins.map((pin) => [pin.lat, pin.lon]),
    };
}
