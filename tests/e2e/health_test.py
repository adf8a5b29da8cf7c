#!/usr/bin/env python3
"""Health: what is wrong is told, and what could not be read is tried again."""
import hashlib
import os
import signal
import sqlite3
import sys
import tempfile

from clerk import Clerk, add_user
from harness import Tap, Town, mail


def database(town):
    return sqlite3.connect(os.path.join(town.folder, "inlet.db"), timeout=30)


def unreadable(town):
    """A raw whose kind of channel is gone, as after a downgrade."""
    bytes_ = mail(77, "A tree fell over the road at 12 Elm Street.")
    with database(town) as db:
        columns = [c[1] for c in db.execute("PRAGMA table_info(raws)") if c[1] != "id"]
        new = {"origin": "77.gone", "adapter": "gone", "state": "new", "attempts": 0, "why": "",
               "sha256": hashlib.sha256(bytes_).digest(), "full_size": len(bytes_)}
        row = db.execute(f"SELECT {', '.join(columns)} FROM raws LIMIT 1").fetchone()
        values = [new.get(c, old) for c, old in zip(columns, row)]
        made = db.execute(f"INSERT INTO raws ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", values)
        db.execute("INSERT INTO raw_bytes (raw, jurisdiction, bytes) SELECT ?, jurisdiction, ? FROM raws WHERE id = ?",
                   (made.lastrowid, bytes_, made.lastrowid))
    return made.lastrowid


def channel(health, name):
    return next(c for c in health["channels"] if c["name"] == name)


def all_is_well(tap, clerk):
    h = clerk.get("/api/health").json
    got = channel(h, "mail")
    tap.same((got["kind"], got["messages"], got["trouble"], got["open"]), ("maildir", 1, "", True), "A channel that is well")
    tap.check(got["last_at"] > 0, "When its last message came")
    tap.same([c["name"] for c in h["channels"]][:4], ["mail", "post", "texts", "site"], "All of inlet.conf are there")
    tap.check(not channel(h, "post")["receives"], "One that only sends is told apart")
    tap.check(h["rules"]["loaded_at"] > 0 and h["rules"]["error"] == "", "The rules are loaded")
    tap.check(h["gazetteer"]["streets"] > 10 and h["gazetteer"]["built_at"] > 0, "The map has an age")
    tap.check(h["disk_free"] > h["disk_reserve"] > 0, "There is room")
    tap.same(set(h["outbox"]), {"pending", "failed", "unknown"}, "What waits to be sent")


def trouble_is_told(tap, clerk, town):
    with database(town) as db:
        db.execute("UPDATE channels SET health = 'the password is refused', health_at = 5 WHERE name = 'mail'")
        db.execute("INSERT INTO counters (jurisdiction, channel, what, n) SELECT jurisdiction, 'texts', 'forged', 3 FROM channels LIMIT 1")
        db.execute("INSERT INTO cursors (jurisdiction, channel, key, value)"
                   " SELECT jurisdiction, 'mail', 'server-has', '12' FROM channels LIMIT 1")
    h = clerk.get("/api/health").json
    tap.same((channel(h, "mail")["trouble"], channel(h, "mail")["server_has"]), ("the password is refused", 12),
             "What is wrong, and what the server has")
    tap.same(channel(h, "texts")["counters"], {"forged": 3}, "What was counted")


def what_could_not_be_read(tap, clerk, reader, town, raw):
    assert town.wait_for(lambda: clerk.get("/api/quarantine").json), town.log()
    got = clerk.get("/api/quarantine").json
    tap.same([(q["raw"], q["channel"]) for q in got], [(raw, "mail")], "It is in quarantine")
    tap.check("gone" in got[0]["why"], f"With the reason: {got[0]['why']}")
    tap.same(channel(clerk.get("/api/health").json, "mail")["quarantined"], 1, "The channel counts it")
    number = got[0]["ticket"]
    before = clerk.get(f"/api/tickets/{number}").json["ticket"]
    tap.check(before["unread"], "Its ticket says that it could not be read")
    answer = clerk.post("/api/retry", {"raw": raw})
    tap.same((answer.status, answer.json["code"]), (422, "unreadable"), "As long as nothing changed it cannot be read")
    tap.same(reader.post("/api/retry", {"raw": raw}).status, 403, "A reader does not try")
    return number


