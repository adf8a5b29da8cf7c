#!/usr/bin/env python3
"""The kill test would see it if inlet said thank you before it had stored.

The same runs on a program whose inbox.c has the two steps swapped (see
hasty.sed): somewhere a message must be lost.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kill_test
import harness

STEPS = 100


def main():
    tap = harness.Tap()
    good = harness.INLET
    kill_test.empty_database()
    harness.INLET = os.path.join(harness.BUILD, "tests", "fault", "inlet-hasty")
    seen = ""
    for n in range(1, STEPS):
        _, complaint = kill_test.one_run("pwrite64", n)
        if complaint:
            seen = f"pwrite64 {n}: {complaint.splitlines()[0]}"
            break
    harness.INLET = good
    print(f"# {seen}")
    tap.check(bool(seen), "thanked before it was stored, a message is lost and the test sees it")
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
