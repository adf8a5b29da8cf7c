// The clerk's inbox: the list, why, corrections, and each kind of work.
import assert from "node:assert/strict";

import { axe, open, signIn, until } from "./frame.mjs";

const PASSWORD = "correct horse battery";

const COUNTY = "channel neighbour county\n    name County Works\n    mail works@county.example.org\n";
const { town, page: newPage, on } = await open({ town: { channels: COUNTY } });
await town.ask("user", { name: "Ana", password: PASSWORD, role: "supervisor" });
await town.ask("user", { name: "Ben", password: PASSWORD });
await town.ask("user", { name: "Carmen", password: PASSWORD, language: "es" });

// subject: what the list shows; text: what is read.
let mails = 0;
function mail(subject, text) {
    mails++;
    const bytes = [
        `From: Resident ${mails} <resident${mails}@example.org>`, "To: reports@example.org", `Subject: ${subject}`,
        `Date: ${new Date().toUTCString()}`, `Message-ID: <inbox.${mails}@example.org>`, "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8", "", text, "",
    ].join("\r\n");
    return town.ask("mail", { bytes: Buffer.from(bytes).toString("base64") });
}

for (const [subject, text] of [
    ["Pothole", "There is a deep pothole at 12 Elm Street, please fix it."],
    ["Pothole again", "Deep pothole in front of 12 Elm Street. It is getting worse."],
    ["Dark corner", "The street light at Main Street and Church Street is out."],
    ["Fallen tree", "A tree fell on Oak Street and blocks the sidewalk."],
    ["Wall", "Somebody painted graffiti on the wall at 14 Pine Street."],
    ["Bins", "Trash was not picked up at 20 Maple Street."],
    ["Hello", "Something is odd somewhere."],
]) await mail(subject, text);
await town.ask("text", { body: "pothole at 33 Pine Street" });
await town.ask("wait", { tickets: mails + 1 });

const rows = (page) => page.locator(".row[role=option]");
const rowWith = (page, text) => rows(page).filter({ hasText: text });
const title = (page) => page.locator("#report-title");
const toast = (page) => page.locator(".toast");

async function inbox(page, path = "/inbox", name = "Ana") {
    await signIn(page, name, PASSWORD, "/inbox");
    if (path !== "/inbox") await page.goto(path);
    await page.locator(".row[role=option], #report-title").first().waitFor();
}

async function openRow(page, text) {
    await rowWith(page, text).first().click();
    await page.locator(".first").filter({ hasText: text }).waitFor();
    return Number(new URL(page.url()).pathname.split("/")[2]);
}

const api = (page, path) => page.evaluate((p) => fetch(p).then((r) => r.json()), path);
const ticketNow = async (page, id) => (await api(page, `/api/tickets/${id}`)).ticket;

// Waits until the server has it so; what is on the screen may be ahead of it.
function holds(page, id, what) {
    return until(async () => {
        const now = await ticketNow(page, id);
        return Object.entries(what).every(([key, value]) => now[key] === value) && now;
    }, `${JSON.stringify(what)} of ${id}`);
}

async function choose(page, text) {
    await page.locator(".chooser input").fill(text);
    await page.locator(".chooser [role=option]").first().waitFor();
    await page.keyboard.press("Enter");
}

async function undo(page) {
    await toast(page).getByRole("button", { name: /Undo/ }).click();
    await toast(page).filter({ hasText: "Taken back" }).waitFor();
}

// ---- the list ----

on("A filter is an address; going back takes it off", {}, async (page) => {
    await inbox(page);
    await page.locator("[data-filters]").click();
    await page.locator(".filter-panel select").nth(1).selectOption("graffiti");
    await page.waitForURL(/category=graffiti/);
    await until(async () => (await rows(page).count()) === 1, "one row");
    await page.reload();
    await until(async () => (await rows(page).count()) === 1, "one row after loading again");
    await page.goBack();
    await until(async () => (await rows(page).count()) > 5, "all rows");
});

