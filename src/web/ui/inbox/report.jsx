// The reading pane: one report, whole.
import { useEffect, useRef } from "preact/hooks";
import { Composer } from "./composer.jsx";
import { Head } from "./head.jsx";
import { Likes } from "./likes.jsx";
import { PlaceCheck } from "./placecheck.jsx";
import { Remember } from "./remember.jsx";
import { Icon } from "./icons.jsx";
import { loadAgain, opened, openTrouble, ticket } from "./ticket.js";
import { focusWanted } from "./moves.js";
import { openId } from "./route.js";
import { First, Thread } from "./thread.jsx";
import { composing, remembering } from "./work.js";
import { draftOf } from "./draft.js";
import { t } from "./words.js";

function Empty() {
    return (
        <div class="nothing">
            <Icon name="inbox" size={48} />
            <p>{t("ui.pick_one")}</p>
        </div>
    );
}

function Trouble() {
    return (
        <div class="nothing" role="alert">
            <p>{openTrouble.value}</p>
            <button type="button" onClick={loadAgain}>{t("ui.again")}</button>
        </div>
    );
}

function Bones() {
    return (
        <div class="report-bones" aria-busy="true">
            <span class="hidden">{t("ui.loading")}</span>
            <span class="bone" /><span class="bone long" /><span class="bone long" /><span class="bone" />
        </div>
    );
}

// A draft that was left, or that a sign-in interrupted, opens again.
function composerOf(id) {
    return ["reply", "note"].find(kind => draftOf(id, kind).text) ?? null;
}

export function Report() {
    const pane = useRef(null);
    const id = openId.value;
    useEffect(() => {
        composing.value = id ? composerOf(id) : null;
        remembering.value = null;
        pane.current.scrollTop = 0;
    }, [id]);
    const data = opened.value;
    const there = data && ticket.value.id === id;
    const wanted = focusWanted.value;
    useEffect(() => {
        if (!wanted || (id && !there))
            return;
        focusWanted.value = false;
        if (there)
            document.getElementById("report-title").focus();
    }, [id, there, wanted]);
    return (
        <section class="pane report" aria-label={t("ui.report")}>
            <div class="report-scroll" ref={pane} tabIndex={there ? undefined : -1}>
                {openTrouble.value && <Trouble />}
                {!id ? <Empty /> : !there ? !openTrouble.value && <Bones /> : (
                    <article aria-labelledby="report-title">
                        <Head />
                        <Remember />
                        <First data={data} />
                        <PlaceCheck />
                        <Likes />
                        <Thread data={data} />
                    </article>
                )}
            </div>
            {there && composing.value && <Composer key={`${id} ${composing.value}`} data={data} kind={composing.value} />}
        </section>
    );
}
