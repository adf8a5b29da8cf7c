#!/usr/bin/env python3
"""What a clerk teaches holds for the next report, and can be taken back."""
import os
import shutil
import sys
import tempfile

from clerk import Clerk, add_user
from harness import Tap, Town, mail

ROCK = {"kind": "place", "name": "the big rock", "lat": 43.5031, "lon": -71.8982, "radius_m": 30}
ALIAS = {"kind": "alias", "name": "Farewell Strt", "means": "Elm Street"}
WORDS = {"kind": "words", "category": "pothole", "language": "en", "words": "wheel swallower",
         "yes": "a wheel swallower on Elm Street"}


class Reports:
    def __init__(self, town):
        self.town, self.n = town, 0

    def place(self, text):
        """What becomes of a mail that says so."""
        self.n += 1
        self.town.drop_mail(f"{self.n}.remember", mail(self.n, text))
        assert self.town.wait_for(lambda: len(self.town.tickets("--state", "new")) >= self.n), self.town.log()
        t = max(self.town.tickets("--state", "new"), key=lambda t: t["number"])
        return {"category": t["category"], "label": t["place"] or "", "lat": t["lat"]}


def file_of(town, name):
    path = os.path.join(town.learned, name)
    return open(path).read() if os.path.exists(path) else ""


def a_name_is_learned(tap, boss, reports, town):
    before = reports.place("The lamp at 12 Farewell Strt is broken.")
    tap.check("Elm" not in before["label"], "Nobody knows yet what Farewell Strt is")
    answer = boss.post("/api/remember", ALIAS)
    tap.same((answer.status, answer.json.get("line")), (200, "alias Farewell Strt = Elm Street"), "An alias is written")
    tap.check("alias Farewell Strt = Elm Street\n" in file_of(town, "places.learned"), "It stands in the file")
    after = reports.place("The lamp at 12 Farewell Strt is out again.")
    tap.check("Elm" in after["label"] and after["lat"], f"The next report with it is placed there ({after['label']})")
    tap.same(boss.post("/api/remember", ALIAS).status, 409, "It is not written twice")
    return answer.json


def a_landmark_is_learned(tap, boss, reports):
    tap.same(boss.post("/api/remember", ROCK).status, 200, "A place is written")
    got = reports.place("There is graffiti on the big rock.")
    tap.check(got["lat"] and abs(got["lat"] - ROCK["lat"]) < 1e-6, "The next report with it is placed there")
    found = boss.get("/find?q=the+big+rock&limit=3").json["places"]
    tap.check(any(p["label"] == "the big rock" for p in found), "It is found by typing too")


def moved_and_not_doubled(tap, boss, town):
    moved = dict(ROCK, lat=43.504)
    tap.same(boss.post("/api/remember", moved).status, 200, "A place taught anew")
    tap.same(file_of(town, "places.learned").count("big rock"), 1, "It is there once")


def words_are_learned(tap, boss, reports, town):
    got = boss.post("/api/remember", WORDS)
    tap.same(got.status, 200, "Words are written")
    tap.check("extend pothole\n" in file_of(town, "learned.rules"), "As a block of rules, with its test")
    tap.same(reports.place("There is a wheel swallower outside.")["category"], "pothole", "The next report has the category")


def what_fails_is_taken_back(tap, boss, reports, town):
    was = file_of(town, "learned.rules")
    bad = dict(WORDS, words="nothing like it", yes="a tree fell over the road")
    answer = boss.post("/api/remember", bad)
    tap.same((answer.status, answer.json["code"]), (422, "rule"), "Words whose own test fails are refused")
    tap.check("learned.rules:" in answer.json["error"] and "trial" not in answer.json["error"],
              f"The sentence says where: {answer.json['error']}")
    tap.same(file_of(town, "learned.rules"), was, "The file is as it was")
    tap.check(not any(n.startswith(".trial") for n in os.listdir(town.learned)), "Nothing is left of the trial")
    tap.same(reports.place("Another wheel swallower here.")["category"], "pothole", "What was learned before holds")


