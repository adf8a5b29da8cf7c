// A small JPEG, with the place it was taken at where one is given (Exif 2.3).
const PIXEL = Buffer.from(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////"
    + "////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=", "base64");

function entry(tag, type, count, value) {
    const made = Buffer.alloc(12);
    made.writeUInt16BE(tag, 0);
    made.writeUInt16BE(type, 2);
    made.writeUInt32BE(count, 4);
    if (Buffer.isBuffer(value)) value.copy(made, 8);
    else made.writeUInt32BE(value, 8);
    return made;
}

// Degrees, minutes and seconds, as fractions.
function parts(value) {
    const made = Buffer.alloc(24);
    const seconds = Math.round(Math.abs(value) * 3600 * 1000);
    [[Math.floor(seconds / 3_600_000), 1], [Math.floor(seconds / 60_000) % 60, 1], [seconds % 60_000, 1000]]
        .forEach(([over, under], i) => {
            made.writeUInt32BE(over, 8 * i);
            made.writeUInt32BE(under, 8 * i + 4);
        });
    return made;
}

function directory(entries) {
    const count = Buffer.alloc(2);
    count.writeUInt16BE(entries.length);
    return Buffer.concat([count, ...entries, Buffer.alloc(4)]);
}

export function jpeg(at) {
    if (!at) return PIXEL;
    const gps = 8 + 2 + 12 + 4;
    const data = gps + 2 + 4 * 12 + 4;
    const tiff = Buffer.concat([
        Buffer.from("MM\0*\0\0\0\b", "latin1"),
        directory([entry(0x8825, 4, 1, gps)]),
        directory([
            entry(1, 2, 2, Buffer.from(at.lat < 0 ? "S\0" : "N\0")),
            entry(2, 5, 3, data),
            entry(3, 2, 2, Buffer.from(at.lon < 0 ? "W\0" : "E\0")),
            entry(4, 5, 3, data + 24),
        ]),
        parts(at.lat),
        parts(at.lon),
    ]);
    const head = Buffer.from([0xff, 0xe1, 0, 0]);
    head.writeUInt16BE(2 + 6 + tiff.length, 2);
    return Buffer.concat([PIXEL.subarray(0, 2), head, Buffer.from("Exif\0\0", "latin1"), tiff, PIXEL.subarray(2)]);
}
