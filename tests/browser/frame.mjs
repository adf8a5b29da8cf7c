// What browser tests share: a town, a browser, and pages that are watched.
//
//     import { open } from "./frame.mjs";
//     const { town, on } = await open();
//     await town.ask("user", { name: "Ana", password: "correct horse 1" });
//     on("The list shows what came", { width: 1280, dark: true, language: "es" },
//         async (page) => { await page.goto("/inbox"); ... });
//
// A page fails its test by an uncaught error, a line of error on its console,
// a breach of its Content-Security-Policy, or a request to another origin.
// No sleeps: playwright's locators and expect() below wait for signs.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import test, { after } from "node:test";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const require = createRequire(here("../../build/npm-browser/"));
const { chromium } = require("playwright-core");

export const SCREENSHOTS = here("../../build/screenshots");
export const PATIENCE = 60_000;

const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
const FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
];

// ---- the town ----

class Town {
    #process;
    #lines;

    static async start(options) {
        const town = new Town();
        town.#process = spawn("python3", [here("town.py"), JSON.stringify(options)], {
            stdio: ["pipe", "pipe", "inherit"],
        });
        const lines = createInterface({ input: town.#process.stdout });
        town.#lines = lines[Symbol.asyncIterator]();
        Object.assign(town, await town.#answer());
        return town;
    }

    async #answer() {
        const { value, done } = await this.#lines.next();
        if (done) throw new Error("the town has ended");
        const answer = JSON.parse(value);
        if (answer.error) throw new Error(answer.error);
        return answer;
    }

    // One at a time; see the table of town.py.
    async ask(what, more = {}) {
        this.#process.stdin.write(JSON.stringify({ do: what, ...more }) + "\n");
        return this.#answer();
    }

    async end() {
        const ended = new Promise((done) => this.#process.once("exit", done));
        this.#process.stdin.end();
        await ended;
    }
}

// ---- pages ----

function watch(context, base, expected) {
    const trouble = [];
    const note = (text) => {
        if (!expected.some((pattern) => pattern.test(text))) trouble.push(text);
    };
    context.on("weberror", (e) => note(`uncaught: ${e.error().stack ?? e.error()}`));
    context.on("console", (m) => {
        if (m.type() === "error" && !m.location().url.endsWith("/favicon.ico"))
            note(`console: ${m.text()} (${m.location().url})`);
    });
    context.on("request", (r) => {
        const url = r.url();
        if (!url.startsWith(`${base}/`) && !/^(data|blob|about):/.test(url))
            note(`request to elsewhere: ${url}`);
    });
    return trouble;
}

// A page of its own, with no cookies. expected: patterns of errors that the
// test provokes.
async function pageOf(browser, base, options) {
    const { width = 1280, height = 900, dark = false, language = "en", expected = [], context: more } = options;
    const context = await browser.newContext({
        baseURL: base,
        viewport: { width, height },
        colorScheme: dark ? "dark" : "light",
        locale: language,
        reducedMotion: "reduce",
        isMobile: width < 600,
        hasTouch: width < 600,
        ...more,
    });
    context.setDefaultTimeout(PATIENCE);
    const trouble = watch(context, base, expected);
    return { page: await context.newPage(), context, trouble };
}

const signedIn = new Map(); // cookies, by name

// Through the page once; later pages of the same user take that session up,
// as a second tab would, as long as it holds.
export async function signIn(page, name, password, next = "/inbox") {
    await page.context().addCookies(signedIn.get(name) ?? []);
    await page.goto(next);
    if (new URL(page.url()).pathname === next) return;
    await page.locator("input[name=name]").fill(name);
    await page.locator("input[name=password]").fill(password);
    await page.locator("main button[type=submit], main button:not([type])").first().click();
    await page.waitForURL((url) => url.pathname === next);
    signedIn.set(name, await page.context().cookies());
}

// Fails on what breaks WCAG 2.1 A or AA, a line for each. Frames are pages of
// their own, and what a stranger's mail breaks in its frame is theirs.
export async function axe(page) {
    if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
    judge(page, await page.evaluate((tags) => window.axe.run(document, {
        runOnly: { type: "tag", values: tags }, resultTypes: ["violations"], iframes: false,
    }), LEVELS));
}

function judge(page, { violations }) {
    const lines = violations.flatMap((v) =>
        v.nodes.map((n) => `${v.id}: ${v.help}\n    at ${n.target.join(" ")}: ${n.html.slice(0, 200)}`
            + `\n    ${(n.failureSummary ?? "").replaceAll("\n", " ")}`),
    );
    assert.equal(lines.length, 0, `${page.url()} breaks WCAG 2.1 AA:\n${lines.join("\n")}`);
}

// No page is wider than its window: nobody scrolls sideways to read. The
// inbox is no taller than it either: its parts scroll, each for itself.
export async function fits(page) {
    const [wide, high, width, height, app] = await page.evaluate(() => {
        const { scrollWidth, scrollHeight, clientWidth, clientHeight } = document.documentElement;
        return [scrollWidth, scrollHeight, clientWidth, clientHeight, document.querySelector("#app") !== null];
    });
    assert.ok(wide <= width, `${page.url()} is ${wide} px wide in a window of ${width} px`);
    assert.ok(!app || high <= height, `${page.url()} is ${high} px high in a window of ${height} px`);
}

// One page as it stands, in every width, light and dark by turns: it breaks no
// rule, fits its window, has no word without a translation, and leaves a
// screenshot NAME-WIDTH-LANGUAGE-SCHEME.
export async function looks(page, name, language) {
    const schemes = language === "es" ? ["dark", "light"] : ["light", "dark"];
    for (const [i, width] of [320, 768, 1280].entries()) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme: schemes[i % 2] });
        await calm(page);
        await shot(page, `${name}-${width}-${language}-${schemes[i % 2]}`);
        await axe(page);
        await fits(page);
    }
    const missing = (await page.locator("body").innerText()).match(/\b(ui|role|inbox)\.[a-z_]+\b/g);
    assert.equal(missing, null, "words without a translation");
}

