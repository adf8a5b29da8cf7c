// The resident's pages: the report in three steps, the place found each way,
// without a connection, without script, in another site's page; and following.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after } from "node:test";
import { gzipSync } from "node:zlib";

import { axe, fits, looks, open, shot, until } from "./frame.mjs";
import { jpeg } from "./jpeg.mjs";

const LIMIT = 60 * 1024; // bytes of the report page, packed, before the map
const HERE = { latitude: 43.5005, longitude: -71.9, accuracy: 25 }; // on Elm St
const PHONE = { width: 360, height: 740 };

// Another site, which has one line of ours in its page.
const other = createServer((request, answer) => {
    answer.setHeader("Content-Type", "text/html; charset=utf-8");
    answer.end(`<!doctype html><html lang="en"><title>Another site</title><main><h1>Another site</h1>
        <script async src="${town.base}/assets/widget.js" data-title="Report a problem"></script></main></html>`);
});
await new Promise((done) => other.listen(0, "127.0.0.1", done));
const otherPort = other.address().port;
after(() => other.close());

const { town, on } = await open({ town: {
    settings: `colour #7a1f5c\nembed http://localhost:${otherPort}\n`,
} });
let filed = 0; // tickets so far

const next = (page) => page.getByRole("button", { name: /^(Next|Siguiente)$/ }).click();
const send = (page) => page.getByRole("button", { name: /^(Send the report|Enviar el aviso)$/ }).click();
const value = (page, name) => page.locator(`[name="${name}"]`).inputValue();

async function begin(page, text, category = "", path = "/report") {
    await page.goto(path);
    await page.locator(".steps").waitFor();
    await page.locator("#report").fill(text);
    if (category) await page.locator("#category").selectOption(category);
}

async function numberOf(page) {
    filed++;
    return Number(await page.locator("p.number").innerText());
}

on("three steps, and back, lose nothing", { ...PHONE, expected: [/status of 422/] }, async (page) => {
    await page.goto("/report");
    await page.locator(".steps").waitFor();
    assert.ok(!(await page.getByRole("button", { name: "Back" }).isVisible()), "nothing is before the first step");
    await next(page);
    await page.getByRole("alert").waitFor();
    assert.equal(await page.locator("#report").getAttribute("aria-invalid"), "true");
    await shot(page, "report-empty", {});
    await page.locator("#report").fill("Deep hole before the school");
    await page.locator("#category").selectOption("pothole");
    await page.getByText("Like a dinner plate").click();
    await shot(page, "report-what");
    await next(page);
    assert.ok(await page.locator("#address").isVisible());
    assert.ok(!(await page.locator("#report").isVisible()));
    await page.locator("#address").fill("12 Elm St");
    await page.keyboard.press("Enter"); // goes on, as a form does
    await page.locator("#contact").fill("nobody at home");
    await page.goBack();
    assert.equal(await value(page, "address"), "12 Elm St");
    await page.goBack();
    assert.equal(await value(page, "report"), "Deep hole before the school");
    await page.goForward();
    await page.goForward();
    await page.locator("#photos").setInputFiles([{ name: "hole.jpg", mimeType: "image/jpeg", buffer: jpeg() }]);
    await send(page);
    // refused by the server: said beside the field, the photo still there
    await page.getByText("This is neither an email address").first().waitFor();
    assert.equal(await page.locator(".thumbs li").count(), 1);
    await shot(page, "report-refused");
    await page.locator("#contact").fill("ana@example.org");
    await page.locator("#consent").check();
    await send(page);
    const shown = await town.ask("show", { ticket: await numberOf(page) });
    await shot(page, "report-thanks");
    assert.equal(shown.category, "pothole");
    assert.equal(shown.messages.length, 1);
});

on("suggestions are walked by keyboard", PHONE, async (page) => {
    await begin(page, "A bench is broken");
    await next(page);
    const field = page.getByRole("combobox", { name: /Address/ });
    await field.pressSequentially("12 elm");
    await page.getByRole("option").first().waitFor();
    assert.equal(await field.getAttribute("aria-expanded"), "true");
    await page.keyboard.press("ArrowDown");
    const active = await field.getAttribute("aria-activedescendant");
    assert.equal(await page.locator(`#${active}`).getAttribute("aria-selected"), "true");
    await shot(page, "report-suggestions", {});
    await axe(page);
    await page.keyboard.press("Enter");
    assert.equal(await field.getAttribute("aria-expanded"), "false");
    assert.match(await field.inputValue(), /12 Elm/);
    assert.ok(await field.isVisible(), "choosing does not go on");
    await page.locator("#place-said").getByRole("button").waitFor();
    assert.match(await value(page, "lat"), /^43\.50/);
    await field.pressSequentially("x"); // it is another place now
    assert.equal(await value(page, "lat"), "");
    await page.keyboard.press("Escape");
});

