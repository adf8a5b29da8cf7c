// Correcting the place: by an address, or by the pin on the map beside it.
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { get } from "./api.js";
import { Icon } from "./icons.jsx";
import { PlaceField } from "./placefield.jsx";
import { go, route } from "./route.js";
import { ticket } from "./ticket.js";
import { focusReport } from "./moves.js";
import { endPlace, perform, placing, remembering } from "./work.js";
import { may, t } from "./words.js";

// Where the pin was put, by hand or by a suggestion; null: where it was.
export const pin = signal(null);

const NEAR_MS = 200;

function useNear(point) {
    const [near, setNear] = useState(null);
    useEffect(() => {
        if (!point)
            return undefined;
        const control = new AbortController();
        const timer = setTimeout(() => {
            get(`/near?lat=${point.lat}&lon=${point.lon}`, control.signal).then(setNear, () => setNear(null));
        }, NEAR_MS);
        return () => {
            clearTimeout(timer);
            control.abort();
        };
    }, [point?.lat, point?.lon]);
    return point && near;
}

function leave() {
    endPlace();
    pin.value = null;
    if (route.value.map)
        go({ map: false }, { replace: true });
    focusReport();
}

function offer(id, typed, label, point) {
    if (!may("supervisor"))
        return;
    remembering.value = { kind: label ? "alias" : "place", id, label, words: typed, ...point };
}

function Near({ near, point, onUse }) {
    if (!near)
        return <p class="quiet">{t("ui.pin_hint")}</p>;
    const nearest = near.address || near.label;
    return (
        <>
            <p class="quiet" role="status">
                {t("ui.near", { label: near.label || t("ui.unknown") })}
                {near.areas?.length > 0 && ` · ${near.areas.map(one => one.name ?? one).join(", ")}`}
                {` · ${point.lat.toFixed(5)}, ${point.lon.toFixed(5)}`}
            </p>
            {near.inside === false && <p class="warn" role="alert">{t("ui.outside")}</p>}
            {nearest && <button type="button" class="small" onClick={() => onUse(nearest)}><Icon name="pin" size={14} />{t("ui.use_near", { label: nearest })}</button>}
        </>
    );
}

export function PlaceEdit() {
    const { id, typed } = placing.value;
    const [label, setLabel] = useState(typed || ticket.value?.label || "");
    const point = pin.value;
    const near = useNear(point?.byHand ? point : null);
    useEffect(() => () => { pin.value = null; }, []);

    const pick = place => {
        setLabel(place.label);
        pin.value = { lat: place.lat, lon: place.lon };
    };
    const save = async event => {
        event.preventDefault();
        const { lat, lon } = point;
        const name = label.trim() || near?.label || "";
        leave();
        const got = await perform([id], { do: "place", lat, lon, label: name }, name || t("ui.pin_moved"),
            () => ({ lat, lon, label: name, decision: "accept", method: "pin", uncertainty_m: 10 }));
        if (got && typed !== name)
            offer(id, typed, name, { lat, lon });
    };
    return (
        <form class="placeedit" aria-label={t("ui.place_title")} onSubmit={save}>
            <PlaceField label={t("ui.place_where")} value={label} onInput={setLabel} onPick={pick} focus />
            <Near near={near} point={point} onUse={setLabel} />
            <p class="dialog-do">
                <button type="submit" class="strong" disabled={!point}><Icon name="check" />{t("ui.place_save")}</button>
                <button type="button" onClick={leave}>{t("ui.cancel")}</button>
            </p>
        </form>
    );
}
