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
    try {
        me.value = await get("/api/me");
    } catch (error) {
        if (error.status === 401)
            location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
        else
            setTimeout(start, 2000);
        return;
    }
    document.documentElement.lang = me.value.language;
    startTicket();
    startMoves();
    render(<Shell />, document.getElementById("app"));
    startViews();
    startKeys();
    startLive();
    startPresence();
}

start();