on("Words are searched in what residents wrote", {}, async (page) => {
    await inbox(page);
    await page.keyboard.press("/");
    await page.keyboard.type("sidewalk");
    await until(async () => (await rows(page).count()) === 1, "one row");
    await rowWith(page, "Fallen tree").waitFor();
});

on("A view is saved with its count, and taken away", {}, async (page) => {
    await inbox(page, "/inbox?category=pothole");
    await page.getByRole("button", { name: "Save this view" }).click();
    await page.locator(".dialog input[type=text]").fill("Holes");
    await page.locator(".dialog").getByRole("button", { name: "Save", exact: true }).click();
    const view = page.locator(".view").filter({ hasText: "Holes" });
    await view.waitFor();
    assert.equal(await view.locator(".view-n").innerText(), "3");
    await page.getByRole("button", { name: "Remove the view Holes" }).click();
    await view.waitFor({ state: "detached" });
});

on("What comes is counted, and nothing moves until it is wanted", {}, async (page) => {
    await inbox(page);
    const id = await openRow(page, "Bins");
    const before = await rows(page).count();
    await mail("Leaves", "Big pile of leaves blocks the drain at 16 Pine Street.");
    await page.getByRole("button", { name: "1 new" }).waitFor();
    assert.equal(await rows(page).count(), before);
    assert.equal(new URL(page.url()).pathname, `/inbox/${id}`);
    await page.getByRole("button", { name: "1 new" }).click();
    await rowWith(page, "Leaves").waitFor();
    assert.equal(new URL(page.url()).pathname, `/inbox/${id}`);
});

on("What another changes is changed here, in its place", {}, async (page) => {
    await inbox(page);
    const id = await openRow(page, "Hello");
    const other = await newPage();
    await inbox(other.page, "/inbox", "Ben");
    await openRow(other.page, "Hello");
    await page.locator(".other").filter({ hasText: "Ben is looking" }).waitFor();
    await other.page.keyboard.press("a");
    await choose(other.page, "Ben");
    await page.locator(`#row-${id} .avatar`).filter({ hasText: "B" }).waitFor();
    await page.getByText("Ben just now").waitFor();
    await other.page.keyboard.press("r");
    await other.page.locator(".composer textarea").fill("Where is it, ");
    await page.locator(".other").filter({ hasText: "Ben is writing" }).waitFor();
    await other.page.locator(".composer textarea").fill("");
    await other.context.close();
});

// ---- why, and correcting it ----

on("Words say why they were read so, and another category is chosen", {}, async (page) => {
    await inbox(page);
    const id = await openRow(page, "Wall");
    await page.locator(".says .what-category").first().click();
    const why = page.getByRole("region", { name: "Why" });
    await why.getByText("Graffiti").first().waitFor();
    assert.match(await why.locator("code").first().innerText(), /\.rules:\d+/);
    await axe(page);
    await why.getByRole("button", { name: "Another category" }).click();
    await choose(page, "sidewalk");
    await holds(page, id, { category: "sidewalk" });
    await page.locator(".remember").waitFor(); // a supervisor may teach it
    await undo(page);
    await holds(page, id, { category: "graffiti" });
});

on("A place is corrected by typing an address, and the town learns the name", {}, async (page) => {
    await inbox(page);
    const id = await openRow(page, "Hello");
    await page.keyboard.press("l");
    const field = page.getByRole("combobox", { name: /Address, crossing/ });
    await field.fill("20 elm st");
    await page.locator(".suggestions [role=option]").filter({ hasText: "20 Elm" }).first().click();
    await page.getByRole("button", { name: "Save this place" }).click();
    const now = await holds(page, id, { label: "20 Elm Street" });
    assert.ok(now.lat > 43.5 && now.decision === "accept");
    await page.locator(".remember input").waitFor();
    await undo(page);
    await holds(page, id, { label: "" });
});

