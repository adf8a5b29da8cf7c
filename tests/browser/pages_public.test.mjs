// What residents see, and the door clerks come in by; see pages.mjs.
import { look, PASSWORD, townWithReports } from "./pages.mjs";

const made = await townWithReports();
const { tickets } = await (async () => {
    const { page, context } = await made.page();
    const { signIn } = await import("./frame.mjs");
    await signIn(page, "Ana", PASSWORD);
    const answer = await page.request.get("/api/tickets?state=any&order=oldest");
    const all = (await answer.json()).tickets;
    const whole = await Promise.all(
        all.map(async ({ id }) => (await (await page.request.get(`/api/tickets/${id}`)).json()).ticket),
    );
    await context.close();
    return { tickets: whole };
})();

// Past the script: the form as a browser without one sends it.
async function send(page, words) {
    await page.evaluate((text) => {
        const form = document.querySelector("form[method=post]");
        form.noValidate = true;
        form.elements.report.value = text;
        HTMLFormElement.prototype.submit.call(form);
    }, words);
    await page.waitForLoadState("load");
}

look(made, [
    { name: "start", path: "/" },
    { name: "report", path: "/report" },
    { name: "report-embedded", path: "/report?embed=1" },
    {
        name: "report-faults",
        path: "/report",
        then: async (page) => {
            await send(page, "");
            await page.locator("#errors").waitFor();
        },
    },
    {
        name: "thanks",
        path: "/report",
        then: async (page) => {
            await send(page, "A deep pothole at 16 Elm Street");
            await page.locator(".number").waitFor();
        },
    },
    { name: "follow", path: (_, way) => `/t/${tickets[0].token}?lang=${way.language}` },
    { name: "follow-nowhere", path: "/t/AAAAAAAAAAAAAAAAAAAAAA", status: 404 },
    { name: "map", path: "/map" },
    { name: "sign-in", path: "/sign-in" },
    {
        name: "sign-in-wrong",
        path: "/sign-in",
        then: async (page) => {
            await page.locator("input[name=name]").fill(`Nobody ${Math.random()}`);
            await page.locator("input[name=password]").fill("wrong");
            await page.locator("input[name=password]").press("Enter");
            await page.locator("[role=alert]").waitFor();
        },
    },
]);
