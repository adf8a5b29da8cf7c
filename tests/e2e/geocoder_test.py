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
    return [] if t is None else town.show(t["id"])["events"]


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
    report(town, "k1", "Pothole at 12 Quarry Lane, call Ana Torres at 555-123-4567")
    tap.check(town.wait_for(lambda: trail(town, "Quarry", "placed")), "a house the gazetteer lacks is placed")
    request = geocoder.requests[0] if geocoder.requests else b""
    print("#", request)
    print("#", json.dumps(town.show(1))[:3000])


if __name__ == "__main__":
    sys.exit(main())
