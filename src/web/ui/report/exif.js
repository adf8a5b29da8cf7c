// Where a JPEG was taken: its EXIF GPS (Exif 2.3, 4.6.6), read from the first
// bytes of the file. Nothing of it leaves the phone by this.
const HEAD = 256 * 1024;
const SOI = 0xffd8;
const APP1 = 0xffe1;
const SOS = 0xffda;
const GPS_POINTER = 0x8825;
const ENTRIES = 512;

// The TIFF block of the first APP1 that is Exif; null: there is none.
function tiffOf(view) {
    if (view.getUint16(0) !== SOI) return null;
    let at = 2;
    for (;;) {
        const marker = view.getUint16(at);
        const size = view.getUint16(at + 2);
        if ((marker & 0xff00) !== 0xff00 || marker === SOS || size < 2) return null;
        if (marker === APP1 && view.getUint32(at + 4) === 0x45786966)
            return new DataView(view.buffer, view.byteOffset + at + 10, size - 8);
        at += 2 + size;
    }
}

function directory(tiff, at, little) {
    const found = new Map();
    const n = Math.min(tiff.getUint16(at, little), ENTRIES);
    for (let i = 0; i < n; i++) {
        const entry = at + 2 + 12 * i;
        found.set(tiff.getUint16(entry, little), entry);
    }
    return found;
}

// Degrees, minutes, seconds: three fractions.
function degrees(tiff, entry, ref, negative, little) {
    const at = tiff.getUint32(entry + 8, little);
    const part = (i) => {
        const under = tiff.getUint32(at + 8 * i + 4, little);
        return under === 0 ? NaN : tiff.getUint32(at + 8 * i, little) / under;
    };
    const value = part(0) + (part(1) || 0) / 60 + (part(2) || 0) / 3600;
    return String.fromCharCode(tiff.getUint8(ref + 8)) === negative ? -value : value;
}

export function gpsOf(bytes) {
    try {
        const tiff = tiffOf(new DataView(bytes));
        if (!tiff) return null;
        const little = tiff.getUint16(0) === 0x4949;
        const pointer = directory(tiff, tiff.getUint32(4, little), little).get(GPS_POINTER);
        if (pointer === undefined) return null;
        const gps = directory(tiff, tiff.getUint32(pointer + 8, little), little);
        if (![1, 2, 3, 4].every((tag) => gps.has(tag))) return null;
        const lat = degrees(tiff, gps.get(2), gps.get(1), "S", little);
        const lon = degrees(tiff, gps.get(4), gps.get(3), "W", little);
        const known = Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && (lat !== 0 || lon !== 0);
        return known ? { lat, lon } : null;
    } catch {
        return null; // it ends before what it promises
    }
}

export async function whereTaken(file) {
    return gpsOf(await file.slice(0, HEAD).arrayBuffer());
}
