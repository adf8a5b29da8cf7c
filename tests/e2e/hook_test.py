#!/usr/bin/env python3
"""Webhooks out: every event arrives, signed, in order for its ticket, through a
receiver that fails, hangs, is away, and through restarts."""
import contextlib
import hashlib
import hmac
import http.server
import json
import os
import re
import signal
import sqlite3
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Tap, Town, free_port

tap = Tap()
SECRET, OLD = "a-secret-of-the-town-1", "the-one-before-it-0000"


class Receiver(http.server.ThreadingHTTPServer):
    """Keeps what comes; what it answers is said by answer(number of the call, body)."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port=0, answer=lambda n, body: 200):
        self.answer = answer
        self.calls = []  # (headers, body bytes, status), as they were answered
        self.came = 0
        self.lock = threading.Lock()
        self.held = threading.Event()  # what hangs, until then
        super().__init__(("127.0.0.1", port), Talk)
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def handle_error(self, request, client_address):
        """Who hangs up on us is what the tests are about."""

    def taken(self):
        with self.lock:
            return [json.loads(body) for _, body, status in self.calls if status == 200]

    def close(self):
        self.held.set()
        self.shutdown()
        self.server_close()


class Talk(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_POST(self):
        s = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with s.lock:
            s.came += 1
            status = s.answer(s.came, json.loads(body))
            if status == 0:
                s.calls.append((dict(self.headers), body, 0))
        if status == 0:
            s.held.wait(60)
            return
        with s.lock:
            s.calls.append((dict(self.headers), body, status))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


def town(port, more="", start=True):
    t = Town(conf=f"channel webhook works\n    url http://127.0.0.1:{port}/inlet\n    secret {SECRET}\n    timeout 1s\n{more}")
    if start and not t.start():
        print("# " + t.log().replace("\n", "\n# "))
        raise SystemExit("the daemon does not start")
    return t


def report(t, n, **more):
    status, _ = t.post_web(f"key-hook-{n:012d}", f"Deep pothole, says Ana number {n}", category="pothole", address="12 Elm St", **more)
    return status


def signed(headers, body, secret):
    said = headers["Inlet-Signature"]
    t = re.match(r"t=(\d+),", said).group(1)
    want = hmac.new(secret.encode(), t.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"v1={want}" in said.split(",")


def by_ticket(events):
    tickets = {}
    for e in events:
        tickets.setdefault(e["ticket"]["number"], []).append(e["id"])
    return tickets


def ordered(events):
    """Within each ticket ids never fall; the same one may come twice."""
    return all(ids == sorted(ids) for ids in by_ticket(events).values())


def an_event_says_what_happened():
    r = Receiver()
    t = town(r.port, f"    secret-old {OLD}\n")
    report(t, 1, contact="ana@example.org", name="Ana Sample", consent="1")
    tap.check(t.wait_for(lambda: {"received", "placed"} <= {e["event"] for e in r.taken()}), "what happens to a report arrives")
    headers, body, _ = r.calls[0]
    event = json.loads(body)
    tap.same((event["event"], event["actor"], event["ticket"]["number"], event["ticket"]["state"], event["ticket"]["category"],
              event["ticket"]["place"]), ("received", "inlet", 1, "new", "pothole", "12 Elm Street"), "it says what, who, and of which ticket")
    tap.check(event["ticket"]["url"].startswith("https://millbrook.example.org/t/1-"), "with the address of its page")
    token = t.tickets()[0]["token"]
    everything = b"".join(body for _, body, _ in r.calls)
    tap.check(token.encode() not in everything and b"ana@" not in everything and b"Sample" not in everything, "but not who reported it, nor their own address of it")
    tap.same((headers["Content-Type"], headers["Inlet-Event"], headers["Inlet-Ticket"]), ("application/json", str(event["id"]), "1"), "its number is in a header too")
    tap.check(signed(headers, body, SECRET), "it is signed")
    tap.check(signed(headers, body, OLD), "with the secret before as well, while it is changed")
    tap.check(not signed(headers, body + b" ", SECRET) and not signed(headers, body, SECRET + "x"), "and nothing else fits")
    t.close()
    r.close()


def what_fails_is_tried_again_in_order():
    fails = {}

    def answer(n, body):
        """The first event of ticket 2 fails three times; nothing else does."""
        if body["ticket"]["number"] == 2 and fails.setdefault(2, body["id"]) == body["id"]:
            fails["n"] = fails.get("n", 0) + 1
            return 500 if fails["n"] <= 3 else 200
        return 200

    r = Receiver(answer=answer)
    t = town(r.port)
    for n in (1, 2, 3):
        report(t, n)
    done = lambda number: "received" in [e["event"] for e in r.taken() if e["ticket"]["number"] == number]
    tap.check(t.wait_for(lambda: done(1) and done(3)), "other tickets do not wait for one that fails")
    tap.check(not any(e["ticket"]["number"] == 2 for e in r.taken()), "of that one nothing has arrived yet")
    tap.check(t.wait_for(lambda: done(2) and len(by_ticket(r.taken())[2]) >= 2), "then it does")
    tap.check(ordered(r.taken()), "each ticket's events in their order")
    first = [(h, b) for h, b, _ in r.calls if json.loads(b)["id"] == fails[2]]
    tap.same(len({b for _, b in first}), 1, "it says the same each time")
    tap.check(len(first) == 4 and all(signed(h, b, SECRET) for h, b in first), "and is signed anew")
    ids = [e["id"] for e in r.taken()]
    tap.same(len(ids), len(set(ids)), "what has arrived is not sent again")
    t.close()
    r.close()


def who_hangs_is_let_go():
    r = Receiver(answer=lambda n, body: 0 if n <= 2 else 200)
    t = town(r.port)
    report(t, 1)
    tap.check(t.wait_for(lambda: len(r.taken()) >= 2), "what was not answered in time is sent again")
    tap.check(ordered(r.taken()), "in order")
    r.answer = lambda n, body: 0
    report(t, 2)
    t.wait_for(lambda: any(json.loads(b)["ticket"]["number"] == 2 for _, b, _ in r.calls))
    tap.same(t.stop(), 0, "who hangs does not keep it from stopping")
    t.close()
    r.close()


def noted_from(t):
    with contextlib.closing(sqlite3.connect(f"file:{t.folder}/inlet.db?mode=ro", uri=True)) as db:
        return db.execute("SELECT count(*) FROM cursors WHERE channel = 'works'").fetchone()[0]


def nothing_is_lost_by_restarts():
    port = free_port()
    t = town(port, start=False)
    t.start()
    # Else one that is killed before its first look would begin behind what came meanwhile.
    tap.check(t.wait_for(lambda: noted_from(t)), "it notes from where on it tells, before there is anything to tell")
    for n in range(5):
        report(t, n)
    t.wait_for(lambda: len(t.tickets()) == 5)
    t.kill(signal.SIGKILL)
    r = Receiver(port)
    t.start()
    for n in range(5, 10):
        report(t, n)
    t.kill(signal.SIGKILL)
    t.start()
    t.wait_for(lambda: len(t.tickets()) >= 5)
    filed = len(t.tickets())

    def all_there():
        return {number for number, _ in by_ticket(r.taken()).items()} >= set(range(1, filed + 1))

    tap.check(t.wait_for(all_there, 120), "after two kills the events of every report have arrived")
    t.wait_for(lambda: {e["id"] for e in r.taken()} >= {e["id"] for n in range(1, filed + 1) for e in t.show(n)["events"] if "id" in e})
    tap.check(ordered(r.taken()), "each ticket's in order")
    t.stop()
    before = {e["id"] for e in r.taken()}
    t.start()
    report(t, 99)
    tap.check(t.wait_for(lambda: {e["id"] for e in r.taken()} - before), "and it goes on from there")
    t.close()
    r.close()


def who_is_away_is_told_of():
    port = free_port()
    t = town(port)
    for n in range(6):
        report(t, n)
    told = lambda: "events do not arrive" in t.log()
    tap.check(t.wait_for(told), "that nothing arrives is told")
    r = Receiver(port)
    tap.check(t.wait_for(lambda: len(by_ticket(r.taken())) == 6), "when it is back all of it arrives")
    tap.check(ordered(r.taken()), "in order")
    t.close()
    r.close()


def only_what_is_asked_for_is_sent():
    r = Receiver(answer=lambda n, body: 410 if body["ticket"]["number"] == 1 else 200)
    t = town(r.port, "    event received\n    event state\n")
    report(t, 1)
    report(t, 2)
    tap.check(t.wait_for(lambda: any(e["ticket"]["number"] == 2 for e in r.taken())), "what is asked for arrives")
    t.wait_for(lambda: "given up" in t.log())
    tap.same({e["event"] for e in r.taken()}, {"received"}, "and nothing else")
    tap.same([s for _, b, s in r.calls if json.loads(b)["ticket"]["number"] == 1], [410], "who says 410 is not asked again")
    t.close()
    r.close()
    for bad, why in (("url http://example.org/x", "url:"), ("url ftp://127.0.0.1/", "url:"), ("url https://a@b/", "url:"), ("url https://b/ x", "url:"),
                     ("url http://127.0.0.1.example.org/", "url:"), ("secret short", "secret:"), ("secret-old short", "secret:")):
        lines = {"url": "url https://example.org/x", "secret": f"secret {SECRET}", bad.split(" ")[0]: bad}
        t = Town(conf="channel webhook works\n    " + "\n    ".join(lines.values()) + "\n")
        tap.check(not t.start() and why in t.log(), f"with \"{bad}\" it does not start, and says why")
        t.close()


def what_was_before_is_not_told():
    r = Receiver()
    t = Town()
    t.start()
    report(t, 1)
    t.wait_for(lambda: len(t.tickets()) == 1)
    t.stop()
    with open(t.conf, "a") as f:
        f.write(f"channel webhook works\n    url http://127.0.0.1:{r.port}/\n    secret {SECRET}\n")
    t.start()
    report(t, 2)
    tap.check(t.wait_for(lambda: 2 in by_ticket(r.taken())), "a new channel is told what happens from now on")
    tap.check(1 not in by_ticket(r.taken()), "not what happened before it was there")
    t.close()
    r.close()


for test in (an_event_says_what_happened, what_fails_is_tried_again_in_order, who_hangs_is_let_go, nothing_is_lost_by_restarts,
             who_is_away_is_told_of, only_what_is_asked_for_is_sent, what_was_before_is_not_told):
    test()
sys.exit(tap.done())
