#!/usr/bin/env python3
"""How long the desk takes to answer, with 1,000 and 100,000 tickets.

Milliseconds at a client on the same machine over one connection, the median
of so many turns and the slowest of them. Prints one line of JSON a figure.
"""
import http.client
import json
import os
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
import harness
from clerk import Clerk, add_user

TURNS = 21
ASKS = [
    ("the first list", "/api/tickets"),
    ("any state, 500 of them", "/api/tickets?state=any&limit=500"),
    ("far down", "/api/tickets?state=any&offset=90000"),
    ("three filters", "/api/tickets?category=pothole&assignee=-&area=Ward+2"),
    ("search: a frequent word", "/api/tickets?state=any&q=street"),
    ("search: two words", "/api/tickets?state=any&q=pothole+elm"),
    ("search: among the active", "/api/tickets?q=tree"),
    ("pins", "/api/pins"),
    ("views with counts", "/api/views"),
    ("one ticket", "/api/tickets/500"),
    ("who I am", "/api/me"),
]


def measure(town, clerk, path):
    c = http.client.HTTPConnection("127.0.0.1", town.port, timeout=harness.PATIENCE)
    took, size = [], 0
    for _ in range(TURNS):
        begun = time.perf_counter()
        c.request("GET", path, headers={"Cookie": f"{clerk.cookie_name}={clerk.cookie}"})
        answer = c.getresponse()
        size = len(answer.read())
        took.append((time.perf_counter() - begun) * 1000)
        assert answer.status == 200, (path, answer.status)
    c.close()
    return {"ms": round(statistics.median(took), 2), "most_ms": round(max(took), 2), "bytes": size}


def town_of(count):
    town = harness.Town()
    add_user(town, "Ana")
    subprocess.run([sys.executable, os.path.join(HERE, "fill.py"), os.path.join(town.folder, "inlet.db"), str(count)],
                   check=True, stdout=subprocess.DEVNULL)
    assert town.start(), town.log()
    return town


def main():
    for count in [int(n) for n in sys.argv[1:]] or [1000, 100000]:
        town = town_of(count)
        try:
            clerk = Clerk(town, "Ana")
            for name, path in ASKS:
                print(json.dumps({"tickets": count, "what": name, **measure(town, clerk, path)}), flush=True)
        finally:
            town.close()


if __name__ == "__main__":
    main()
