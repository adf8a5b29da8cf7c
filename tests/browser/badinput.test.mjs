// What bad input looks like to a clerk and to a resident: words, not a page.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { axe, fits, open, shot, signIn } from "./frame.mjs";

const PASSWORD = "a hole is a hole";
const RAN = "document.documentElement.hasAttribute('ran') || document.title === 'ran'";
const corpus = (name) => readFileSync(new URL(`../fuzz/corpus/picture/${name}`, import.meta.url));

const { town, on } = await open();
await town.ask("user", { name: "Ana", password: PASSWORD });

// A photo, a picture with too many pixels, and one that is none.
function pictures() {
    const part = (name, kind, data) =>
        `--b\nContent-Type: ${kind}\nContent-Disposition: attachment; filename=${name}\n`
        + `Content-Transfer-Encoding: base64\n\n${data.toString("base64")}\n`;
    return Buffer.from(
        "From: Ben <ben@example.org>\nTo: reports@example.org\nSubject: Pictures\nMIME-Version: 1.0\n"
        + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nA deep hole at 12 Elm St.\n"
        + part("photo.jpg", "image/jpeg", corpus("baseline.jpg"))
        + part("huge.png", "image/png", corpus("huge.png"))
        + part("vector.svg", "image/svg+xml", corpus("vector.png"))
        + "--b--\n",
    ).toString("base64");
}

async function ticketOf(page, address) {
    const list = await (await page.request.get("/api/tickets?state=any")).json();
    for (const { id } of list.tickets) {
        const whole = await (await page.request.get(`/api/tickets/${id}`)).json();
        if (whole.messages[0].from.address === address) return whole.ticket;
    }
    return assert.fail(`no ticket of ${address}`);
}

await town.ask("mail", { file: "tests/browser/hostile/names.eml" });
await town.ask("mail", { bytes: pictures() });
await town.ask("wait", { tickets: 2 });

for (const width of [320, 1280]) {
    on(`A script in a subject and a name is words, at ${width} px`, { width }, async (page) => {
        await signIn(page, "Ana", PASSWORD);
        const ticket = await ticketOf(page, "names@example.org");
        await page.goto(`/inbox/${ticket.id}`);
        await page.locator(".message .subject").getByText("<script>").first().waitFor();
        assert.equal(await page.evaluate(RAN), false);
        const cut = await page.locator(".report-scroll").evaluate((pane) => pane.scrollWidth - pane.clientWidth);
        assert.ok(cut <= 0, `${cut} px of the report are cut off`);
        await fits(page);
        await axe(page);
        await shot(page, `bad-subject-${width}`);
        await page.goto(`/t/${ticket.token}`);
        assert.equal(await page.evaluate(RAN), false);
    });
}

on("The original opens in a frame that may open windows and nothing else", {}, async (page) => {
    await signIn(page, "Ana", PASSWORD);
    await page.goto(`/inbox/${(await ticketOf(page, "names@example.org")).id}`);
    await page.locator("[data-original]").click();
    const frame = page.locator("dialog iframe, [role=dialog] iframe");
    assert.equal(await frame.getAttribute("sandbox"), "allow-popups");
    assert.equal(await frame.getAttribute("referrerpolicy"), "no-referrer");
    await frame.contentFrame().getByText("no other form").waitFor();
});

on("A photo is shown; what is too large or no picture is told of", {}, async (page) => {
    await signIn(page, "Ana", PASSWORD);
    await page.goto(`/inbox/${(await ticketOf(page, "ben@example.org")).id}`);
    const photo = page.locator(".photos img");
    await photo.waitFor();
    await photo.evaluate((image) => image.decode());
    // It was taken sideways: 12 x 8 as stored, 8 x 12 as shown.
    assert.deepEqual(await photo.evaluate((i) => [i.naturalWidth, i.naturalHeight]), [8, 12]);
    assert.equal(await photo.count(), 1);
    await page.getByText("This picture is too large to be shown. It can be downloaded.").waitFor();
    await page.getByText("This kind of file is not shown here. It can be downloaded.").waitFor();
    const saved = page.waitForEvent("download");
    await page.getByRole("link", { name: "vector.svg" }).click();
    assert.equal((await saved).suggestedFilename(), "vector.svg");
    await shot(page, "bad-pictures");
});

// Typed into the address, as somebody would who was sent such a link.
on("An attachment opened by its address is saved, not opened", {}, async (page) => {
    await signIn(page, "Ana", PASSWORD);
    const { id } = await ticketOf(page, "ben@example.org");
    const { messages } = await (await page.request.get(`/api/tickets/${id}`)).json();
    const saved = page.waitForEvent("download");
    await page.goto(`/api/messages/${messages[0].id}/attachments/2`).catch(() => {});
    assert.equal((await saved).suggestedFilename(), "vector.svg");
});

on("A guessed token gets a page that says so", { expected: [/404/] }, async (page) => {
    const answer = await page.goto("/t/AAAAAAAAAAAAAAAAAAAAAA");
    assert.equal(answer.status(), 404);
    await page.locator("main h1").waitFor();
    await axe(page);
    await shot(page, "bad-token");
});

on("A form of 100 MB is refused by its size", { expected: [/413/, /ERR_/] }, async (page) => {
    await page.goto("/report");
    const status = await page.evaluate(async () => {
        const form = new FormData();
        form.append("report", "A deep hole");
        form.append("photos", new Blob([new Uint8Array(100 * 1024 * 1024)]), "large.jpg");
        const answer = await fetch("/report", { method: "POST", body: form }).catch(() => null);
        return answer?.status ?? 0;
    });
    assert.ok(status === 413 || status === 0, `${status}`);
    await page.goto("/report"); // it goes on
});