def it_is_read_again(tap, clerk, town, raw, number):
    with database(town) as db:
        db.execute("UPDATE raws SET adapter = 'maildir' WHERE id = ?", (raw,))
    clerk.act("department", [number], value="Parks")
    answer = clerk.post("/api/retry", {"raw": raw})
    tap.same((answer.status, answer.json.get("ticket")), (200, number), "Then it is read, and stays on its ticket")
    got = clerk.get(f"/api/tickets/{number}").json
    tap.check(not got["ticket"]["unread"], "The ticket is readable")
    tap.same((got["ticket"]["category"], got["ticket"]["label"]), ("tree", "12 Elm Street"), "It has category and place")
    tap.same(got["ticket"]["department"], "Parks", "What a clerk has set stays")
    tap.check("tree fell" in got["messages"][0]["text"], "Its words are there")
    tap.same(len(got["messages"]), 1, "Once")
    tap.check(any(e["kind"] == "read-again" and e["actor"] == "Ana" for e in got["events"]), "Who tried is in the trail")
    tap.same(clerk.get("/api/quarantine").json, [], "The quarantine is empty")
    tap.same(clerk.post("/api/retry", {"raw": raw}).status, 404, "It is not read a third time")
    tap.same(clerk.post("/api/retry", {"raw": -1}).status, 404, "A raw that is none")
    tap.same(clerk.post("/api/retry", {"raw": "all"}).status, 400, "A number that is none")
    tap.check(town.wait_for(lambda: any("resident77@example.org" in to for to, _ in town.smtp.mails)),
              "Who wrote it is told now that it has come in")
    tap.check(town.wait_for(lambda: number in clerk.ids("state=any&q=fell")), "It is found by its words")


BOUNCE = b"""From: Mail Delivery System <MAILER-DAEMON@mx.example.org>\r
To: reports@example.org\r
Subject: Undelivered: the tree\r
Message-ID: <dsn.1@mx.example.org>\r
Auto-Submitted: auto-replied\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary=x\r
\r
--x\r
Content-Type: text/plain\r
\r
What you wrote of a tree that fell over the road at 9 Oak Street did not arrive.\r
--x\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.example.org\r
\r
Final-Recipient: rfc822; parks@example.net\r
Action: failed\r
Status: 5.1.1\r
\r
--x\r
Content-Type: text/rfc822-headers\r
\r
Message-ID: <another@example.net>\r
\r
--x--\r
"""


def what_was_set_aside(tap, clerk, reader, town):
    tickets = len(town.tickets())
    town.drop_mail("1.bounce", BOUNCE)
    tap.check(town.wait_for(lambda: clerk.get("/api/quarantine").json), "A bounce of no mail of ours is set aside")
    [got] = clerk.get("/api/quarantine").json
    tap.check(got["ticket"] == 0 and "parks@example.net" in got["why"], f"With the reason: {got['why']}")
    tap.same(len(town.tickets()), tickets, "It is no ticket")
    raw = {"raw": got["raw"]}
    tap.same(clerk.post("/api/retry", raw).status, 404, "It does not wait to be read")
    tap.same(reader.post("/api/after-all", raw).status, 403, "A reader makes no tickets")
    answer = clerk.post("/api/after-all", raw)
    number = answer.json.get("ticket")
    tap.same((answer.status, len(town.tickets())), (200, tickets + 1), "A clerk makes it one after all")
    whole = clerk.get(f"/api/tickets/{number}").json
    tap.same((whole["ticket"]["title"], len(whole["messages"])), ("Undelivered: the tree", 1), "With its words")
    tap.same([(e["label"], e["actor"]) for e in whole["events"] if e["kind"] == "after-all"],
             [("It had been set aside, and was made a report", "Ana")], "Who did so is in the trail")
    tap.same(whole["notices"], [], "Nobody is told")
    tap.same(clerk.get("/api/quarantine").json, [], "It is not aside any more")
    tap.same(clerk.post("/api/after-all", raw).status, 404, "It is not made one twice")
    tap.check(town.wait_for(lambda: number in clerk.ids("state=any&q=Undelivered")), "It is found by its words")


def rules_that_fail_are_told(tap, clerk, town, own):
    path = os.path.join(own, "bad.rules")
    with open(path + ".part", "w") as f:
        f.write("category broken\n    words en qqq\n    yes nothing of it\n")
    os.rename(path + ".part", path)
    wrong = lambda: clerk.get("/api/health").json["rules"]["error"]
    tap.check(town.wait_for(wrong), "Rules that do not load are told")
    tap.check("bad.rules:3" in wrong(), f"With file and line: {wrong()}")
    os.remove(path)
    tap.check(town.wait_for(lambda: not wrong()), "Once they are mended the sentence is gone")
    town.process.send_signal(signal.SIGHUP)
    tap.check(town.wait_for(lambda: not wrong()), "A signal still does it too")


def main():
    tap = Tap()
    own = tempfile.mkdtemp(prefix="inlet-test-")
    town = Town(settings=f"rules {own}")
    try:
        add_user(town, "Ana")
        add_user(town, "Rita", "reader")
        assert town.start(), town.log()
        town.drop_mail("1.health", mail(1))
        assert town.wait_for(lambda: town.tickets()), town.log()
        clerk = Clerk(town, "Ana")
        all_is_well(tap, clerk)
        tap.same(Clerk(town).get("/api/health").status, 401, "Not for everybody")
        town.stop()
        raw = unreadable(town)
        assert town.start(), town.log()
        number = what_could_not_be_read(tap, clerk, Clerk(town, "Rita"), town, raw)
        it_is_read_again(tap, clerk, town, raw, number)
        what_was_set_aside(tap, clerk, Clerk(town, "Rita"), town)
        trouble_is_told(tap, clerk, town)
        rules_that_fail_are_told(tap, clerk, town, own)
    finally:
        town.close()
        os.rmdir(own) if not os.listdir(own) else None
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
