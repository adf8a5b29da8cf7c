// The clerk's inbox begins here: who is it, then everything else.
import { render } from "preact";
import { get } from "./api.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { startMoves } from "./moves.js";
import { startPresence } from "./presence.js";
import { Shell } from "./shell.jsx";
import { startTicket } from "./ticket.js";
import { startViews } from "./views.jsx";
import { me } from "./words.js";
import "./inbox.css";

async function start() {
    const asked = get("/api/me");
    try {
        me.value = await asked;
    } catch (error) {
        if (error.status === 401)
            location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
        else
            setTimeout(start, 2000);
        return;
    }
    document.documentElement.lang = me.value.language;
    render(<Shell />, document.getElementById("app"));
    startViews();
    startKeys();
    startLive();
    startPresence();
}

// The list is asked for at once, before it is known in which language.
startTicket();
startMoves();
start();
