#!/usr/bin/env python3
"""What residents see, without script: the form with its questions, the page
of a report, writing to it, being told of it, and what bad input gets."""
import os
import re
import socket
import sys
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Tap, Town, multipart

tap = Tap()
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JPEG = b"\xff\xd8\xff\xe0" + b"a photo" * 9
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def town(**more):
    t = Town(**more)
    if not t.start():
        print("# " + t.log().replace("\n", "\n# "))
        raise SystemExit("the daemon does not start")
    return t


def token_of(page):
    found = re.search(rb"/t/([A-Za-z0-9_-]{22})", page)
    return found.group(1).decode() if found else ""


def report(t, n, text="Deep pothole", **more):
    """Files a report; gives its token."""
    _, page = t.post_web(f"key-report-{n:012d}", text, **more)
    return token_of(page)


def reply(t, token, fields, files=()):
    body, kind = multipart(fields, files)
    return t.request("POST", f"/t/{token}/reply", body, {"Content-Type": kind})


def form(t, path, peer="192.0.2.7", **fields):
    return t.request("POST", path, urllib.parse.urlencode(fields), {**FORM, "X-Forwarded-For": peer})


def sent_to(t, address, n):
    t.wait_for(lambda: len([1 for to, _ in t.smtp.mails if to == [address]]) >= n)
    return [data.decode() for to, data in t.smtp.mails if to == [address]]


def the_form_asks_and_the_answers_arrive():
    t = town()
    _, page = t.request("GET", "/report")
    tap.check(b'name="answer[pothole.size]"' in page, "the form asks what a pothole asks")
    token = report(t, 1, category="pothole", address="12 Elm St",
                   **{"answer[pothole.size]": "plate", "answer[streetlight.pole]": "7"})
    tap.check(token != "", "its page gives an address to follow it at")
    t.wait_for(lambda: len(t.tickets()) == 1)
    answers = t.show(1)["messages"][0]["message"]["answers"]
    tap.same(answers, [{"code": "size", "value": "plate"}], "the answers of its category are kept, others are not")
    status, page = t.post_web("key-report-wrong-00", "Hole", category="pothole", **{"answer[size]": "<huge>"})
    tap.same(status, 422, "an answer that was not offered is refused")
    tap.check(b"<huge>" not in page, "and not shown as it is")
    t.close()


def a_pin_says_where():
    t = town()
    report(t, 1, "Hole", category="pothole", address="12 Elm Street", lat="43.5030", lon="-71.9")
    report(t, 2, "Hole", category="pothole", address="12 Elm Street", lat="43.5011", lon="-71.9")
    t.wait_for(lambda: len(t.tickets()) == 2)
    far, close = (t.show(n) for n in (1, 2))
    tap.same((far["lat"], far["method"]), (43.503, "pin"), "a pin says more than the address beside it")
    tap.same(far["decision"], "clerk", "a clerk looks where they are far apart")
    tap.same((close["method"], close["decision"]), ("pin", "accept"), "and need not where they are not")
    t.close()


def a_report_is_followed_and_written_to():
    t = town()
    token = report(t, 1, "Street light is out", contact="ana@example.org", consent="yes", address="12 Elm St")
    status, page = t.request("GET", f"/t/{token}")
    tap.same(status, 200, "the page of a report is there")
    tap.check(b"Your report arrived." in page, "it says what has happened")
    status, _ = reply(t, token, {"key": "key-reply-000000001", "text": "It is the third pole"},
                      [("photos", "pole.jpg", "image/jpeg", JPEG)])
    tap.same(status, 303, "a message from its page is taken")
    status, _ = reply(t, token, {"key": "key-reply-000000001", "text": "It is the third pole"},
                      [("photos", "pole.jpg", "image/jpeg", JPEG)])
    tap.same(status, 303, "sent twice, it is thanked twice")
    t.wait_for(lambda: len(t.show(1)["messages"]) >= 2)
    shown = t.show(1)
    tap.same([m["message"]["text"] for m in shown["messages"]], ["Street light is out", "It is the third pole"],
             "and joins its ticket once")
    tap.same([a["media_type"] for a in shown["messages"][1]["message"]["attachments"]], ["image/jpeg"], "with its photo")
    _, page = t.request("GET", f"/t/{token}?said=1")
    tap.check(b"your message has arrived" in page and b"Another message was added" in page, "its page says so")
    status, page = reply(t, token, {"key": "key-reply-000000002", "text": " "},
                         [("photos", "pole.jpg", "image/jpeg", JPEG)])
    tap.same(status, 422, "an empty message comes back")
    tap.check(f"/t/{token}/reply".encode() in page, "as a form for the same report")
    _, page = t.request("GET", f"/t/{token}?lang=es")
    tap.check("Llegó su aviso".encode() in page, "the page speaks Spanish")
    tap.same(len(t.tickets()), 1, "nothing of it made another ticket")
    t.close()


