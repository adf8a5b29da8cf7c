// All commands by name, and all keys on one page.
import { choose } from "./choose.jsx";
import { can, commands, groups, keyText, title } from "./commands.js";
import { closeDialog, Dialog } from "./dialog.jsx";
import { useEffect } from "preact/hooks";
import { keysOn, setKeys } from "./prefs.js";
import { t } from "./words.js";

export function Palette() {
    useEffect(() => {
        choose({
            title: t("ui.palette"),
            options: commands.filter(one => !one.hidden && can(one) && one.id !== "palette").map(one => ({
                value: one.id, label: title(one), icon: one.icon ?? "forward",
                keys: one.keys && keyText(one.keys[0]), group: t(`ui.group.${one.group}`), run: one.run,
            })),
            onPick: one => one.run(),
        });
    }, []);
    return null;
}

export function Help() {
    return (
        <Dialog title={t("ui.help")} kind="large">
            <label class="switch">
                <input type="checkbox" checked={keysOn.value} onChange={e => setKeys(e.currentTarget.checked)} />
                <span><strong>{t("ui.keys_on")}</strong> {t("ui.keys_on_hint")}</span>
            </label>
            <div class="help-groups">
                {groups.map(group => (
                    <section key={group}>
                        <h3>{t(`ui.group.${group}`)}</h3>
                        <dl class="help-keys">
                            {commands.filter(one => one.group === group && one.keys && title(one) !== `ui.do.${one.id}`)
                                .map(one => (
                                    <div key={one.id}>
                                        <dt>{one.keys.map(key => <kbd key={key}>{keyText(key)}</kbd>)}</dt>
                                        <dd>{title(one)}</dd>
                                    </div>
                                ))}
                        </dl>
                    </section>
                ))}
            </div>
            <p class="dialog-do"><button type="button" onClick={closeDialog}>{t("ui.close")}</button></p>
        </Dialog>
    );
}
