// Around the panes: the town's name, search, views, and the other pages.
import { useEffect, useRef, useState } from "preact/hooks";
import { Do } from "./button.jsx";
import { Dialogs } from "./dialog.jsx";
import { filter, setFilter } from "./filter.js";
import { Icon } from "./icons.jsx";
import { online } from "./live.js";
import { focusList } from "./moves.js";
import { Conflict, SignedOut, Toast } from "./over.jsx";
import { pages } from "./pages.js";
import { Panes } from "./panes.jsx";
import { railOpen, setRail, size } from "./prefs.js";
import { address, follow, page } from "./route.js";
import { ticket } from "./ticket.js";
import { Views } from "./views.jsx";
import { me, t } from "./words.js";

function Search() {
    const [typed, setTyped] = useState(filter.value.q ?? "");
    const timer = useRef(0);
    // What the address says stands in the field, unless it was typed there: more may have been typed meanwhile.
    const asked = useRef(filter.value.q ?? "");
    useEffect(() => {
        const now = filter.value.q ?? "";
        if (now === asked.current)
            return;
        asked.current = now;
        setTyped(now);
    }, [filter.value.q]);
    const search = text => {
        clearTimeout(timer.current);
        asked.current = text.trim();
        if (text.trim() !== (filter.value.q ?? ""))
            setFilter("q", text.trim());
    };
    return (
        <form class="search" role="search" onSubmit={e => { e.preventDefault(); search(typed); focusList(); }}>
            <Icon name="search" size={18} />
            <input
                type="search" data-search value={typed} aria-label={t("ui.search")} placeholder={t("ui.search")} maxLength={200}
                aria-keyshortcuts="/"
                onInput={e => {
                    const text = e.currentTarget.value;
                    setTyped(text);
                    clearTimeout(timer.current);
                    timer.current = setTimeout(() => search(text), 250);
                }}
            />
        </form>
    );
}

function Rail({ onGo }) {
    const others = Object.keys(pages).filter(name => name !== "new");
    return (
        <nav class="rail" id="rail" aria-label={t("ui.views")}>
            <Views onGo={onGo} />
            {others.length > 0 && (
                <ul class="views rail-pages">
                    {others.map(name => (
                        <li key={name} class="view">
                            <a
                                href={address({ page: name })} aria-current={page.value === name ? "page" : undefined}
                                onClick={e => { follow(e, { page: name, ticket: null, query: "" }); onGo?.(); }}
                            >
                                <Icon name={name} size={18} /><span class="view-name">{t(`ui.do.${name}`)}</span>
                            </a>
                        </li>
                    ))}
                </ul>
            )}
            <form class="who" method="post" action="/sign-out">
                <input type="hidden" name="csrf" value={me.value.csrf} />
                <span><Icon name="person" size={18} />{me.value.user}</span>
                <button type="submit" class="link">{t("ui.sign_out")}</button>
            </form>
        </nav>
    );
}

function Top({ rail, onRail }) {
    return (
        <header class="top">
            <button
                type="button" class="plain square" aria-expanded={rail} aria-controls="rail"
                aria-label={t("ui.views")} title={t("ui.views")} onClick={onRail}
            >
                <Icon name="menu" />
            </button>
            <a class="town" href="/inbox" onClick={e => follow(e, { ticket: null, query: "" })}>
                {me.value.town.name}<span class="town-what"> {t("inbox.title")}</span>
            </a>
            <Search />
            <p class="link-state" role="status">
                {!online.value && <span class="chip warn"><Icon name="alert" size={14} />{t("ui.offline")}</span>}
            </p>
            <Do id="palette" kind="plain square not-phone" bare />
            <Do id="help" kind="plain square not-phone" bare />
            {me.value.role !== "reader" && <Do id="new" kind="strong new-button" />}
        </header>
    );
}

// A page beside the inbox, fetched when it is first opened.
function Page({ name }) {
    const [Body, setBody] = useState(null);
    useEffect(() => {
        setBody(null);
        pages[name]?.().then(component => setBody(() => component));
    }, [name]);
    return Body ? <Body /> : <main class="page" id="main" aria-busy="true"><span class="hidden">{t("ui.loading")}</span></main>;
}

function useTitle() {
    const row = ticket.value;
    const what = page.value !== "list" ? t(`ui.do.${page.value}`) :
        row ? `#${row.id} ${row.category_label || t("ui.no_category")}` : t("inbox.title");
    useEffect(() => { document.title = `${what} – ${me.value.town.name}`; }, [what]);
}

export function Shell() {
    const [drawer, setDrawer] = useState(false);
    const wide = size.value === "desk";
    const rail = wide ? railOpen.value : drawer;
    useTitle();
    useEffect(() => {
        if (!drawer || wide)
            return undefined;
        const end = e => e.key === "Escape" && setDrawer(false);
        addEventListener("keydown", end, true);
        return () => removeEventListener("keydown", end, true);
    }, [drawer, wide]);
    const onRail = () => (wide ? setRail(!railOpen.value) : setDrawer(!drawer));
    return (
        <div class={`shell ${rail ? "with-rail" : ""}`}>
            <a class="skip" href="#main">{t("ui.skip")}</a>
            <Top rail={rail} onRail={onRail} />
            {rail && <Rail onGo={wide ? undefined : () => setDrawer(false)} />}
            {rail && !wide && <div class="shade" onClick={() => setDrawer(false)} />}
            {page.value === "list" || !pages[page.value] ? <Panes /> : <Page name={page.value} />}
            <Dialogs />
            <Conflict />
            <SignedOut />
            <Toast />
        </div>
    );
}
