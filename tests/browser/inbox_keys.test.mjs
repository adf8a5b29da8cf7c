// The clerk's inbox by keys alone, and when something comes between.
import assert from "node:assert/strict";

import { axe, open, shot, signIn, until } from "./frame.mjs";

const PASSWORD = "correct horse battery";

const { town, page: newPage, on } = await open();
await town.ask("user", { name: "Ana", password: PASSWORD });
await town.ask("user", { name: "Ben", password: PASSWORD });
await town.ask("user", { name: "Rita", password: PASSWORD, role: "reader" });
await town.ask("mail", { text: "There is a deep pothole at 12 Elm Street, please fix it." });
await town.ask("mail", { text: "The street light at Main Street and Church Street is out." });
await town.ask("wait", { tickets: 2 });

const rows = (page) => page.locator(".row[role=option]");
const title = (page) => page.locator("#report-title");

async function inbox(page, name = "Ana") {
    await signIn(page, name, PASSWORD);
    await rows(page).first().waitFor();
}

async function openAt(page, n) {
    await rows(page).nth(n).click();
    await page.locator(".first").waitFor();
    return Number(new URL(page.url()).pathname.split("/")[2]);
}

const ticketOf = (page, id) => page.evaluate((n) => fetch(`/api/tickets/${n}`).then((r) => r.json()), id);

function holds(page, id, what) {
    return until(async () => {
        const { ticket } = await ticketOf(page, id);
        return Object.entries(what).every(([key, value]) => ticket[key] === value);
    }, `${JSON.stringify(what)} of ${id}`);
}

// What another clerk does, by the same address the page uses.
function doesAs(page, body) {
    return page.evaluate(async (asked) => {
        const { csrf } = await fetch("/api/me").then((r) => r.json());
        const answer = await fetch("/api/act", {
            method: "POST", headers: { "Content-Type": "application/json", "X-CSRF": csrf }, body: JSON.stringify(asked),
        });
        return answer.status;
    }, body);
}

async function tabTo(page, wanted) {
    for (let i = 0; i < 40; i++) {
        if (await page.evaluate(() => document.activeElement?.innerText ?? "").then((text) => wanted.test(text))) return;
        await page.keyboard.press("Tab");
    }
    assert.fail(`${wanted} is not reached by Tab`);
}

on("By keys alone a report is filed, corrected, answered and closed", {}, async (page) => {
    await inbox(page);
    const { keyboard } = page;
    // File it, for somebody who calls.
    await keyboard.press("n");
    await page.locator(".new textarea").waitFor();
    await until(() => page.evaluate(() => document.activeElement.tagName === "TEXTAREA"), "the text has the focus");
    await keyboard.type("Loud music every night at 14 Pine Street");
    await keyboard.press("Tab");
    await keyboard.press("Tab");
    await keyboard.press("Tab");
    await keyboard.type("Maria Lopez");
    await keyboard.press("Tab");
    await keyboard.type("maria@example.org");
    await tabTo(page, /^Enter the report/);
    await keyboard.press("Enter");
    await page.locator(".first").filter({ hasText: "Loud music" }).waitFor();
    const id = Number(new URL(page.url()).pathname.split("/")[2]);
    // Correct it: the category by typing, the place by an address.
    await keyboard.press("c");
    await page.locator(".chooser input").waitFor();
    await keyboard.type("animal");
    await keyboard.press("Enter");
    await holds(page, id, { category: "animal" });
    await keyboard.press("l");
    await page.locator(".placeedit input").waitFor();
    await keyboard.press("Control+a");
    await keyboard.type("16 elm st");
    await page.locator(".suggestions [role=option]").filter({ hasText: "16 Elm" }).first().waitFor();
    await keyboard.press("Enter");
    await tabTo(page, /^Save this place/);
    await keyboard.press("Enter");
    await holds(page, id, { category: "animal", label: "16 Elm Street" });
    // Answer it.
    await keyboard.press("r");
    await page.locator(".composer textarea").waitFor();
    await keyboard.type("Thank you. Somebody will come by tonight.");
    await keyboard.press("Control+Enter");
    await page.locator(".told").filter({ hasText: "come by tonight" }).waitFor();
    // Close it.
    await keyboard.press("e");
    await page.locator(".chooser input").waitFor();
    await keyboard.type("fixed");
    await keyboard.press("Enter");
    await holds(page, id, { state: "done", reason: "fixed" });
    await page.locator(`#row-${id}`).waitFor({ state: "detached" });
    const told = await until(async () => (await town.ask("mails")).some((m) => m.data.includes("come by tonight")), "the answer");
    assert.ok(told);
});

