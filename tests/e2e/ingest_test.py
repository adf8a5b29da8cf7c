#!/usr/bin/env python3
"""Old mailboxes are taken over: an mbox and a maildir, once, without notices."""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Tap, Town, mail

COUNT = 150


def mbox(mails, end=b"\n"):
    """As mail programs write one: a line before each, ">" before such lines."""
    out = []
    for m in mails:
        lines = m.replace(b"\r\n", b"\n").rstrip(b"\n").split(b"\n")
        quoted = [b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines]
        out += [b"From ana@example.org Mon Nov 23 09:30:00 2026", *quoted, b""]
    return end.join(out) + end


def counts(out):
    return json.loads(out.stdout)


def report(n):
    more = "\r\n\r\nFrom the corner on it is dark.\r\n\r\nFrom me, thanks" if n % 3 == 0 else ""
    return mail(n, f"Street light {n} is out at {n} Elm St.{more}")


def an_mbox(tap, town):
    path = os.path.join(town.folder, "old.mbox")
    mails = [report(n) for n in range(COUNT)]
    with open(path, "wb") as f:
        f.write(mbox(mails))
    out = town.command("ingest", "--quiet", "--json", path)
    tap.same((out.returncode, counts(out)), (0, {"taken": COUNT, "known": 0, "failed": 0}), "an mbox is taken over")
    tap.check(town.wait_for(lambda: len(town.tickets()) == COUNT), "each of its mails is a ticket")
    texts = {t["number"]: town.show(t["number"])["messages"][0]["message"]["text"] for t in town.tickets()[:6]}
    tap.check(all(">From" not in text for text in texts.values()), "lines that begin with From are as they were written")
    with open(path, "ab") as f:
        f.write(mbox([report(COUNT)], b"\r\n"))
    out = town.command("ingest", "--quiet", "--json", path)
    tap.same(counts(out), {"taken": 1, "known": COUNT, "failed": 0}, "begun again, it goes on where it was")
    tap.check(not town.smtp.mails, "and nobody was told of what is old")


def a_maildir(tap, town):
    folder = os.path.join(town.folder, "Archive")
    for sub in ("new", "cur", "tmp"):
        os.makedirs(os.path.join(folder, sub))
    for name, n in (("cur/1.a:2,S", 300), ("cur/2.a:2,ST", 301), ("cur/3.a:2,D", 302), ("new/4.a", 303), ("tmp/5.a", 304)):
        with open(os.path.join(folder, name), "wb") as f:
            f.write(report(n))
    os.symlink("nowhere", os.path.join(folder, "new", "6.a"))
    out = town.command("ingest", "--quiet", "--json", folder)
    tap.same(counts(out), {"taken": 2, "known": 0, "failed": 1}, "a maildir: without drafts and what was thrown away")
    tap.same(out.returncode, 75, "and what cannot be read is an error in the end")
    tap.check(b"6.a" in out.stderr, "that names it")


def what_is_none(tap, town):
    out = town.command("ingest", "--json", town.folder)
    tap.check(out.returncode == 75 and b"no maildir" in out.stderr, "a folder that is no maildir is said to be none")
    path = os.path.join(town.folder, "from.eml")
    with open(path, "wb") as f:
        f.write(b"From a long way off we write\n\nThis is no mbox.\n")
    out = town.command("ingest", "--json", path)
    tap.same(counts(out)["taken"], 1, "a file that only begins with From is one mail")
    path = os.path.join(town.folder, "empty")
    open(path, "w").close()
    out = town.command("ingest", "--json", "--quiet", path, path)
    tap.same(out.returncode, 0, "an empty file is no error")


def main():
    tap = Tap()
    town = Town()
    try:
        if tap.check(town.start(), "A town starts"):
            an_mbox(tap, town)
            a_maildir(tap, town)
            what_is_none(tap, town)
    finally:
        town.close()
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
