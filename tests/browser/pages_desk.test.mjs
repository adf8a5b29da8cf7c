// The clerk's pages, and what opens in them; see pages.mjs.
import { look, townWithReports } from "./pages.mjs";

const made = await townWithReports();

const list = async (page) => (await (await page.request.get("/api/tickets?state=any&order=oldest")).json()).tickets;
const first = async (page) => `/inbox/${(await list(page))[0].id}`;
const withPhoto = async (page) => `/inbox/${(await list(page)).find((one) => one.photo).id}`;
const read = (page) => page.locator(".message").first().waitFor();
const press = (key, sign) => async (page) => {
    await read(page);
    await page.keyboard.press(key);
    await page.locator(sign).first().waitFor();
};
const desk = (name, path, then) => ({ name, path, then, user: true });

look(made, [
    desk("inbox", "/inbox"),
    desk("inbox-report", first, read),
    desk("inbox-photo", withPhoto, (page) => page.locator(".photos img").waitFor()),
    desk("inbox-reply", first, press("r", "textarea")),
    desk("inbox-keys", first, press("?", "[role=dialog], dialog[open]")),
    desk("inbox-search", "/inbox?q=pothole"),
    desk("inbox-new", "/inbox/new", (page) => page.locator("textarea").first().waitFor()),
    desk("inbox-figures", "/inbox/figures", (page) => page.locator(".chart canvas").first().waitFor()),
    desk("inbox-health", "/inbox/health"),
    desk("inbox-people", "/inbox/people"),
]);