on("An address half typed stays, whatever another does meanwhile", {}, async (page) => {
    await inbox(page);
    const id = await openRow(page, "Hello");
    await page.keyboard.press("l");
    const field = page.getByRole("combobox", { name: /Address, crossing/ });
    await field.fill("20 elm");
    const other = await newPage();
    await inbox(other.page, "/inbox", "Ben");
    await openRow(other.page, "Hello");
    await other.page.keyboard.press("u");
    await page.getByText("Ben just now").waitFor();
    await page.locator(".report .chip.urgent").waitFor();
    assert.equal(await field.inputValue(), "20 elm");
    await other.page.keyboard.press("u");
    await holds(other.page, id, { urgent: false });
    await other.context.close();
});

on("A report that cannot be fetched again stays, and that is said", { expected: [/status of 500/] }, async (page) => {
    await inbox(page);
    const id = await openRow(page, "Bins");
    const path = `**/api/tickets/${id}`;
    await page.route(path, (route) => route.fulfill({ status: 500, contentType: "application/json", body: "{}" }));
    await page.keyboard.press("u");
    const trouble = page.locator(".report [role=alert]");
    await trouble.waitFor();
    assert.ok(await page.locator(".first").filter({ hasText: "Bins" }).isVisible());
    await axe(page);
    await page.unroute(path);
    await trouble.getByRole("button").click();
    await trouble.waitFor({ state: "detached" });
    await page.keyboard.press("u");
    await holds(page, id, { urgent: false });
});

on("The pin is moved by arrow keys, and the nearest address is used", {}, async (page) => {
    await inbox(page);
    const id = await openRow(page, "Dark corner");
    const before = await ticketNow(page, id);
    await page.locator(".mark-place").focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowLeft");
    const near = page.locator(".placeedit button.small");
    await near.click();
    await page.getByRole("button", { name: "Save this place" }).click();
    const now = await until(async () => {
        const t = await ticketNow(page, id);
        return t.revision > before.revision && t;
    }, "a new place");
    assert.ok(now.lon < before.lon, "it went west");
    assert.match(now.label, /^\d+ /);
    await undo(page);
    await holds(page, id, { lon: before.lon, label: before.label });
});

// ---- work, each with its undo ----

const WORK = [
    ["assigned", "a", "Ben", { assignee: "Ben" }, { assignee: "" }],
    ["given a category", "c", "noise", { category: "noise" }, { category: "trash" }],
    ["closed with a reason", "e", "fixed", { state: "done", reason: "fixed" }, { state: "new", reason: "" }],
    ["not ours, with a reason", "e", "county", { state: "not-ours", reason: "county" }, { state: "new", reason: "" }],
    ["set to waiting", "t", "waiting", { state: "waiting" }, { state: "new" }],
    ["given a department", "d", "Sanitation", { department: "Sanitation" }, { department: "" }],
];
for (const [what, key, typed, after, before] of WORK) {
    on(`A report is ${what}, and that is undone`, {}, async (page) => {
        await inbox(page);
        const id = await openRow(page, "Bins");
        await page.keyboard.press(key);
        await choose(page, typed);
        await holds(page, id, after);
        await toast(page).waitFor();
        await page.keyboard.press("z");
        await holds(page, id, before);
        await rowWith(page, "Bins").waitFor();
    });
}

on("A report is an emergency, and put off, and neither", {}, async (page) => {
    await inbox(page);
    const id = await openRow(page, "Bins");
    await page.keyboard.press("u");
    await holds(page, id, { urgent: true });
    await page.keyboard.press("u");
    await holds(page, id, { urgent: false });
    await page.keyboard.press("s");
    await page.locator(".dialog .option").first().click();
    await rowWith(page, "Bins").waitFor({ state: "detached" });
    await until(async () => (await ticketNow(page, id)).snoozed_until > Date.now() / 1000, "put off at the server");
    await undo(page);
    await rowWith(page, "Bins").waitFor();
});

