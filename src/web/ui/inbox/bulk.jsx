// What can be done to all that are selected at once.
import { Do } from "./button.jsx";
import { clearPicks, pickAll, picking, picks } from "./picks.js";
import { total } from "./rows.js";
import { number, t } from "./words.js";

export function Bulk() {
    const n = picks.value.size;
    if (n === 0)
        return null;
    return (
        <div class="bulk" role="group" aria-label={t("ui.selected")}>
            <p>
                <strong>{t("ui.picked_n", { n: number(n) })}</strong>
                {n < total.value && (
                    <button type="button" class="link" disabled={picking.value} onClick={pickAll}>
                        {t("ui.pick_all", { n: number(total.value) })}
                    </button>
                )}
                <button type="button" class="link" onClick={clearPicks}>{t("ui.do.select-none")}</button>
            </p>
            <p class="bulk-do">
                {["done", "assign", "category", "state", "snooze", "urgent", "merge"].map(id => (
                    <Do key={id} id={id} kind="small">{id === "category" ? t("ui.category") : undefined}</Do>
                ))}
            </p>
        </div>
    );
}
