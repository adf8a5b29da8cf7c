// Open reports near the place: "is it one of these?"
import { element, word } from "./words.js";

function row(ticket, language) {
    const title = ticket.label ? `${ticket.title}, ${ticket.label}` : ticket.title;
    const day = new Date(ticket.created_at * 1000).toLocaleDateString(language);
    return element("li", {},
        element("div", {}, element("strong", {}, title), element("br"),
            `${ticket.metres} ${word("metres")} · ${day} · ${ticket.state_label}`),
        element("a", { class: "button second", href: `/t/${ticket.token}`, target: "_blank", rel: "noopener",
            "aria-label": `${word("follow")}: ${title}` }, word("follow")));
}

export function nearby(section) {
    const list = section.querySelector("ul");
    const language = document.documentElement.lang;
    let asked = 0;

    return {
        async show(at, category) {
            const mine = ++asked;
            const query = new URLSearchParams({ lat: at.lat, lon: at.lon, category, lang: language });
            try {
                const answer = await fetch(`/report/nearby?${query}`);
                const { tickets } = await answer.json();
                if (mine !== asked) return;
                list.replaceChildren(...tickets.map((ticket) => row(ticket, language)));
                section.hidden = tickets.length === 0;
            } catch {
                section.hidden = true; // no more than a hint
            }
        },
        hide() {
            asked++;
            section.hidden = true;
        },
    };
}
