// What this browser remembers: widths, whether keys are on. And its width now.
import { signal } from "@preact/signals";

export function remembered(name, otherwise) {
    try {
        return JSON.parse(localStorage.getItem(`inlet.${name}`)) ?? otherwise;
    } catch {
        return otherwise;
    }
}

export function rememberThat(name, value) {
    try {
        localStorage.setItem(`inlet.${name}`, JSON.stringify(value));
    } catch {
        // A browser that keeps nothing: it holds for this page.
    }
}

export const keysOn = signal(remembered("keys", true));
export const widths = signal(remembered("widths", {}));
export const railOpen = signal(remembered("rail", true));

const phone = matchMedia("(max-width: 43.74em)");
const desk = matchMedia("(min-width: 68.75em)");
const night = matchMedia("(prefers-color-scheme: dark)");

// "phone": one pane at a time; "tablet": list and one more; "desk": all three.
export const size = signal(now());
export const dark = signal(night.matches);

function now() {
    return phone.matches ? "phone" : desk.matches ? "desk" : "tablet";
}
for (const query of [phone, desk])
    query.addEventListener("change", () => { size.value = now(); });
night.addEventListener("change", () => { dark.value = night.matches; });

export const stacked = () => size.value === "phone";

export function setKeys(on) {
    keysOn.value = on;
    rememberThat("keys", on);
}

export function setWidth(name, value) {
    widths.value = { ...widths.value, [name]: value };
    rememberThat("widths", widths.value);
}

export function setRail(open) {
    railOpen.value = open;
    rememberThat("rail", open);
}
