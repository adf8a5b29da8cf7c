// The list: only the rows on the screen exist, and always the one at hand.
import { signal, useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { listQuery, showQuery } from "./filter.js";
import { Icon } from "./icons.jsx";
import { move, moveTo, openAt, openHere } from "./moves.js";
import { pickAt, pickHere, picks, pickTo } from "./picks.js";
import { keysOn, size } from "./prefs.js";
import { openId } from "./route.js";
import { cursor, fresh, need, onShift, reload, rowAt, total, trouble, version } from "./rows.js";
import { Row } from "./row.jsx";
import { many, t } from "./words.js";

const OVER = 6; // rows above and below
const TALLEST = 15e6; // pixels: browsers draw nothing beyond some 17 million

const scroll = signal({ top: 0, height: 800, row: 64 });

function measure(element) {
    const row = parseFloat(getComputedStyle(element).getPropertyValue("--row-px")) ||
        element.querySelector(".row-probe").offsetHeight;
    scroll.value = { top: element.scrollTop, height: element.clientHeight, row };
}

function visible(count) {
    const { top, height, row } = scroll.value;
    const from = Math.max(0, Math.floor(top / row) - OVER);
    return { from, to: Math.min(count, Math.ceil((top + height) / row) + OVER), row };
}

// Only where the cursor moves: who scrolls away from it may stay there.
function keepInSight(element) {
    const { height, row } = scroll.peek();
    const at = cursor.value * row;
    if (at < element.scrollTop)
        element.scrollTop = at;
    else if (at + row > element.scrollTop + height)
        element.scrollTop = at + row - height;
}

const moves = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    PageDown: () => move(Math.floor(scroll.value.height / scroll.value.row) - 1),
    PageUp: () => move(1 - Math.floor(scroll.value.height / scroll.value.row)),
    Home: () => moveTo(0),
    End: () => moveTo(total.value - 1),
    Enter: openHere,
    " ": pickHere,
};

function onKeyDown(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !moves[event.key])
        return;
    event.preventDefault();
    moves[event.key]();
    if (event.shiftKey && event.key.startsWith("Arrow"))
        pickTo();
}

function onOpen(event, index) {
    if (event.shiftKey)
        pickTo(index);
    else if (event.ctrlKey || event.metaKey)
        pickAt(index);
    else
        openAt(index);
}

function onPick(event, index) {
    event.stopPropagation();
    if (event.shiftKey)
        pickTo(index);
    else
        pickAt(index);
}

function Fresh() {
    if (fresh.value === 0)
        return null;
    return (
        <button type="button" class="fresh" onClick={reload}>
            <Icon name="up" size={16} />{many("ui.fresh", fresh.value)}
        </button>
    );
}

function Nothing() {
    if (trouble.value && total.value < 0) {
        return (
            <div class="nothing" role="alert">
                <p>{trouble.value}</p>
                <button type="button" onClick={reload}>{t("ui.again")}</button>
            </div>
        );
    }
    if (total.value !== 0)
        return null;
    return (
        <div class="nothing">
            <Icon name="check" size={40} />
            <p>{t(listQuery.value ? "ui.none_fits" : "ui.none_left")}</p>
            {listQuery.value && (
                <button type="button" onClick={() => showQuery("")}>{t("ui.filter_none")}</button>
            )}
        </div>
    );
}

function Foot() {
    if (total.value < 0)
        return null;
    return (
        <div class="list-foot">
            {keysOn.value && size.value !== "phone" && (
                <span aria-hidden="true">
                    <kbd>j</kbd> <kbd>k</kbd> {t("ui.hint_move")} <kbd>x</kbd> {t("ui.hint_select")} <kbd>?</kbd> {t("ui.hint_keys")}
                </span>
            )}
            <span class="count" aria-live="polite">{many("ui.count", total.value)}</span>
        </div>
    );
}

// The cursor's row too, when it is scrolled out of sight: a screen reader
// follows aria-activedescendant to it.
function drawn(count) {
    const { from, to } = visible(count);
    const all = [];
    for (let i = from; i < to; i++)
        all.push(i);
    const at = cursor.value;
    if (at < count && (at < from || at >= to))
        all.push(at);
    return all;
}

export function List() {
    const element = useRef(null);
    version.value;
    const { row } = scroll.value;
    const count = Math.min(Math.max(0, total.value), Math.floor(TALLEST / row));
    const loading = total.value < 0 && !trouble.value;
    const active = rowAt(cursor.value);

    useLayoutEffect(() => {
        measure(element.current);
        onShift(by => { element.current.scrollTop += by * scroll.value.row; });
        const watch = new ResizeObserver(() => measure(element.current));
        watch.observe(element.current);
        return () => watch.disconnect();
    }, [size.value]);
    useEffect(() => { element.current.scrollTop = 0; }, [listQuery.value, total.value < 0]);
    useSignalEffect(() => keepInSight(element.current));
    useSignalEffect(() => {
        const { from, to } = visible(Math.max(0, total.value));
        version.value;
        need(from, to);
    });

    return (
        <div class="list-body">
            <Fresh />
            <Nothing />
            <div
                ref={element} class="scroller" role="listbox" tabIndex={0} data-home
                aria-label={t("ui.list")} aria-multiselectable="true" aria-busy={loading}
                aria-activedescendant={active ? `row-${active.id}` : undefined}
                onScroll={() => measure(element.current)} onKeyDown={onKeyDown}
            >
                <div class="row-probe" role="presentation" />
                <div class="rows" role="presentation" style={{ height: `${(loading ? 12 : count) * row}px` }}>
                    {(loading ? [...Array(12).keys()] : drawn(count)).map(i => (
                        <Row
                            key={rowAt(i)?.id ?? `at-${i}`} row={rowAt(i)} index={i} top={i * row} count={count}
                            active={i === cursor.value} picked={picks.value.has(rowAt(i)?.id)}
                            open={rowAt(i)?.id === openId.value} onOpen={onOpen} onPick={onPick}
                        />
                    ))}
                </div>
            </div>
            <Foot />
        </div>
    );
}
