#!/usr/bin/env python3
"""Sixty reports as residents write them, in Spanish and in English: the place
that each names in the sample town, or none. places.jsonl has the sentences and
what is wanted of them."""
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
from harness import BUILD, INLET, ROOT, Tap, make_gazetteer

TOLD = 0.45  # below it, a place is not even shown to a clerk as likely


def readings(texts, gaz):
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as f:
        for i, text in enumerate(texts):
            f.write(json.dumps({"id": str(i), "text": text}) + "\n")
        f.flush()
        out = subprocess.run([INLET, "try", "--text", "--json", "--rules", os.path.join(ROOT, "rules"), "--gaz", gaz,
                              f.name], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in out.stdout.splitlines()]


def place_of(reading):
    """The best candidate; a street is told when it is the only thing known."""
    for p in reading["locations"]:
        if not p["rejected"] and p["confidence"] >= (0 if p["kind"] == "street" else TOLD):
            return p["label"]
    return "none"


def same(label, want):
    """Which street of a crossing comes first does not matter."""
    return sorted(label.split(" & ")) == sorted(want.split(" & "))


def main():
    tap = Tap()
    gaz = os.path.join(BUILD, "tests", "places.gaz")
    make_gazetteer(gaz)
    with open(os.path.join(ROOT, "tests", "golden", "places.jsonl"), encoding="utf-8") as f:
        rows = [json.loads(line) for line in f]
    for language in ("es", "en"):
        for row, reading in zip(rows, readings([r[language] for r in rows], gaz)):
            told = place_of(reading)
            if not tap.check(same(told, row["want"]), f"{language} {row['id']} {row[language]}"):
                print(f"# want {row['want']}, got {told}: {[(p['label'], p['confidence'], p['rejected']) for p in reading['locations']]}")
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
