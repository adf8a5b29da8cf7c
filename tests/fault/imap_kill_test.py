#!/usr/bin/env python3
"""A thousand mails over TLS, the daemon killed ten times on the way.

The mails lie in a real Dovecot. The daemon is ended by SIGKILL at moments
drawn by chance (the seed is printed; INLET_SEED repeats it) and started
again. In the end there are as many tickets as mails, each mail is on exactly
one, and nobody was answered twice.
"""
import os
import random
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
import dovecot
from harness import Tap, Town, mail, until

MAILS = int(os.environ.get("INLET_MAILS", "1000"))
KILLS = 10


def count(town, what):
    """Rows, as the database has them now; 0 where there is none yet."""
    try:
        db = sqlite3.connect(f"file:{town.folder}/inlet.db?mode=ro", uri=True)
        try:
            return db.execute(f"SELECT count(*) FROM {what}").fetchone()[0]
        finally:
            db.close()
    except sqlite3.Error:
        return 0


def filed(town):
    return count(town, "tickets")


def wait_until(town, reached, seconds=120):
    until(lambda: filed(town) >= reached or not town.alive(), seconds, every=0.005)
    return filed(town) >= reached


def main():
    tap = Tap()
    if not dovecot.available():
        tap.skip("a thousand mails from Dovecot", "no dovecot here")
        return tap.done()
    seed = int(os.environ.get("INLET_SEED", str(random.randrange(1 << 30))))
    chance = random.Random(seed)
    print(f"# INLET_SEED={seed}")
    with dovecot.Dovecot() as d:
        town = Town(conf=d.conf("town", after="keep"))
        connect(town)
        d.append(*(mail(i, f"Pothole number {i} at 12 Elm St") for i in range(MAILS)))
        marks = sorted(chance.sample(range(1, MAILS), KILLS))
        killed = 0
        try:
            for mark in marks:
                if not town.start():
                    print("# " + town.log().replace("\n", "\n# "))
                    break
                wait_until(town, mark)
                town.kill()
                killed += 1
            tap.same(killed, KILLS, "it was killed ten times")
            town.start()
            tap.check(wait_until(town, MAILS), f"all {MAILS} mails come in")
            settle(town)
            judge(tap, town)
        finally:
            town.close()
    return tap.done()


def connect(town):
    """A mailbox counts from its first connection on: so let it connect."""
    town.start()
    town.wait_for(lambda: count(town, "cursors WHERE channel = 'town'"))
    town.kill()


def settle(town):
    """No notice waits any more."""
    town.wait_for(lambda: not town.alive() or count(town, "notices WHERE state IN ('pending', 'claimed')") == 0)


def judge(tap, town):
    tickets = town.tickets()
    tap.same(len(tickets), MAILS, f"{MAILS} mails are {MAILS} tickets")
    titles = sorted(t["title"] for t in tickets)
    tap.same(titles, sorted(f"Report {i}" for i in range(MAILS)), "each mail is on exactly one")
    told = [to for tos, _ in town.smtp.mails for to in tos]
    tap.check(len(told) > 10, f"residents are answered ({len(told)})")
    tap.same(sorted({to for to in told if told.count(to) > 1}), [], "nobody was answered twice")


if __name__ == "__main__":
    sys.exit(main())
