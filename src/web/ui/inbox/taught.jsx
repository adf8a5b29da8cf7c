// What clerks have taught, to be looked at and to be forgotten.
import { useState } from "preact/hooks";
import { post, sentence } from "./api.js";
import { say } from "./say.js";
import { t } from "./words.js";

export function Taught({ entries, onChange }) {
    const [trouble, setTrouble] = useState("");
    const [busy, setBusy] = useState(false);
    const forget = async ({ file, text }) => {
        setBusy(true);
        setTrouble("");
        try {
            await post("/api/forget", { file, text });
            say(t("ui.taught.forgotten"));
            onChange();
        } catch (error) {
            setTrouble(sentence(error));
        }
        setBusy(false);
    };
    return (
        <section aria-labelledby="taught">
            <h2 id="taught">{t("ui.taught.title")}</h2>
            {entries.length === 0 && <p class="quiet">{t("ui.taught.none")}</p>}
            {trouble && <p class="bad" role="alert">{trouble}</p>}
            <ul class="health-list">
                {entries.map(entry => (
                    <li key={entry.file + entry.text} class="health-line people-line">
                        <pre class="taught">{entry.text}</pre>
                        <button type="button" disabled={busy} onClick={() => forget(entry)}>
                            {t("ui.taught.forget")}<span class="hidden"> {entry.text.split("\n")[0]}</span>
                        </button>
                    </li>
                ))}
            </ul>
        </section>
    );
}
