#!/usr/bin/env python3
"""rspamd: what it calls spam is not answered, and without it mail comes in.

A scripted server on loopback stands for rspamd. It answers by the subject of
the mail that it is sent.
"""
import json
import re
import signal
import smtplib
import socketserver
import sys
import threading

from clerk import Clerk, add_user
from harness import PATIENCE, Tap, Town, free_port, mail

WAIT_S = 5
HAM = (200, {"action": "no action", "score": 0.3, "symbols": {}})
SPAM = (200, {"action": "add header", "score": 7.06, "symbols": {"BAYES_SPAM": {"score": 5}}})


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64


class Rspamd:
    """stop() refuses connections, start() is back at the same port."""

    def __init__(self):
        self.requests = []  # (head, body)
        self.answers = {}   # number of the report: (status, body), or "wait"
        self.open = self.most_open = 0
        self.lock = threading.Lock()
        self.go_on = threading.Event()
        self.port = free_port()
        self.start()

    def start(self):
        self.server = Server(("127.0.0.1", self.port), Talk)
        self.server.rspamd = self
        self.server.handle_error = lambda *_: None
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def asked(self, number):
        return sum(f"Subject: Report {number}\r\n".encode() in body for _, body in self.requests)


class Talk(socketserver.StreamRequestHandler):
    def handle(self):
        rspamd = self.server.rspamd
        head = b""
        while line := self.rfile.readline():
            head += line
            if line == b"\r\n":
                break
        size = re.search(rb"(?i)content-length: (\d+)", head)
        if size is None:
            return
        body = self.rfile.read(int(size[1]))
        with rspamd.lock:
            rspamd.requests.append((head, body))
            rspamd.open += 1
            rspamd.most_open = max(rspamd.most_open, rspamd.open)
        try:
            self.answer(rspamd, int(re.search(rb"Subject: Report (\d+)", body)[1]))
        finally:
            with rspamd.lock:
                rspamd.open -= 1

    def answer(self, rspamd, number):
        script = rspamd.answers.get(number, HAM)
        if script == "wait":
            rspamd.go_on.wait(60)
            return
        status, body = script
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        self.wfile.write(f"HTTP/1.1 {status} x\r\nContent-Length: {len(body)}\r\n"
                         "Connection: close\r\n\r\n".encode() + body)


class Scene:
    def __init__(self, tap, town, rspamd):
        self.tap, self.town, self.rspamd = tap, town, rspamd
        self.clerk = None

    def drop(self, number):
        self.town.drop_mail(f"{number}.rspamd", mail(number))

    def ticket(self, number):
        return next((t for t in self.town.tickets() if t["title"] == f"Report {number}"), None)

    def answered(self, number):
        return any(to == [f"resident{number}@example.org"] for to, _ in self.town.smtp.mails)

    def trouble(self):
        health = self.clerk.get("/api/health").json
        return next((c["trouble"] for c in health["channels"] if c["name"] == "Rspamd"), None)

    def is_ham(self, number, what):
        self.drop(number)
        self.tap.check(self.town.wait_for(lambda: self.answered(number)), f"{what}: a mail is answered")
        self.tap.same(self.ticket(number)["category"], "pothole", f"{what}: it is what it says")

    def is_spam(self, number, words):
        self.drop(number)
        self.tap.check(self.town.wait_for(lambda: self.ticket(number)), f"{words}: it is a ticket")
        t = self.ticket(number)
        self.tap.same((t["category"], t["decision"], t.get("question") or ""), ("spam", "clerk", ""),
                      f"{words}: it is probably spam, and nothing is asked")
        trail = [e["text"] for e in self.town.show(t["number"])["events"] if e["kind"] == "spam"]
        self.tap.same(trail, [f"rspamd: {words}"], f"{words}: the trail says who says so")

    def goes_through(self, number, what, why):
        """Unchecked; health says so, and no longer once it is back."""
        self.is_ham(number, what)
        self.tap.check(self.town.wait_for(lambda: why in (self.trouble() or "")), f"{what}: health says so: {self.trouble()}")
        self.is_ham(number + 1, f"after {what}")
        self.tap.check(self.town.wait_for(lambda: self.trouble() == ""), f"after {what}: health is well again")


def what_it_says(s):
    s.is_ham(1, "no spam")
    head, body = s.rspamd.requests[0]
    s.tap.check(head.startswith(b"POST /checkv2 HTTP/1.1\r\n"), "it is asked as its manual says")
    s.tap.same(re.sub(rb"Date: [^\r]*", b"", body), re.sub(rb"Date: [^\r]*", b"", mail(1)), "with the mail as it is")
    s.tap.same(s.trouble(), "", "and is well")
    for number, answer, words in ((2, SPAM, "add header, 7.1"),
                                  (3, (200, {"action": "reject", "score": 21}), "reject, 21.0"),
                                  (4, (200, {"action": "rewrite subject", "score": 9.5}), "rewrite subject, 9.5")):
        s.rspamd.answers[number] = answer
        s.is_spam(number, words)
    for number, action in ((5, "greylist"), (6, "soft reject")):
        s.rspamd.answers[number] = (200, {"action": action, "score": 5})
        s.is_ham(number, action)
    before = len(s.rspamd.requests)
    s.town.post_web("webwebweb", "A street light is out at 14 Elm Street")
    s.tap.check(s.town.wait_for(lambda: len(s.town.tickets()) == 7), "a form comes in")
    out = s.town.command("rules", "replay").stdout.decode()
    s.tap.check("7 tickets, 0 would change" in out, "a replay knows what rspamd said")
    s.tap.same(len(s.rspamd.requests), before, "and neither of them asks it")


