// The resident's own words; what something was read from is underlined, and
// says why when it is pressed.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { segments } from "./segments.js";
import { category, canWorkOne, place } from "./work.js";
import { Why } from "./why.jsx";
import { Icon } from "./icons.jsx";
import { t } from "./words.js";

const LONGEST = 80; // of a selection that may be a place or a word

// What is selected in element; nothing, or too much, is none.
function useSelection(element) {
    const [text, setText] = useState("");
    useEffect(() => {
        const look = () => {
            const selection = getSelection();
            const inside = selection.rangeCount > 0 && element.current?.contains(selection.anchorNode) &&
                element.current.contains(selection.focusNode);
            const now = inside ? selection.toString().trim() : "";
            setText(now.length <= LONGEST ? now : "");
        };
        document.addEventListener("selectionchange", look);
        return () => document.removeEventListener("selectionchange", look);
    }, []);
    return text;
}

function Teach({ text }) {
    if (!text || !canWorkOne())
        return null;
    const keep = event => event.preventDefault();
    return (
        <p class="teach" onMouseDown={keep}>
            <q>{text}</q>
            <button type="button" class="small" onClick={() => place(text)}><Icon name="pin" size={14} />{t("ui.is_place")}</button>
            <button type="button" class="small" onClick={() => category(text)}><Icon name="tag" size={14} />{t("ui.is_category")}</button>
        </p>
    );
}

function Piece({ piece, id, open, onPress }) {
    if (piece.spans.length === 0)
        return piece.text;
    const kinds = piece.spans.map(span => `what-${span.what}`).join(" ");
    return (
        <span
            class={`span ${kinds}`} role="button" tabIndex={0} aria-expanded={open} aria-controls={open ? id : undefined}
            title={piece.spans.map(span => t(`ui.what.${span.what}`)).join(", ")}
            onClick={onPress}
            onKeyDown={event => {
                if (event.key === "Enter" || event.key === " ") {
                    event.preventDefault();
                    onPress();
                }
            }}
        >
            {piece.text}
        </span>
    );
}

export function Marked({ text, spans, message, kind }) {
    const [at, setAt] = useState(null);
    const element = useRef(null);
    const selection = useSelection(element);
    const id = useId();
    const pieces = segments(text, spans);
    const open = at === null ? null : pieces.find(one => one.begin === at);
    const close = () => {
        setAt(null);
        element.current.querySelector(`[aria-expanded="true"]`)?.focus();
    };
    return (
        <>
            <div class={kind} ref={element} dir="auto">
                {pieces.map(piece => (
                    <Piece
                        key={piece.begin} piece={piece} id={id} open={piece.begin === at}
                        onPress={() => setAt(piece.begin === at ? null : piece.begin)}
                    />
                ))}
            </div>
            <Teach text={selection} />
            {open?.spans.length > 0 && <Why id={id} spans={open.spans} message={message} text={text} onClose={close} />}
        </>
    );
}