on("A note stays inside; an answer goes out, by the resident's door, with a state", {}, async (page) => {
    await inbox(page);
    const id = await openRow(page, "pothole at 33 Pine Street");
    await page.keyboard.press("i");
    await page.locator(".composer textarea").fill("Seen it: two metres wide.");
    await page.keyboard.press("Control+Enter");
    await page.locator(".told").filter({ hasText: "two metres wide" }).waitFor();
    await page.keyboard.press("r");
    await page.locator(".composer textarea").fill("Mañana — we come tomorrow.");
    await page.getByText("longer because of").waitFor();
    await page.locator(".composer textarea").fill("We come tomorrow.");
    await page.getByText("1 text message · 143 characters left").waitFor();
    await page.getByRole("button", { name: "Preview" }).click();
    await page.locator(".preview.bubble").filter({ hasText: "We come tomorrow." }).waitFor();
    await page.locator(".with-state select").selectOption("open/");
    await axe(page);
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await holds(page, id, { state: "open" });
    const sent = await until(async () => (await town.ask("texts")).some((t) => JSON.stringify(t).includes("We come tomorrow")), "the text");
    assert.ok(sent);
    const all = JSON.stringify(await town.ask("texts"));
    assert.ok(!all.includes("two metres"), "a note was told to a resident");
    await page.locator(".sent-sent").last().waitFor();
});

on("Two of the same matter are compared, made one, and split again", {}, async (page) => {
    await inbox(page);
    const id = await openRow(page, "Pothole again");
    const other = (await api(page, `/api/tickets/${id}`)).likes[0].id;
    const [older, newer] = id < other ? [id, other] : [other, id];
    await page.locator(".likes").getByRole("button", { name: /Compare/ }).first().click();
    await page.locator(".compare").getByText("please fix it").waitFor();
    await axe(page);
    await page.getByRole("button", { name: `Same matter: keep #${older}` }).click();
    await holds(page, newer, { state: "duplicate", duplicate_of: older });
    await undo(page);
    await holds(page, newer, { state: "new", duplicate_of: 0 });
});

on("Several are done at once, counted before, and undone together", {}, async (page) => {
    await inbox(page, "/inbox?category=pothole");
    await rows(page).nth(2).waitFor();
    await page.locator(".scroller").focus();
    await page.keyboard.press("x");
    await page.getByRole("button", { name: "Select all 3" }).click();
    await page.getByText("3 selected").first().waitFor();
    await page.keyboard.press("a");
    await choose(page, "Ben");
    await page.locator(".dialog").getByText("This changes 3 reports").waitFor();
    await page.locator(".dialog").getByRole("button", { name: "Change 3" }).click();
    await until(async () => (await api(page, "/api/tickets?category=pothole&assignee=Ben")).total === 3, "all are Ben's");
    await undo(page);
    await until(async () => (await api(page, "/api/tickets?category=pothole&assignee=Ben")).total === 0, "none is Ben's");
});

on("A report is passed on to those who settle it, and the trail says so", {}, async (page) => {
    await inbox(page);
    const id = await openRow(page, "Bins");
    await page.locator(".actions").getByRole("button", { name: /Pass on to/ }).click();
    await choose(page, "County");
    await holds(page, id, { state: "waiting" });
    await page.locator(".event").filter({ hasText: "County Works" }).first().waitFor();
    await until(async () => (await town.ask("mails")).some((m) => m.to.includes("works@county.example.org") && m.data.includes("Trash was not picked up")),
        "the mail to the county");
});

on("The trail: who did what, the original mail, each event taken back", {}, async (page) => {
    await inbox(page);
    const id = await openRow(page, "Fallen tree");
    await page.keyboard.press("a");
    await choose(page, "Ben");
    const event = page.locator(".event").filter({ hasText: "Assigned" }).filter({ hasText: "Ana" });
    await event.getByRole("button", { name: /Undo/ }).click();
    await holds(page, id, { assignee: "" });
    await page.locator(".event.undone").waitFor();
    await page.locator("[data-original]").click();
    const frame = page.locator("iframe.original");
    await frame.waitFor();
    assert.equal(await frame.getAttribute("sandbox"), "allow-popups");
    await frame.contentFrame().locator("body").waitFor();
    await page.keyboard.press("Escape");
    await frame.waitFor({ state: "detached" });
});