on("the phone's position is asked for on a click only", { ...PHONE, context: {
    permissions: ["geolocation"], geolocation: HERE,
} }, async (page) => {
    await page.addInitScript(() => {
        globalThis.askedAt = [];
        const real = navigator.geolocation.getCurrentPosition.bind(navigator.geolocation);
        navigator.geolocation.getCurrentPosition = (...all) => {
            globalThis.askedAt.push(Boolean(navigator.userActivation?.isActive));
            real(...all);
        };
    });
    await begin(page, "Street light is out", "streetlight");
    await next(page);
    assert.deepEqual(await page.evaluate(() => globalThis.askedAt), []);
    await page.getByRole("button", { name: "Where I am now" }).click();
    await page.getByText(/^Near \d+ Elm/).waitFor();
    assert.equal(await value(page, "lat"), "43.5005");
    await shot(page, "report-position", {});
    await page.getByRole("button", { name: "Take the pin away" }).click();
    assert.equal(await value(page, "lat"), "");
});

on("who does not tell the position can go on", { ...PHONE, context: { permissions: [] } }, async (page, { context }) => {
    await context.clearPermissions();
    await page.addInitScript(() => {
        navigator.geolocation.getCurrentPosition = (_, failed) => failed({ code: 1 });
    });
    await begin(page, "Street light is out");
    await next(page);
    await page.getByRole("button", { name: "Where I am now" }).click();
    await page.getByText("does not tell where it is").waitFor();
});

on("where a photo was taken is offered, not taken for granted", PHONE, async (page) => {
    await begin(page, "Graffiti on the wall", "graffiti");
    await next(page);
    await page.locator("#photos").setInputFiles([{
        name: "wall.jpg", mimeType: "image/jpeg", buffer: jpeg({ lat: 43.5005, lon: -71.9 }),
    }]);
    await page.getByText("Your photo was taken here").waitFor();
    assert.equal(await value(page, "lat"), "");
    await shot(page, "report-photo-place", {});
    await axe(page);
    await page.getByRole("button", { name: "Use this place" }).click();
    await page.getByText(/^Near \d+ Elm/).waitFor();
    assert.equal(await value(page, "lat"), "43.5005");
    await next(page);
    assert.equal(await page.locator(".thumbs li").count(), 1);
    await page.locator("#photos").setInputFiles([
        { name: "broken.jpg", mimeType: "image/jpeg", buffer: jpeg({ lat: 43.5, lon: -71.9 }).subarray(0, 60) },
        { name: "two.jpg", mimeType: "image/jpeg", buffer: jpeg() },
    ]);
    assert.equal(await page.locator(".thumbs li").count(), 3);
    await page.getByRole("button", { name: "Remove photo broken.jpg" }).click();
    await shot(page, "report-photos", {});
    assert.equal(await page.locator("#photos").evaluate((input) => input.files.length), 2);
    await send(page);
    const shown = await town.ask("show", { ticket: await numberOf(page) });
    assert.equal(shown.messages[0].message.attachments.length, 2);
    assert.equal(shown.method, "pin");
});

on("the pin is moved on the map, by keys too", PHONE, async (page) => {
    const seen = [];
    page.on("request", (request) => seen.push(new URL(request.url()).pathname));
    await begin(page, "A tree leans", "tree");
    await next(page);
    assert.ok(!seen.some((path) => path.startsWith("/tiles")), "nothing of the map comes before it is asked for");
    await page.getByRole("button", { name: "On a map" }).click();
    await page.getByRole("button", { name: /middle of the map/ }).click();
    await until(() => value(page, "lat"), "a pin");
    const before = await value(page, "lat");
    const mark = page.locator("#map .leaflet-marker-icon").first();
    await mark.focus();
    for (let i = 0; i < 5; i++) await page.keyboard.press("ArrowUp");
    await until(async () => Number(await value(page, "lat")) > Number(before), "a pin further north");
    await page.locator("#place-said").getByRole("button").waitFor();
    await axe(page);
    await page.locator("#map-room").scrollIntoViewIfNeeded();
    await shot(page, "report-map", {});
    await page.getByRole("button", { name: "Hide the map" }).click();
    assert.ok(!(await page.locator("#map").isVisible()));
});

