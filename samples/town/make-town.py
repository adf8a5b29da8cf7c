#!/usr/bin/env python3
"""Writes the made-up town of Millbrook: streets, addresses, places, wards, and
the landscape, which is only drawn.

A grid beside a river, a diagonal, a highway, two parks, a school; a Park Street
and a Park Avenue; and a second Oak Street in the village north of the town.
The same files come out each time. Any likeness to a real town is chance.
"""
import csv
import json
import math
import os

HERE = os.path.dirname(os.path.abspath(__file__))
LAT, LON = 43.5000, -71.9000  # the south-west corner of the grid
LOT = 20                      # metres between two doors of one side

# name, first corner and last corner in metres east and north, first number
STREETS = [
    ("Elm Street", (0, 0), (0, 900), 1),
    ("Maple Street", (150, 0), (150, 900), 1),
    ("Church Street", (300, 0), (300, 900), 1),
    ("Park Avenue", (450, 0), (450, 900), 1),
    ("Washington Avenue", (600, 0), (600, 900), 1),
    ("Dr. Martin Luther King Jr. Boulevard", (750, 0), (750, 900), 1),
    ("Oak Street", (0, 100), (750, 100), 1),
    ("Main Street", (-100, 250), (900, 250), 1),
    ("Pine Street", (0, 400), (750, 400), 1),
    ("Park Street", (0, 500), (450, 500), 1),
    ("2nd Avenue", (0, 600), (750, 600), 1),
    ("3rd Avenue", (0, 700), (750, 700), 1),
    ("San Juan Avenue", (0, 800), (750, 800), 1),
    ("Saint James Court", (150, 320), (260, 320), 1),
    ("Old Farm Lane", (600, 150), (740, 180), 1),
    ("Bell Street", (300, 650), (450, 650), 1),
    # the village
    ("Oak Street", (100, 2400), (500, 2400), 201),
    ("Village Green Road", (300, 2200), (300, 2600), 1),
]
BENT = [  # streets that are not straight, and what has no doors
    ("Station Road", [(0, 900), (225, 675), (450, 450), (750, 150)], 1),
    ("River Road", [(-80, -50), (-120, 200), (-90, 450), (-140, 700), (-100, 950)], 2),
    ("Mill Hill Road", [(300, 900), (280, 1400), (310, 1900), (300, 2200)], 401),
]
HIGHWAY = ("Miller Highway", "NH 9", [(-300, -200), (300, -180), (900, -200), (1500, -260)])
PLACES = [
    ("Millbrook Elementary School", "school", (380, 560)),
    ("Millbrook Public Library", "library", (320, 265)),
    ("Town Hall", "townhall", (280, 240)),
    ("Millbrook Train Station", "station", (40, 890)),
    ("Corner Bakery", "shop", (160, 410)),
    ("Saint Mary's Hospital", "hospital", (640, 560)),
    ("Fire Station 2", "fire_station", (610, 720)),
    ("Green Street Market", "marketplace", (470, 260)),
    ("Mill Bridge", "bridge", (-200, 250)),
]
AREAS = [
    ("Riverside Park", "park", [(-180, 300), (-30, 300), (-30, 560), (-170, 560)]),
    ("Memorial Park", "park", [(460, 410), (590, 410), (590, 590), (460, 590)]),
    ("Ward 1", "ward", [(-400, -300), (300, -300), (300, 450), (-400, 450)]),
    ("Ward 2", "ward", [(300, -300), (1600, -300), (1600, 450), (300, 450)]),
    ("Ward 3", "ward", [(-400, 450), (300, 450), (300, 1200), (-400, 1200)]),
    ("Ward 4", "ward", [(300, 450), (1600, 450), (1600, 1200), (300, 1200)]),
    ("North Millbrook", "village", [(0, 2100), (700, 2100), (700, 2700), (0, 2700)]),
]
CLASSES = {"Main Street": "secondary", "Station Road": "secondary", "Mill Hill Road": "secondary",
           "Park Avenue": "tertiary", "Washington Avenue": "tertiary", "Miller Highway": "trunk"}
RIVER = [(-330, -900), (-250, -400), (-215, -100), (-200, 250), (-215, 500), (-240, 800), (-225, 1100),
         (-260, 1600), (-320, 2300), (-300, 3000)]
BROOK = [(1650, 1260), (1300, 1100), (1060, 1040), (860, 1050), (600, 1010), (400, 1030), (300, 1004), (120, 985),
         (-40, 1010), (-230, 990)]
RAILS = [(-1200, 1010), (-600, 925), (40, 905), (700, 940), (1200, 930), (1900, 800)]
GREEN = [  # what it is, and its corners
    ("landuse", "residential", [(-60, -40), (800, -40), (930, 230), (930, 280), (790, 320), (800, 880), (-50, 890)]),
    ("landuse", "residential", [(60, 2160), (560, 2160), (560, 2640), (60, 2640)]),
    ("landuse", "farmland", [(350, 1350), (900, 1300), (980, 1900), (620, 2100), (330, 2000)]),
    ("landuse", "meadow", [(-190, 1060), (250, 1050), (260, 1500), (260, 1900), (-220, 1900)]),
    ("natural", "wood", [(1000, 1150), (1300, 1200), (1700, 1400), (1800, 2000), (1350, 2300), (1050, 2050), (1000, 1600)]),
    ("natural", "wood", [(-1100, -500), (-700, -560), (-420, -420), (-330, 0), (-300, 400), (-350, 760), (-700, 830),
                         (-1150, 700), (-1250, 100)]),
    ("landuse", "cemetery", [(820, 600), (930, 600), (930, 760), (820, 760)]),
    ("amenity", "school", [(320, 515), (440, 515), (440, 590), (320, 590)]),
    ("leisure", "pitch", [(480, 430), (570, 430), (570, 490), (480, 490)]),
    ("natural", "wood", [(-165, 470), (-60, 480), (-60, 550), (-150, 545)]),
]
SHORT = {"Street": "ST", "Avenue": "AVE", "Road": "RD", "Court": "CT", "Lane": "LN",
         "Boulevard": "BLVD", "Saint": "ST"}