def envelope(head):
    return [line for line in head.decode().split("\r\n") if line.startswith(("From: ", "Rcpt: "))]


def what_else_it_is_told(s, lmtp):
    """A door that knows the envelope tells it."""
    s.tap.same(envelope(s.rspamd.requests[0][0]), [], "from a folder no envelope is told")
    with smtplib.LMTP("127.0.0.1", lmtp, timeout=PATIENCE) as c:
        c.sendmail("bounces@example.org", ["reports@example.org"], mail(8))
    s.tap.check(s.town.wait_for(lambda: s.rspamd.asked(8)), "a mail by LMTP is asked about too")
    s.tap.same(envelope(s.rspamd.requests[-1][0]), ["From: bounces@example.org", "Rcpt: reports@example.org"],
               "with its envelope")


def what_goes_wrong(s):
    for number, what, answer, why in (
            (10, "an error", (500, {"action": "reject", "score": 30}), "it answers 500"),
            (12, "a redirect", (302, b""), "it answers 302"),
            (14, "nonsense", (200, b"<html>reject</html>"), "no JSON"),
            (16, "no action", (200, {"score": 30}), "no action"),
            (18, "no end", (200, b"[" * (1 << 20)), "unchecked"),
            (20, "silence", "wait", "unchecked")):
        s.rspamd.answers[number] = answer
        s.goes_through(number, what, why)
    s.rspamd.stop()
    s.is_ham(30, "nobody there")
    s.tap.check(s.town.wait_for(lambda: "unchecked" in s.trouble()), "nobody there: health says so")
    doctor = s.town.command("doctor").stdout.decode()
    s.tap.check("Rspamd: rspamd does not answer" in doctor, "and so does the doctor")
    s.rspamd.start()
    s.rspamd.answers[31] = SPAM
    s.is_spam(31, "add header, 7.1")
    s.tap.check(s.town.wait_for(lambda: s.trouble() == ""), "it is back")


def how_many(s):
    """Twenty mails for one that is silent: a form is filed meanwhile."""
    numbers = range(40, 60)
    s.rspamd.go_on.set()
    s.tap.check(s.town.wait_for(lambda: s.rspamd.open == 0), "what was given up is forgotten")
    s.rspamd.go_on.clear()
    s.rspamd.most_open = 0
    for number in numbers:
        s.rspamd.answers[number] = "wait"
        s.drop(number)
    s.tap.check(s.town.wait_for(lambda: s.rspamd.open == 8), "eight mails are asked about")
    s.town.post_web("meanwhile", "Graffiti on the wall at 9 Elm Street")
    s.tap.check(s.town.wait_for(lambda: any("Graffiti" in t["title"] for t in s.town.tickets())), "a form comes in meanwhile")
    s.tap.same(s.rspamd.most_open, 8, "never more than eight at once")
    s.tap.check(s.town.wait_for(lambda: all(map(s.ticket, numbers))), "all the mails come in")
    s.rspamd.go_on.set()
    s.is_ham(60, "after silence")


def what_outlives_a_restart(s):
    s.rspamd.go_on.clear()
    for number, how in ((70, signal.SIGTERM), (71, signal.SIGKILL)):
        s.rspamd.answers[number] = "wait"
        s.drop(number)
        s.tap.check(s.town.wait_for(lambda: s.rspamd.asked(number) == 1), f"{how.name}: it is asked")
        if how == signal.SIGTERM:
            s.tap.same(s.town.stop(), 0, "inlet ends though rspamd is silent")
        else:
            s.town.kill()
        s.rspamd.answers[number] = SPAM
        s.tap.check(s.ticket(number) is None and s.town.start(), "before it is known, nothing is filed")
        s.tap.check(s.town.wait_for(lambda: s.ticket(number)), f"{how.name}: it is filed after")
        s.tap.same((s.ticket(number)["category"], s.rspamd.asked(number)), ("spam", 2), "having been asked again")


def what_is_no_longer_set(s):
    """Trouble with an rspamd that the town has given up is none."""
    s.rspamd.stop()
    s.is_ham(82, "nobody there any more")
    s.tap.check(s.town.wait_for(lambda: "unchecked" in s.trouble()), "health says so")
    s.town.stop()
    with open(s.town.conf, encoding="utf-8") as f:
        conf = f.read()
    with open(s.town.conf, "w", encoding="utf-8") as f:
        f.write(re.sub(r"(?m)^rspamd.*\n", "", conf))
    s.tap.check(s.town.start() and s.town.wait_for(lambda: s.trouble() == ""), "without one nothing is wrong")
    s.is_ham(83, "without one")


def spam_is_never_answered(s):
    s.is_ham(80, "at the end")
    s.tap.same([n for n in (2, 3, 4, 31, 70, 71) if s.answered(n)], [], "nothing that is spam was ever answered")


def main():
    tap = Tap()
    rspamd = Rspamd()
    lmtp = free_port()
    town = Town(conf=f"channel lmtp mta\n    listen 127.0.0.1:{lmtp}\n",
                settings=f"rspamd http://127.0.0.1:{rspamd.port}/\nrspamd-wait {WAIT_S}\n")
    s = Scene(tap, town, rspamd)
    try:
        add_user(town, "Ana")
        tap.check(town.start(), "inlet runs with an rspamd")
        s.clerk = Clerk(town, "Ana")
        what_it_says(s)
        what_else_it_is_told(s, lmtp)
        what_goes_wrong(s)
        how_many(s)
        what_outlives_a_restart(s)
        spam_is_never_answered(s)
        what_is_no_longer_set(s)
    finally:
        rspamd.go_on.set()
        town.close()
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
