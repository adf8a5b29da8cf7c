// Choosing one of many by typing: categories, people, states, commands.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { closeDialog, Dialog, show } from "./dialog.jsx";
import { Icon } from "./icons.jsx";
import { plain, t } from "./words.js";

// options: {value, label, hint, icon, group, keys}. onPick(option).
export function choose(props) {
    show(Chooser, props);
}

// Each word typed begins a word of the label; who match at its start first.
export function narrow(options, typed) {
    const wanted = plain(typed).split(/\s+/).filter(Boolean);
    if (wanted.length === 0)
        return options;
    const scored = [];
    for (const option of options) {
        const text = plain(`${option.label} ${option.also ?? ""}`);
        const words = text.split(/[\s:/,(–-]+/);
        if (wanted.every(w => words.some(word => word.startsWith(w))))
            scored.push({ option, score: text.startsWith(wanted[0]) ? 0 : 1 });
        else if (text.includes(wanted.join(" ")))
            scored.push({ option, score: 2 });
    }
    return scored.sort((a, b) => a.score - b.score).map(one => one.option);
}

// Arrow keys and Enter for an input that owns a listbox.
export function useListbox(options, onPick, id) {
    const [active, setActive] = useState(0);
    const at = Math.min(active, options.length - 1);
    const moves = {
        ArrowDown: () => setActive((at + 1) % options.length),
        ArrowUp: () => setActive((at + options.length - 1) % options.length),
        Enter: () => onPick(options[at]),
    };
    useEffect(() => {
        document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: "nearest" });
    }, [at]);
    return {
        at,
        setActive,
        input: {
            role: "combobox",
            "aria-expanded": options.length > 0,
            "aria-controls": id,
            "aria-autocomplete": "list",
            "aria-activedescendant": at >= 0 ? `${id}-${at}` : undefined,
            autocomplete: "off",
            spellcheck: false,
        },
        onKeyDown(event) {
            if (options.length === 0 || event.isComposing || !moves[event.key])
                return false;
            event.preventDefault();
            moves[event.key]();
            return true;
        },
    };
}

export function Options({ id, label, options, at, onPick, onHover }) {
    const groups = [];
    options.forEach((option, index) => {
        const last = groups[groups.length - 1];
        if (last && last.name === (option.group ?? ""))
            last.items.push({ option, index });
        else
            groups.push({ name: option.group ?? "", items: [{ option, index }] });
    });
    const item = ({ option, index }) => (
        <div
            key={index} id={`${id}-${index}`} role="option" aria-selected={index === at}
            class="option" onMouseMove={() => onHover?.(index)} onMouseDown={e => e.preventDefault()}
            onClick={() => onPick(option)}
        >
            {option.icon && <Icon name={option.icon} />}
            <span class="option-label">{option.label}</span>
            {option.hint && <span class="option-hint">{option.hint}</span>}
            {option.keys && <kbd>{option.keys}</kbd>}
        </div>
    );
    return (
        <div id={id} role="listbox" aria-label={label} class="options">
            {groups.map(({ name, items }) => (name ? (
                <div role="group" aria-label={name} key={name}>
                    <div class="options-group" aria-hidden="true">{name}</div>
                    {items.map(item)}
                </div>
            ) : items.map(item)))}
        </div>
    );
}

function Chooser({ title, options, onPick, free }) {
    const [typed, setTyped] = useState("");
    const id = useId();
    const input = useRef(null);
    const found = narrow(options, typed);
    const all = free && typed.trim() && found.length === 0 ? [free(typed.trim())] : found;
    const pick = option => {
        closeDialog();
        onPick(option);
    };
    const box = useListbox(all, pick, id);
    useEffect(() => input.current.focus(), []);
    return (
        <Dialog title={title} kind="chooser">
            <input
                ref={input} class="field" type="text" value={typed} aria-label={title}
                placeholder={t("ui.type_to_find")} {...box.input}
                onInput={e => { setTyped(e.currentTarget.value); box.setActive(0); }}
                onKeyDown={box.onKeyDown}
            />
            <Options id={id} label={title} options={all} at={box.at} onPick={pick} onHover={box.setActive} />
            <p class="quiet" role="status">{all.length === 0 ? t("ui.nothing_fits") : ""}</p>
        </Dialog>
    );
}
