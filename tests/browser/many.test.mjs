// A hundred thousand tickets in one list: the page is there as soon as with a
// few, and the list is walked to its end. TICKETS=1000 makes another number;
// the times it prints are what make bench compares.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { axe, open, signIn, until } from "./frame.mjs";

const PASSWORD = "correct horse battery";
const MANY = Number(process.env.TICKETS ?? 100_000);
const TURNS = 5;

const { town, on } = await open();
await town.ask("user", { name: "Ana", password: PASSWORD });
await town.ask("stop");
execFileSync("python3", [fileURLToPath(new URL("../bench/fill.py", import.meta.url)), `${town.folder}/inlet.db`, String(MANY)]);
await town.ask("start");

const rows = (page) => page.locator(".row[role=option]");
const places = (page) => rows(page).evaluateAll((all) => all.map((row) => Number(row.getAttribute("aria-posinset"))));

const atHand = (page) => page.locator(".scroller").getAttribute("aria-activedescendant");

// Notes in the page itself when rows are drawn and a key has moved on.
function watchKeys() {
    let first = null;
    new MutationObserver(() => {
        if (window.usableAt || document.querySelectorAll(".row[role=option]").length < 10) return;
        const hand = document.querySelector(".scroller").getAttribute("aria-activedescendant");
        first ??= hand;
        if (hand !== first) window.usableAt = performance.now();
    }).observe(document, { subtree: true, childList: true, attributes: true });
}

// From the navigation's begin until a clerk who presses a key again and again is heard.
async function usable(page) {
    await page.goto("about:blank");
    const there = page.goto("/inbox?state=any");
    let at;
    while (!at) {
        await page.keyboard.press("j");
        at = await page.evaluate(() => window.usableAt).catch(() => 0);
    }
    await there;
    return at;
}

on("The page is there, and hears a key", {}, async (page) => {
    await signIn(page, "Ana", PASSWORD);
    await page.addInitScript(watchKeys);
    const took = [];
    for (let i = 0; i < TURNS; i++) took.push(await usable(page));
    took.sort((a, b) => a - b);
    console.log(`# ${MANY} tickets: usable after ${took[TURNS >> 1].toFixed(0)} ms, at most ${took.at(-1).toFixed(0)} ms`);
    assert.equal(Number(await rows(page).first().getAttribute("aria-setsize")), MANY);
});

on("The list is walked to its end, and the row at hand stays there", {}, async (page) => {
    await signIn(page, "Ana", PASSWORD, "/inbox");
    await page.goto("/inbox?state=any");
    await rows(page).nth(9).waitFor();
    const scroller = page.locator(".scroller");
    const hand = await atHand(page);
    for (const part of [0.1, 0.5, 0.93, 1]) {
        await scroller.evaluate((e, p) => { e.scrollTop = (e.scrollHeight - e.clientHeight) * p; }, part);
        await until(async () => Math.abs(Math.max(...(await places(page))) / MANY - part) < 0.05, `the rows at ${part}`);
    }
    await until(async () => Math.max(...(await places(page))) === MANY, "the end of the list");
    assert.ok((await rows(page).count()) < 60, "only what is seen is drawn");
    assert.equal(await page.locator(`#${hand}`).count(), 1, "the row at hand is drawn all the same");
    await scroller.focus();
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.locator("#report-title").waitFor();
    await axe(page);
});
