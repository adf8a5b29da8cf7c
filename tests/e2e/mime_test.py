#!/usr/bin/python3
"""Mail of programs through the whole daemon: nothing is answered, no loop.

Every bounce, abuse report and absence note of ../shared/data/mime goes in by a
maildir; what goes out is counted by a real mail server. Then that server
answers: one address bounces, one is out of office, one is a robot that says
nothing of itself and writes back to everything.
"""
import asyncio
import email
import email.policy
import json
import os
import sqlite3
import sys
import tempfile
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from clerk import Clerk, add_user
from harness import ROOT, Tap, Town, mail

try:
    from aiosmtpd.smtp import SMTP
except ImportError:
    print("1..0 # SKIP no aiosmtpd")
    sys.exit(0)

SHARED = os.environ.get("INLET_SHARED", os.path.join(ROOT, "..", "shared"))
SET = os.path.join(SHARED, "data", "mime")

DSN = """From: Mail Delivery System <MAILER-DAEMON@mx.example.org>
To: reports@example.org
Subject: Undelivered Mail Returned to Sender
Message-ID: <dsn-{n}@mx.example.org>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x
Content-Type: text/plain

Your message could not be delivered.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; {to}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--x
Content-Type: text/rfc822-headers

Message-ID: {id}
Subject: {subject}

--x--
"""

QMAIL = """Return-Path: <>
From: MAILER-DAEMON@mx.example.org
To: reports@example.org
Subject: failure notice

Hi. This is the mail program at mx.example.org.

<{to}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <reports@example.org>
Message-ID: {id}
Subject: {subject}
"""

AWAY = """From: {to}
To: reports@example.org
Subject: Automatic reply: {subject}
Message-ID: <away-{n}@example.org>
In-Reply-To: {id}

I am away until Monday.
"""

ROBOT = """From: {to}
To: reports@example.org
Subject: Case {n} was opened
Message-ID: <robot-{n}@example.org>

We have received message number {n} of yours. A street light is out.
"""

ANSWERS = {"gone@example.org": DSN, "old@example.org": QMAIL, "away@example.org": AWAY, "robot@example.org": ROBOT}


class Server:
    """Keeps what it is given, and answers as ANSWERS says."""

    def __init__(self, port_of):
        self.mails, self.town = [], port_of
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        made = self.loop.create_server(lambda: SMTP(self, loop=self.loop), "127.0.0.1", 0)
        server = asyncio.run_coroutine_threadsafe(made, self.loop).result()
        self.port = server.sockets[0].getsockname()[1]

    async def handle_DATA(self, server, session, envelope):
        m = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((envelope.rcpt_tos[0], m))
        answer = ANSWERS.get(envelope.rcpt_tos[0])
        if answer:
            n = len(self.mails)
            text = answer.format(n=n, to=envelope.rcpt_tos[0], id=m["Message-ID"], subject=m["Subject"])
            self.town.drop_mail(f"answer{n}", text.replace("\n", "\r\n").encode())
        return "250 2.0.0 queued"

    def to(self, address):
        return [m for to, m in self.mails if to == address]


def ask(town, sql):
    with sqlite3.connect(f"file:{town.folder}/inlet.db?mode=ro", uri=True) as db:
        return db.execute(sql).fetchone()[0]


def quiet(town, raws):
    """Whether all is filed that came in, and all is sent."""
    return (ask(town, "SELECT count(*) FROM raws") >= raws and
            ask(town, "SELECT count(*) FROM raws WHERE state = 'new'") == 0 and
            ask(town, "SELECT count(*) FROM notices WHERE state IN ('pending', 'claimed')") == 0)


def from_address(number, address):
    return mail(number).replace(f"resident{number}@example.org".encode(), address.encode())


def ticket_of(town, address):
    """The ticket that somebody at address was told of."""
    return next(t for t in map(town.show, (t["number"] for t in town.tickets()))
                if any(n["to"] == address for n in t["notices"]))


def programs(tap, town, server):
    if not os.path.exists(os.path.join(SET, "index.jsonl")):
        tap.skip("mails of programs are not answered", "no ../shared/data/mime")
        return
    with open(os.path.join(SET, "index.jsonl"), encoding="utf-8") as f:
        cases = [json.loads(line) for line in f]
    kinds = {"bounce", "arf", "autoreply", "report"}
    cases = [c for c in cases if kinds & set(c["kind"]) and "not-bounce" not in c["kind"]]
    for i, case in enumerate(cases):
        with open(os.path.join(SET, case["path"]), "rb") as f:
            town.drop_mail(f"program{i}", f.read())
    town.drop_mail("person", mail(1))
    tap.check(town.wait_for(lambda: quiet(town, ask(town, "SELECT count(*) FROM raws")) and server.mails and
                            ask(town, "SELECT count(*) FROM raws") > len({c["sha1"] for c in cases})),
              f"{len(cases)} mails of programs and one of a person are filed")
    tap.same([to for to, m in server.mails], ["resident1@example.org"], "and the person's alone is answered")
    aside = ask(town, "SELECT count(*) FROM raws WHERE state = 'aside'")
    tap.check(aside > len(cases) / 2, f"{aside} are set aside, for they are of no mail of ours")
    tap.check(ask(town, "SELECT count(*) FROM raws WHERE state = 'quarantine'") == 0, "none could not be read")


