// After a correction: shall it be so the next time by itself?
import { useState } from "preact/hooks";
import { post, sentence } from "./api.js";
import { Icon } from "./icons.jsx";
import { say } from "./say.js";
import { opened, ticket } from "./ticket.js";
import { remembering } from "./work.js";
import { t } from "./words.js";

// What the server is asked to write, from what was corrected and typed.
const kinds = {
    words: {
        title: (what) => t("ui.remember_words", { label: what.label }),
        name: "ui.remember_these",
        body: (what, name) => ({
            kind: "words", category: what.category, language: ticket.value.language,
            words: name, yes: sentenceWith(name),
        }),
    },
    alias: {
        title: what => t("ui.remember_alias", { label: what.label }),
        name: "ui.remember_called",
        body: (what, name) => ({ kind: "alias", name, means: what.label }),
    },
    place: {
        title: () => t("ui.remember_place"),
        name: "ui.remember_called",
        body: (what, name) => ({ kind: "place", name, lat: what.lat, lon: what.lon, radius_m: 50 }),
    },
};

// The resident's own sentence is the test of the rule.
function sentenceWith(words) {
    const text = opened.value.messages[0]?.visible ?? ticket.value.title;
    const one = text.split(/(?<=[.!?])\s+|\n+/).find(part => part.toLowerCase().includes(words.toLowerCase()));
    return (one ?? words).trim();
}

export function Remember() {
    const what = remembering.value;
    if (!what || what.id !== ticket.value.id)
        return null;
    return <Card key={`${what.kind} ${what.label}`} what={what} kind={kinds[what.kind]} />;
}

function Card({ what, kind }) {
    const [name, setName] = useState(what.words ?? "");
    const [trouble, setTrouble] = useState("");
    const end = () => { remembering.value = null; };
    const keep = async event => {
        event.preventDefault();
        try {
            const { line } = await post("/api/remember", kind.body(what, name.trim()));
            end();
            say(t("ui.remembered", { line }));
        } catch (error) {
            setTrouble(sentence(error));
        }
    };
    return (
        <form class="card remember" onSubmit={keep}>
            <p><Icon name="star" size={16} /> <strong>{kind.title(what)}</strong></p>
            <div class="inline">
                <label>{t(kind.name)}
                    <input class="field" type="text" required maxLength={80} value={name} onInput={e => setName(e.currentTarget.value)} />
                </label>
                <button type="submit" disabled={!name.trim()}>{t("ui.remember")}</button>
                <button type="button" class="plain" onClick={end}>{t("ui.remember_not")}</button>
            </div>
            {trouble && <p class="bad" role="alert">{trouble}</p>}
        </form>
    );
}
