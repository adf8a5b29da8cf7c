// Mails written to run, to fetch and to lead astray, each opened as the clerk
// opens it: nothing runs, nothing is fetched, and the page around stays in use.
//
// A trap stands where every name outside leads to. The same mails opened
// without frame and policy show that it works: most of them run or fetch then.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import http from "node:http";
import test, { after } from "node:test";

import { open, signIn, until } from "./frame.mjs";

const FOLDER = "tests/browser/hostile";
const PASSWORD = "a hole is a hole";
const NAMES = readdirSync(new URL("./hostile", import.meta.url))
    .filter((name) => name.endsWith(".eml"))
    .map((name) => name.slice(0, -".eml".length));
const RAN = "document.documentElement.hasAttribute('ran')";

// ---- the trap ----

const trap = { connections: 0, paths: [], naked: new Map() };
const server = http.createServer((request, response) => {
    const page = trap.naked.get(request.url);
    if (!page) trap.paths.push(request.url);
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    response.end(page ?? "");
});
server.on("connection", () => trap.connections++);
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
after(() => {
    server.closeAllConnections();
    server.close();
});

const rules = [`MAP *.example.org 127.0.0.1:${server.address().port}`, "MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1"];
const { town, page: newPage } = await open({ flags: [`--host-resolver-rules=${rules.join(",")}`] });

// Whatever was under way has come to the trap once this has.
async function settle(context) {
    const page = await context.newPage();
    trap.naked.set("/canary", "<img src='/canary.png'>");
    await page.goto("http://trap.example.org/canary");
    await until(() => trap.paths.includes("/canary.png"), "the canary's picture");
    await page.close();
}

// ---- the mails, through the real door ----

await town.ask("user", { name: "Ana", password: PASSWORD });
for (const name of NAMES) await town.ask("mail", { file: `${FOLDER}/${name}.eml` });
await town.ask("wait", { tickets: NAMES.length });

const clerk = await newPage();
await signIn(clerk.page, "Ana", PASSWORD);
const ids = new Map();
for (const { id } of (await json("/api/tickets?state=any&limit=500")).tickets) {
    const { messages } = await json(`/api/tickets/${id}`);
    ids.set(messages[0].from.address.split("@")[0], { ticket: id, message: messages[0].id });
}

async function json(path) {
    const answer = await clerk.context.request.get(path);
    assert.equal(answer.status(), 200, path);
    return answer.json();
}

const html = (name) => `/api/messages/${ids.get(name).message}/html`;

// As the inbox shows them: each in a frame with no more than it needs.
function framesOf(page) {
    return page.evaluate(
        (urls) =>
            Promise.all(
                urls.map(
                    (url) =>
                        new Promise((loaded) => {
                            const frame = document.createElement("iframe");
                            frame.setAttribute("sandbox", "allow-popups");
                            frame.referrerPolicy = "no-referrer";
                            frame.title = url;
                            frame.onload = loaded;
                            frame.src = url;
                            document.body.append(frame);
                        }),
                ),
            ).then(() => undefined),
        NAMES.map(html),
    );
}

// What a clerk may hit by mistake.
function press(frame) {
    return frame.evaluate(() => {
        const all = document.querySelectorAll("a[href^='j' i], button, input[type=submit], summary, area");
        for (const one of all) one.click();
    });
}

// What a frame or page has done that it may not.
async function misdeed(name, frame) {
    if (!frame.url().endsWith(html(name))) return `${name} went to ${frame.url()}`;
    await press(frame);
    if (await frame.evaluate(RAN)) return `${name} has run`;
    if ((await frame.evaluate("window.origin")) !== "null") return `${name} is one of us`;
    return undefined;
}

test("Every mail of the corpus has become a message", () => {
    assert.ok(NAMES.length >= 30);
    assert.deepEqual(NAMES.filter((name) => !ids.has(name)), []);
});

