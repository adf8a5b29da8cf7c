#!/usr/bin/env python3
"""A county's addresses are imported on a small machine."""
import os
import resource
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import INLET, Tap

STREETS, DOORS, MEMORY = 200, 1000, 64 << 20
tap = Tap()


def county(path):
    with open(path, "w", encoding="utf-8") as out:
        out.write("NUMBER,STREET,LON,LAT\n")
        for s in range(STREETS):
            for d in range(DOORS):
                out.write(f"{2 * d + 2},Quarry {s} Street,{-72.5 + d / 10000:.5f},{43.2 + s / 1000:.5f}\n")


def small():
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


with tempfile.TemporaryDirectory(prefix="inlet-import-") as folder:
    csv, gaz = os.path.join(folder, "county.csv"), os.path.join(folder, "county.gaz")
    county(csv)
    out = subprocess.run([INLET, "gaz", "import", "-o", gaz, csv], capture_output=True, text=True,
                         preexec_fn=small, timeout=120)
    print("\n".join("# " + line for line in (out.stdout + out.stderr).splitlines()))
    tap.check(out.returncode == 0 and f"{STREETS * DOORS} taken, 0 refused" in out.stdout + out.stderr,
              "200,000 addresses are imported in 64 MB")
    found = subprocess.run([INLET, "gaz", "check", "--gaz", gaz, "pothole at 1400 quarry 17 street"],
                           capture_output=True, text=True, timeout=60)
    tap.check("1400 Quarry 17 Street" in found.stdout, "and one of them is found")
tap.done()