def answers(tap, town, server):
    raws = ask(town, "SELECT count(*) FROM raws")
    for n, address in enumerate(ANSWERS):
        town.drop_mail(f"person{n}", from_address(100 + n, address))
    tap.check(town.wait_for(lambda: len(server.to("robot@example.org")) >= 5 and quiet(town, raws + 12)),
              "four residents write, whose programs answer")
    for address in ("gone@example.org", "old@example.org"):
        ticket = ticket_of(town, address)
        tap.same([n["delivery"] for n in ticket["notices"]], ["failed"], f"{address}: the bounce is on its notice")
        tap.same(len(ticket["messages"]), 1, "and not among the messages")
        tap.check("5.1.1" in ticket["notices"][0]["delivery_why"], "and says why")
        tap.same(len(server.to(address)), 1, "nothing more was sent there")
    tap.same(ask(town, "SELECT count(*) FROM opts WHERE opted_in = 0"), 2, "both addresses are known to be dead")
    away = ticket_of(town, "away@example.org")
    tap.same(len(away["messages"]), 2, "an absence note joins its ticket")
    tap.same(len(server.to("away@example.org")), 1, "and is not answered")
    tap.same(len(server.to("robot@example.org")), 5, "a robot that says nothing of itself is told five times an hour")


def forms(tap, town, server):
    """A web form says that a program sends it, and is a report all the same."""
    before = len(town.tickets())
    town.drop_mail("form", mail(200, more="Auto-Submitted: auto-generated\r\n"))
    tap.check(town.wait_for(lambda: len(town.tickets()) == before + 1), "a web form's mail is a ticket")
    tap.check(not server.to("resident200@example.org"), "and is not answered")


def junk(tap, town, server):
    """What lies in a junk folder is a ticket that is not answered."""
    before = len(town.tickets())
    spam = os.path.join(town.folder, "junk")
    with open(os.path.join(spam, "tmp", "1"), "wb") as f:
        f.write(mail(300))
    os.rename(os.path.join(spam, "tmp", "1"), os.path.join(spam, "new", "1"))
    tap.check(town.wait_for(lambda: len(town.tickets()) == before + 1), "a mail in a junk folder is a ticket")
    ticket = max(town.tickets(), key=lambda t: t["number"])
    tap.same(ticket["category"], "spam", "called what it probably is")
    tap.check(not ticket.get("question") and not server.to("resident300@example.org"), "and neither asked nor answered")


def another_subject(tap, town, server):
    """An answer of something else stays, and a clerk is shown it and splits it off."""
    town.drop_mail("elm", mail(400))
    tap.check(town.wait_for(lambda: server.to("resident400@example.org")), "a resident is answered")
    answer = server.to("resident400@example.org")[0]
    number = ticket_of(town, "resident400@example.org")["number"]
    for n, subject in enumerate((f"RE: {answer['Subject']}", "RV: Report 400", "Dead raccoon"), 401):
        told = mail(n, "Another word of it.", f"In-Reply-To: {answer['Message-ID']}\r\n").replace(
            f"Report {n}".encode(), subject.encode()).replace(b"resident%d@" % n, b"resident400@")
        town.drop_mail(f"elm{n}", told)
    tap.check(town.wait_for(lambda: len(town.show(number)["messages"]) == 4), "three answers join its ticket")
    add_user(town, "Bea", "admin")
    bea = Clerk(town, "Bea")
    whole = bea.get(f"/api/tickets/{number}").json
    tap.same([(e["label"], e["text"]) for e in whole["events"] if e["kind"] == "subject"],
             [("Another subject, perhaps a new report", "Dead raccoon")], "the one with another subject is shown")
    raccoon = next(m["id"] for m in whole["messages"] if m["subject"] == "Dead raccoon")
    done = bea.act("split", [number], number=raccoon)
    tap.same((done.status, len(town.show(number)["messages"])), (200, 3), "and is split off")


def main():
    tap = Tap()
    folder = tempfile.mkdtemp(prefix="inlet-test-")
    town = Town(f"channel maildir junk\n    path {folder}/junk\n    junk all\n", folder=folder)
    server = Server(town)
    with open(town.conf, encoding="utf-8") as f:
        conf = f.read()
    with open(town.conf, "w", encoding="utf-8") as f:
        f.write(conf.replace(f"port {town.smtp.port}", f"port {server.port}"))
    try:
        if not tap.check(town.start(), "A town starts"):
            print(town.log())
            return tap.done()
        programs(tap, town, server)
        answers(tap, town, server)
        forms(tap, town, server)
        junk(tap, town, server)
        another_subject(tap, town, server)
        tap.check(town.stop() == 0, "it stops")
    finally:
        town.close()
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
