// What stands on the map as buttons: pins, clusters, candidates and the place.
import L from "leaflet";

const SVG = "http://www.w3.org/2000/svg";

function svg(name, attributes, ...children) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
}

const DROP = "M12 1C6.5 1 2 5.4 2 10.8 2 18 12 31 12 31s10-13 10-20.2C22 5.4 17.5 1 12 1z";
const SIGNS = {
    done: "M7.5 11l3 3 6-6.5",
    waiting: "M12 6.5v5l3 2",
    open: "M8 11h8",
    duplicate: "M8 9h8M8 13h8",
    "not-ours": "M8.5 7.5l7 7M15.5 7.5l-7 7",
};

function drop(sign) {
    const parts = [svg("path", { class: "mark-body", d: DROP })];
    if (sign) {
        parts.push(svg("path", { class: "mark-sign", d: sign }));
    } else {
        parts.push(svg("circle", { class: "mark-dot", cx: 12, cy: 11, r: 4 }));
    }
    return svg("svg", { viewBox: "0 0 24 32", width: 24, height: 32, "aria-hidden": "true", focusable: "false" }, ...parts);
}

// What is a button for the mouse is one for the keys, too.
function press(event) {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    event.currentTarget.click();
}

// A Leaflet icon made of an element, with a name for who cannot see it.
const Mark = L.Icon.extend({
    createIcon() {
        const { element, className, label, size, anchor } = this.options;
        const box = document.createElement("div");
        box.className = `leaflet-marker-icon mark ${className}`;
        box.append(element);
        box.setAttribute("aria-label", label);
        box.title = label;
        box.addEventListener("keydown", press);
        box.style.width = `${size[0]}px`;
        box.style.height = `${size[1]}px`;
        box.style.marginLeft = `${-anchor[0]}px`;
        box.style.marginTop = `${-anchor[1]}px`;
        return box;
    },
    createShadow: () => null,
});

export function pinMark(pin, label) {
    const sign = pin.urgent ? "M12 5.5v7M12 15.5v.5" : SIGNS[pin.state];
    return new Mark({
        className: `mark-pin mark-${pin.state}${pin.urgent ? " mark-urgent" : ""}`,
        element: drop(sign),
        label,
        size: [24, 32],
        anchor: [12, 31],
    });
}

function text(className, words) {
    const span = document.createElement("span");
    span.className = className;
    span.textContent = words;
    return span;
}

export function clusterMark(count, urgent, label) {
    const size = count < 10 ? 34 : count < 100 ? 40 : 48;
    return new Mark({
        className: `mark-cluster${urgent ? " mark-urgent" : ""}`,
        element: text("mark-count", count < 1000 ? count : `${Math.floor(count / 1000)}k`),
        label,
        size: [size, size],
        anchor: [size / 2, size / 2],
    });
}

export function candidateMark(candidate, label) {
    return new Mark({
        className: `mark-candidate${candidate.chosen ? " mark-chosen" : ""}`,
        element: text("mark-count", candidate.n),
        label,
        size: [30, 30],
        anchor: [15, 15],
    });
}

export function placeMark(label) {
    const element = svg(
        "svg",
        { viewBox: "0 0 24 32", width: 36, height: 48, "aria-hidden": "true", focusable: "false" },
        svg("path", { class: "mark-body", d: DROP }),
        svg("circle", { class: "mark-dot", cx: 12, cy: 11, r: 4.5 }),
    );
    return new Mark({ className: "mark-place", element, label, size: [36, 48], anchor: [18, 47] });
}
