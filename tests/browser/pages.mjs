// Every page at every width, in both languages, light and dark: it breaks no
// rule of WCAG 2.1 AA, fits its window, and leaves a screenshot to look at.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { calm, looks, open, signIn } from "./frame.mjs";

export const PASSWORD = "a hole is a hole";
const WORDS = [
    "There is a deep pothole at 12 Elm St, it broke my wheel.",
    "The street light in front of 20 Maple Street has been out for a week.",
    "Hay un bache muy grande en la calle Elm 33, por favor arréglenlo.",
    "A tree has fallen on a power line at Oak and Church, it sparks!",
    "Graffiti on the wall of the library.",
    "Somebody dumped a sofa. I do not know what the road is called.",
];

export async function townWithReports() {
    const made = await open({ town: { settings: "public-map yes\n" } });
    const { town } = made;
    await town.ask("user", { name: "Ana", password: PASSWORD, role: "admin", language: "en" });
    await town.ask("user", { name: "Eva", password: PASSWORD, role: "admin", language: "es" });
    for (const text of WORDS) await town.ask("mail", { text });
    const photo = readFileSync(new URL("../fuzz/corpus/picture/baseline.jpg", import.meta.url));
    await town.ask("form", {
        report: "A deep hole at 14 Elm Street, see the photo.",
        name: "Rosa",
        contact: "rosa@example.org",
        files: [["hole.jpg", "image/jpeg", photo.toString("base64")]],
    });
    await town.ask("text", { body: "Streetlight out at 5 Main St" });
    await town.ask("wait", { tickets: WORDS.length + 2 });
    return made;
}

// Each of pages: {name, path, status, user, then}; path may be a function of
// page and way, then() brings it into a state and waits for its sign.
export function look(made, pages) {
    for (const way of [{ language: "en" }, { language: "es" }]) {
        let opened;
        const begin = async () => {
            opened = await made.page({ ...way, width: 600, expected: [/status of (404|401|422|429)/] });
            const name = way.language === "es" ? "Eva" : "Ana";
            if (pages.some((p) => p.user)) await signIn(opened.page, name, PASSWORD);
            return opened;
        };
        for (const one of pages) {
            test(`${one.name} in ${way.language}`, async () => {
                const { page, trouble } = opened ?? (await begin());
                trouble.length = 0;
                await page.setViewportSize({ width: 320, height: 900 });
                const path = typeof one.path === "function" ? await one.path(page, way) : one.path;
                const answer = await page.goto(path);
                assert.equal(answer.status(), one.status ?? 200);
                await calm(page);
                await one.then?.(page);
                assert.equal(await page.locator("html").getAttribute("lang"), way.language);
                await looks(page, one.name, way.language);
                assert.deepEqual(trouble, [], "the page had trouble");
            });
        }
        test(`The window in ${way.language} is closed`, async () => opened?.context.close());
    }
}