def place(p):
    """Metres from the corner of the grid to [lon, lat]."""
    return [round(LON + p[0] / (111320 * math.cos(math.radians(LAT))), 7), round(LAT + p[1] / 110574, 7)]


def along(points, metres):
    """The point so far along a line, and its direction; None past its end."""
    for a, b in zip(points, points[1:]):
        length = math.dist(a, b)
        if metres <= length:
            t = metres / length
            return ((a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])),
                    ((b[0] - a[0]) / length, (b[1] - a[1]) / length))
        metres -= length
    return None


def with_corners(points):
    """A line with a point where it meets each other straight street."""
    out = [points[0]]
    for a, b in zip(points, points[1:]):
        n = max(1, round(math.dist(a, b) / 50))
        out += [(a[0] + i / n * (b[0] - a[0]), a[1] + i / n * (b[1] - a[1])) for i in range(1, n + 1)]
    return out


def feature(shape, coordinates, **properties):
    return {"type": "Feature", "properties": properties,
            "geometry": {"type": shape, "coordinates": coordinates}}


def write(name, features):
    with open(os.path.join(HERE, name), "w", encoding="utf-8") as f:
        f.write('{"type":"FeatureCollection","features":[\n')
        f.write(",\n".join(json.dumps(x, separators=(",", ":")) for x in features))
        f.write("\n]}\n")


def abbreviated(name):
    """As an assessor's list has it."""
    words = name.upper().replace(".", "").split()
    return " ".join(SHORT.get(w.capitalize(), w) for w in words)


def doors(points, first):
    """(number, point): even numbers on one side, odd ones on the other."""
    k = 0
    while (at := along(points, 10 + k * LOT)) is not None:
        (x, y), (dx, dy) = at
        if k % 7 != 5:  # here and there a lot without a house
            yield first + 2 * k, (x - dy * 12, y + dx * 12)
            yield first + 2 * k + 1, (x + dy * 12, y - dx * 12)
        k += 1


def band(points, width):
    """The area so wide along a line."""
    sides = [[], []]
    for i, (x, y) in enumerate(points):
        (ax, ay), (bx, by) = points[max(0, i - 1)], points[min(len(points) - 1, i + 1)]
        length = math.dist((ax, ay), (bx, by))
        dx, dy = (by - ay) / length * width / 2, -(bx - ax) / length * width / 2
        sides[0].append((x + dx, y + dy))
        sides[1].append((x - dx, y - dy))
    return sides[0] + sides[1][::-1]


def pond(x, y):
    """Round, but not quite."""
    angles = [math.tau * i / 24 for i in range(24)]
    return [(x + (95 + 12 * math.sin(3 * a)) * math.cos(a), y + (48 + 6 * math.cos(2 * a)) * math.sin(a))
            for a in angles]


def round_off(ring, times=3):
    """Chaikin's way: each corner becomes two."""
    for _ in range(times):
        ring = [(a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]))
                for a, b in zip(ring, ring[1:] + ring[:1]) for t in (0.25, 0.75)]
    return ring


def winding(points, times=2):
    """The same for a line, whose ends stay."""
    for _ in range(times):
        points = points[:1] + [(a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]))
                               for a, b in zip(points, points[1:]) for t in (0.25, 0.75)] + points[-1:]
    return points


def area(ring):
    return [[place(p) for p in ring + ring[:1]]]


def landscape():
    """Without names, but for running water: texts cannot mean it."""
    yield feature("Polygon", area(band(winding(RIVER), 34)), natural="water")
    yield feature("LineString", [place(p) for p in winding(RIVER)], waterway="river", name="Mill River")
    yield feature("LineString", [place(p) for p in winding(BROOK)], waterway="stream", name="Mill Brook")
    yield feature("Polygon", area(pond(520, 1020)), natural="water")
    yield feature("LineString", [place(p) for p in RAILS], railway="rail")
    for key, value, ring in GREEN:
        yield feature("Polygon", area(round_off(ring) if value == "wood" else ring), **{key: value})


def main():
    lines = [(name, [a, b], first) for name, a, b, first in STREETS] + BENT
    streets = [feature("LineString", [place(p) for p in with_corners(points)], name=name,
                       road_class=CLASSES.get(name, "residential")) for name, points, _ in lines]
    streets.append(feature("LineString", [place(p) for p in HIGHWAY[2]], name=HIGHWAY[0], ref=HIGHWAY[1],
                           road_class=CLASSES[HIGHWAY[0]]))
    write("streets.geojson", streets)
    write("places.geojson", [feature("Point", place(p), name=name, kind=kind) for name, kind, p in PLACES])
    write("landscape.geojson", list(landscape()))
    write("wards.geojson", [feature("Polygon", [[place(p) for p in ring + ring[:1]]], name=name, kind=kind)
                            for name, kind, ring in AREAS])
    with open(os.path.join(HERE, "addresses.csv"), "w", newline="", encoding="utf-8") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(["LON", "LAT", "NUMBER", "STREET", "UNIT", "CITY", "POSTCODE"])
        for name, points, first in lines:
            city = "North Millbrook" if points[0][1] > 2000 else "Millbrook"
            for number, p in doors(points, first):
                lon, lat = place(p)
                out.writerow([f"{lon:.7f}", f"{lat:.7f}", number, abbreviated(name), "", city, "03001"])


if __name__ == "__main__":
    main()