on("what is known near there is offered, and can be followed", { ...PHONE, context: {
    permissions: ["geolocation"], geolocation: HERE,
} }, async (page, { context }) => {
    await town.ask("form", { report: "My neighbour Bob says: hole", category: "pothole", address: "5 Elm St" });
    filed++;
    await town.ask("wait", { tickets: filed });
    await begin(page, "Hole in the road", "pothole");
    await next(page);
    await page.getByRole("button", { name: "Where I am now" }).click();
    const link = page.locator("#nearby").getByRole("link", { name: /^Follow: Pothole/ }).first();
    await link.waitFor();
    assert.ok(!(await page.locator("#nearby").innerText()).includes("Bob"), "nothing that somebody wrote");
    await axe(page);
    await shot(page, "report-nearby");
    const opened = context.waitForEvent("page");
    await link.click();
    const follow = await opened;
    assert.ok(!(await follow.content()).includes("/reply"), "a neighbour cannot write in the reporter's name");
    await follow.getByLabel("Your email address or phone number").fill("neighbour@example.org");
    await follow.getByRole("button", { name: "Tell me", exact: true }).click();
    await follow.getByText("You will be told").waitFor();
    await axe(follow);
    await shot(follow, "follow-neighbour");
});

on("a report is kept without a connection, and sent once", { ...PHONE, expected: [/ERR_INTERNET_DISCONNECTED/, /ERR_FAILED/] },
    async (page, { context }) => {
        await begin(page, "Kept on the phone", "trash");
        await page.evaluate(() => navigator.serviceWorker.ready);
        await next(page);
        await page.locator("#address").fill("7 Oak St");
        await next(page);
        await page.locator("#photos").setInputFiles([{ name: "bin.jpg", mimeType: "image/jpeg", buffer: jpeg() }]);
        await context.setOffline(true);
        await send(page);
        await page.getByRole("heading", { name: "Kept on this phone" }).waitFor();
        await axe(page);
        await shot(page, "report-kept", {});
        assert.equal((await town.ask("tickets")).length, filed);
        await context.setOffline(false);
        await page.getByText("has been sent. Its number is").waitFor();
        filed++;
        await page.goto("/report");
        await page.locator(".steps").waitFor();
        const all = await town.ask("wait", { tickets: filed });
        assert.equal(all.filter((ticket) => ticket.title.startsWith("Kept on the phone")).length, 1);
        const shown = await town.ask("show", { ticket: all.find((one) => one.title.startsWith("Kept")).number });
        assert.equal(shown.messages[0].message.attachments.length, 1);
        assert.equal(await value(page, "report"), "", "and it is not begun again");
    });

on("without the server the page opens, and what was kept goes out on the next visit",
    { ...PHONE, expected: [/ERR_CONNECTION_REFUSED/, /ERR_FAILED/, /504/] }, async (page) => {
        await page.goto("/report");
        await page.evaluate(() => navigator.serviceWorker.ready);
        await until(() => page.evaluate(async () => {
            const cache = await caches.open("inlet-report-1");
            const kept = (await cache.keys()).map((one) => new URL(one.url).pathname);
            return ["/report", "/assets/report.js", "/assets/report.css", "/assets/inlet.css"].every((one) => kept.includes(one));
        }), "the page in the cache");
        await town.ask("stop");
        await begin(page, "Written in a tunnel");
        await next(page);
        await next(page);
        await send(page);
        await page.getByRole("heading", { name: "Kept on this phone" }).waitFor();
        await town.ask("start");
        await page.goto("/report");
        await page.getByText("has been sent. Its number is").waitFor();
        filed++;
        const all = await town.ask("wait", { tickets: filed });
        assert.equal(all.filter((ticket) => ticket.title.startsWith("Written in a tunnel")).length, 1);
    });

on("what was begun is there after the page was closed", PHONE, async (page) => {
    await begin(page, "Half a sentence", "noise");
    await page.locator("#photos").setInputFiles([{ name: "a.jpg", mimeType: "image/jpeg", buffer: jpeg() }]);
    await until(() => page.evaluate(() => new Promise((done) => {
        const asked = indexedDB.open("inlet", 1);
        asked.onsuccess = () => {
            const all = asked.result.transaction("drafts").objectStore("drafts").getAll();
            all.onsuccess = () => done(all.result.some((one) => one.photos.length === 1));
        };
    })), "a draft with its photo");
    await page.reload();
    await page.getByText("This is what you began before").waitFor();
    assert.equal(await value(page, "report"), "Half a sentence");
    assert.equal(await value(page, "category"), "noise");
    assert.equal(await page.locator(".thumbs li").count(), 1);
    await shot(page, "report-draft", {});
    await page.getByRole("button", { name: "Begin anew" }).click();
    await until(async () => (await value(page, "report").catch(() => "gone")) === "", "an empty form");
});

on("in Spanish, and its answer too", { width: 320, height: 640, language: "es" }, async (page) => {
    await begin(page, "Un bache muy profundo", "pothole");
    await page.getByText("Como un plato").click();
    await next(page);
    await page.locator("#address").fill("12 Elm St");
    await next(page);
    await send(page);
    await page.getByRole("heading", { name: /Gracias/ }).waitFor();
    await numberOf(page);
    await page.getByRole("link", { name: "Ver qué se hace con él" }).click();
    await page.getByText("Llegó su aviso.").waitFor();
    await axe(page);
    await fits(page);
    await shot(page, "follow-es-320");
});