on("j and k move, o opens, Escape goes back to the list, and a screen reader is told where", {}, async (page) => {
    await inbox(page);
    const list = page.getByRole("listbox", { name: "Reports" });
    await list.focus();
    const at = () => list.getAttribute("aria-activedescendant");
    const first = await until(at, "the row at hand");
    await page.keyboard.press("j");
    const second = await until(async () => (await at()) !== first && at(), "the next row");
    await page.keyboard.press("k");
    await until(async () => (await at()) === first, "the row before");
    await page.keyboard.press("ArrowDown");
    await until(async () => (await at()) === second, "the next row by arrow");
    await page.keyboard.press("o");
    await page.waitForURL(`**/inbox/${second.replace("row-", "")}`);
    await until(() => page.evaluate(() => document.activeElement.id === "report-title"), "the report has the focus");
});

on("The palette has every command, and the help says every key", {}, async (page) => {
    await inbox(page);
    await openAt(page, 0);
    await page.keyboard.press("Control+k");
    await page.locator(".chooser input").waitFor();
    await page.keyboard.type("emerg");
    await page.locator(".chooser [role=option]").filter({ hasText: "Emergency" }).waitFor();
    await axe(page);
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.locator(".help-keys").first().waitFor();
    await axe(page);
    await shot(page, "inbox-keys", {});
});

on("Keys of one letter are switched off, and stay off", {}, async (page) => {
    await inbox(page);
    await openAt(page, 0);
    await page.keyboard.press("?");
    await page.getByLabel(/Keys of one letter/).uncheck();
    await page.keyboard.press("Escape");
    await page.locator(".help-keys").first().waitFor({ state: "detached" });
    await page.keyboard.press("c");
    await page.reload();
    await page.locator(".first").waitFor();
    await page.keyboard.press("c");
    await page.keyboard.press("Control+k");
    await page.locator(".chooser input").waitFor();
    assert.equal(await page.locator(".chooser h2").innerText(), "All commands");
});

on("The panes are made wider by arrow keys, and remembered", {}, async (page) => {
    await inbox(page);
    const bar = page.getByRole("separator", { name: "Width of the list" });
    await bar.focus();
    const before = Number(await bar.getAttribute("aria-valuenow"));
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.reload();
    await rows(page).first().waitFor();
    assert.equal(Number(await bar.getAttribute("aria-valuenow")), before + 48);
});

on("A session that ends in the middle of an answer loses nothing", { expected: [/401/] }, async (page, { context }) => {
    await inbox(page);
    const id = await openAt(page, 0);
    await page.keyboard.press("r");
    const words = "We have ordered a new pole; it takes two weeks.";
    await page.locator(".composer textarea").fill(words);
    await context.clearCookies();
    await page.keyboard.press("Control+Enter");
    await page.getByText("You are no longer signed in").waitFor();
    await axe(page);
    await shot(page, "inbox-signed-out", {});
    const [tab] = await Promise.all([
        context.waitForEvent("page"),
        page.getByRole("link", { name: "Sign in in a new tab" }).click(),
    ]);
    await tab.locator("input[name=name]").fill("Ana");
    await tab.locator("input[name=password]").fill(PASSWORD);
    await tab.locator("main button").last().click();
    await tab.waitForURL(/\/inbox/);
    await tab.close();
    await page.bringToFront();
    await page.getByRole("button", { name: "I have signed in" }).click({ timeout: 2000 }).catch(() => {});
    await page.getByText("You are no longer signed in").waitFor({ state: "detached" });
    assert.equal(await page.locator(".composer textarea").inputValue(), words);
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await page.locator(".told").filter({ hasText: "new pole" }).waitFor();
    const { events } = await ticketOf(page, id);
    assert.equal(events.filter((e) => e.text.includes("new pole")).length, 1);
});

