// The place of a report: a pin to drag, to move by arrow keys, or by a button.
import L from "leaflet";
import { placeMark } from "./marks.js";

const STEP = 8; // pixels an arrow key moves the pin
const STRIDE = 40; // with Shift
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

// WCAG 2.5.7: who cannot drag moves the map, and the pin to its middle.
function moveButton(word, press) {
    const control = L.control({ position: "bottomleft" });
    control.onAdd = () => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "move-here";
        button.textContent = word("move_here");
        button.addEventListener("click", press);
        L.DomEvent.disableClickPropagation(button);
        return button;
    };
    return control;
}

export function placeLayer(map, word) {
    const layer = L.layerGroup().addTo(map);
    let marker = null;
    let circle = null;
    let moved = null;
    let button = null;
    let timer = 0;

    function tell() {
        const at = marker.getLatLng();
        moved?.({ lat: Number(at.lat.toFixed(6)), lon: Number(at.lng.toFixed(6)) });
    }

    // A circle says how sure the machine was: a person has said otherwise now.
    function sure() {
        if (circle) layer.removeLayer(circle);
        circle = null;
    }

    function byKey(event) {
        const way = ARROWS[event.key];
        if (!way || !moved) return;
        event.preventDefault();
        event.stopPropagation();
        const step = event.shiftKey ? STRIDE : STEP;
        const at = map.latLngToContainerPoint(marker.getLatLng()).add([way[0] * step, way[1] * step]);
        marker.setLatLng(map.containerPointToLatLng(at));
        map.panInside(marker.getLatLng(), { padding: [40, 40], animate: false });
        sure();
        clearTimeout(timer);
        timer = setTimeout(tell, 400); // once the keys rest
    }

    function put(latlng, name) {
        const label = moved ? word("place_move", { label: name }) : word("place", { label: name });
        marker = L.marker(latlng, { icon: placeMark(label), draggable: Boolean(moved), zIndexOffset: 1000, autoPan: true });
        marker.on("dragstart", sure);
        marker.on("dragend", tell);
        layer.addLayer(marker);
        marker.getElement()?.addEventListener("keydown", byKey);
    }

    function here() {
        if (marker) {
            marker.setLatLng(map.getCenter());
        } else {
            put(map.getCenter(), "");
        }
        sure();
        tell();
    }

    function set(at) {
        const focused = marker && document.activeElement === marker.getElement();
        clearTimeout(timer);
        layer.clearLayers();
        marker = null;
        circle = null;
        if (!at || at.lat == null || at.lon == null) return;
        if (at.uncertainty_m > 0) {
            circle = L.circle([at.lat, at.lon], { radius: at.uncertainty_m, className: "reach reach-chosen", interactive: false });
            layer.addLayer(circle);
        }
        put([at.lat, at.lon], at.label ?? "");
        if (focused) marker.getElement()?.focus();
    }

    return {
        set,
        on(handler) {
            moved = handler;
            if (!button && handler) button = moveButton(word, here).addTo(map);
            if (button && !handler) {
                button.remove();
                button = null;
            }
            if (marker) {
                const { lat, lng } = marker.getLatLng();
                set({ lat, lon: lng });
            }
        },
        points: () => (marker ? [[marker.getLatLng().lat, marker.getLatLng().lng]] : []),
    };
}
