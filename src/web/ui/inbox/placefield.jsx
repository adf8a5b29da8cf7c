// A field for a place: addresses, crossings and landmarks while one types.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { get } from "./api.js";
import { Options, useListbox } from "./choose.jsx";
import { t } from "./words.js";

const PAUSE_MS = 120;
const MOST = 8;

function useFound(typed) {
    const [found, setFound] = useState({ for: "", places: [] });
    useEffect(() => {
        const q = typed.trim();
        if (q.length < 2) {
            setFound({ for: q, places: [] });
            return undefined;
        }
        const control = new AbortController();
        const timer = setTimeout(() => {
            get(`/find?q=${encodeURIComponent(q)}&limit=${MOST}`, control.signal)
                .then(({ places }) => setFound({ for: q, places }), () => {});
        }, PAUSE_MS);
        return () => {
            clearTimeout(timer);
            control.abort();
        };
    }, [typed]);
    return found;
}

// value is what stands in it; onPick gets {label, lat, lon} of a suggestion.
export function PlaceField({ label, value, onInput, onPick, focus }) {
    const [open, setOpen] = useState(Boolean(focus && value));
    const input = useRef(null);
    const id = useId();
    const found = useFound(open ? value : "");
    // What was found for fewer letters still stands; for others it does not.
    const fits = open && value.trim().startsWith(found.for);
    const options = fits ? found.places.map(place => ({
        ...place, value: place.label, icon: place.kind === "intersection" || place.kind === "crossing" ? "plus" : "pin",
        hint: t(`ui.kind.${place.kind}`),
    })) : [];
    const pick = option => {
        setOpen(false);
        onPick(option);
    };
    const box = useListbox(options, pick, id);
    useEffect(() => {
        if (focus) {
            input.current.focus();
            input.current.select();
        }
    }, []);
    const none = open && value.trim().length > 2 && found.for === value.trim() && options.length === 0;
    return (
        <div class="placefield">
            <label>{label}
                <input
                    ref={input} class="field" type="text" value={value} maxLength={200} {...box.input}
                    onInput={e => { setOpen(true); box.setActive(0); onInput(e.currentTarget.value); }}
                    onBlur={() => setOpen(false)}
                    onKeyDown={event => {
                        if (event.key === "Escape" && options.length > 0) {
                            event.stopPropagation();
                            setOpen(false);
                        } else {
                            box.onKeyDown(event);
                        }
                    }}
                />
            </label>
            <div class={options.length > 0 ? "suggestions" : "hidden"}>
                <Options id={id} label={label} options={options} at={box.at} onPick={pick} onHover={box.setActive} />
            </div>
            <p class="quiet" role="status">{none ? t("ui.find_none") : ""}</p>
        </div>
    );
}
