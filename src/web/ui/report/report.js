// The report page with script: without it the form works all the same.
import "./report.css";
import { all, drop, flush, keep, send } from "./drafts.js";
import { embed } from "./embed.js";
import { clearFaults, faultsOf, showFaults } from "./faults.js";
import { photos } from "./photos.js";
import { place } from "./place.js";
import { questions } from "./questions.js";
import { steps } from "./steps.js";
import { element, word } from "./words.js";

const SAVE_MS = 400;
const OLD_MS = 7 * 24 * 3600 * 1000;
const KEY_BYTES = 16;

function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
    return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// A sentence above the form, with what can be done about it.
function notice(text, ...more) {
    const box = element("p", { class: "good", role: "status" }, `${text} `, ...more);
    document.querySelector("main h1").after(box);
    return box;
}

function tellSent({ key, number, url }) {
    const link = url ? element("a", { href: new URL(url, location).pathname }, word("kept_link")) : "";
    notice(`${word("kept_sent")} ${number}.`, link);
    document.querySelector("#kept")?.remove();
    drop(key).catch(() => {});
}

// ---- the worker, for who comes back without a connection ----

function register() {
    if (!navigator.serviceWorker || document.body.classList.contains("embedded")) return;
    navigator.serviceWorker.addEventListener("message", ({ data }) => {
        if (data?.draft?.state === "sent") tellSent(data.draft);
    });
    navigator.serviceWorker.register("/worker.js").then(async () => {
        const { active } = await navigator.serviceWorker.ready;
        const loaded = performance.getEntriesByType("resource").map((one) => one.name);
        active.postMessage({ loaded: [location.href, ...loaded] });
    }).catch(() => {}); // an old browser, or one that is told not to
}

async function sendKept() {
    await flush((draft) => draft.state === "sent" && tellSent(draft)).catch(() => {});
}

// ---- the form ----

function start(form) {
    let timer = 0;
    let sending = false;
    let pictures = null;
    let where = null;
    let walk = null;
    let ask = null;

    function snapshot(state) {
        const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
        return { key: form.elements.key.value, action: form.action, fields, photos: pictures.files(), state, at: Date.now() };
    }

    function changed() {
        clearTimeout(timer);
        timer = setTimeout(() => !sending && keep(snapshot("open")).catch(() => {}), SAVE_MS);
    }

    function wrong(field, text) {
        showFaults(form, [{ field, text }], (at) => walk.reach(at));
        return false;
    }

    function mayLeave(step) {
        clearFaults(form);
        if (step === "what" && form.elements.report.value.trim() === "") return wrong("report", word("report_empty"));
        return true;
    }

    // ---- where a photo was taken is offered, never taken for granted ----

    function offer(at) {
        const slot = document.querySelector("#photo-place");
        if (!at) {
            slot.hidden = walk.step() !== "where";
            slot.replaceChildren(word("photo_no_place"));
            return;
        }
        const done = () => (slot.hidden = true);
        const use = element("button", { type: "button", onclick: () => where.pin(at, "photo").then(done) }, word("photo_use"));
        const no = element("button", { type: "button", class: "second", onclick: done }, word("photo_ignore"));
        const text = element("p", {}, word("photo_taken"));
        slot.replaceChildren(text, use, no);
        slot.hidden = false;
        if (walk.step() === "photo") document.querySelector("#photos-field").append(slot);
        fetch(`/near?lat=${at.lat}&lon=${at.lon}`).then((answer) => answer.json())
            .then(({ label }) => label && text.append(` ${word("near")} ${label}`)).catch(() => {});
    }

    // ---- out ----

    function done(html) {
        const page = new DOMParser().parseFromString(html, "text/html");
        document.title = page.title;
        document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes);
        const title = document.querySelector("main h1");
        title.tabIndex = -1;
        title.focus();
        scrollTo(0, 0);
    }

    async function later(draft) {
        await keep(draft);
        document.title = word("kept_title");
        document.querySelector("main").replaceChildren(
            element("h1", { tabindex: "-1" }, word("kept_title")),
            element("p", { id: "kept", role: "status" }, word("kept")),
            element("p", {}, element("a", { href: "/report" }, word("another"))));
        document.querySelector("main h1").focus();
        const ready = await navigator.serviceWorker?.ready;
        await ready?.sync?.register("inlet-send").catch(() => {});
    }

    async function finish() {
        if (sending) return;
        sending = true;
        walk.busy(true);
        clearFaults(form);
        const draft = snapshot("queued");
        try {
            const { status, html } = await send(draft);
            if (status < 300) {
                await drop(draft.key).catch(() => {});
                return done(html);
            }
            showFaults(form, faultsOf(html), (at) => walk.reach(at));
        } catch {
            try {
                return await later(draft);
            } catch { // it cannot be kept either
                showFaults(form, [{ field: "", text: word("not_sent") }], () => {});
            }
        }
        sending = false;
        walk.busy(false);
    }

    // ---- what was begun before ----

    function fill(draft) {
        for (const [name, value] of draft.fields) {
            const field = form.elements[name];
            if (!field || name === "language" || name === "key") continue;
            if (field.type === "checkbox") field.checked = true;
            else field.value = value;
        }
        form.elements.key.value = draft.key;
        pictures.set(draft.photos);
        ask?.();
        where.restored();
    }

    async function restore() {
        const touched = form.elements.report.value !== "" || document.querySelector("#errors");
        const drafts = (await all().catch(() => [])).sort((a, b) => b.at - a.at);
        for (const draft of drafts) {
            if (draft.state === "sent") tellSent(draft);
            else if (draft.state !== "queued" && draft.at < Date.now() - OLD_MS) drop(draft.key).catch(() => {});
        }
        const draft = drafts.find(({ state, fields }) =>
            state === "refused" || (state === "open" && fields.some(([name, value]) => name === "report" && value.trim())));
        if (touched || !draft) return;
        fill(draft);
        const again = element("button", {
            type: "button",
            class: "link",
            onclick: () => drop(draft.key).catch(() => {}).then(() => location.reload()),
        }, word("draft_drop"));
        notice(word(draft.state === "refused" ? "kept_refused" : "draft"), again);
    }

    form.elements.key.value = newKey();
    pictures = photos(form, { taken: offer, changed, wrong: (text) => wrong("photos", text) });
    where = place(form, { changed });
    ask = questions(form);
    walk = steps(form, { mayLeave, finish, shown: () => {} });
    const faulty = form.querySelector("[aria-invalid], fieldset[aria-describedby]");
    if (faulty) walk.reach(faulty);
    form.addEventListener("input", changed);
    document.querySelector("#errors")?.focus();
    restore();
}

const form = document.querySelector("#report-form");
if (form) start(form);
addEventListener("online", sendKept);
sendKept();
embed();
register();
