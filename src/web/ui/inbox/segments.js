// A text cut where spans begin and end: each piece with the spans that hold it.
export function segments(text, spans) {
    const fits = spans.filter(s => s.begin >= 0 && s.begin < s.end && s.end <= text.length);
    const cuts = [...new Set([0, text.length, ...fits.flatMap(s => [s.begin, s.end])])];
    cuts.sort((a, b) => a - b);
    const pieces = [];
    for (let i = 0; i + 1 < cuts.length; i++) {
        const [begin, end] = [cuts[i], cuts[i + 1]];
        pieces.push({
            begin,
            text: text.slice(begin, end),
            spans: fits.filter(s => s.begin <= begin && s.end >= end),
        });
    }
    return pieces;
}
