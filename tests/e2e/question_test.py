#!/usr/bin/env python3
"""A report without a clear place: the resident is asked, and the answer read."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Tap, Town

tap = Tap()
CASES = [  # what is written, answered, what the question says, and the place then
    ("pothole on Elm St", "14", "Elm Street?", "14 Elm Street"),
    ("dead street light on Elm Street", "corner Oak", "Elm Street?", "Elm Street & Oak Street"),
    ("deep pothole at 9 Park", "the second one", "2) 9 Park Street", "9 Park Street"),
    ("Hay un bache en la calle Elm", "el 14", "¿Que numero", "14 Elm Street"),
]


def ask(town, n, case):
    report, answer, question, place = case
    sender = f"+1555555012{n}"
    town.post_text(f"SM{n:02}a", sender, report)
    told = lambda: [t for t in town.texts.texts if t["To"] == sender]
    tap.check(town.wait_for(lambda: len(told()) == 1), f"'{report}' is answered once")
    body = told()[0]["Body"]
    tap.check(question in body and len(body) <= 160, f"with a question of one text: {body}")
    before = [t for t in town.tickets() if t["title"] == report][0]
    town.post_text(f"SM{n:02}b", sender, answer)
    tap.check(town.wait_for(lambda: len(town.show(before["number"])["messages"]) == 2), f"'{answer}' joins the ticket")
    after = town.show(before["number"])
    print(f"# {before['place']} -> {after['place']} ({after['decision']})")
    tap.same(after["place"], place, f"and places it at {place}")
    tap.check(after["decision"] != "ask", "nobody is asked twice")
    tap.same(len(told()), 1, "and nothing more is sent")
    return before["number"]


def run(town):
    numbers = [ask(town, n, case) for n, case in enumerate(CASES)]
    out = town.command("rules", "replay").stdout.decode()
    tap.check("0 would change" in out, "a replay reads the answers as answers too")
    tap.same(len(set(numbers)), len(CASES), "each report is a ticket of its own")


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
