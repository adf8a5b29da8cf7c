// Why: what the words under the finger were read as, by which rule.
import { Candidate } from "./placecheck.jsx";
import { Icon } from "./icons.jsx";
import { candidates, canWork, category, place, urgent } from "./work.js";
import { label, me, t } from "./words.js";

const change = {
    category: { word: "ui.another_category", run: text => category(text), icon: "tag" },
    place: { word: "ui.another_place", run: text => place(text), icon: "pin" },
    urgent: { word: "ui.not_urgent", run: () => urgent(), icon: "alert" },
};

function meaning(span) {
    if (span.what === "category")
        return label(me.value.categories, span.value);
    return span.what === "urgent" ? t("ui.urgent") : span.value;
}

// "bare=-0.8 verified=1.4": what spoke for it, and what against.
function Features({ text }) {
    const parts = text.split(" ").map(part => part.split("=")).filter(part => part.length === 2);
    if (parts.length === 0)
        return null;
    return (
        <ul class="features">
            {parts.map(([name, value]) => (
                <li key={name} class={Number(value) < 0 ? "against" : "for"}>
                    {name} <b>{Number(value) > 0 ? `+${value}` : value.replace("-", "−")}</b>
                </li>
            ))}
        </ul>
    );
}

function Reason({ span, message, text }) {
    const candidate = span.candidate == null ? null : message.candidates[span.candidate];
    const word = change[span.what];
    return (
        <section class={`reason what-${span.what}`}>
            <h3>
                <q>{text.slice(span.begin, span.end)}</q> <Icon name="forward" size={14} /> {meaning(span)}
            </h3>
            <dl class="facts">
                <div><dt>{t("ui.read_as")}</dt><dd>{t(`ui.what.${span.what}`)}</dd></div>
                <div><dt>{t("ui.rule")}</dt><dd><code>{span.rule}</code></dd></div>
                {span.score != null && <div><dt>{t("ui.score")}</dt><dd>{Math.round(span.score * 100) / 100}</dd></div>}
            </dl>
            {candidate?.features && <Features text={candidate.features} />}
            {span.what === "place" && message.candidates.length > 0 && (
                <ol class="candidates">
                    {message.candidates.map(one => (
                        <Candidate key={one.n} candidate={one} message={message} index={letterOf(one, message)} />
                    ))}
                </ol>
            )}
            {word && (
                <button type="button" disabled={!canWork()} onClick={() => word.run(text.slice(span.begin, span.end))}>
                    <Icon name={word.icon} size={16} />{t(word.word)}
                </button>
            )}
        </section>
    );
}

// The letter it has on the map: those without a point have none.
function letterOf(candidate, message) {
    const { message: first, list } = candidates();
    return first?.id === message.id ? list.findIndex(one => one.n === candidate.n) : -1;
}

export function Why({ id, spans, message, text, onClose }) {
    return (
        <div class="why" id={id} role="region" aria-label={t("ui.why")} tabIndex={-1}>
            <button type="button" class="plain square why-off" onClick={onClose} aria-label={t("ui.close")}>
                <Icon name="close" size={16} />
            </button>
            {spans.map((span, i) => <Reason key={i} span={span} message={message} text={text} />)}
        </div>
    );
}