test("In the clerk's frame nothing runs and nothing is fetched", async () => {
    const { page } = clerk;
    const wrong = [];
    page.on("response", (r) => {
        if (r.frame() !== page.mainFrame() && !r.url().endsWith("/html")) wrong.push(`fetched: ${r.url()}`);
    });
    page.on("dialog", (d) => {
        wrong.push(`dialog: ${d.message()}`);
        return d.dismiss();
    });
    const before = [page.url(), await page.title()];
    await page.evaluate(() => {
        const button = document.createElement("button");
        button.id = "around";
        button.textContent = "Around";
        button.onclick = () => document.body.setAttribute("clicked", "");
        document.body.prepend(button);
    });
    await framesOf(page);
    for (const frame of page.mainFrame().childFrames()) {
        const name = NAMES.find((n) => frame.url().endsWith(html(n)));
        if (name) wrong.push(await misdeed(name, frame));
        else wrong.push(`a frame went to ${frame.url()}`);
    }
    assert.equal(page.mainFrame().childFrames().length, NAMES.length);
    assert.deepEqual(wrong.filter(Boolean), []);
    await page.locator("#around").click(); // fails where something covers it
    assert.ok(await page.evaluate("document.body.hasAttribute('clicked')"));
    assert.equal(await page.evaluate(RAN), false, "something ran in the page itself");
    assert.deepEqual([page.url(), await page.title()], before);
    assert.deepEqual([trap.connections, trap.paths], [0, []], "the frames asked elsewhere");
});

test("Opened by itself a mail's page runs and fetches nothing either", async () => {
    const { context } = clerk;
    const wrong = [];
    const look = async (page, names) => {
        for (const name of names) {
            await page.goto(html(name));
            wrong.push(await misdeed(name, page.mainFrame()));
        }
    };
    const pages = [await context.newPage(), await context.newPage()];
    for (const page of pages) {
        page.on("response", (r) => {
            if (!r.url().endsWith("/html")) wrong.push(`fetched: ${r.url()}`);
        });
    }
    await Promise.all(pages.map((page, i) => look(page, NAMES.filter((_, n) => n % 2 === i))));
    for (const page of context.pages().filter((p) => p !== clerk.page)) await page.close();
    assert.deepEqual(wrong.filter(Boolean), []);
    assert.deepEqual([trap.connections, trap.paths], [0, []]);
    await settle(context); // nothing comes late
    assert.deepEqual(trap.paths.filter((path) => !["/canary.png", "/favicon.ico"].includes(path)), []);
});

test("The mail's own pictures are shown, and only those", async () => {
    const page = await clerk.context.newPage();
    await page.goto(html("own-pictures"));
    const widths = await page.evaluate(() => Array.from(document.images, (i) => i.naturalWidth));
    assert.equal(widths[0], 1);
    assert.deepEqual(widths.slice(1).filter((w) => w > 0), []);
    assert.ok((await page.content()).includes("data:image/gif;base64,"));
    await page.close();
});

// The other half of the test: what is harmless above is not so by itself.
test("Without frame and policy the same mails run and fetch", async () => {
    const { page, context } = await newPage();
    for (const name of NAMES)
        trap.naked.set(`/naked/${name}`, (await (await clerk.context.request.get(html(name))).text()).replaceAll("<no-", "<"));
    const frames = NAMES.map((name) => `<iframe src="/naked/${name}"></iframe>`);
    trap.naked.set("/naked", `<!doctype html><title>naked</title>${frames.join("")}`);
    page.on("dialog", (d) => d.dismiss());
    await page.goto("http://trap.example.org/naked", { waitUntil: "commit" });
    const reached = (name) => trap.paths.some((path) => path.startsWith(`/${name}`));
    const enough = () => NAMES.filter(reached).length >= 30;
    await until(enough, "30 mails that reach out");
    await until(() => trap.paths.filter((path) => path.endsWith("?ran")).length >= 10, "10 mails that run");
    console.log(`# silent even so: ${NAMES.filter((name) => !reached(name)).join(" ")}`);
    await context.close();
});
