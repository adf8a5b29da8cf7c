// What is wrong with the form, said where it is and in a list at the top.
import { element, word } from "./words.js";

export function clearFaults(form) {
    document.querySelector("#errors")?.remove();
    for (const said of form.querySelectorAll(".error")) said.remove();
    for (const field of form.querySelectorAll("[aria-invalid]")) {
        field.removeAttribute("aria-invalid");
        const by = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => !id.endsWith("-error"));
        if (by.join("")) field.setAttribute("aria-describedby", by.join(" "));
        else field.removeAttribute("aria-describedby");
    }
}

function mark(field, text) {
    const id = `${field.id}-error`;
    const said = element("p", { class: "error", id }, text);
    const by = field.getAttribute("aria-describedby");
    field.setAttribute("aria-describedby", by ? `${by} ${id}` : id);
    if (field.matches("fieldset")) {
        field.querySelector("legend").after(said);
    } else {
        field.setAttribute("aria-invalid", "true");
        field.before(said);
    }
}

// faults: [{ field, text }], field being an element's id or empty. reach() is
// called with the first field, to bring its step up.
export function showFaults(form, faults, reach) {
    clearFaults(form);
    const list = element("ul");
    const box = element("div", { class: "summary", role: "alert", id: "errors", tabindex: "-1" },
        element("h2", {}, word("check")), list);
    let first = null;
    for (const { field, text } of faults) {
        const at = field && document.getElementById(field);
        if (at && form.contains(at)) {
            mark(at, text);
            first ??= at;
            const link = element("a", { href: `#${field}` }, text);
            link.addEventListener("click", (event) => {
                event.preventDefault();
                at.focus();
            });
            list.append(element("li", {}, link));
        } else {
            list.append(element("li", {}, text));
        }
    }
    if (first) reach(first);
    form.before(box);
    box.focus();
    box.scrollIntoView({ block: "start" });
}

// The same list, out of the page that the server answered with.
export function faultsOf(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const box = page.querySelector("#errors");
    if (!box) return [{ field: "", text: page.querySelector("main p")?.textContent ?? word("not_sent") }];
    const links = [...box.querySelectorAll("li a")];
    if (links.length === 0) return [{ field: "", text: box.textContent.trim() }];
    return links.map((a) => ({ field: a.getAttribute("href").slice(1), text: a.textContent }));
}
