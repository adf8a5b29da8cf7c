// The public map beside its list: what the list shows stands on the map.
import { townMap } from "./townmap.js";

const words = {};
for (const one of document.querySelector("#words").content.querySelectorAll("[data-key]"))
    words[one.dataset.key] = one.textContent;

const el = document.querySelector("#map");
el.hidden = false;
const map = townMap(el, { words });
const rows = new Map();

function text(row, selector) {
    return row.querySelector(selector)?.textContent ?? "";
}

function choose(row) {
    for (const other of rows.values()) other.classList.toggle("public-chosen", other === row);
}

// A pin leads to its report in the list.
function show(id) {
    const row = rows.get(id);
    choose(row);
    row.scrollIntoView({ block: "nearest" });
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
}

function button(row, pin) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "public-show";
    made.textContent = words.show_on_map;
    made.setAttribute("aria-label", `${words.show_on_map}: ${pin.category_label}, ${text(row, ".public-place")}`);
    made.addEventListener("click", () => {
        choose(row);
        map.look(pin.lat, pin.lon, 17);
        el.scrollIntoView({ block: "nearest" });
    });
    row.append(made);
}

const pins = [];
for (const row of document.querySelectorAll(".reports li")) {
    const { id, lat, lon, state } = row.dataset;
    if (lat === "") continue;
    const pin = {
        id: Number(id),
        lat: Number(lat),
        lon: Number(lon),
        state,
        category_label: text(row, "h3"),
        state_label: text(row, ".public-state"),
        urgent: false,
    };
    rows.set(pin.id, row);
    pins.push(pin);
    button(row, pin);
}
map.setPins(pins);
map.onPin(show);
map.fit();

// For the tests of the map itself.
export { townMap, words };
