// A text field with suggestions: the combobox pattern of the ARIA APG, with
// list autocomplete and a choice made by hand.
import { element } from "./words.js";

const REST_MS = 150; // typing has paused
const SHORTEST = 2;

// suggest(text, signal) gives [{ label, ... }]; pick(one) is told the choice;
// count(n) is told how many there are, for who cannot see the list.
export function combobox(input, { suggest, pick, typed, count }) {
    const list = element("ul", { role: "listbox", id: `${input.id}-list`, class: "suggestions", hidden: true });
    const label = input.labels[0];
    let found = [];
    let active = -1;
    let timer = 0;
    let asking = null;

    label.id ||= `${input.id}-label`;
    list.setAttribute("aria-labelledby", label.id);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);
    const around = element("div", { class: "combobox" });
    input.before(around);
    around.append(input, list);

    function open(on) {
        list.hidden = !on;
        input.setAttribute("aria-expanded", String(on));
        if (!on) point(-1);
    }

    function point(n) {
        list.children[active]?.setAttribute("aria-selected", "false");
        active = n;
        const option = list.children[n];
        if (option) {
            option.setAttribute("aria-selected", "true");
            option.scrollIntoView({ block: "nearest" });
            input.setAttribute("aria-activedescendant", option.id);
        } else {
            input.removeAttribute("aria-activedescendant");
        }
    }

    function choose(n) {
        const one = found[n];
        stop();
        input.value = one.label;
        pick(one);
    }

    function stop() {
        clearTimeout(timer);
        asking?.abort();
        open(false);
    }

    function draw() {
        list.replaceChildren(...found.map((one, i) =>
            element("li", { role: "option", id: `${list.id}-${i}`, "aria-selected": "false" }, one.label)));
        active = -1;
        input.removeAttribute("aria-activedescendant");
        open(found.length > 0);
    }

    async function ask() {
        const text = input.value.trim();
        asking?.abort();
        asking = new AbortController();
        const mine = asking;
        if (text.length < SHORTEST) return open(false);
        try {
            const got = await suggest(text, mine.signal);
            if (mine.signal.aborted || document.activeElement !== input) return;
            found = got;
            draw();
            count(found.length);
        } catch {
            open(false); // the words alone will do
        }
    }

    // Each gives whether the key has done its work here.
    const keys = {
        ArrowDown() {
            if (list.hidden) open(found.length > 0);
            else point((active + 1) % found.length);
            return true;
        },
        ArrowUp() {
            if (list.hidden) return false;
            point(active <= 0 ? found.length - 1 : active - 1);
            return true;
        },
        Escape() {
            if (list.hidden) return false;
            stop();
            return true;
        },
        Enter() {
            if (list.hidden || active < 0) return false;
            choose(active);
            return true;
        },
    };

    input.addEventListener("keydown", (event) => {
        if (!event.isComposing && keys[event.key]?.()) event.preventDefault();
    });
    input.addEventListener("input", () => {
        typed();
        clearTimeout(timer);
        timer = setTimeout(ask, REST_MS);
    });
    input.addEventListener("blur", stop);
    // before the field loses focus
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
        const n = [...list.children].indexOf(event.target.closest("li"));
        if (n >= 0) choose(n);
    });
}
