// Keys pressed, looked up in the table of commands.
import { can, commands } from "./commands.js";
import { dialogOpen } from "./dialog.jsx";
import { keysOn } from "./prefs.js";

const TOGETHER_MS = 1200; // "g" then "i"

let first = "";
let firstAt = 0;

const typing = target => target.closest?.("input, textarea, select, [contenteditable]");
// What has its own meaning for these keys.
const taken = (target, key) => key === "Enter" && target.closest?.("button, a, summary, [role=button]");

function find(keys) {
    return commands.find(one => one.keys?.includes(keys) && can(one));
}

function onKeyDown(event) {
    if (event.defaultPrevented || event.altKey || event.isComposing || dialogOpen())
        return;
    const mod = event.ctrlKey || event.metaKey;
    if (mod) {
        run(event, find(`Mod+${event.key.toLowerCase()}`), event.key);
        return;
    }
    if (event.key === "Escape" && !event.target.closest?.("[aria-expanded=true][role=combobox]")) {
        if (typing(event.target))
            event.target.blur();
        run(event, find("Escape"), event.key);
        return;
    }
    // WCAG 2.1.4: keys of one character can be switched off.
    if (typing(event.target) || taken(event.target, event.key) ||
        (event.key.length === 1 && !keysOn.value))
        return;
    const pair = performance.now() - firstAt < TOGETHER_MS ? find(`${first} ${event.key}`) : null;
    first = event.key;
    firstAt = performance.now();
    if (pair)
        first = "";
    run(event, pair ?? find(event.key), event.key);
}

function run(event, command, key) {
    if (!command)
        return;
    event.preventDefault();
    command.run(key);
}

export function startKeys() {
    addEventListener("keydown", onKeyDown);
}
