// Where it is: by typing, by the phone's position, by a photo, on the map. One
// pin, however it was set; the nearest known address is said back.
import { combobox } from "./combobox.js";
import { nearby } from "./nearby.js";
import { element, mapWords, piece, word } from "./words.js";

const PRECISE = new Set(["address", "intersection", "crossing"]);
const ROUGH_M = 100; // a position further off than this is said to be rough
const POSITION = { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 };

async function json(path, signal) {
    const answer = await fetch(path, { signal });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
}

export function place(form, { changed }) {
    const { address, lat, lon, category } = form.elements;
    document.querySelector("#place").after(piece("place-tools"));
    const said = document.querySelector("#place-said");
    const counted = document.querySelector("#place-found");
    const room = document.querySelector("#map-room");
    const reports = nearby(document.querySelector("#nearby"));
    const tool = (name) => document.querySelector(`[data-tool="${name}"]`);
    let at = null; // the pin: { lat, lon, by, metres }
    let around = null; // where the place is about, with or without a pin
    let picked = ""; // the suggestion in the address field
    let map = null;

    function say(...parts) {
        said.replaceChildren(...parts);
    }

    function look(point) {
        around = point;
        if (point) reports.show(point, category.value);
        else reports.hide();
    }

    function unpin() {
        at = null;
        lat.value = lon.value = "";
        map?.setPlace(null);
        look(null);
        changed();
    }

    function unpinButton() {
        return element("button", {
            type: "button",
            class: "link",
            onclick: () => {
                unpin();
                say(word("unpinned"));
                address.focus();
            },
        }, word("unpin"));
    }

    // What is known near the pin, in words. It is not written into the field:
    // an address there would say more than the resident has said.
    async function describe() {
        const mine = at;
        const near = await json(`/near?lat=${at.lat}&lon=${at.lon}`).catch(() => null);
        if (mine !== at) return;
        const label = near?.label ?? "";
        const parts = [label ? `${word("near")} ${label}. ` : `${word("place_set")} `];
        if (at.metres > ROUGH_M) parts.push(`(${word("about_metres")} ${Math.round(at.metres)}) `);
        if (near?.inside === false) parts.push(`${word("outside")} `);
        say(...parts, unpinButton());
    }

    function pin(point, by, metres = 0) {
        at = { lat: Number(point.lat.toFixed(6)), lon: Number(point.lon.toFixed(6)), by, metres };
        lat.value = at.lat;
        lon.value = at.lon;
        map?.setPlace({ ...at, uncertainty_m: metres });
        if (by !== "map") map?.look(at.lat, at.lon);
        if (by !== "pick" && address.value === picked) address.value = picked = "";
        look(at);
        changed();
        return describe();
    }

    // ---- by typing ----

    combobox(address, {
        suggest: async (text, signal) =>
            (await json(`/find?${new URLSearchParams({ q: text, limit: 6 })}`, signal)).places,
        count(n) {
            counted.textContent = n > 0 ? `${word("found")} ${n}` : "";
            if (!at) say(n > 0 ? "" : word("found_none"));
        },
        typed() {
            counted.textContent = "";
            if (at?.by === "pick") unpin();
            if (!at) say();
        },
        pick(one) {
            picked = one.label;
            if (PRECISE.has(one.kind)) {
                pin(one, "pick");
            } else {
                say();
                look(one);
                map?.look(one.lat, one.lon);
            }
            changed();
        },
    });

    // ---- by the phone's position ----

    function locate() {
        const button = tool("here");
        button.disabled = true;
        say(word("locating"));
        const done = () => {
            button.disabled = false;
            button.focus({ preventScroll: true });
        };
        navigator.geolocation.getCurrentPosition(
            ({ coords }) => {
                done();
                pin({ lat: coords.latitude, lon: coords.longitude }, "here", coords.accuracy);
            },
            () => {
                done();
                say(word("no_position"));
            },
            POSITION,
        );
    }
    if ("geolocation" in navigator) tool("here").addEventListener("click", locate);
    else tool("here").hidden = true;

    // ---- on the map: nothing of it is loaded before it is asked for ----

    async function draw() {
        const [{ townMap }, known] = await Promise.all([import("../map/townmap.js"), json("/report/map.json")]);
        map = townMap(room.querySelector("#map"), { map: known, words: mapWords() });
        map.onPlace((point) => pin(point, "map"));
        if (at) map.setPlace(at);
        const from = at ?? around;
        if (from) map.look(from.lat, from.lon);
    }

    function toggle() {
        const button = tool("map");
        const open = room.hidden;
        room.hidden = !open;
        button.setAttribute("aria-expanded", String(open));
        button.textContent = word(open ? "map_hide" : "map");
        if (!open) return;
        room.scrollIntoView({ block: "nearest" });
        if (map) return;
        draw().catch(() => {
            toggle();
            say(word("map_failed"));
        });
    }
    tool("map").setAttribute("aria-controls", room.id);
    tool("map").addEventListener("click", toggle);

    // ---- by hand, in numbers ----

    function typedPoint() {
        const point = { lat: Number(lat.value.replace(",", ".")), lon: Number(lon.value.replace(",", ".")) };
        const good = lat.value.trim() && lon.value.trim() && Math.abs(point.lat) <= 90 && Math.abs(point.lon) <= 180;
        if (good) pin(point, "typed");
    }
    for (const field of [lat, lon]) field.addEventListener("change", typedPoint);
    category.addEventListener("change", () => around && look(around));

    return { pin, restored: typedPoint };
}
