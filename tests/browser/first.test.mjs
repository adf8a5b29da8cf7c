// The pages that need nothing: they open, are clean, and fit their window.
import assert from "node:assert/strict";

import { axe, fits, open, shot } from "./frame.mjs";

const { on } = await open();

for (const [name, path] of [["report", "/report"], ["sign-in", "/sign-in"]]) {
    for (const [width, dark, language] of [[320, false, "en"], [1280, true, "es"]]) {
        on(`${path} at ${width} px in ${language}`, { width, dark, language }, async (page, made, t) => {
            const answer = await page.goto(path);
            if (answer.status() === 404) {
                made.trouble.length = 0;
                t.skip("it is not there yet");
                return;
            }
            assert.equal(answer.status(), 200);
            assert.equal(await page.locator("html").getAttribute("lang"), language);
            await axe(page);
            await fits(page);
            await shot(page, `${name}-${width}-${language}-${dark ? "dark" : "light"}`);
        });
    }
}
