#!/usr/bin/env python3
"""Figures and exports: sums that hold, files that harm nobody."""
import csv
import io
import json
import os
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bench"))
import fill
from clerk import Clerk, add_user
from harness import Tap, Town

COUNT = 300


def prepared(town):
    """A year of reports, and one whose title is a formula."""
    assert town.start(), town.log()
    town.stop()
    path = os.path.join(town.folder, "inlet.db")
    fill.fill(path, COUNT)
    db = sqlite3.connect(path)
    db.execute("UPDATE tickets SET title = '=HYPERLINK(\"https://example.org\";\"a \"\"prize\"\"\")' WHERE id = 7")
    db.execute("UPDATE tickets SET label = '@SUM(1)', lat = NULL, lon = NULL WHERE id = 8")
    db.commit()
    add_user(town, "Ana")
    assert town.start(), town.log()
    return db


def always(query=""):
    return "/api/figures?from=0&to=9999999999" + query


def the_sums_hold(tap, clerk, db):
    got = clerk.get(always()).json
    tap.same(got["tickets"], COUNT, "Every ticket is counted")
    tap.same(sum(sum(w["category"].values()) for w in got["weeks"]), COUNT, "Each is in a week")
    tap.check(got["weeks"] == sorted(got["weeks"], key=lambda w: w["at"]), "Weeks are in order")
    tap.same({w["at"] % 604800 for w in got["weeks"]}, {345600}, "They begin on Monday")
    tap.same(sum(c["n"] for c in got["by_category"]), COUNT, "Each has a category")
    spans = sorted(n for n, in db.execute("SELECT done_at - created_at FROM tickets WHERE done_at > 0"))
    tap.same(got["done"], {"n": len(spans), "median_s": spans[(len(spans) - 1) // 2],
                           "p90_s": spans[(len(spans) - 1) * 9 // 10]}, "How long it took until it was done")
    open_now, = db.execute("SELECT count(*) FROM tickets WHERE state IN ('new', 'open', 'waiting')").fetchone()
    tap.same(sum(a["n"] for a in got["open_by_age"]), open_now, "What is open has an age")
    in_ward, = db.execute("SELECT count(*) FROM ticket_areas WHERE area = 'Ward 1'").fetchone()
    tap.same(clerk.get(always("&area=Ward+1")).json["tickets"], in_ward, "One area alone")
    tap.same(clerk.get("/api/figures?from=0&to=1").json["tickets"], 0, "A time in which nothing was told")


def who_said_it_is_told_apart(tap, clerk, db):
    before = clerk.get(always()).json
    tap.same(sum(before["placed"].values()), COUNT, "Each place is somebody's, or nobody's")
    tap.same(sum(before["categorised"].values()), COUNT, "So is each category")
    by_machine, = db.execute("SELECT min(id) FROM tickets WHERE category = 'pothole' AND lat IS NOT NULL"
                             " AND state IN ('new', 'open')").fetchone()
    nowhere, = db.execute("SELECT min(id) FROM tickets WHERE id > 8 AND lat IS NULL AND state IN ('new', 'open')").fetchone()
    clerk.act("place", [by_machine], lat=43.503, lon=-71.898, label="31 Elm Street")
    clerk.act("place", [nowhere], lat=43.503, lon=-71.898, label="31 Elm Street")
    undone = clerk.act("category", [by_machine], value="tree").json["events"]
    clerk.post("/api/undo", {"events": undone})
    clerk.act("category", [by_machine], value="sidewalk")
    after = clerk.get(always()).json
    changes = {k: after["placed"][k] - before["placed"][k] for k in before["placed"]}
    tap.same(changes, {"by_machine": -1, "corrected": 1, "by_clerk": 1, "none": -1},
             "A corrected place and one that a clerk found are told apart")
    changes = {k: after["categorised"][k] - before["categorised"][k] for k in before["categorised"]}
    tap.same(changes, {"by_machine": -1, "corrected": 1, "by_clerk": 0, "none": 0},
             "What was undone does not count")


def a_spreadsheet_runs_nothing(tap, clerk):
    answer = clerk.get("/api/export.csv?state=any")
    tap.check(answer.body.startswith(b"\xef\xbb\xbf"), "The file says that it is UTF-8")
    tap.check("attachment" in answer.headers["Content-Disposition"], "It is saved, not shown")
    rows = list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))
    tap.same(len(rows), COUNT, "The whole list is in it")
    by_number = {int(r["number"]): r for r in rows}
    tap.same(by_number[7]["title"], "'=HYPERLINK(\"https://example.org\";\"a \"\"prize\"\"\")",
             "A formula in a title is text")
    tap.same(by_number[8]["place"], "'@SUM(1)", "And so it is in a place")
    tap.check(all(float(r["lon"]) < -71 for r in rows if r["lon"]), "Degrees are numbers as they are")
    some = list(csv.DictReader(io.StringIO(clerk.get("/api/export.csv?state=any&category=tree").body.decode("utf-8-sig"))))
    tap.check(some and all(r["category"] == "tree" for r in some), "A filter holds for the file too")


def a_map_takes_it(tap, clerk):
    got = json.loads(clerk.get("/api/export.geojson?state=any").body)
    tap.same((got["type"], len(got["features"])), ("FeatureCollection", COUNT), "GeoJSON has all of them")
    placed = [f for f in got["features"] if f["geometry"]]
    tap.check(placed and all(f["geometry"]["coordinates"][0] < 0 < f["geometry"]["coordinates"][1] for f in placed),
              "Longitude comes first")
    tap.check(all("sender" not in json.dumps(f) and "@example.org" not in json.dumps(f) for f in got["features"]),
              "Nobody's address is in it")


def what_makes_no_sense_is_refused(tap, clerk, town):
    tap.same(clerk.get("/api/figures?from=never").status, 400, "A time that is none")
    tap.same(clerk.get("/api/figures?area=" + "x" * 300).status, 400, "An area that is too long")
    tap.same(clerk.get("/api/export.csv?state=banana").status, 400, "A state that is none")
    tap.same(Clerk(town).get("/api/export.csv").status, 401, "Nobody exports who has not signed in")


def main():
    tap = Tap()
    town = Town()
    try:
        db = prepared(town)
        clerk = Clerk(town, "Ana")
        the_sums_hold(tap, clerk, db)
        who_said_it_is_told_apart(tap, clerk, db)
        a_spreadsheet_runs_nothing(tap, clerk)
        a_map_takes_it(tap, clerk)
        what_makes_no_sense_is_refused(tap, clerk, town)
    finally:
        town.close()
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