on("without script it is one form, with all questions", { ...PHONE, expected: [/status of 422/], context: { javaScriptEnabled: false } }, async (page) => {
    await page.goto("/report");
    await page.locator("#report").fill("A car without wheels");
    await page.locator("#questions > summary").click();
    await page.locator("[data-service=abandoned-vehicle] > summary").click();
    await page.getByLabel("What does the license plate say?").fill("ABC 123");
    await page.locator("#contact").fill("12");
    await shot(page, "report-noscript");
    await send(page);
    await page.getByRole("alert").waitFor();
    // an answer for a kind of problem says which it is
    assert.equal(await value(page, "category"), "abandoned-vehicle");
    assert.equal(await page.getByLabel("What does the license plate say?").inputValue(), "ABC 123");
    await page.locator("#contact").fill("");
    await send(page);
    const shown = await town.ask("show", { ticket: await numberOf(page) });
    assert.equal(shown.category, "abandoned-vehicle");
    await page.getByRole("link", { name: "See what becomes of it" }).click();
    await page.getByLabel("Your message").fill("It is blue");
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await page.getByText("your message has arrived").waitFor();
    await shot(page, "follow-said");
});

on("another site carries the form in a frame that grows", { width: 768, height: 900,
    expected: [/request to elsewhere: http:\/\/(localhost|127\.0\.0\.1)/] }, async (page) => {
    await page.goto(`http://localhost:${otherPort}/`);
    const frame = page.frameLocator("iframe");
    await frame.locator(".steps").waitFor();
    await frame.locator("#report").fill("From another site");
    await frame.locator("#category").selectOption("pothole");
    const tall = () => page.locator("iframe").evaluate((one) => one.clientHeight);
    const body = () => frame.locator("body").evaluate((one) => one.scrollHeight);
    await until(async () => Math.abs((await tall()) - (await body())) < 3, "a frame as tall as the form");
    await shot(page, "widget");
    await frame.getByRole("button", { name: "Next" }).click();
    await frame.getByRole("button", { name: "Next" }).click();
    await frame.getByRole("button", { name: "Send the report" }).click();
    await frame.locator("p.number").waitFor();
    filed++;
});

on("a site that inlet.conf does not name shows nothing", { width: 768, height: 900,
    expected: [/request to elsewhere/, /frame-ancestors/, /ERR_BLOCKED_BY_RESPONSE/] }, async (page) => {
    const blocked = page.waitForEvent("console", (line) => line.text().includes("frame-ancestors"));
    await page.goto(`http://127.0.0.1:${otherPort}/`);
    await page.locator("iframe").waitFor();
    await blocked;
});

on("a page that may be framed is so only where it was asked for", PHONE, async (page) => {
    const plain = await page.request.get("/report");
    assert.match(plain.headers()["content-security-policy"], /frame-ancestors 'none'/);
    const framed = await page.request.get("/report?embed=1");
    assert.match(framed.headers()["content-security-policy"], new RegExp(`frame-ancestors http://localhost:${otherPort}$`));
    assert.doesNotMatch(framed.headers()["content-security-policy"], /unsafe/);
});

on("the report page is small", PHONE, async (page) => {
    let packed = 0;
    const names = [];
    page.on("response", async (answer) => {
        const { pathname } = new URL(answer.url());
        if (pathname === "/worker.js" || pathname.startsWith("/assets/icon")) return;
        names.push(answer.body().then((bytes) => {
            packed += gzipSync(bytes).length;
            return `${pathname} ${gzipSync(bytes).length}`;
        }));
    });
    await page.goto("/report");
    await page.waitForLoadState("networkidle");
    console.log(`# ${(await Promise.all(names)).join(", ")}: ${packed} bytes packed`);
    assert.ok(packed < LIMIT, `${packed} bytes`);
});

on("it can be put on a phone, in the town's colour", PHONE, async (page) => {
    await page.goto("/report");
    const manifest = await (await page.request.get("/manifest.webmanifest")).json();
    assert.match(manifest.name, /Millbrook/);
    assert.equal(manifest.theme_color, "#7a1f5c");
    for (const { src, type } of manifest.icons) {
        const icon = await page.request.get(src);
        assert.equal(icon.status(), 200, src);
        assert.equal(icon.headers()["content-type"], type);
    }
    const colour = await page.getByRole("button", { name: "Next" }).evaluate((one) => getComputedStyle(one).backgroundColor);
    assert.equal(colour, "rgb(122, 31, 92)");
});

for (const language of ["en", "es"]) {
    on(`each step is clean in ${language}`, { width: 320, language }, async (page) => {
        await begin(page, "x", "graffiti");
        for (const step of ["what", "where", "photo"]) {
            await looks(page, `report-${step}`, language);
            if (step !== "photo") await next(page);
        }
    });
}
