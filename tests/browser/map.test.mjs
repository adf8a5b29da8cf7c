// The map in a real browser: the public page, and townMap by itself.
import assert from "node:assert/strict";

import { axe, fits, open, shot, until } from "./frame.mjs";

const { town, on } = await open({ town: { settings: "public-map yes" } });
const REPORTS = [
    "Deep pothole at 12 Elm Street",
    "Street light out at Main Street and Church Street",
    "Tree down across 14 Oak Street",
    "Graffiti on the wall of the library",
    "Pothole at 33 Pine Street",
    "Pothole at 35 Pine Street",
    "Something is odd somewhere",
];
for (const report of REPORTS) await town.ask("form", { report });
await town.ask("wait", { tickets: REPORTS.length });

// How many of the map's pixels are not its paper: what is painted.
const painted = () => {
    let n = 0;
    for (const tile of document.querySelectorAll("canvas.leaflet-tile")) {
        if (tile.width === 0) continue;
        const { data } = tile.getContext("2d").getImageData(0, 0, tile.width, tile.height);
        for (let i = 4; i < data.length; i += 4)
            n += data[i] !== data[0] || data[i + 1] !== data[1] || data[i + 2] !== data[2];
    }
    return n;
};

async function settled(page) {
    await until(() => page.evaluate(painted).then((n) => n > 2000), "the map is painted");
}

for (const [width, dark, language] of [[320, false, "en"], [1280, true, "es"]]) {
    on(`/map at ${width} px in ${language}, ${dark ? "dark" : "light"}`, { width, dark, language }, async (page) => {
        await page.goto("/map");
        await settled(page);
        await axe(page);
        await fits(page);
        await shot(page, `map-${width}-${language}-${dark ? "dark" : "light"}`);
    });
}

on("Without script the list stands alone", { context: { javaScriptEnabled: false } }, async (page) => {
    await page.goto("/map");
    assert.equal(await page.locator(".reports li").count(), REPORTS.length);
    assert.equal(await page.locator("#map").isVisible(), false);
    await page.locator("#category").selectOption("pothole");
    await page.locator("form button").click();
    await page.waitForURL(/category=pothole/);
    assert.equal(await page.locator(".reports li").count(), 3);
});

on("A pin and its row belong together, by keyboard", {}, async (page) => {
    await page.goto("/map");
    await settled(page);
    const pin = page.getByRole("button", { name: /Tree/ }).and(page.locator(".mark"));
    await pin.focus();
    await page.keyboard.press("Enter");
    const row = page.locator(".reports li.public-chosen");
    await until(() => row.count().then((n) => n === 1), "its row is chosen");
    assert.match(await row.textContent(), /Tree/);
    assert.equal(await page.evaluate(() => document.activeElement.matches(".public-chosen")), true);
    await page.getByRole("button", { name: /Show on the map: Street light/ }).click();
    await until(() => page.locator(".reports li.public-chosen").textContent().then((t) => /Street light/.test(t)), "the other row is");
});

on("Pins that stand close are one, which opens", { width: 1280 }, async (page) => {
    await page.goto("/map");
    await settled(page);
    while (await page.locator(".mark-cluster").count() === 0) {
        await page.getByRole("button", { name: "Farther" }).click();
        await until(() => page.locator(".mark").count().then((n) => n > 0), "pins stand on the map");
    }
    const cluster = page.locator(".mark-cluster").first();
    assert.match(await cluster.getAttribute("aria-label"), /^\d+ reports close together/);
    await cluster.focus();
    await page.keyboard.press("Enter");
    await until(() => page.locator(".mark-cluster").count().then((n) => n === 0), "it opens");
    assert.ok(await page.locator(".mark-pin").count() >= 2, "and its pins stand alone");
});

