#!/usr/bin/env python3
"""A geocoder elsewhere: what it is asked, and what its answers do.

A scripted server on loopback stands for Nominatim. It writes down every byte
it is sent, and answers by the street that is asked for.
"""
import json
import socketserver
import sys
import threading
import time
import urllib.parse

from harness import Tap, Town

HOUSE = [{"lat": "43.5037", "lon": "-71.8981", "addresstype": "place",
          "display_name": "12, Quarry Lane, Millbrook"}]
PARIS = [{"lat": "48.8583", "lon": "2.2944", "addresstype": "place",
          "display_name": "12, Rue du Test"}]
WHOLE = [{"lat": "43.5037", "lon": "-71.8981", "addresstype": "town",
          "display_name": "Millbrook"}]


class Geocoder(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        self.requests = []
        self.times = []
        self.open = self.most_open = 0
        self.lock = threading.Lock()
        self.go_on = threading.Event()
        self.answers = {}  # street: a list of (status, body) or a callable
        super().__init__(("127.0.0.1", 0), Talk)
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def asked(self, street):
        return [r for r in self.requests if street.encode() in r]

    def handle_error(self, request, client_address):
        """A client that goes away is part of the script."""


class Talk(socketserver.StreamRequestHandler):
    def handle(self):
        server = self.server
        head = b""
        while line := self.rfile.readline():
            head += line
            if line == b"\r\n":
                break
        if not head:
            return
        with server.lock:
            server.requests.append(head)
            server.times.append(time.monotonic())
            server.open += 1
            server.most_open = max(server.most_open, server.open)
        try:
            self.answer(head.split(b" ")[1].decode())
        finally:
            with server.lock:
                server.open -= 1

    def answer(self, path):
        question = urllib.parse.parse_qs(urllib.parse.urlsplit(path).query).get("q", [""])[0]
        script = next((a for street, a in self.server.answers.items() if street in question), [(200, [])])
        status, body = script.pop(0) if len(script) > 1 else script[0]
        more = ""
        if body == "wait":
            self.server.go_on.wait(60)
            body = HOUSE
        if isinstance(body, str) and body.startswith("http"):
            more, body = f"Location: {body}\r\n", b""
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        self.wfile.write(f"HTTP/1.1 {status} x\r\n{more}Content-Length: {len(body)}\r\n"
                         "Connection: close\r\n\r\n".encode() + body)


def town_with(geocoder, rate=100):
    return Town(settings=f"geocoder nominatim\ngeocoder-url http://127.0.0.1:{geocoder.port}/\n"
                         f"geocoder-rate {rate}\n")


def report(town, key, text):
    return town.post_web(key, text, name="Ana Torres", contact="ana@example.org", consent="yes")


def ticket_of(town, word):
    return next((t for t in town.tickets() if word in t["title"]), None)


def events(town, word):
    t = ticket_of(town, word)
    return [] if t is None else town.show(t["number"])["events"]


def trail(town, word, kind):
    return [e["text"] for e in events(town, word) if e["kind"] == kind]


def main():
    tap = Tap()
    geocoder = Geocoder()
    elsewhere = Geocoder()
    geocoder.answers = {
        "Quarry": [(200, HOUSE)],
        "Empty": [(200, [])],
        "Busy": [(429, b""), (503, b""), (200, HOUSE)],
        "Gone": [(500, b"")],
        "Garbage": [(200, b"{\"x\":[" * (10 * 1024 * 1024 // 6))],
        "Nonsense": [(200, b"<html>no</html>")],
        "Turned": [(302, f"http://127.0.0.1:{elsewhere.port}/search")],
        "Paris": [(200, PARIS)],
        "Whole": [(200, WHOLE)],
        "Slow": [(200, "wait")],
    }
    town = town_with(geocoder)
    try:
        run(tap, town, geocoder, elsewhere)
    finally:
        geocoder.go_on.set()
        town.close()
    return tap.done()


def run(tap, town, geocoder, elsewhere):
    tap.check(town.start(), "inlet runs with a geocoder")
    what_is_sent(tap, town, geocoder)
    what_is_found(tap, town, geocoder)
    what_is_refused(tap, town, geocoder, elsewhere)
    what_is_not_there(tap, town, geocoder)
    what_outlives_a_restart(tap, town, geocoder)
    tap.same(geocoder.most_open, 1, "never more than one request is under way")
    how_fast(tap)


def what_is_sent(tap, town, geocoder):
    report(town, "k1", "Pothole at 12 Quarry Lane, call Ana Torres at 555-123-4567")
    tap.check(town.wait_for(lambda: trail(town, "Quarry", "placed")), "a house the gazetteer lacks is placed")
    request = geocoder.requests[0]
    box = request.split(b"viewbox=")[1].split(b"&")[0]
    west, north, east, south = (float(n) for n in box.split(b","))
    tap.same(request,
             b"GET /search?format=jsonv2&limit=1&bounded=1&viewbox=" + box +
             b"&q=12%20Quarry%20Lane%2C%20Millbrook HTTP/1.1\r\n"
             b"Host: 127.0.0.1:" + str(geocoder.port).encode() + b"\r\n"
             b"User-Agent: inlet\r\nAccept: application/json\r\n\r\n",
             "what leaves is the address, the town and its box, and nothing else")
    tap.check(west < -71.9 < east and south < 43.5 < north, "and the box is the town's")


def what_is_found(tap, town, geocoder):
    t = ticket_of(town, "Quarry")
    tap.same((t["method"], t["decision"], t["uncertainty_m"], t["lat"], t["lon"], t["place"]),
             ("remote", "clerk", 30, 43.5037, -71.8981, "12 Quarry Lane"), "a clerk is to look at it")
    text = trail(town, "Quarry", "placed")[0]
    tap.check("nominatim at" in text and "12, Quarry Lane, Millbrook" in text, "the trail says where the place comes from")
    last = town.show(t["number"])["messages"][0]["locations"][-1]
    tap.same((last["method"], last["rule"], last["rejected"]), ("remote", "nominatim", None),
             "it is one more candidate")
    report(town, "k2", "Trash again: 12 Quarry Lane")
    tap.check(town.wait_for(lambda: trail(town, "Trash", "placed")), "the same place is placed again")
    tap.same(len(geocoder.asked("Quarry")), 1, "without being asked for again")
    before = len(geocoder.requests)
    report(town, "k6", "Water runs over the road since Friday, please look soon.\nThanks,\nBob Nagle\n63 Hidden Lane")
    report(town, "k3", "Hole at 14 Elm Street")
    report(town, "k4", "Light out here, who can come?")
    report(town, "k5", "Branch fell by 12 Busy Lane")
    tap.check(town.wait_for(lambda: trail(town, "Busy", "placed")), "after 429 and 503 it is asked once more")
    tap.same(len(geocoder.asked("Busy")), 3, "in all three times")
    tap.same(geocoder.asked("Hidden"), [], "where a reporter lives is never asked for")
    tap.same(len(geocoder.requests), before + 3, "what is placed, or names no place, is not asked for")


def what_is_refused(tap, town, geocoder, elsewhere):
    for street, word, what in (("Empty", "knows no such place", "nothing found"),
                               ("Paris", "outside the town", "a place outside the town"),
                               ("Whole", "no more than a part", "the town itself"),
                               ("Nonsense", "none of nominatim", "what is no JSON"),
                               ("Garbage", "", "ten megabytes of brackets"),
                               ("Turned", "it answers 302", "a redirect")):
        report(town, "r" + street, f"Pothole at 12 {street} Lane")
        tap.check(town.wait_for(lambda: trail(town, street, "unplaced")), f"{what} ends the search")
        t = ticket_of(town, street)
        tap.check(t["lat"] is None and t["decision"] == "ask" and word in trail(town, street, "unplaced")[0],
                  f"{what} places nothing, and the trail says so")
        tap.same(len(geocoder.asked(street)), 1, f"{what} is not asked for again")
    tap.same(elsewhere.requests, [], "a redirect is not followed")
    report(town, "rr", "Tree down at 12 Empty Lane")
    tap.check(town.wait_for(lambda: trail(town, "Tree", "unplaced")), "that nothing was found is known")
    tap.same(len(geocoder.asked("Empty")), 1, "and is not asked for again")


def what_is_not_there(tap, town, geocoder):
    report(town, "g1", "Pothole at 12 Gone Lane")
    tap.check(town.wait_for(lambda: trail(town, "Gone", "unplaced")), "a service that is broken is given up")
    tap.same(len(geocoder.asked("Gone")), 3, "after three tries")


def what_outlives_a_restart(tap, town, geocoder):
    report(town, "s1", "Pothole at 12 Slow Lane")
    report(town, "s2", "Graffiti at 14 Quarry Lane")
    tap.check(town.wait_for(lambda: geocoder.asked("Slow")), "a slow service is waited for")
    tap.check(ticket_of(town, "Slow") is not None and ticket_of(town, "Graffiti") is not None,
              "and reports are filed meanwhile")
    tap.same(town.stop(), 0, "inlet ends without waiting for it")
    geocoder.go_on.set()
    tap.check(town.start(), "it starts again")
    tap.check(town.wait_for(lambda: trail(town, "Slow", "placed")), "and asks again for what it had no answer to")
    tap.check(town.wait_for(lambda: trail(town, "Graffiti", "placed")), "and for what waited behind it")
    tap.same(len(trail(town, "Slow", "placed")), 1, "once")


def how_fast(tap):
    geocoder = Geocoder()
    geocoder.answers = {"Lane": [(200, HOUSE)]}
    town = town_with(geocoder, rate=5)
    try:
        town.start()
        for n in range(4):
            report(town, f"f{n}", f"Pothole at {n + 1} Quarry Lane")
        tap.check(town.wait_for(lambda: sum(t["lat"] is not None for t in town.tickets()) == 4), "all are placed")
        took = geocoder.times[-1] - geocoder.times[0]
        tap.check(len(geocoder.times) == 4 and took > 0.45, f"no faster than the rate that is set: {took:.2f} s")
        town.stop()
    finally:
        town.close()


if __name__ == "__main__":
    sys.exit(main())