def neighbours_follow_and_stop():
    t = town()
    own = report(t, 1, "Deep pothole, says Bob", category="pothole", address="12 Elm St")
    t.wait_for(lambda: t.tickets() and t.tickets()[0]["lat"])
    where = t.tickets()[0]
    status, near = t.request("GET", f"/report/nearby?lat={where['lat']}&lon={where['lon']}&category=pothole")
    tap.same(status, 200, "what is near is told")
    token = re.search(rb'"token":"(1-[A-Za-z0-9_-]{22})"', near)
    tap.check(token is not None and own.encode() not in near, "by a token that is not the reporter's")
    tap.check(b"Bob" not in near, "without what somebody wrote")
    token = token.group(1).decode()
    status, page = t.request("GET", f"/t/{token}")
    tap.same(status, 200, "it leads to the report")
    tap.check(b"/reply" not in page, "but nothing is written by it")
    status, _ = reply(t, token, {"key": "key-reply-000000009", "text": "I am Bob"})
    tap.same(status, 404, "nor taken")
    status, _ = form(t, f"/t/{token}/follow", contact="neighbour@example.org")
    tap.same(status, 303, "a neighbour follows it")
    first = sent_to(t, "neighbour@example.org", 1)
    tap.same(len(first), 1, "and gets a first message")
    tap.check(f"/t/{token}" in first[0].replace("=\r\n", "") and own not in first[0], "with the way to stop, and not the reporter's token")
    form(t, f"/t/{token}/follow", contact="Neighbour@example.org")
    status, page = form(t, f"/t/{token}/follow", contact="nowhere")
    tap.same(status, 422, "what is no address is refused")
    tap.check(b'value="nowhere"' in page, "and is still there")
    status, _ = form(t, f"/t/{token}/stop", contact="neighbour@example.org")
    tap.same(status, 303, "to stop is taken")
    status, _ = form(t, f"/t/{token}/stop", contact="stranger@example.org")
    tap.same(status, 303, "and tells nobody who followed")
    status, _ = form(t, f"/t/{token}/follow", contact="neighbour@example.org")
    tap.same(status, 303, "one may begin again")
    tap.same(len(sent_to(t, "neighbour@example.org", 2)), 2, "and is told so; twice in a row was told once")
    for n in range(9):
        status, page = form(t, f"/t/{token}/follow", peer="192.0.2.99", contact=f"n{n}@example.org")
    tap.same(status, 429, "who signs up many is stopped")
    told = lambda: {to[0] for to, _ in t.smtp.mails if re.match(r"n\d@", to[0])}
    t.wait_for(lambda: len(told()) >= 5 and all(
        n["state"] == "sent" for n in t.show(1)["notices"]))
    tap.same(len(told()), 5, "after five within the hour")
    t.close()


def guessed_tokens_lead_nowhere():
    t = town()
    token = report(t, 1)
    for guess in ("A" * 22, "1-" + "A" * 22, "1", "x" * 400, "%2e%2e", "-5-" + "A" * 22, "99999999999999999999-" + "A" * 22):
        status, page = t.request("GET", f"/t/{guess}", headers={"Accept": "text/html"})
        tap.same(status, 404, f"nothing is at /t/{guess[:30]}")
    tap.check(b"There is no report at this address" in t.request("GET", "/t/" + "A" * 22)[1], "and it is said clearly")
    peer = {"X-Forwarded-For": "192.0.2.50"}
    all_ = [t.request("GET", f"/t/{n:022d}", headers=peer)[0] for n in range(70)]
    tap.same(all_[0], 404, "the first guess finds nothing")
    tap.same(all_[-1], 429, "who guesses on is slowed")
    tap.same(t.request("GET", f"/t/{token}", headers=peer)[0], 429, "even when right at last")
    tap.same(t.request("GET", f"/t/{token}", headers={"X-Forwarded-For": "192.0.2.51"})[0], 200, "others are not")
    status, _ = reply(t, "A" * 22, {"key": "key-reply-guess-0001", "text": "hello"})
    tap.same(status, 404, "nothing is written to a guessed report")
    for path in ("follow", "stop"):
        tap.same(form(t, f"/t/{'A' * 22}/{path}", contact="a@example.org")[0], 404, f"nor does {path} work there")
    tap.same(len(t.tickets()), 1, "and no ticket came of it")
    t.close()


