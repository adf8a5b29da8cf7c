// Saved views: a filter with a name, and how many reports it holds now.
import { effect, signal, untracked } from "@preact/signals";
import { useState } from "preact/hooks";
import { get, post, sentence } from "./api.js";
import { closeDialog, Dialog } from "./dialog.jsx";
import { canonical, listQuery } from "./filter.js";
import { Icon } from "./icons.jsx";
import { viewsChanged } from "./live.js";
import { address, follow, page } from "./route.js";
import { say } from "./say.js";
import { may, me, number, t } from "./words.js";

const views = signal([]);

export async function loadViews() {
    try {
        views.value = await get("/api/views");
    } catch {
        // The old counts are better than none.
    }
}

export function startViews() {
    effect(() => {
        viewsChanged.value;
        untracked(loadViews);
    });
}

const icons = {
    all: "inbox", mine: "person", unassigned: "people", place: "pin", category: "tag",
    emergency: "alert", waiting: "reply", done: "check", snoozed: "clock",
};

async function remove(view) {
    try {
        await post(`/api/views/${view.id}`, {}, "DELETE");
        await loadViews();
        say(t("ui.view_removed", { name: view.name }));
    } catch (error) {
        say(sentence(error), { bad: true });
    }
}

function View({ view, onGo }) {
    const query = canonical(view.query);
    const here = page.value === "list" && query === listQuery.value;
    const { name } = view;
    const mine = view.id > 0 && (!view.shared || may("supervisor"));
    return (
        <li class="view">
            <a
                href={address({ page: "list", query })} aria-current={here ? "page" : undefined}
                onClick={e => { follow(e, { query, ticket: null }); onGo?.(); }}
            >
                <Icon name={icons[view.key] ?? "filter"} size={18} />
                <span class="view-name" title={name}>{name}</span>
                <span class={`view-n ${view.key === "emergency" && view.count > 0 ? "bad" : ""}`}>{number(view.count)}</span>
            </a>
            {mine && (
                <button type="button" class="plain view-off" onClick={() => remove(view)} aria-label={t("ui.view_remove", { name })}>
                    <Icon name="close" size={14} />
                </button>
            )}
        </li>
    );
}

export function Views({ onGo }) {
    const own = views.value.filter(view => view.id > 0);
    return (
        <>
            <ul class="views">
                {views.value.filter(view => !view.id).map(view => <View key={view.key} view={view} onGo={onGo} />)}
            </ul>
            {own.length > 0 && <h2 class="rail-head">{t("ui.views_saved")}</h2>}
            <ul class="views">{own.map(view => <View key={view.id} view={view} onGo={onGo} />)}</ul>
        </>
    );
}

export function SaveView({ query }) {
    const [name, setName] = useState("");
    const [shared, setShared] = useState(false);
    const [trouble, setTrouble] = useState("");
    const save = async event => {
        event.preventDefault();
        try {
            await post("/api/views", { name: name.trim(), query, shared });
            closeDialog();
            await loadViews();
            say(t("ui.view_saved", { name: name.trim() }));
        } catch (error) {
            setTrouble(sentence(error));
        }
    };
    return (
        <Dialog title={t("ui.view_save")} kind="small">
            <form onSubmit={save}>
                <label>{t("ui.view_name")}
                    <input class="field" type="text" required maxLength={80} autofocus value={name} onInput={e => setName(e.currentTarget.value)} />
                </label>
                {me.value.role !== "reader" && (
                    <label class="switch">
                        <input type="checkbox" checked={shared} onChange={e => setShared(e.currentTarget.checked)} />
                        <span>{t("ui.view_shared")}</span>
                    </label>
                )}
                {trouble && <p class="bad" role="alert">{trouble}</p>}
                <p class="dialog-do">
                    <button type="submit" class="strong" disabled={!name.trim()}>{t("ui.save")}</button>
                    <button type="button" onClick={closeDialog}>{t("ui.cancel")}</button>
                </p>
            </form>
        </Dialog>
    );
}
