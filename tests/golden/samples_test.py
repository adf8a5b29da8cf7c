#!/usr/bin/env python3
"""Each sample against what is wanted of it.

samples/ holds messages as they come in by each door; beside each lies a .want:
the JSON that inlet try prints for it with the sample town's gazetteer. With
--accept the .want files are written as it comes out now: read the diff.
"""
import glob
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
from harness import BUILD, INLET, ROOT, Tap, make_gazetteer


def readings(files, gaz):
    out = subprocess.run([INLET, "try", "--json", "-c", os.path.join(ROOT, "samples", "inlet.conf"),
                          "--rules", os.path.join(ROOT, "rules"), "--gaz", gaz, *files],
                         capture_output=True, text=True, cwd=ROOT)
    found = {}
    for line in out.stdout.splitlines():
        reading = json.loads(line)
        found[reading.pop("id")] = reading
    if len(found) != len(files):
        print("# " + out.stderr.replace("\n", "\n# "))
    return found


def differences(want, got, where=""):
    """Lines that say where two JSON values differ."""
    if isinstance(want, dict) and isinstance(got, dict):
        for key in sorted(want.keys() | got.keys()):
            yield from differences(want.get(key), got.get(key), f"{where}.{key}")
    elif isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        for i, (a, b) in enumerate(zip(want, got)):
            yield from differences(a, b, f"{where}[{i}]")
    elif want != got:
        yield f"{where}: want {json.dumps(want, ensure_ascii=False)}, got {json.dumps(got, ensure_ascii=False)}"


def main():
    tap = Tap()
    gaz = os.path.join(BUILD, "tests", "town.gaz")
    make_gazetteer(gaz)
    files = sorted(os.path.relpath(f, ROOT) for kind in ("mail/*.eml", "sms/*.form", "web/*.multipart", "open311/*.open311")
                   for f in glob.glob(os.path.join(ROOT, "samples", kind)))
    found = readings(files, gaz)
    for file in files:
        path = os.path.join(ROOT, file + ".want")
        if "--accept" in sys.argv:
            with open(path, "w", encoding="utf-8") as f:
                json.dump(found[file], f, indent=1, ensure_ascii=False)
                f.write("\n")
            continue
        with open(path, encoding="utf-8") as f:
            want = json.load(f)
        wrong = list(differences(want, found.get(file)))
        tap.check(not wrong, f"{file} is read as its .want says")
        for line in wrong[:20]:
            print("#   " + line)
    return tap.done() if "--accept" not in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
