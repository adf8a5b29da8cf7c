// Every command there is: keys, palette, help and buttons are made from this.
import { undo } from "./act.js";
import { show } from "./dialog.jsx";
import { focusList, move, openHere } from "./moves.js";
import { pages } from "./pages.js";
import { clearPicks, pickAll, pickHere, picks, pickTo } from "./picks.js";
import { setRail, railOpen } from "./prefs.js";
import { back, go, openId, route } from "./route.js";
import { reload, total } from "./rows.js";
import { ticket } from "./ticket.js";
import * as work from "./work.js";
import { may, t } from "./words.js";

const onList = () => route.value.page === "list";
const there = () => onList() && work.canWork();
const one = () => onList() && work.canWorkOne();

/*
 * keys: as key.js has them; two letters with a space are typed one after the
 * other. when: whether it can be done now. icon: for its button.
 */
export const commands = [
    { id: "next", group: "move", keys: ["j"], icon: "down", when: onList, run: () => move(1) },
    { id: "previous", group: "move", keys: ["k"], icon: "up", when: onList, run: () => move(-1) },
    { id: "open", group: "move", keys: ["o", "Enter"], icon: "forward", when: onList, run: openHere },
    { id: "back", group: "move", keys: ["Escape"], icon: "back", run: leave },
    { id: "list", group: "move", keys: ["p"], icon: "menu", when: onList, run: focusList },

    { id: "done", group: "work", keys: ["e"], icon: "check", when: there, run: work.close },
    { id: "assign", group: "work", keys: ["a"], icon: "person", when: there, run: work.assign },
    { id: "category", group: "work", keys: ["c"], icon: "tag", when: there, run: () => work.category() },
    { id: "place", group: "work", keys: ["l"], icon: "pin", when: one, run: () => work.place() },
    { id: "candidate", group: "work", keys: ["1", "2", "3"], when: one, run: key => work.pickNumbered(key - 1), hidden: true },
    { id: "reply", group: "work", keys: ["r"], icon: "reply", when: one, run: () => work.write("reply") },
    { id: "note", group: "work", keys: ["i"], icon: "note", when: one, run: () => work.write("note") },
    { id: "state", group: "work", keys: ["t"], icon: "forward", when: there, run: work.changeState },
    { id: "department", group: "work", keys: ["d"], icon: "people", when: there, run: work.department },
    { id: "snooze", group: "work", keys: ["s"], icon: "clock", when: there, run: work.snooze },
    { id: "urgent", group: "work", keys: ["u"], icon: "alert", when: there, run: work.urgent },
    { id: "merge", group: "work", keys: ["m"], icon: "merge", when: there, run: work.merge },
    { id: "pass", group: "work", icon: "out", when: () => there() && work.canPass(), run: work.pass },
    { id: "undo", group: "work", keys: ["z"], icon: "undo", when: () => may("clerk"), run: () => undo() },

    { id: "select", group: "select", keys: ["x"], icon: "check", when: onList, run: pickHere },
    { id: "select-to", group: "select", keys: ["X"], when: onList, run: () => pickTo() },
    { id: "select-all", group: "select", keys: ["* a"], when: () => onList() && total.value > 0, run: pickAll },
    { id: "select-none", group: "select", keys: ["* n"], when: () => picks.value.size > 0, run: clearPicks },

    { id: "search", group: "find", keys: ["/"], icon: "search", run: search },
    { id: "filters", group: "find", keys: ["f"], icon: "filter", when: onList, run: filters },
    { id: "fresh", group: "find", keys: ["."], icon: "up", when: onList, run: reload },
    { id: "palette", group: "find", keys: ["Mod+k"], icon: "palette", run: palette },
    { id: "resident", group: "find", icon: "out", when: () => ticket.value?.token, run: residentPage },
    { id: "original", group: "find", icon: "eye", when: () => openId.value, run: original },

    { id: "inbox", group: "go", keys: ["g i"], icon: "inbox", run: () => go({ ticket: null, query: "" }) },
    { id: "new", group: "go", keys: ["n"], icon: "plus", when: () => may("clerk"), run: () => go({ page: "new", ticket: null }) },
    { id: "map", group: "go", keys: ["g m"], icon: "map", when: onList, run: () => go({ map: true }) },
    { id: "rail", group: "go", keys: ["g v"], icon: "star", run: () => setRail(!railOpen.value) },
    ...Object.keys(pages).filter(name => name !== "new").map(name => (
        { id: name, group: "go", keys: [`g ${name[0]}`], icon: name, run: () => go({ page: name, ticket: null }) })),
    { id: "help", group: "go", keys: ["?"], icon: "keys", run: help },
];

export const groups = ["move", "work", "select", "find", "go"];

export const command = id => commands.find(one => one.id === id);
export const title = one => t(`ui.do.${one.id}`);
export const can = one => !one.when || Boolean(one.when());

// A key as a person reads it: "Ctrl K", "g i".
const apple = /Mac|iPhone|iPad/.test(navigator.platform);
export function keyText(key) {
    if (/^[A-Z]$/.test(key))
        return `⇧ ${key}`;
    return key.replace("Mod+k", apple ? "⌘ K" : "Ctrl K").replace("Escape", "Esc");
}

function leave() {
    if (work.placing.value)
        work.endPlace();
    else if (work.composing.value)
        work.composing.value = null;
    else if (picks.value.size > 0)
        clearPicks();
    else if (route.value.map || route.value.ticket || route.value.page !== "list")
        back();
}

function search() {
    document.querySelector("[data-search]")?.focus();
}

function filters() {
    document.querySelector("[data-filters]")?.click();
}

function residentPage() {
    window.open(`/t/${ticket.value.token}`, "_blank", "noopener");
}

function original() {
    document.querySelector("[data-original]")?.click();
}

async function palette() {
    const { Palette } = await import("./palette.jsx");
    show(Palette);
}

async function help() {
    const { Help } = await import("./palette.jsx");
    show(Help);
}
