// Pins that stand close together become one: by cells of a grid on the screen.
const CELL = 56;
export const CLUSTER_ZOOM_MAX = 18;

/*
 * pins: [{id, x, y, ...}] in pixels of the zoom. Gives [{pins, x, y}], of one
 * or more pins each. What stands alone keeps its own place.
 */
export function clusters(pins, zoom) {
    if (zoom >= CLUSTER_ZOOM_MAX) return pins.map((pin) => ({ pins: [pin], x: pin.x, y: pin.y }));
    const cells = new Map();
    for (const pin of pins) {
        const key = `${Math.floor(pin.x / CELL)}:${Math.floor(pin.y / CELL)}`;
        const cell = cells.get(key);
        if (cell) {
            cell.push(pin);
        } else {
            cells.set(key, [pin]);
        }
    }
    return [...cells.values()].map((own) => ({
        pins: own,
        x: own.reduce((sum, pin) => sum + pin.x, 0) / own.length,
        y: own.reduce((sum, pin) => sum + pin.y, 0) / own.length,
    }));
}