def head_only(t, head):
    """Sends a head and no body; the status that comes back."""
    with socket.create_connection(("127.0.0.1", t.port), 20) as s:
        s.sendall(head)
        return s.recv(4096).split(b" ")[1:2]


def hostile_forms_are_refused_whole():
    t = town()
    token = report(t, 1)
    t.wait_for(lambda: len(t.tickets()) == 1)
    for path in ("/report", f"/t/{token}/reply"):
        head = (f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x\r\n"
                f"Content-Length: {100 * 1024 * 1024}\r\n\r\n").encode()
        tap.same(head_only(t, head), [b"413"], f"100 MB to {path.split('/')[1]} are refused before they come")
        status, page = t.request("POST", path, b"--x\r\nnothing", {"Content-Type": "multipart/form-data; boundary=y"})
        tap.same(status, 400, "a form with another boundary is refused")
        tap.check(b"could not be read" in page, "in a sentence")
    status, _ = form(t, f"/t/{token}/follow", contact="a@example.org\r\nBcc: b@example.org")
    tap.same(status, 422, "an address with a line break is none")
    status, _ = t.request("POST", f"/t/{token}/follow", b"contact=" + b"a" * 20000, FORM)
    tap.same(status, 413, "nor one of 20,000 letters")
    status, _ = reply(t, token, {"key": "key-reply-svg-000001", "text": "<script>alert(1)</script>"},
                      [("photos", "a.jpg", "image/jpeg", SVG), ("photos", "../../b.svg", "image/svg+xml", SVG)])
    tap.same(status, 303, "an SVG in place of a photo is kept")
    t.wait_for(lambda: len(t.show(1)["messages"]) == 2)
    kinds = [(a["media_type"], a["photo"], a["name"]) for a in t.show(1)["messages"][1]["message"]["attachments"]]
    tap.check(all(not photo and "/" not in name for _, photo, name in kinds), "but is no photo, and has a plain name")
    _, page = t.request("GET", f"/t/{token}")
    tap.check(b"<script>alert" not in page and b"onload" not in page, "and nothing of it is on the page")
    for query in ("lat=91&lon=0", "lat=nan&lon=0", "lat=1", "lat=1e999&lon=2", ""):
        tap.same(t.request("GET", f"/report/nearby?{query}")[0], 400, f"nothing is near \"{query}\"")
    tap.check(t.alive(), "the daemon is up")
    t.close()


def pages_are_the_towns():
    t = town(settings="colour #7a1f5c\nembed https://www.example.org\n")
    _, style = t.request("GET", "/assets/town.css")
    tap.check(b"--link:#7a1f5c" in style, "the style has the town's colour")
    status, worker = t.request("GET", "/worker.js")
    tap.check(status == 200 and worker, "the worker is there")
    tap.same(t.request("GET", "/assets/widget.js")[0], 200, "so is the widget")
    tap.check(len(t.request("GET", "/assets/widget.js")[1]) < 2048, "and is small")
    _, box = t.request("GET", "/report/map.json")
    tap.check(b'"south"' in box and b'"tiles"' in box, "the map can be made")
    t.close()
    t = Town(settings="colour #ffee00\n")
    tap.check(not t.start(), "with a colour that cannot be read it does not start")
    tap.check("cannot be read on white" in t.log(), "and says why")
    t.close()


def questions_are_read_anew():
    t = Town()
    own = os.path.join(t.folder, "rules")
    os.mkdir(own)
    with open(t.conf) as f:
        conf = f.read()
    with open(t.conf, "w") as f:
        f.write(conf.replace("listen ", f"rules {own}\nlisten ", 1))
    t.start()
    path = os.path.join(own, "own.services")
    with open(path, "w") as f:
        f.write("service pothole\n  ask lane text\n    question en Which lane is it in?\n")
    t.process.send_signal(1)
    tap.check(t.wait_for(lambda: b"Which lane is it in?" in t.request("GET", "/report")[1]), "after a SIGHUP the new question is asked")
    with open(path, "w") as f:
        f.write("service pothole\n  ask lane colour\n")
    t.process.send_signal(1)
    tap.check(t.wait_for(lambda: "own.services:2" in t.log()), "what does not load is told with its line")
    tap.check(b"Which lane is it in?" in t.request("GET", "/report")[1], "and what there was stays")
    out = t.command("doctor")
    tap.check(b"own.services:2" in out.stdout, "the doctor says so too")
    t.close()


for test in (the_form_asks_and_the_answers_arrive, a_pin_says_where, a_report_is_followed_and_written_to,
             neighbours_follow_and_stop, guessed_tokens_lead_nowhere,
             hostile_forms_are_refused_whole, pages_are_the_towns, questions_are_read_anew):
    test()
sys.exit(tap.done())
