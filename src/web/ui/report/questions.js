// What the picked category asks: the rest stays folded away and is not sent.
import { word } from "./words.js";

export function questions(form) {
    const all = form.querySelector("#questions");
    if (!all) return;
    const category = form.elements.category;
    const title = all.querySelector("summary");

    title.textContent = word("questions_about");
    title.classList.add("plain");
    title.tabIndex = -1;
    title.addEventListener("click", (event) => event.preventDefault());
    for (const service of all.querySelectorAll(".service > summary")) service.hidden = true;

    function show() {
        let some = false;
        for (const service of all.querySelectorAll(".service")) {
            const mine = service.dataset.service === category.value;
            some ||= mine;
            service.hidden = !mine;
            service.open = mine;
            for (const field of service.querySelectorAll("input")) field.disabled = !mine;
        }
        all.hidden = !some;
        all.open = some;
    }
    category.addEventListener("change", show);
    show();
    return show;
}
