// The candidates for the place, each one keystroke away, and why not.
import { Icon } from "./icons.jsx";
import { ticket } from "./ticket.js";
import { candidates, canWorkOne, pickCandidate } from "./work.js";
import { metres, percent, t } from "./words.js";

export const LETTERS = "ABCDEFGHIJ";

// Is it where the ticket is now?
export function chosen(candidate, row) {
    return row.lat != null && candidate.lat != null &&
        Math.abs(candidate.lat - row.lat) < 1e-6 && Math.abs(candidate.lon - row.lon) < 1e-6;
}

export function Candidate({ candidate, index, message }) {
    const row = ticket.value;
    const here = chosen(candidate, row);
    return (
        <li class={`candidate ${here ? "here" : ""} ${candidate.rejected ? "refused" : ""}`}>
            <span class="letter" aria-hidden="true">{LETTERS[index]}</span>
            <span class="candidate-in">
                <span class="candidate-label">{candidate.label}</span>
                <span class="quiet">
                    {t(`ui.method.${candidate.method}`)}
                    {candidate.uncertainty_m > 0 && ` · ± ${metres(candidate.uncertainty_m)}`}
                    {" · "}{percent(candidate.confidence)}
                </span>
                {candidate.rejected && <span class="why-not">{t("ui.why_not", { why: candidate.rejected })}</span>}
            </span>
            {here && row.decision === "accept" ? (
                <span class="chosen"><Icon name="check" size={16} />{t("ui.chosen")}</span>
            ) : candidate.lat != null && (
                <button
                    type="button" disabled={!canWorkOne()} onClick={() => pickCandidate(message, candidate)}
                >
                    {t(here ? "ui.confirm_here" : "ui.use")}<span class="hidden"> {candidate.label}</span>{index < 3 && <kbd aria-hidden="true">{index + 1}</kbd>}
                </button>
            )}
        </li>
    );
}

// Open where a person has to look; one line where the machine was sure.
export function PlaceCheck() {
    const row = ticket.value;
    const { message, list } = candidates();
    if (!message || list.length === 0)
        return null;
    const sure = row.decision === "accept";
    const others = list.filter(one => !chosen(one, row)).length;
    return (
        <details class={`card placecheck ${sure ? "" : "warn"}`} open={!sure} key={`${row.id} ${sure}`}>
            <summary>
                <Icon name="pin" size={16} />
                <span>{t(sure ? "ui.place_sure" : "ui.place_check")}</span>
                {sure && others > 0 && <span class="quiet">{t("ui.place_others", { n: others })}</span>}
            </summary>
            <ol class="candidates">
                {list.map((one, index) => <Candidate key={one.n} candidate={one} index={index} message={message} />)}
            </ol>
        </details>
    );
}
