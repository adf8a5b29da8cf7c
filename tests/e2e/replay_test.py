#!/usr/bin/env python3
"""inlet rules replay: what other rules would make of the tickets there are."""
import glob
import json
import os
import re
import shutil
import sqlite3
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import RULES, Tap, Town

tap = Tap()
REPORTS = {
    "pothole": "A deep pothole in front of 12 Elm Street",
    "light": "The street light at 14 Elm Street is out",
    "clerk": "Another deep pothole in front of 9 Elm Street",
}


def other_rules(folder):
    """The pack, but what was a pothole is a crater, and no test."""
    path = os.path.join(folder, "other")
    os.makedirs(path)
    for name in glob.glob(os.path.join(RULES, "*.rules")):
        with open(name, encoding="utf-8") as f:
            text = re.sub(r"(?m)^ *(yes|no) .*\n", "", f.read())
        text = re.sub(r"(?m)^(category|extend) +pothole$", r"\1 crater", text)
        with open(os.path.join(path, os.path.basename(name)), "w", encoding="utf-8") as f:
            f.write(text)
    with open(os.path.join(path, "routes.rules"), "w", encoding="utf-8") as f:
        f.write("route craters\n    department Roads\n    categories crater\n    areas Ward 1, Ward 2, Ward 3, Ward 4\n")
    return path


def filed(town):
    for key, text in REPORTS.items():
        town.post_web(key * 8, text)
    town.wait_for(lambda: len(town.tickets()) == len(REPORTS))
    return {t["title"]: t for t in town.tickets()}


def set_by_clerk(town, ticket):
    """As a clerk's correction is kept: an event with a person's name."""
    with sqlite3.connect(os.path.join(town.folder, "inlet.db"), timeout=30) as db:
        db.execute("INSERT INTO events (jurisdiction, ticket, at, kind, actor, text) SELECT jurisdiction, ticket, at,"
                   " 'categorised', 'Ada', 'pothole' FROM events WHERE ticket = ? LIMIT 1", (ticket,))


def replay(town, *words):
    out = town.command("rules", "replay", *words)
    return out.returncode, out.stdout.decode(), out.stderr.decode()


def run(town):
    tickets = filed(town)
    hole, light, clerk = (tickets[REPORTS[k]]["number"] for k in ("pothole", "light", "clerk"))
    rc, out, _ = replay(town)
    tap.check(rc == 0 and "3 tickets, 0 would change" in out, "the same rules change nothing")
    set_by_clerk(town, clerk)
    rules = other_rules(town.folder)
    rc, out, _ = replay(town, "--rules", rules)
    tap.check(rc == 0 and f"#{hole} category  pothole -> crater" in out, "a ticket that would change is told")
    tap.check(f"#{light} " not in out and f"#{clerk} " not in out, "one that would not, and one a clerk has set, are not")
    tap.check(re.search(r"(?m)^pothole +crater +1$", out) is not None, "the table counts them")
    tap.check(town.show(hole)["category"] == "pothole", "nothing is written without --apply")
    rc, out, _ = replay(town, "--rules", rules, "--apply")
    tap.check(rc == 0 and "3 tickets, 1 changed" in out, "with --apply it is, beside a running daemon")
    whole = town.show(hole)
    said = [e for e in whole["events"] if e["kind"] == "categorised"]
    tap.same(whole["category"], "crater", "the ticket has the new category")
    tap.check(len(said) == 1 and said[0]["actor"] == "inlet" and "before pothole" in said[0]["text"],
              "its trail says what it was before")
    tap.same(whole["department"], "Roads", "and the department that has such reports there")
    listed = [json.loads(line)["number"] for line in town.command("list", "--department", "Roads", "--json").stdout.splitlines()]
    tap.same(listed, [hole], "whose list has it and no other")
    tap.check(any(e["kind"] == "routed" and "Roads" in e["text"] for e in whole["events"]), "which its trail says too")
    tap.same(town.show(clerk)["category"], "pothole", "what a clerk has set stays")
    tap.same(town.show(hole)["place"], tickets[REPORTS["pothole"]]["place"], "the place stays as it was")
    rc, out, _ = replay(town, "--rules", rules, "--apply")
    tap.check(rc == 0 and "3 tickets, 0 changed" in out, "a second time changes nothing")
    rc, out, _ = replay(town, "--since", "2999-01-01")
    tap.check(rc == 0 and "0 tickets" in out, "--since leaves out what is older")
    rc, _, _ = replay(town, "--since", "yesterday")
    tap.check(rc == 64, "a date that is none is refused")
    with open(os.path.join(rules, "zz.rules"), "w", encoding="utf-8") as f:
        f.write("categry x\n")
    rc, _, err = replay(town, "--rules", rules)
    tap.check(rc != 0 and "zz.rules:1" in err, "rules that do not load are refused by file and line")
    shutil.rmtree(rules)
    tap.same(len(town.smtp.mails) + len(town.texts.texts), 0, "nobody is told anything")


def main():
    town = Town()
    try:
        if tap.check(town.start(), "the daemon is ready"):
            run(town)
    finally:
        town.close()
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