// A townMap on a page of its own making, kept as window.map.
async function bare(page) {
    await page.goto("/map");
    await page.evaluate(async () => {
        const { townMap, words } = await import("/assets/page.js");
        const el = document.createElement("div");
        el.style.height = "500px";
        el.id = "own";
        document.querySelector("main").replaceChildren(el);
        window.told = [];
        window.map = townMap(el, { words, map: await (await fetch("/tiles/map.json")).json() });
        window.map.onPlace((at) => window.told.push(at));
    });
    await settled(page);
}

on("The place is moved by arrow keys", {}, async (page) => {
    await bare(page);
    await page.evaluate(() => {
        window.map.setPlace({ lat: 43.5045, lon: -71.897, uncertainty_m: 60, label: "12 Elm Street" });
        window.map.fit();
    });
    const place = page.locator(".mark-place");
    assert.match(await place.getAttribute("aria-label"), /12 Elm Street.*arrow keys/);
    assert.equal(await page.locator(".reach").count(), 1);
    await place.focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Shift+ArrowUp");
    const [at] = await until(() => page.evaluate(() => window.told.length > 0 && window.told), "the move is told");
    assert.ok(at.lon > -71.897 && at.lat > 43.5045, JSON.stringify(at));
    assert.ok(Math.abs(at.lon + 71.897) < 0.001 && Math.abs(at.lat - 43.5045) < 0.002);
    assert.equal(await page.evaluate(() => window.told.length), 1, "once, when the keys rest");
    assert.equal(await page.locator(".reach").count(), 0, "a person is sure");
    await axe(page);
});

on("The place is moved by a button, and by the mouse", {}, async (page) => {
    await bare(page);
    const scrolled = await page.evaluate(() => {
        const own = document.querySelector("#own");
        own.scrollTop = 100;
        return own.scrollTop;
    });
    assert.equal(scrolled, 0, "its buttons stay where they are");
    await page.getByRole("button", { name: "Put the pin in the middle of the map" }).click();
    assert.equal(await page.evaluate(() => window.told.length), 1);
    const box = await page.locator(".mark-place").boundingBox();
    const own = await page.locator("#own").boundingBox();
    assert.ok(Math.abs(box.x + box.width / 2 - own.x - own.width / 2) < 3, "it stands in the middle");
    await page.mouse.move(box.x + 18, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + 100, box.y + 60, { steps: 8 });
    await page.mouse.up();
    await until(() => page.evaluate(() => window.told.length === 2), "the drag is told");
    const [first, second] = await page.evaluate(() => window.told);
    assert.ok(second.lon > first.lon && second.lat < first.lat);
});

on("Candidates are buttons with their number", {}, async (page) => {
    await bare(page);
    await page.evaluate(() => {
        window.chosen = 0;
        window.map.onCandidate((n) => (window.chosen = n));
        window.map.setCandidates([
            { n: 1, lat: 43.5045, lon: -71.897, uncertainty_m: 20, label: "<b>12 Elm Street</b>", chosen: true },
            { n: 2, lat: 43.501, lon: -71.9, uncertainty_m: 200, label: "Oak Street" },
        ]);
        window.map.fit();
    });
    const second = page.getByRole("button", { name: /Possible place 2: Oak Street/ });
    await second.focus();
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => window.chosen), 2);
    assert.equal(await page.locator("#own b").count(), 0, "a label is text");
    await page.evaluate(() => window.map.destroy());
    assert.equal(await page.locator("#own .mark").count(), 0);
});

on("5,000 pins are drawn in a blink", {}, async (page) => {
    await bare(page);
    const took = await page.evaluate(() => {
        const pins = [];
        for (let i = 0; i < 5000; i++)
            pins.push({ id: i, lat: 43.5 + ((i * 7919) % 1000) / 100_000, lon: -71.9 + ((i * 104_729) % 1000) / 100_000, state: "new" });
        const begin = performance.now();
        window.map.setPins(pins);
        return performance.now() - begin;
    });
    const marks = await page.locator(".mark").count();
    assert.ok(marks > 0 && marks < 500, `${marks} marks`);
    console.log(`# 5,000 pins: ${took.toFixed(0)} ms, ${marks} marks`);
});
