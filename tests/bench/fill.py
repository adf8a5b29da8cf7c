#!/usr/bin/env python3
"""Fills an inbox with made-up reports, for figures and for looking at it.

    tests/bench/fill.py INBOX.DB COUNT

The file must be one that inlet has made, and no inlet may run on it. The same
reports come out each time: five years of them, a tenth still open.
"""
import hashlib
import random
import sqlite3
import sys
import time

LAT, LON = 43.5000, -71.9000  # see samples/town/make-town.py
STREETS = ["Elm Street", "Maple Street", "Church Street", "Park Avenue", "Washington Avenue", "Oak Street",
           "Main Street", "Pine Street", "Park Street", "2nd Avenue", "3rd Avenue", "San Juan Avenue"]
SAID = {
    "pothole": ["deep pothole in front of {at}", "my tire is flat, a hole at {at} as wide as a door",
                "the pothole near {at} is back again"],
    "streetlight": ["street light out at {at} for a week", "the lamp by {at} flickers all night"],
    "tree": ["a big branch fell across the road at {at}", "tree leaning over the wires, {at}"],
    "trash": ["trash was not picked up at {at}", "overflowing bins near {at}"],
    "graffiti": ["somebody sprayed the wall at {at}", "graffiti on the bridge by {at}"],
    "dumping": ["mattress and tires dumped behind {at}", "a sofa has been left at {at}"],
    "sidewalk": ["sidewalk heaved by roots at {at}, I nearly fell", "broken slab in front of {at}"],
    "snow": ["the plow left a wall of snow at {at}", "sidewalk not cleared at {at}"],
    "sign": ["stop sign knocked down at {at}", "street sign missing, {at}"],
    "other": ["who do I call about {at}", "something smells near {at}"],
}
REST = ["Please have a look.", "It has been like this for days.", "Thank you!", "My neighbor wrote you too.",
        "It is dangerous for children on bikes.", "I called last month and nothing happened."]
CHANNELS = ["mail", "texts", "site"]
DEPARTMENTS = ["", "Streets", "Parks", "Sanitation", "Lights"]
WARDS = ["Ward 1", "Ward 2", "Ward 3", "Ward 4"]
YEARS = 5 * 365 * 86400


def insert(db, table, rows):
    columns = list(rows[0])
    db.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
                   [tuple(r.values()) for r in rows])


def report(dice, number, count, now):
    category = dice.choices(list(SAID), weights=[20, 8, 12, 12, 4, 9, 9, 7, 4, 15])[0]
    at = f"{dice.randrange(1, 200)} {dice.choice(STREETS)}"
    text = dice.choice(SAID[category]).format(at=at) + ". " + " ".join(dice.sample(REST, dice.randrange(3)))
    made = now - YEARS + int(YEARS * number / count)
    placed = dice.random() < 0.8
    active = number > count * 0.97 or dice.random() < 0.07
    state = dice.choice(["new", "new", "open", "waiting"]) if active else dice.choice(["done"] * 9 + ["not-ours"])
    return {
        "category": category, "at": at, "text": text.strip(), "made": made, "state": state,
        "placed": placed, "lat": LAT + dice.random() * 0.008, "lon": LON + dice.random() * 0.009,
        "urgent": int(active and dice.random() < 0.01), "channel": dice.choice(CHANNELS),
        "department": dice.choice(DEPARTMENTS), "assignee": dice.choice(["", "", "ana"]),
        "sender": f"resident{dice.randrange(5000)}@example.org", "area": dice.choice(WARDS),
        "done": 0 if active else made + dice.randrange(3600, 30 * 86400),
        "answered": 0 if state == "new" else made + dice.randrange(600, 3 * 86400),
    }


def ticket_row(n, r):
    return {
        "id": n, "jurisdiction": 1, "token": f"fill{n:018}", "state": r["state"], "urgent": r["urgent"], "unread": 0,
        "category": r["category"], "title": r["text"][:80], "language": "en", "label": r["at"] if r["placed"] else "",
        "lat": r["lat"] if r["placed"] else None, "lon": r["lon"] if r["placed"] else None,
        "method": "address-point" if r["placed"] else "none", "uncertainty_m": 15.0 if r["placed"] else 0.0,
        "confidence": 0.9 if r["placed"] else 0.0, "decision": "accept" if r["placed"] else "clerk", "asked": "",
        "department": r["department"], "assignee": r["assignee"], "channel": r["channel"], "created_at": r["made"],
        "changed_at": r["done"] or r["answered"] or r["made"], "answered_at": r["answered"], "done_at": r["done"],
    }


def message_row(n, r):
    return {
        "id": n, "jurisdiction": 1, "raw": n, "ticket": n, "channel": r["channel"], "sender_name": "",
        "sender": r["sender"], "forwarder_name": "", "forwarder": "", "reply_to": r["sender"], "subject": "",
        "sent_at": r["made"], "message_id": f"fill-{n}@example.org", "token": "", "automatic": "no", "no_answer": 0,
        "control": "", "note": "", "address": "", "category": "", "language": "",
        "body_sha256": hashlib.sha256(str(n).encode()).digest(), "text": r["text"], "visible": None,
    }


def raw_row(n, r):
    return {
        "id": n, "jurisdiction": 1, "channel": r["channel"], "adapter": "maildir", "origin": f"fill-{n}",
        "received_at": r["made"], "format": "rfc822", "envelope": "", "parent": "", "full_size": len(r["text"]),
        "quiet": 1, "sha256": hashlib.sha256(r["text"].encode()).digest(), "state": "filed",
    }


def event_rows(n, r):
    rows = [{"ticket": n, "at": r["made"], "kind": "received", "actor": "inlet", "text": r["channel"]}]
    if r["placed"]:
        rows.append({"ticket": n, "at": r["made"], "kind": "placed", "actor": "inlet", "text": r["at"]})
    if r["done"]:
        rows.append({"ticket": n, "at": r["done"], "kind": "state", "actor": "ana", "text": r["state"]})
    return [{"jurisdiction": 1, **row} for row in rows]


def fill(path, count, now=None):
    dice = random.Random(311)
    now = now or int(time.time())
    db = sqlite3.connect(path)
    db.execute("PRAGMA synchronous = OFF")
    first = db.execute("SELECT coalesce(max(id), 0) FROM raws").fetchone()[0] + 1
    numbered = [(first + i, report(dice, i, count, now)) for i in range(count)]
    insert(db, "raws", [raw_row(n, r) for n, r in numbered])
    insert(db, "raw_bytes", [{"raw": n, "jurisdiction": 1, "bytes": r["text"].encode()} for n, r in numbered])
    insert(db, "tickets", [ticket_row(n, r) for n, r in numbered])
    insert(db, "messages", [message_row(n, r) for n, r in numbered])
    insert(db, "events", [row for n, r in numbered for row in event_rows(n, r)])
    insert(db, "ticket_areas", [{"jurisdiction": 1, "area": r["area"], "ticket": n} for n, r in numbered if r["placed"]])
    insert(db, "search", [{"rowid": n, "title": "", "text": r["text"]} for n, r in numbered])
    db.execute("INSERT INTO search_upto VALUES (1, ?) ON CONFLICT DO UPDATE SET message = excluded.message",
               (first + count - 1,))
    db.execute("INSERT INTO ticket_map SELECT id, lon, lon, lat, lat FROM tickets WHERE lat IS NOT NULL AND id >= ?",
               (first,))
    db.commit()
    db.execute("ANALYZE")
    db.close()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: fill.py INBOX.DB COUNT")
    fill(sys.argv[1], int(sys.argv[2]))