def what_makes_no_sense_is_refused(tap, boss):
    for name, body, status in (
            ("A street that is not there", dict(ALIAS, name="Elm Strtt", means="Nowhere Lane"), 422),
            ("A name the map has already", dict(ALIAS, name="Elm St."), 409),
            ("A second line in a name", dict(ALIAS, name="a = b\nalias c"), 422),
            ("A point in the sea", dict(ROCK, name="atlantis", lat=0.0, lon=0.0), 422),
            ("A radius of a county", dict(ROCK, name="all of it", radius_m=1e9), 422),
            ("A category that is two lines", dict(WORDS, category="pothole\nweight 9"), 422),
            ("A category that is not there", dict(WORDS, category="unicorn", words="horn of one"), 422),
            ("A test with parts", dict(WORDS, words="xyzzy", yes="xyzzy => street=Elm"), 422),
            ("A kind that is none", {"kind": "spell"}, 422),
            ("A name without end", dict(ALIAS, name="x" * 5000), 413)):
        tap.same(boss.post("/api/remember", body).status, status, name)
    text = dict(WORDS, words="pit of doom\nemergency all", yes="the pit of doom emergency all")
    tap.same(boss.post("/api/remember", text).json.get("line"),
             "extend pothole words en 2: pit of doom emergency all yes the pit of doom emergency all",
             "Line breaks in words are blanks")


def it_can_be_forgotten(tap, boss, reports, town, alias):
    entries = boss.get("/api/remember").json["entries"]
    tap.check({"file": "places.learned", "text": alias["text"]} in entries, "What is remembered is told")
    tap.same(boss.post("/api/forget", {"file": alias["file"], "text": alias["text"]}).status, 200, "It is forgotten")
    tap.check("Farewell" not in file_of(town, "places.learned"), "Its line is gone")
    got = reports.place("The lamp at 14 Farewell Strt is broken.")
    tap.check("Elm" not in got["label"], "The name means nothing again")
    tap.same(boss.post("/api/forget", {"file": alias["file"], "text": alias["text"]}).status, 404, "Once")
    tap.same(boss.post("/api/forget", {"file": "../inlet.conf", "text": "x"}).status, 404, "No other file is touched")


def who_may(tap, town):
    clerk = Clerk(town, "Ana")
    tap.same(clerk.post("/api/remember", ALIAS).status, 403, "A clerk does not teach")
    tap.same(Clerk(town).post("/api/remember", ALIAS).status, 401, "Nobody does who has not signed in")


def it_holds_after_a_restart(tap, town, reports):
    town.stop()
    tap.check(town.start(), "It starts with what it was taught")
    tap.same(reports.place("One more wheel swallower.")["category"], "pothole", "What was learned is still known")


def a_changed_file_is_taken_up(tap, town, reports):
    """By hand, without a signal: folders are watched."""
    before = town.log().count("are loaded again")
    part = os.path.join(town.own, "hand.rules.part")
    with open(part, "w") as f:
        f.write("extend pothole\n    words en 3: axle eater\n    yes an axle eater\n")
    os.rename(part, os.path.join(town.own, "hand.rules"))
    tap.check(town.wait_for(lambda: town.log().count("are loaded again") > before), "A new rule file is taken up by itself")
    tap.same(reports.place("An axle eater by the church.")["category"], "pothole", "And it holds")


def without_a_folder(tap):
    town = Town()
    try:
        add_user(town, "Bea", "supervisor")
        assert town.start(), town.log()
        answer = Clerk(town, "Bea").post("/api/remember", ALIAS)
        tap.same((answer.status, answer.json["code"]), (409, "remember_off"), "Without the setting nothing is written")
        tap.check("learned" in answer.json["error"], "The sentence names the setting")
    finally:
        town.close()


def main():
    tap = Tap()
    folder = tempfile.mkdtemp(prefix="inlet-test-")
    learned, own = os.path.join(folder, "learned"), os.path.join(folder, "own")
    os.mkdir(learned)
    os.mkdir(own)
    town = Town(settings=f"rules {own}\nlearned {learned}")
    town.learned, town.own = learned, own
    try:
        add_user(town, "Bea", "supervisor")
        add_user(town, "Ana")
        assert town.start(), town.log()
        boss, reports = Clerk(town, "Bea"), Reports(town)
        alias = a_name_is_learned(tap, boss, reports, town)
        a_landmark_is_learned(tap, boss, reports)
        moved_and_not_doubled(tap, boss, town)
        words_are_learned(tap, boss, reports, town)
        what_fails_is_taken_back(tap, boss, reports, town)
        what_makes_no_sense_is_refused(tap, boss)
        it_can_be_forgotten(tap, boss, reports, town, alias)
        who_may(tap, town)
        a_changed_file_is_taken_up(tap, town, reports)
        it_holds_after_a_restart(tap, town, reports)
    finally:
        town.close()
        shutil.rmtree(folder, ignore_errors=True)
    without_a_folder(tap)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
