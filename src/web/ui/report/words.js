// The page's sentences: templates/report-script.html brings them along.
const all = {};
for (const one of document.querySelector("#words")?.content.querySelectorAll("[data-key]") ?? [])
    all[one.dataset.key] = one.textContent;

export function word(key) {
    return all[key] ?? "";
}

// Those of the map, as it asks for them.
export function mapWords() {
    return Object.fromEntries(Object.entries(all).filter(([key]) => key.startsWith("ui.map.")));
}

// A copy of what a template of the page holds.
export function piece(id) {
    return document.querySelector(`#${id}`).content.cloneNode(true);
}

export function element(name, props = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(props)) {
        if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
        else if (value === true) made.setAttribute(key, "");
        else if (value !== false && value != null) made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
}