// Nothing is being fetched that the page waits for.
export function calm(page) {
    return page.waitForFunction(() => {
        const app = document.querySelector("#app");
        return (!app || app.childElementCount > 0) && !document.querySelector("[aria-busy=true]");
    });
}

// Into build/screenshots/NAME.png.
export async function shot(page, name, options = { fullPage: true }) {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, animations: "disabled", ...options });
}

// Waits until sign() is true; its last value is told when it never is.
export async function until(sign, what) {
    const end = Date.now() + PATIENCE;
    let value;
    while (Date.now() < end) {
        value = await sign();
        if (value) return value;
        await new Promise((again) => setTimeout(again, 50));
    }
    assert.fail(`${what} did not come to be (${JSON.stringify(value)})`);
}

// ---- all of it ----

// town: {settings, channels} of inlet.conf; flags: of Chromium besides.
// Gives the town, the browser, and on(name, options, run): a test with a page.
export async function open({ town: options = {}, flags = [] } = {}) {
    const town = await Town.start(options);
    let browser;
    after(async () => {
        await browser?.close();
        await town.end();
    });
    browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: [...FLAGS, ...flags] });
    const page = (more = {}) => pageOf(browser, town.base, more);
    const on = (name, more, run) =>
        test(name, async (t) => {
            const made = await page(more);
            try {
                await run(made.page, made, t);
                assert.deepEqual(made.trouble, [], "the page had trouble");
            } catch (wrong) {
                // What was on the page says more than what was missing.
                await shot(made.page, `failed-${name.replace(/[^A-Za-z0-9]+/g, "-").slice(0, 80)}`).catch(() => {});
                for (const line of made.trouble) console.error(line);
                throw wrong;
            } finally {
                await made.context.close();
            }
        });
    return { town, browser, page, on };
}
