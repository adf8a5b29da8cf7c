// A button for a command of the table, with its key.
import { can, command, keyText, title } from "./commands.js";
import { Icon } from "./icons.jsx";
import { keysOn } from "./prefs.js";

export function Do({ id, kind = "", bare = false, children }) {
    const one = command(id);
    const key = one.keys?.[0];
    const shown = key && keysOn.value;
    return (
        <button
            type="button" class={kind} disabled={!can(one)} onClick={() => one.run()}
            aria-keyshortcuts={shown ? key.replace("Mod", "Control") : undefined}
            aria-label={bare ? title(one) : undefined}
            title={shown ? `${title(one)} (${keyText(key)})` : title(one)}
        >
            {one.icon && <Icon name={one.icon} />}
            {!bare && <span class="do-label">{children ?? title(one)}</span>}
        </button>
    );
}
