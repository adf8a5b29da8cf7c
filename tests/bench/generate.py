#!/usr/bin/env python3
"""Residents' sentences that name addresses and crossings of a gazetteer.

    generate.py FILE.gaz COUNT [SEED]

Prints JSON lines {"id", "text", "lat", "lon", "kind", "noise"}, COUNT of each
kind and noise, from any gazetteer that "inlet gaz import" made. The same seed
gives the same lines.
"""
import json
import random
import re
import sqlite3
import sys

NOISES = ("clean", "abbreviated", "lower", "dropped", "typo", "typos")

ADDRESS = (
    "There is a pothole at {}.", "Street light out in front of {}", "{} - trash not picked up",
    "Tree down near {}, blocking the sidewalk.", "Please fix the sidewalk at {}, it is broken.",
    "Hi, someone dumped a mattress behind {} last night. Thanks!", "Graffiti on the wall of {}.",
    "My neighbor at {} never shovels the snow.", "water leak at {} since this morning",
    "Abandoned car parked across from {} for two weeks", "Big hole outside of {}",
)
CROSSING = (
    "Pothole at the corner of {a} and {b}.", "Traffic light out at {a} and {b}", "{a} & {b} is flooded",
    "The stop sign at {a} at {b} is missing.", "Dead deer at the intersection of {a} and {b}, please remove.",
    "Crosswalk paint is gone on {a} at {b}", "Cars keep speeding at {a} / {b}.",
    "street light flickering, corner {a} and {b}", "Huge puddle where {a} meets {b}",
    "Manhole cover loose near {a} and {b}, very dangerous",
)
SHORT = {
    "street": "St", "avenue": "Ave", "road": "Rd", "drive": "Dr", "boulevard": "Blvd", "lane": "Ln",
    "court": "Ct", "place": "Pl", "terrace": "Ter", "circle": "Cir", "square": "Sq",
    "parkway": "Pkwy", "highway": "Hwy", "alley": "Aly", "extension": "Ext", "way": "Way",
    "north": "N", "south": "S", "east": "E", "west": "W",
}
LONG = {short.lower(): long for long, short in SHORT.items()}
KINDS = {k for k in SHORT if k not in ("north", "south", "east", "west")}


def kind_of(word):
    word = word.lower().rstrip(".")
    return word in KINDS or LONG.get(word) in KINDS


def typo(rng, name):
    """One wrong letter in the longest word that is no kind of street."""
    words = name.split(" ")
    pick = [i for i, w in enumerate(words) if len(w) >= 5 and w.isalpha() and not kind_of(w)]
    if not pick:
        return None
    i = rng.choice(pick)
    w = words[i]
    at = rng.randrange(1, len(w) - 1)
    how = rng.randrange(4)
    letter = rng.choice("abcdefghijklmnoprstuvwy")
    if how == 0:
        w = w[:at] + w[at + 1:]
    elif how == 1:
        w = w[:at] + letter + w[at:]
    elif how == 2:
        w = w[:at] + letter + w[at + 1:]
    else:
        w = w[:at] + w[at + 1] + w[at] + w[at + 2:]
    words[i] = w
    out = " ".join(words)
    return out if out != name else None


def noisy(rng, name, noise):
    """The name as somebody writes it; None: it has nothing to get wrong."""
    words = name.split(" ")
    if noise == "abbreviated":
        return " ".join(SHORT.get(w.lower(), w) for w in words)
    if noise == "lower":
        return name.lower()
    if noise == "dropped":
        return " ".join(words[:-1]) if len(words) > 1 and kind_of(words[-1]) else None
    if noise == "typo":
        return typo(rng, name)
    if noise == "typos":
        once = typo(rng, name)
        return once and typo(rng, once)
    return name


def plain(name):
    """A street a resident would name: with a kind, and no route number."""
    words = name.split(" ")
    return len(words) > 1 and kind_of(words[-1]) and not re.search(r"\d", name)


def main():
    db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
    count = int(sys.argv[2])
    rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    names = {i: n for i, n in db.execute("SELECT id, name FROM street ORDER BY id") if plain(n)}
    said = {}
    for i, n in names.items():
        said.setdefault(n.lower(), []).append(i)
    once = {i for ids in said.values() if len(ids) == 1 for i in ids}
    doors = [d for d in db.execute("SELECT street, number, lat, lon FROM addr WHERE suffix = '' "
                                   "ORDER BY street, number") if d[0] in once]
    stands = {}  # a number at two places has no one answer
    for street, number, lat, lon in doors:
        stands.setdefault((street, number), []).append((lat, lon))
    doors = [d for d in doors if len(stands[d[:2]]) == 1]
    corners = {}
    for a, b, lat, lon in db.execute("SELECT a, b, lat, lon FROM crossing ORDER BY a, b"):
        if a in once and b in once:
            corners.setdefault((a, b), []).append((lat, lon))
    corners = [(*ab, *at[0]) for ab, at in corners.items() if len(at) == 1]
    row = 0
    for noise in NOISES:
        for kind, things in (("address", doors), ("crossing", corners)):
            done = 0
            for _ in range(count * 50):
                if done == count or not things:
                    break
                thing = rng.choice(things)
                if kind == "address":
                    name = noisy(rng, names[thing[0]], noise)
                    text = name and rng.choice(ADDRESS).format(f"{thing[1]} {name}")
                else:
                    a, b = names[thing[0]], names[thing[1]]
                    if rng.random() < .5:
                        a, b = b, a
                    a, b = noisy(rng, a, noise), noisy(rng, b, noise if noise != "typos" else "clean")
                    text = a and b and a != b and rng.choice(CROSSING).format(a=a, b=b)
                if not text:
                    continue
                if noise == "lower":
                    text = text.lower()
                done += 1
                row += 1
                print(json.dumps({"id": str(row), "text": text, "lat": thing[2] / 1e7,
                                  "lon": thing[3] / 1e7, "kind": kind, "noise": noise}))


main()
