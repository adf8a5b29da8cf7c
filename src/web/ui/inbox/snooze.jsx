// Out of the way until a day: a few that are often meant, or any other.
import { useState } from "preact/hooks";
import { closeDialog, Dialog } from "./dialog.jsx";
import { Icon } from "./icons.jsx";
import { perform, rowNow } from "./work.js";
import { day, t } from "./words.js";

const MORNING = 7;

function morningIn(days) {
    const date = new Date();
    date.setDate(date.getDate() + days);
    date.setHours(MORNING, 0, 0, 0);
    return Math.floor(date / 1000);
}

function untilMonday() {
    return (8 - new Date().getDay()) % 7 || 7;
}

export function Snooze({ ids }) {
    const [date, setDate] = useState("");
    const set = until => {
        closeDialog();
        perform(ids, { do: "snooze", number: until },
            until ? t("ui.snoozed_until", { day: day(until) }) : t("ui.snooze_end"),
            () => ({ snoozed_until: until }));
    };
    const days = [["ui.snooze_tomorrow", 1], ["ui.snooze_monday", untilMonday()],
        ["ui.snooze_week", 7], ["ui.snooze_month", 30]];
    const asleep = ids.some(id => rowNow(id)?.snoozed_until > Date.now() / 1000);
    const chosen = date ? Math.floor(new Date(`${date}T0${MORNING}:00:00`) / 1000) : 0;
    return (
        <Dialog title={t("ui.snooze_title")} kind="small">
            <ul class="choices">
                {asleep && (
                    <li><button type="button" class="option" onClick={() => set(0)}>
                        <Icon name="undo" />{t("ui.snooze_end")}
                    </button></li>
                )}
                {days.map(([word, n], i) => (
                    <li key={word}>
                        <button type="button" class="option" autofocus={i === 0} onClick={() => set(morningIn(n))}>
                            <Icon name="clock" />
                            <span class="option-label">{t(word)}</span>
                            <span class="option-hint">{day(morningIn(n))}</span>
                        </button>
                    </li>
                ))}
            </ul>
            <form class="inline" onSubmit={e => { e.preventDefault(); set(chosen); }}>
                <label>{t("ui.snooze_date")}
                    <input class="field" type="date" value={date} onInput={e => setDate(e.currentTarget.value)} />
                </label>
                <button type="submit" disabled={!(chosen > Date.now() / 1000)}>{t("ui.snooze")}</button>
            </form>
        </Dialog>
    );
}
