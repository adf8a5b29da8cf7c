// How many text messages a text is: GSM 03.38's alphabet, or UCS-2.
const BASIC = new Set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const TWICE = new Set("^{}\\[~]|€\f"); // escape and character: two septets

const PLAIN = { one: 160, each: 153 };
const WIDE = { one: 70, each: 67 };

// Units a character takes; an emoji is two of UCS-2 and is never cut in two.
function fill(units, { one, each }) {
    const all = units.reduce((sum, n) => sum + n, 0);
    if (all <= one)
        return { segments: all > 0 ? 1 : 0, left: one - all };
    let segments = 1;
    let used = 0;
    for (const n of units) {
        if (used + n > each) {
            segments++;
            used = 0;
        }
        used += n;
    }
    return { segments, left: each - used };
}

// {segments, left: in the last of them, wide: the characters that cost}
export function count(text) {
    const characters = [...text];
    const wide = [...new Set(characters.filter(c => !BASIC.has(c) && !TWICE.has(c)))];
    const units = characters.map(c => (wide.length > 0 ? c.length : TWICE.has(c) ? 2 : 1));
    return { ...fill(units, wide.length > 0 ? WIDE : PLAIN), wide };
}

export const isPhone = address => /^\+\d{5,15}$/.test(address ?? "");
