#!/usr/bin/env python3
"""What bad input gets: it is safe, it is told in a clear sentence, and nothing
is lost. Through the real daemon; what a browser makes of it is tested in
tests/browser."""
import base64
import os
import socket
import struct
import sys
import urllib.parse
import zlib

import harness
from clerk import Clerk, add_user
from harness import ROOT, Tap, Town

PICTURES = os.path.join(ROOT, "tests", "fuzz", "corpus", "picture")
SCRIPT = "<script>document.title='ran'</script>"


def picture(name):
    with open(os.path.join(PICTURES, name), "rb") as f:
        return f.read()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_png():
    """2.5 thousand million pixels in 300 KB."""
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 50000, 50000, 1, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(b"\0" * (6251 * 50000), 1)) + chunk(b"IEND", b""))


FILES = [
    ("photo.jpg", "image/jpeg", picture("baseline.jpg")),
    ("vector.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    ("vector.png", "image/png", picture("vector.png")),
    ("huge.png", "image/png", huge_png()),
    ("page.html", "text/html", SCRIPT.encode()),
    ("page.jpg", "image/jpeg", b"<html>" + SCRIPT.encode()),
    ("cut.jpg", "image/jpeg", picture("baseline.jpg")[:40]),
    ("moving.gif", "image/gif", picture("moving.gif")),
    ("phone.heic", "image/heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 64),
    ('"; x="a\r\nSet-Cookie: a=b.txt', "text/plain", b"words"),
]


def mail():
    parts = [f"--b\r\nContent-Type: text/plain\r\n\r\nA deep hole at 12 Elm St. {SCRIPT}\r\n"]
    for name, kind, data in FILES:
        encoded = urllib.parse.quote(name)
        parts.append(f"--b\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n"
                     f"Content-Disposition: attachment; filename*=utf-8''{encoded}\r\n\r\n"
                     + base64.encodebytes(data).decode().replace("\n", "\r\n"))
    return (f"From: {SCRIPT} <mallory@example.org>\r\nTo: reports@example.org\r\n"
            f"Subject: {SCRIPT}\r\nMessage-ID: <bad@example.org>\r\nMIME-Version: 1.0\r\n"
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + "".join(parts) + "--b--\r\n").encode()


def attachments_are_safe_to_look_at(tap, clerk, message):
    told = {a["name"]: a for a in message["attachments"]}
    path = f"/api/messages/{message['id']}/attachments/"
    tap.check(len(told) == len(FILES), "Every attachment is told of")
    for n, (name, _, data) in enumerate(FILES):
        got = clerk.get(path + str(n))
        kind = got.headers["Content-Type"]
        inline = name in ("photo.jpg", "moving.gif")
        tap.check(got.status == 200 and kind == ("image/" + {"photo.jpg": "jpeg"}.get(name, "gif")
                                                 if inline else "application/octet-stream"),
                  f"{name!r} is given as what it is ({got.status} {kind})")
        tap.check(got.headers["Content-Disposition"].startswith("inline" if inline else "attachment;"),
                  f"{name!r} is {'shown' if inline else 'saved'}")
        tap.check("sandbox" in got.headers["Content-Security-Policy"]
                  and got.headers["X-Content-Type-Options"] == "nosniff"
                  and got.headers["Set-Cookie"] is None, f"{name!r} can do nothing if it is opened")
        tap.check(inline or got.body == data, f"{name!r} is saved as it was sent")
        a = message["attachments"][n]
        tap.check(a["shown"] == inline and bool(a["why_not"]) == (not inline),
                  f"{name!r}: the page says why it is not shown ({a['why_not']})")
        tap.same(clerk.get(path + f"{n}?download=1").body, data, f"{name!r}: the original can be had")
    photo = clerk.get(path + "0").body
    tap.check(b"Secret" not in photo and b"script" not in photo and len(photo) > 200,
              "A photo says nothing of its camera")
    for wrong in (str(len(FILES)), "-1", "x", "99999999999999999999"):
        tap.same(clerk.get(path + wrong).status, 404, f"There is no attachment {wrong}")
    tap.same(clerk.get("/api/messages/999999/attachments/0").status, 404, "A message that is not there has none")


def the_original_is_what_was_sent(tap, town, clerk, message, sent):
    got = clerk.get(f"/api/messages/{message['id']}/original")
    tap.check(got.body == sent and got.headers["Content-Type"] == "application/octet-stream",
              "The original is byte for byte what came")
    tap.same(got.headers["Content-Disposition"].split(";")[0], "attachment", "It is saved, not opened")
    got = clerk.get(f"/api/messages/{message['id']}/html")
    tap.check(got.status == 200 and b"no other form" in got.body and "sandbox" in
              got.headers["Content-Security-Policy"], "A mail without a page of its own says so")
    stranger = Clerk(town)
    for what in ("original", "html", "attachments/0"):
        got = stranger.get(f"/api/messages/{message['id']}/{what}")
        tap.check(got.status == 401 and got.json["code"] == "signed-out", f"Nobody else sees the {what}")


def a_script_in_a_subject_is_words(tap, clerk, ticket, message):
    tap.same(message["subject"], SCRIPT, "The subject is what was written")
    got = clerk.get(f"/api/tickets/{ticket}")
    tap.check(got.headers["Content-Type"].startswith("application/json"), "It is data, not a page")
    page = clerk.get(f"/t/{got.json['ticket']['token']}")
    tap.check(page.status == 200 and SCRIPT.encode() not in page.body, "The resident's page has no script of theirs")


def form_of(size):
    return (f"POST /report HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
            f"{size}\r\nAccept: text/html\r\n\r\n").encode()


def answer_to(town, head, body=()):
    """What comes while body is sent, and after it."""
    with socket.create_connection(("127.0.0.1", town.port), harness.PATIENCE) as s:
        s.sendall(head)
        try:
            for piece in body:
                s.sendall(piece)
        except OSError:
            pass
        got = b""
        try:
            while piece := s.recv(65536):
                got += piece
        except OSError:
            pass
        return got


def a_form_of_100_mb_is_refused_before_it_is_read(tap, town):
    before = len(town.tickets())
    got = answer_to(town, form_of(f"Content-Length: {100 * 1024 * 1024}"))
    tap.check(got.startswith(b"HTTP/1.1 413 "), f"It is refused by its size alone ({got[:40]!r})")
    tap.check(b"text/html" in got and b"large" in got, "It is told in a sentence")
    piece = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    got = answer_to(town, form_of("Transfer-Encoding: chunked"), [piece] * 1600)
    tap.check(got.startswith((b"HTTP/1.1 413 ", b"HTTP/1.1 411 ")),
              f"One that does not say its size is refused ({got[:40]!r})")
    tap.check(town.alive() and len(town.tickets()) == before, "Nothing came of either")
    town.post_web("a-good-form-after-the-bad-1", "A deep hole at 12 Elm St")
    tap.check(town.wait_for(lambda: len(town.tickets()) == before + 1), "The next one's form is taken")


def a_guessed_token_says_nothing(tap, town):
    pages = set()
    for token in ("A" * 22, "0" * 22, "_" * 22, "x", "A" * 5000, "%00", "..%2f..%2finlet.conf", SCRIPT):
        status, body = town.request("GET", "/t/" + urllib.parse.quote(token, safe="%."))
        tap.check(status in (404, 400, 431, 414), f"{token[:24]!r} leads nowhere ({status})")
        tap.check(SCRIPT.encode() not in body, f"{token[:24]!r} is not said again")
        if len(token) == 22:
            pages.add(body)
    tap.same(len(pages), 1, "All guesses get the same page")


def main():
    tap = Tap()
    town = Town()
    try:
        town.start()
        sent = mail()
        town.drop_mail("1.bad", sent)
        tap.check(town.wait_for(lambda: len(town.tickets()) == 1), "The mail becomes a ticket")
        clerk = Clerk(town, add_user(town, "Ana", "reader"))
        ticket = clerk.get("/api/tickets?state=any").json["tickets"][0]["id"]
        message = clerk.get(f"/api/tickets/{ticket}").json["messages"][0]
        attachments_are_safe_to_look_at(tap, clerk, message)
        the_original_is_what_was_sent(tap, town, clerk, message, sent)
        a_script_in_a_subject_is_words(tap, clerk, ticket, message)
        a_form_of_100_mb_is_refused_before_it_is_read(tap, town)
        a_guessed_token_says_nothing(tap, town)
        tap.same(town.stop(), 0, "It ends as asked")
    finally:
        town.close()
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
