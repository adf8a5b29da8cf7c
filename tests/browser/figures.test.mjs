// The pages beside the inbox: figures, health and people, as they are used.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { axe, open, shot, signIn, until } from "./frame.mjs";

const WORD = "a hole is a hole";
const learned = mkdtempSync(join(tmpdir(), "inlet-learned-"));
after(() => rmSync(learned, { recursive: true }));
const { town, on } = await open({ town: { settings: `learned ${learned}` } });

test("A town with reports, and people of each role", async () => {
    await town.ask("user", { name: "Ada", password: WORD, role: "admin" });
    await town.ask("user", { name: "Berta", password: WORD, role: "reader", language: "es" });
    for (const text of ["A pothole at 12 Elm Street.", "A tree fell at 20 Elm Street.", "Another pothole on Elm Street.", "Hello."])
        await town.ask("mail", { text });
    await town.ask("wait", { tickets: 4 });
});

async function visit(page, name, who = "Ada") {
    await signIn(page, who, WORD, `/inbox/${name}`);
    await page.locator(`main.${name}[aria-busy=false]`).waitFor();
}

on("Each chart has its table, with the same numbers", {}, async page => {
    await visit(page, "figures");
    assert.equal(await page.locator(".tile").first().locator("strong").innerText(), "4");
    const figure = page.locator("figure", { hasText: "Reports each week" });
    await figure.locator("summary").click();
    const sums = await figure.locator("tbody tr td:last-child").allInnerTexts();
    assert.equal(sums.reduce((all, n) => all + Number(n), 0), 4);
    assert.equal(await figure.locator("caption").innerText(), "Reports each week");
    const placed = page.locator("figure", { hasText: "Who found the place" });
    await placed.locator("summary").click();
    const said = await placed.locator("tbody td").allInnerTexts();
    assert.equal(said.reduce((all, n) => all + Number(n), 0), 4);
    const ranks = await page.locator("figure", { hasText: "By category" }).locator("tbody tr").allInnerTexts();
    assert.ok(ranks.some(row => /Pothole/.test(row) && /2/.test(row)), ranks.join());
});

on("Time is chosen by keyboard, and what lies outside is not counted", {}, async page => {
    await visit(page, "figures");
    await page.getByRole("button", { name: "30 days" }).focus();
    await page.keyboard.press("Enter");
    await page.locator("button[aria-pressed=true]", { hasText: "30 days" }).waitFor();
    await page.getByLabel("To", { exact: true }).fill("2020-02-01");
    await page.getByLabel("From", { exact: true }).fill("2020-01-01");
    await page.locator(".tile strong", { hasText: /^0$/ }).first().waitFor();
    await page.getByText("Nothing in this time.").first().waitFor();
});

on("The list is saved as a spreadsheet and as a map", {}, async page => {
    await visit(page, "figures");
    for (const [name, file] of [["CSV", "reports.csv"], ["GeoJSON", "reports.geojson"]]) {
        const [download] = await Promise.all([
            page.waitForEvent("download"),
            page.locator("a.button", { hasText: name }).click(),
        ]);
        assert.equal(download.suggestedFilename(), file);
    }
});

on("Health says in words how each door is", {}, async page => {
    await visit(page, "health");
    const mail = page.locator(".health-line", { hasText: "The last message came" }).first();
    assert.match(await mail.innerText(), /Well/);
    assert.match(await page.locator("main").innerText(), /Everything could be read\./);
});

const BOUNCE = [
    "From: MAILER-DAEMON@mx.example.org", "To: reports@example.org", "Subject: Undelivered Mail Returned to Sender",
    "Message-ID: <bounce.1@mx.example.org>", "MIME-Version: 1.0",
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b", "",
    "--b", "Content-Type: text/plain", "", "Nobody of that name lives here.",
    "--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example.org", "",
    "Final-Recipient: rfc822; gone@example.org", "Action: failed", "Status: 5.1.1", "", "--b--", "",
].join("\r\n");

on("A bounce of no mail of ours is set aside, and a report after all where a clerk thinks so", {}, async page => {
    await visit(page, "health");
    await town.ask("mail", { bytes: Buffer.from(BOUNCE).toString("base64") });
    const made = page.getByRole("button", { name: /^Make it a report/ });
    await until(async () => {
        await page.getByRole("button", { name: "Look again" }).click();
        return await made.count() === 1;
    }, "what was set aside");
    await axe(page);
    await shot(page, "health-aside");
    await made.click();
    await page.getByText(/^It is report \d+ now/).waitFor();
    await made.waitFor({ state: "detached" });
});

// What is refused, on purpose, is an answer of 422.
const expected = [/status of 422/];

on("An admin adds somebody, who changes their own password", { expected }, async page => {
    await visit(page, "people");
    await page.getByLabel("Name", { exact: true }).fill("Cora");
    await page.getByLabel("First password").fill("the first of many");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByText("Cora is added.").waitFor();
    await page.getByLabel("Role of Cora").selectOption("supervisor");
    await page.getByText("The role of Cora is changed.").waitFor();
    await page.getByLabel("Role of Ada").selectOption("clerk");
    await page.getByText("This is the last admin").waitFor();
    await until(async () => await page.getByLabel("Role of Ada").inputValue() === "admin", "the role as it still is");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(/sign-in/);
    await signIn(page, "Cora", "the first of many", "/inbox/people");
    await page.locator("main.people[aria-busy=false]").waitFor();
    assert.equal(await page.getByText("What was changed").count(), 0, "the audit is the admin's");
    await page.getByLabel("Your password now").fill("wrong, this one");
    await page.getByLabel("New password").fill("the second of many");
    await page.getByRole("button", { name: "Change the password" }).click();
    await page.getByText("That is not your password.").waitFor();
    await page.getByLabel("Your password now").fill("the first of many");
    await page.getByRole("button", { name: "Change the password" }).click();
    await page.getByText("Your password is changed.").waitFor();
    await page.getByRole("button", { name: "Set it up" }).click();
    await page.getByText("Enter this key in the app").waitFor();
    assert.match(await page.locator(".secret").innerText(), /^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/);
    await axe(page);
    await shot(page, "people-totp");
});

on("What was taught is shown, and forgotten", {}, async page => {
    await visit(page, "health");
    await page.getByText("Nobody has taught anything yet.").waitFor();
    const status = await page.evaluate(async () => {
        const { csrf } = await (await fetch("/api/me")).json();
        const body = JSON.stringify({ kind: "alias", name: "Farewell Strt", means: "Elm Street" });
        const headers = { "Content-Type": "application/json", "X-CSRF": csrf };
        return (await fetch("/api/remember", { method: "POST", headers, body })).status;
    });
    assert.equal(status, 200);
    await page.getByRole("button", { name: "Look again" }).click();
    await page.getByText("alias Farewell Strt = Elm Street").first().waitFor();
    await page.getByRole("button", { name: /^Forget/ }).click();
    await page.getByText("It is forgotten").waitFor();
    await page.getByText("Nobody has taught anything yet.").waitFor();
});
