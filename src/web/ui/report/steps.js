// Three steps out of one form: what, where, photo and contact. The browser's
// own "back" goes back a step; nothing that was typed is lost.
import { element, piece, word } from "./words.js";

export function steps(form, { mayLeave, finish, shown }) {
    const rooms = [...form.querySelectorAll("fieldset[data-step]")];
    const bar = piece("step-tools").querySelector("ol");
    const row = form.querySelector(".send");
    const forward = row.querySelector("button");
    const back = element("button", { type: "button", class: "second", onclick: () => history.back() }, word("back"));
    let now = -1;

    form.noValidate = true;
    form.classList.add("stepped");
    form.prepend(bar);
    row.prepend(back);
    for (const room of rooms) room.querySelector("legend").tabIndex = -1;

    function show(n, focus) {
        now = n;
        rooms.forEach((room, i) => (room.hidden = i !== n));
        [...bar.children].forEach((item, i) => {
            item.classList.toggle("past", i < n);
            if (i === n) item.setAttribute("aria-current", "step");
            else item.removeAttribute("aria-current");
        });
        back.hidden = n === 0;
        forward.textContent = n === rooms.length - 1 ? word("send") : word("next");
        if (focus) {
            rooms[n].querySelector("legend").focus({ preventScroll: true });
            bar.scrollIntoView({ block: "start" });
        }
        shown(rooms[n].dataset.step);
    }

    function go(n) {
        if (n === now) return;
        history.pushState({ step: n }, "");
        show(n, true);
    }

    function byHistory(event) {
        if (form.isConnected) show(event.state?.step ?? 0, true);
        else location.reload();
    }

    form.addEventListener("submit", (event) => {
        event.preventDefault();
        if (!mayLeave(rooms[now].dataset.step)) return;
        if (now < rooms.length - 1) go(now + 1);
        else finish();
    });
    addEventListener("popstate", byHistory);
    history.replaceState({ step: 0 }, "");
    show(0, false);

    return {
        // Brings up the step that holds this element.
        reach(at) {
            const n = rooms.findIndex((room) => room.contains(at));
            if (n >= 0 && n !== now) go(n);
        },
        busy(on) {
            forward.disabled = on;
            forward.textContent = on ? word("sending") : word("send");
        },
        step: () => rooms[now].dataset.step,
    };
}
