#!/usr/bin/env python3
"""Killed at every durable step, inlet loses nothing and says nothing twice.

A run takes in mails, texts and web posts by their real doors. strace ends the
process at the n-th call that writes, syncs, renames or removes, for every n
until a run gets through; each time inlet is started again and the other side
does what it would do: the mail is still in the folder, the provider repeats
its webhook, the resident presses the button again. In the end there is one
ticket for each message and at most one answer to each resident.
"""
import functools
import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
import harness
from harness import Tap, Town, mail

MAILS, TEXTS, WEBS = 2, 2, 2
CALLS = {
    "fdatasync": 1, "fsync": 1, "rename": 1, "unlink": 1,  # every one
    "pwrite64": int(os.environ.get("INLET_KILL_STRIDE", "4")),
}
STEPS_MAX = 400


def deliver(town, answered):
    """The other sides send what has not been answered. True: all of it is."""
    for i in range(TEXTS):
        if ("text", i) not in answered:
            status, _ = town.post_text(f"SM{i:032x}", f"+1555555011{i}",
                                       f"street light out at {10 + i} Oak St")
            if status == 200:
                answered.add(("text", i))
    for i in range(WEBS):
        if ("web", i) not in answered:
            status, _ = town.post_web(f"key-{i}-0123456789", f"Broken sidewalk number {i} at 14 Elm St",
                                      contact=f"web{i}@example.org", consent="yes")
            if status == 200:
                answered.add(("web", i))
    return len(answered) == TEXTS + WEBS


def settled(town):
    left = os.listdir(os.path.join(town.maildir, "new"))
    return not left and len(town.tickets()) >= MAILS + TEXTS + WEBS


def answers_settled(town):
    """No notice waits or is under way."""
    return all(n["state"] in ("sent", "unknown", "failed")
               for t in town.tickets() for n in town.show(t["number"])["notices"])


@functools.cache
def empty_database():
    """Made once, so that every step that is counted is one with messages."""
    town = Town()
    town.start()
    town.stop()
    path = os.path.join(harness.BUILD, "tests", f"empty-{os.path.basename(sys.argv[0])}.db")
    shutil.copy(os.path.join(town.folder, "inlet.db"), path)
    town.close()
    return path


def one_run(call, n):
    """Gives (killed, complaint)."""
    town = Town()
    shutil.copy(empty_database(), os.path.join(town.folder, "inlet.db"))
    answered = set()
    try:
        for i in range(MAILS):
            town.drop_mail(f"1000{i}.test", mail(i))
        wrap = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}",
                "-e", f"inject={call}:signal=KILL:when={n}"]
        ready = town.start(wrap)
        delivered = ready and deliver(town, answered)
        town.wait_for(lambda: not town.alive() or delivered and settled(town) and answers_settled(town))
        killed = not town.alive()
        town.kill()
        if not town.start():
            return killed, "it does not start again:\n" + town.log()
        deliver(town, answered)
        if not town.wait_for(lambda: settled(town) and answers_settled(town)):
            return killed, f"not settled: {len(town.tickets())} tickets\n" + town.log()
        return killed, judge(town)
    finally:
        town.close()


def judge(town):
    tickets = town.tickets()
    if len(tickets) != MAILS + TEXTS + WEBS:
        return f"{len(tickets)} tickets for {MAILS + TEXTS + WEBS} messages"
    told = [to for tos, _ in town.smtp.mails for to in tos] + [t["To"] for t in town.texts.texts]
    twice = sorted({to for to in told if told.count(to) > 1})
    if twice:
        return f"told twice: {twice}"
    origins = [m["origin"] for t in tickets for m in town.show(t["number"])["messages"]]
    if len(origins) != len(set(origins)) or len(origins) != MAILS + TEXTS + WEBS:
        return f"messages on tickets: {origins}"
    return ""


def main():
    tap = Tap()
    empty_database()
    for call, stride in CALLS.items():
        kills, complaints = 0, []
        for step in range(1, STEPS_MAX, stride):
            killed, complaint = one_run(call, step)
            kills += killed
            if complaint:
                complaints.append(f"{call} {step}: {complaint}")
            if complaint or not killed:
                break
        for c in complaints:
            print("# " + c.replace("\n", "\n# "))
        tap.check(not complaints, f"killed at {kills} {call} calls: one ticket each, no answer twice")
        if call in ("fdatasync", "pwrite64"):
            tap.check(kills > 3, f"{call} is where it was killed ({kills} times)")
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
