#!/usr/bin/env python3
"""Real mails, real reports and signature cases, where ../shared/data is.

Skipped, and counted as skipped, where it is not: none of it is ours to ship.
"""
import glob
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import BUILD, INLET, ROOT, Tap

DATA = os.path.join(os.environ.get("INLET_SHARED", os.path.join(ROOT, "..", "shared")), "data")
RULES = os.path.join(ROOT, "rules")
tap = Tap()


def every_mail_gives_a_message():
    name = "every mail of mime/ goes through inlet try and gives a message"
    mails = sorted(glob.glob(os.path.join(DATA, "mime", "**", "*.eml"), recursive=True))
    if not mails:
        return tap.skip(name, "no ../shared/data/mime")
    out = subprocess.run([INLET, "try", "--json", "--rules", RULES, *mails], capture_output=True, text=True, timeout=300)
    readings = [json.loads(line) for line in out.stdout.splitlines()]
    failed = [r["id"] for r in readings if "failed" in r]
    print(f"# {len(mails)} mails, {len(readings)} readings, {len(failed)} unread")
    tap.check(len(readings) == len(mails) and not failed, name)


def vectors(*args):
    tool = os.path.join(BUILD, "tests", "webhook-vectors")
    out = subprocess.run([tool, *args], capture_output=True, text=True, timeout=120)
    print("\n".join("# " + line for line in out.stdout.strip().splitlines()))
    return out.returncode == 0 and ", 0 failed" in out.stdout


def every_webhook_is_decided_right():
    cases = sorted(glob.glob(os.path.join(DATA, "sms", "*.json")))
    name = "every case of sms/ is decided as it says"
    changed = "and no changed bit of a request that is let in goes unseen"
    if not cases:
        tap.skip(name, "no ../shared/data/sms")
        return tap.skip(changed, "no ../shared/data/sms")
    tap.check(vectors(*cases), name)
    tap.check(vectors("--mutate", *cases), changed)


def every_report_runs_through():
    town = os.path.join(DATA, "newhaven")
    name = "every report of newhaven/ runs through inlet try --text"
    if not os.path.isdir(town):
        return tap.skip(name, "no ../shared/data/newhaven")
    gaz = os.path.join(BUILD, "tests", "newhaven.gaz")
    os.makedirs(os.path.dirname(gaz), exist_ok=True)
    subprocess.run([INLET, "gaz", "import", "-o", gaz, "--town", "New Haven, CT",
                    *[os.path.join(town, f) for f in ("address_points.csv", "streets.geojson", "neighborhoods.geojson")]],
                   check=True, stdout=subprocess.DEVNULL, timeout=120)
    reports = os.path.join(town, "reports.jsonl")
    out = subprocess.run([INLET, "try", "--text", "--json", "--rules", RULES, "--gaz", gaz, reports],
                         capture_output=True, text=True, timeout=300)
    with open(reports, encoding="utf-8") as f:
        want = sum(1 for line in f if line.strip())
    readings = [json.loads(line) for line in out.stdout.splitlines()]
    placed = sum(any(l["lat"] is not None and not l["rejected"] for l in r["locations"]) for r in readings)
    print(f"# {want} reports, {len(readings)} readings, {placed} with a place")
    tap.check(out.returncode == 0 and len(readings) == want, name)
    tap.check(placed > want * 0.4, "and what towns write is found on the map")


def main():
    every_mail_gives_a_message()
    every_webhook_is_decided_right()
    every_report_runs_through()
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