on("What was typed is there again after signing in on the same page", { expected: [/401/] }, async (page, { context }) => {
    await inbox(page);
    await openAt(page, 0);
    await page.keyboard.press("i");
    await page.locator(".composer textarea").fill("Ask the school about it.");
    await context.clearCookies();
    await page.keyboard.press("Control+Enter");
    await page.getByRole("link", { name: "Sign in here" }).click();
    await page.locator("input[name=name]").fill("Ana");
    await page.locator("input[name=password]").fill(PASSWORD);
    await page.locator("main button").last().click();
    await page.locator(".composer textarea").waitFor();
    assert.equal(await page.locator(".composer textarea").inputValue(), "Ask the school about it.");
});

on("Two clerks at once: both are shown, and the text is kept", { expected: [/409/] }, async (page) => {
    await inbox(page);
    const id = await openAt(page, 1);
    await page.keyboard.press("r");
    await page.locator(".composer textarea").fill("It is on our list.");
    const other = await newPage();
    await inbox(other.page, "Ben");
    assert.equal(await doesAs(other.page, { do: "state", tickets: [id], value: "waiting" }), 200);
    await page.getByText("Ben just now").waitFor();
    await page.getByRole("button", { name: "Send", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Somebody was quicker" });
    await dialog.getByText("Waiting for an answer").waitFor();
    await dialog.getByText("It is on our list.").waitFor();
    await axe(page);
    await shot(page, "inbox-conflict", {});
    await dialog.getByRole("button", { name: "Leave it and look" }).click();
    assert.equal(await page.locator(".composer textarea").inputValue(), "It is on our list.");
    assert.equal(await doesAs(other.page, { do: "urgent", tickets: [id], value: "yes" }), 200);
    await page.locator(".head .chip.urgent").waitFor();
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await dialog.getByRole("row", { name: /Emergency/ }).waitFor();
    assert.equal(await dialog.getByText("Waiting for an answer").count(), 0, "what was seen is shown again");
    await dialog.getByRole("button", { name: "Do it all the same" }).click();
    await page.locator(".told").filter({ hasText: "It is on our list." }).waitFor();
    await page.locator(".composer").waitFor({ state: "detached" });
    await other.context.close();
});

on("What is refused goes back, with a sentence", { expected: [/422|400|403/] }, async (page) => {
    await inbox(page);
    const id = await openAt(page, 0);
    await page.route("**/api/act", (route) => route.fulfill({
        status: 422, contentType: "application/json", body: JSON.stringify({ error: "Not today.", code: "cannot_assign" }),
    }));
    await page.keyboard.press("e");
    await page.locator(".chooser input").waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".toast.bad").filter({ hasText: "Not today." }).waitFor();
    await page.locator(`#row-${id}`).waitFor();
    assert.equal(new URL(page.url()).pathname, `/inbox/${id}`);
});

on("Without a line it says so, and comes back by itself", { expected: [/ERR_/, /Failed to/] }, async (page) => {
    await inbox(page);
    await town.ask("stop");
    await page.getByText("Offline. Trying again").waitFor();
    await town.ask("start");
    await page.getByText("Offline. Trying again").waitFor({ state: "detached" });
    await town.ask("mail", { text: "Graffiti on the bridge at 16 Pine Street." });
    await page.getByRole("button", { name: "1 new" }).waitFor();
});

on("Who may only read is offered nothing to do", {}, async (page) => {
    await inbox(page, "Rita");
    await openAt(page, 0);
    assert.equal(await page.getByRole("button", { name: "Enter a report" }).count(), 0);
    assert.ok(await page.locator(".actions button").first().isDisabled());
    await page.keyboard.press("e");
    assert.equal(await page.locator(".chooser").count(), 0);
    await axe(page);
});

on("Script in a report is text, wherever it is shown", {}, async (page) => {
    const bad = "<img src=x onerror=alert(1)><script>alert(2)</script>";
    await town.ask("mail", { text: `${bad} at 12 Elm Street` });
    await inbox(page);
    page.on("dialog", () => assert.fail("script ran"));
    await page.goto("/inbox?q=onerror");
    await rows(page).first().click();
    await page.locator(".first .says").filter({ hasText: bad }).waitFor();
    await page.locator(".says .span").first().click();
    await page.keyboard.press("m");
    await page.locator(".dialog").waitFor();
    assert.equal(await page.locator("img[src=x]").count(), 0);
});
