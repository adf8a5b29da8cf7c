// A report for somebody who calls, or stands at the counter.
import { useEffect, useRef, useState } from "preact/hooks";
import { post, sentence } from "./api.js";
import { draftOf, dropDraft, keepDraft } from "./draft.js";
import { Icon } from "./icons.jsx";
import { PlaceField } from "./placefield.jsx";
import { dark } from "./prefs.js";
import { go } from "./route.js";
import { say } from "./say.js";
import { me, t } from "./words.js";

const LONGEST = 20000;

const empty = () => ({
    text: "", category: "", label: "", lat: null, lon: null, name: "", contact: "",
    language: me.value.language, door: "phone",
});

function useMap(point, onPlace) {
    const element = useRef(null);
    const map = useRef(null);
    useEffect(() => {
        let left = false;
        import("../map/townmap.js").then(({ townMap }) => {
            if (left)
                return;
            map.current = townMap(element.current, { map: me.value.map, words: me.value.words, dark: dark.value });
            map.current.onPlace(onPlace);
            if (point)
                map.current.setPlace(point);
        }, () => {});
        return () => {
            left = true;
            map.current?.destroy();
            map.current = null;
        };
    }, [dark.value]);
    useEffect(() => { map.current?.setPlace(point); }, [point?.lat, point?.lon]);
    return element;
}

function Door({ value, onChange }) {
    return (
        <fieldset class="doors">
            <legend>{t("ui.new_door")}</legend>
            {["phone", "counter"].map(door => (
                <label key={door} class="switch">
                    <input type="radio" name="door" value={door} checked={value === door} onChange={() => onChange(door)} />
                    <Icon name={door} /> <span>{t(`ui.door_${door}`)}</span>
                </label>
            ))}
        </fieldset>
    );
}

function Who({ form, set }) {
    const { languages } = me.value.town;
    return (
        <fieldset>
            <legend>{t("ui.new_who")}</legend>
            <div class="pair">
                <label>{t("ui.new_name")}
                    <input class="field" type="text" maxLength={100} autocomplete="off" value={form.name} onInput={e => set({ name: e.currentTarget.value })} />
                </label>
                <label>{t("ui.new_contact")}
                    <input class="field" type="text" maxLength={200} autocomplete="off" value={form.contact} onInput={e => set({ contact: e.currentTarget.value })} />
                </label>
            </div>
            {languages.length > 1 && (
                <label>{t("ui.new_language")}
                    <select class="field" value={form.language} onChange={e => set({ language: e.currentTarget.value })}>
                        {languages.map(code => (
                            <option key={code} value={code}>
                                {new Intl.DisplayNames([me.value.language], { type: "language" }).of(code)}
                            </option>
                        ))}
                    </select>
                </label>
            )}
        </fieldset>
    );
}

export function New() {
    const [form, setForm] = useState(() => {
        const { text, form: kept } = draftOf(0, "new");
        return { ...empty(), ...kept, text };
    });
    const [trouble, setTrouble] = useState("");
    const [sending, setSending] = useState(false);
    const set = part => setForm(before => {
        const next = { ...before, ...part };
        keepDraft(0, "new", { text: next.text, form: next });
        return next;
    });
    const point = form.lat == null ? null : { lat: form.lat, lon: form.lon, uncertainty_m: 0 };
    const element = useMap(point, ({ lat, lon }) => set({ lat, lon }));
    const send = async event => {
        event.preventDefault();
        setSending(true);
        setTrouble("");
        try {
            const body = { ...form };
            if (point === null)
                ["lat", "lon"].forEach(key => delete body[key]);
            const { ticket } = await post("/api/report", body);
            dropDraft(0, "new");
            say(t("ui.new_made", { id: ticket.id }));
            go({ page: "list", ticket: ticket.id });
        } catch (error) {
            setTrouble(sentence(error));
            setSending(false);
        }
    };
    return (
        <main class="page new" id="main" tabIndex={-1}>
            <h1>{t("ui.do.new")}</h1>
            <div class="new-in">
                <form onSubmit={send}>
                    <Door value={form.door} onChange={door => set({ door })} />
                    <label>{t("ui.new_text")}
                        <textarea class="field" rows={6} required maxLength={LONGEST} autofocus value={form.text} onInput={e => set({ text: e.currentTarget.value })} />
                    </label>
                    <p class="quiet">{t("ui.new_hint")}</p>
                    <label>{t("ui.category")}
                        <select class="field" value={form.category} onChange={e => set({ category: e.currentTarget.value })}>
                            <option value="">{t("ui.new_by_text")}</option>
                            {me.value.categories.map(one => <option key={one.name} value={one.name}>{one.label}</option>)}
                        </select>
                    </label>
                    <PlaceField
                        label={t("ui.new_place")} value={form.label}
                        onInput={label => set({ label, lat: null, lon: null })}
                        onPick={({ label, lat, lon }) => set({ label, lat, lon })}
                    />
                    <Who form={form} set={set} />
                    {trouble && <p class="card bad" role="alert">{trouble}</p>}
                    <p class="dialog-do">
                        <button type="submit" class="strong" disabled={sending || !form.text.trim()}><Icon name="plus" />{t("ui.new_send")}</button>
                        <button type="button" onClick={() => go({ page: "list" })}>{t("ui.cancel")}</button>
                    </p>
                </form>
                <div class="map-canvas" ref={element} />
            </div>
        </main>
    );
}
