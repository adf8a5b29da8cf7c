#!/usr/bin/env python3
"""Reports passed on to another body: two real towns pass them to each other by
Open311 and by mail, both ways, and nothing goes round; and neighbours that are
down, slow, in trouble, late with their number, or talk nonsense."""
import concurrent.futures
import email
import email.policy
import http.server
import json
import os
import re
import sys
import threading
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from clerk import Clerk, add_user
from harness import ROOT, Tap, Town, free_port, mail, multipart

tap = Tap()
KEY = "key-of-a-neighbour-0123"


def show(t, number):
    return t.clerk.get(f"/api/tickets/{number}").json


def said(t, number):
    return [(e["kind"], e["actor"], e["text"]) for e in show(t, number)["events"]]


def kinds(t, number):
    return [kind for kind, _, _ in said(t, number)]


def state(t, number):
    return show(t, number)["ticket"]["state"]


def begin(t):
    if not t.start():
        print("# " + t.log().replace("\n", "\n# "))
        raise SystemExit("the daemon does not start")
    add_user(t, "bea")
    t.clerk = Clerk(t, "bea")
    return t


def act(t, what, ticket, **more):
    return t.clerk.post("/api/act", {"do": what, "tickets": [ticket], **more})


def filed(t, n):
    tap.check(t.wait_for(lambda: len(t.tickets()) == n), f"{t.name}: {n} reports are there")


def notices(t, number, kind="passed"):
    return [n for n in show(t, number)["notices"] if n["kind"] == kind]


# ---- two towns ----


class Post:
    """Carries the mail between towns; what is for residents stays. Counts all."""

    def __init__(self, *towns):
        self.towns = {f"{t.name}.example.org": t for t in towns}
        self.seen = {t.name: 0 for t in towns}
        self.known = 0
        self.between = []  # (from town, to town, mail)

    def carry(self):
        """Once; how many were carried."""
        n = 0
        for t in self.towns.values():
            for to, data in t.smtp.mails[self.seen[t.name]:]:
                self.seen[t.name] += 1
                n += 1
                to_town = self.towns.get(to[0].split("@")[1])
                if to_town:
                    m = email.message_from_bytes(data, policy=email.policy.default)
                    self.between.append((t.name, to_town.name, m))
                    to_town.drop_mail(f"m{len(self.between)}", data)
        return n


def town(name, port_of, conf):
    """Its own name, address and port; neighbours know it by them."""
    t = Town(conf=conf, at_home=True)
    with open(t.conf) as f:
        text = f.read()
    text = text.replace("reports@example.org", f"reports@{name}.example.org").replace("town        Millbrook", f"town        {name.title()}")
    text = text.replace(f"127.0.0.1:{t.port}", f"127.0.0.1:{port_of[name]}").replace("\nlanguage    en", f"\njurisdiction {name}.example.org\nlanguage    en", 1)
    with open(t.conf, "w") as f:
        f.write(text)
    t.name, t.port, t.url = name, port_of[name], f"http://127.0.0.1:{port_of[name]}"
    return t


def open311_conf(other, port, more=""):
    return f"""
channel open311 vendors
    key {other} {KEY}
    limit 0
channel neighbour {other}
    name Town of {other.title()}
    url http://127.0.0.1:{port}/open311/v2/
    key {KEY}
    service pothole = pothole
    service * = other
    poll 1s
    {more}
"""


def pair(conf_a, conf_b, ports):
    a, b = town("ashford", ports, conf_a), town("barton", ports, conf_b)
    return begin(a), begin(b)


def quiet(*towns, post=None):
    """Nothing happens any more while reports of other people come, are filed and answered, thrice. What is counted else."""
    def others(t):
        return [m for m in t.smtp.mails if not m[0][0].startswith("probe")]

    def snapshot():
        return [(len(others(t)), [(e["kind"], e["text"]) for n in t.reports for e in show(t, n)["events"]],
                 [(n["state"], n["tries"]) for r in t.reports for n in show(t, r)["notices"]]) for t in towns]

    for t in towns:
        t.reports = [n["number"] for n in t.tickets() if n["title"] != "a probe"]
    same, last = 0, None
    for turn in range(20):
        for t in towns:
            probe = f"probe{turn}@example.org"
            t.drop_mail(f"probe{turn}", mail(turn).replace(f"resident{turn}@".encode(), f"probe{turn}@".encode()).replace(f"Report {turn}\r".encode(), b"a probe\r"))
            if not t.wait_for(lambda: any(m[0] == [probe] for m in t.smtp.mails)):
                return False
        if post:
            post.carry()
        this = snapshot()
        same = same + 1 if this == last and (not post or len(post.between) == post.known) else 0
        if post:
            post.known = len(post.between)
        last = this
        if same == 3 and not any(state == "pending" for one in this for state, _ in one[2]):
            return all(len([n for n in t.tickets() if n["title"] != "a probe"]) == len(t.reports) for t in towns)
    return False


def by_open311_both_ways():
    ports = {"ashford": free_port(), "barton": free_port()}
    a, b = pair(open311_conf("barton", ports["barton"], "trust yes"), open311_conf("ashford", ports["ashford"]), ports)
    a.drop_mail("1", mail(1))
    b.drop_mail("1", mail(2, "A deep pothole at 14 Elm St."))
    filed(a, 1)
    filed(b, 1)

    got = act(a, "pass", 1, value="barton", text="Your side of the bridge.")
    tap.same(got.status, 200, "a clerk passes a report on")
    tap.same(state(a, 1), "waiting", "which waits from then on")
    tap.check(("passed", "bea", "Town of Barton\nYour side of the bridge.") in said(a, 1), "the trail says where it went")
    filed(b, 2)
    tap.check(a.wait_for(lambda: notices(a, 1)[0]["state"] == "sent"), "it is with them")
    there = show(b, 2)
    words = there["messages"][0]["text"]
    tap.check("There is a pothole at 12 Elm St" in words and "Your side of the bridge." in words, "they have its words and the clerk's")
    tap.check("resident1" not in json.dumps(there) and "Resident 1" not in json.dumps(there), "and not who said it")
    tap.same((there["ticket"]["category"], there["ticket"]["lat"] is not None), ("pothole", True), "what it is and where has gone along")
    tap.same(notices(a, 1)[0]["remote_id"], "2", "its number there is kept")
    tap.check(a.wait_for(lambda: any(m[0] == ["resident1@example.org"] and b"passed on" in m[1] and b"Barton" in m[1] for m in a.smtp.mails)),
              "the resident is told who has it")
    tap.same(act(a, "pass", 1, value="barton").status, 422, "what is with them is not passed to them again")

    back = act(b, "pass", 2, value="ashford")
    tap.same((back.status, back.json.get("code")), (422, "cannot_pass"), "what came from a neighbour is not passed back to it")
    tap.check(back.json.get("error", "").startswith("This report cannot go there"), "which is said in a sentence")

    act(b, "state", 2, value="done", reason="fixed", text="Filled on Monday.")
    tap.check(a.wait_for(lambda: state(a, 1) == "done"), "done there is done here, where that is trusted")
    tap.check(any(k == "neighbour-done" and who == "Town of Barton" and "fixed" in text for k, who, text in said(a, 1)), "with what they say of it, in their name")
    tap.check(("state", "Town of Barton") in [(k, who) for k, who, _ in said(a, 1)], "so is the change")

    tap.same(act(b, "pass", 1, value="ashford").status, 200, "the other way too")
    filed(a, 2)
    b.wait_for(lambda: notices(b, 1)[0]["state"] == "sent")
    act(a, "state", 2, value="done", reason="fixed")
    tap.check(b.wait_for(lambda: "neighbour-done" in kinds(b, 1)), "its end comes back")
    tap.check(b.wait_for(lambda: state(b, 1) == "open"), "and the report to a clerk, where they are not trusted")
    tap.check(quiet(a, b), "then all is quiet")
    tap.same((len(a.reports), len(b.reports)), (2, 2), "there is one report there for each here")
    tap.same([kinds(a, 1).count("neighbour-done"), kinds(b, 1).count("neighbour-done")], [1, 1], "what was said is told once")
    tap.same({m[0][0] for t in (a, b) for m in t.smtp.mails if not m[0][0].startswith("probe")}, {"resident1@example.org", "resident2@example.org"},
             "and nobody but the residents was written to")
    a.close()
    b.close()


def a_report_that_went_round_is_known():
    ports = {"ashford": free_port(), "barton": free_port()}
    a, b = pair(open311_conf("barton", ports["barton"]), open311_conf("ashford", ports["ashford"]), ports)
    came = f"http://127.0.0.1:{ports['barton']}/t/7-abc http://127.0.0.1:9/t/1-abc"
    form = {"api_key": KEY, "service_code": "pothole", "address_string": "12 Elm St", "description": "Deep hole", "passed_by": came}
    status, _ = a.request("POST", "/open311/v2/requests.json", urllib.parse.urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"})
    tap.same(status, 200, "a report comes by a third town")
    filed(a, 1)
    tap.same(act(a, "pass", 1, value="barton").status, 422, "whom it went through before does not get it again")
    a.close()
    b.close()


# ---- neighbours in trouble ----


class Body(http.server.ThreadingHTTPServer):
    """Another body's Open311: what it answers is said by answer(method, path, form)."""

    daemon_threads = True

    def __init__(self, answer, port=0):
        self.answer = answer
        self.calls = []
        self.held = threading.Event()
        super().__init__(("127.0.0.1", port), Talk)
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def handle_error(self, request, client_address):
        """Who hangs up on us is what the tests are about."""

    def posts(self):
        return [form for method, _, form in list(self.calls) if method == "POST"]

    def close(self):
        self.held.set()
        self.shutdown()
        self.server_close()


class Talk(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, method, form):
        s = self.server
        path, _, query = self.path.partition("?")
        form = form or dict(urllib.parse.parse_qsl(query))
        s.calls.append((method, path, form))
        status, body = s.answer(method, path, form)
        if status == 0:
            s.held.wait(60)
            return
        body = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer("GET", None)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.answer("POST", dict(urllib.parse.parse_qsl(body)))


def county(answer, more="", port=None):
    """A town with one report that was passed on to a county that answers so."""
    body = Body(answer) if port is None else None
    conf = f"""
channel neighbour county
    url http://127.0.0.1:{body.port if body else port}/v2
    key {KEY}
    service * = 001
    poll 1s
    timeout 2s
    {more}
"""
    t = Town(conf=conf)
    t.name = "town"
    begin(t)
    t.drop_mail("1", mail(1))
    filed(t, 1)
    tap.same(act(t, "pass", 1, value="county").status, 200, "passed on")
    return t, body


def ends(t, want, name, number=1):
    tap.check(t.wait_for(lambda: notices(t, number) and notices(t, number)[0]["state"] == want), name)
    return notices(t, number)[0]


def what_may_have_arrived_is_looked_for():
    kept = []

    def answer(method, path, form):
        if method == "POST":
            kept.append(form["description"])
            return 0, ""
        return 200, [{"service_request_id": 1, "status": "open", "description": "another"},
                     {"service_request_id": 77, "status": "open", "description": kept[-1] if kept else ""}]

    t, body = county(answer)
    n = ends(t, "sent", "what was taken without an answer is found there")
    tap.same((n["remote_id"], len(body.posts())), ("77", 1), "by its page, and is not sent twice")
    t.close()
    body.close()


def what_is_not_known_is_a_clerks():
    for name, answer in (("who is silent", lambda m, p, f: (0, "") if m == "POST" else (200, [])),
                         ("trouble", lambda m, p, f: (500, "oops")),
                         ("no JSON", lambda m, p, f: (200, "<!DOCTYPE html><html>hello")),
                         ("a page to sign in", lambda m, p, f: (200, "<html><body>Sign in</body></html>")),
                         ("a flood", lambda m, p, f: (200, b"[" + b" " * 20_000_000 + b"]")),
                         ("nonsense", lambda m, p, f: (200, "[[[[{\"service_request_id\": {}}"))):
        t, body = county(answer)
        n = ends(t, "unknown", f"{name}: a clerk decides")
        tap.same(len(body.posts()), 1, f"{name}: it is not sent again by itself")
        first = body.posts()[0]
        body.answer = lambda m, p, f: (200, [{"service_request_id": "9"}])
        tap.same(act(t, "resend", 1, number=n["id"]).status, 200, f"{name}: who can send it again")
        t.wait_for(lambda: len(body.posts()) == 2)
        tap.same(body.posts()[1]["client_request_id"], first["client_request_id"], f"{name}: as the same request")
        tap.check(t.wait_for(lambda: notices(t, 1)[-1]["remote_id"] == "9"), f"{name}: and its number is kept")
        t.close()
        body.close()


def who_refuses_gives_it_back():
    t, body = county(lambda m, p, f: (400, [{"code": 400, "description": "Only inside\nthe county."}]))
    n = ends(t, "failed", "what is refused is not tried again")
    tap.check("Only inside the county." in n["why"], "in their words")
    tap.same(state(t, 1), "open", "it is with the clerks again")
    tap.check("pass-failed" in kinds(t, 1), "and the trail says so")
    tap.same(act(t, "pass", 1, value="county").status, 200, "it may be passed on again")
    t.close()
    body.close()


def who_is_down_gets_it_later():
    port = free_port()
    t, _ = county(None, port=port)
    tap.check(t.wait_for(lambda: notices(t, 1)[0]["state"] == "pending" and notices(t, 1)[0]["tries"] > 0), "who is away gets it later")
    body = Body(lambda m, p, f: (200, [{"service_request_id": "5"}]), port)
    ends(t, "sent", "and once")
    tap.same(len(body.posts()), 1, "only")
    t.close()
    body.close()


def old_servers_have_only_xml():
    says = ["<request><service_request_id>A-1</service_request_id><status>open</status><status_notes/></request>"]

    def answer(method, path, form):
        if not path.endswith(".xml"):
            return 404, "<html>Not found</html>"
        if method == "POST":
            return 200, "<?xml version=\"1.0\" encoding=\"utf-8\"?><service_requests><request><token>T 1</token></request></service_requests>".replace("T 1", "T1")
        if "/tokens/" in path:
            return 200, "<service_requests><request><token>T1</token><service_request_id>A-1</service_request_id></request></service_requests>"
        return 200, f"<service_requests>{says[0]}</service_requests>"

    t, body = county(answer, more="with-contact yes")
    n = ends(t, "sent", "a server that has XML alone is spoken to in XML")
    tap.same(n["remote_id"], "token:T1", "a token is kept")
    tap.check(t.wait_for(lambda: any(p == "/v2/requests/A-1.xml" for _, p, _ in body.calls)), "until there is a number, which is asked for")
    form = body.posts()[-1]
    tap.same((form["service_code"], form["email"], form["first_name"]), ("001", "resident1@example.org", "Resident"), "who reported goes along where the town says so")
    says[0] = "<request><service_request_id>A-1</service_request_id><status>open</status><status_notes>Crew &amp; truck on Monday</status_notes></request>"
    tap.check(t.wait_for(lambda: ("neighbour-says", "county", "Crew & truck on Monday") in said(t, 1)), "what they say of it is on the trail")
    tap.same(state(t, 1), "waiting", "and it waits on")
    says[0] = "<request><service_request_id>A-1</service_request_id><status>closed</status><status_notes>Filled</status_notes></request>"
    tap.check(t.wait_for(lambda: ("neighbour-done", "county", "Filled") in said(t, 1)), "so is that it is closed")
    tap.check(t.wait_for(lambda: state(t, 1) == "open"), "which a clerk looks at")
    asked = len(body.calls)
    t.stop()
    t.start()
    t.clerk = Clerk(t, "bea")
    tap.check(quiet(t), "and it is quiet")
    tap.same(len(body.calls), asked, "what is ended is not asked for any more")
    t.close()
    body.close()


def a_restart_asks_on():
    status = ["open"]
    t, body = county(lambda m, p, f: (200, [{"service_request_id": 12, "status": status[0], "status_notes": None}]))
    ends(t, "sent", "it is with them")
    t.kill()
    status[0] = "closed"
    t.start()
    tap.check(t.wait_for(lambda: "neighbour-done" in kinds(t, 1)), "after a restart it is asked for as before")
    tap.same(len(body.posts()), 1, "and not sent again")
    t.close()
    body.close()


def by_mail_both_ways():
    ports = {"ashford": free_port(), "barton": free_port()}
    conf = "channel neighbour {0}\n    name Town of {0}\n    mail reports@{0}.example.org\n"
    a, b = pair(conf.format("barton"), conf.format("ashford"), ports)
    post = Post(a, b)
    a.drop_mail("1", mail(1))
    b.drop_mail("1", mail(2, "A deep pothole at 14 Elm St."))
    filed(a, 1)
    filed(b, 1)
    tap.same(act(a, "pass", 1, value="barton", text="Yours, we think.").status, 200, "a report is passed on by mail")
    tap.check(a.wait_for(lambda: (post.carry(), post.between)[1]), "a mail goes to the other town")
    filed(b, 2)
    m = post.between[0][2]
    tap.check("There is a pothole at 12 Elm St" in m.get_content() and "Yours, we think." in m.get_content(), "with its words and the clerk's")
    tap.check("resident1" not in m.as_string() and "Resident 1" not in m.as_string(), "and not who said it")
    tap.same((m["Auto-Submitted"], m["X-Inlet-Loop"]), (None, "ashford.example.org"), "as a person's mail, but marked as an inlet's")
    tap.check("not-answered" in kinds(b, 2), "no program answers it")
    tap.same(act(b, "pass", 2, value="ashford").status, 422, "it is not passed back")

    tap.same(act(b, "reply", 2, text="The crew goes on Monday.").status, 200, "their clerk answers")
    tap.check(a.wait_for(lambda: (post.carry(), len(show(a, 1)["messages"]) == 2)[1]), "it comes to the report it is about")
    tap.check(a.wait_for(lambda: (post.carry(), state(a, 1) == "open")[1]), "which is looked at again")
    tap.check("The crew goes on Monday." in show(a, 1)["messages"][1]["text"], "with their words")
    act(b, "state", 2, value="done", reason="fixed", text="Filled.")
    tap.check(a.wait_for(lambda: (post.carry(), len(show(a, 1)["messages"]) == 3)[1]), "that it is done comes too")
    tap.same(act(a, "state", 1, value="done", reason="fixed").status, 200, "and a clerk here ends it")

    tap.same(act(b, "pass", 1, value="ashford").status, 200, "the other way too")
    tap.check(b.wait_for(lambda: (post.carry(), len(a.tickets()) == 2)[1]), "it is there")
    act(a, "state", 2, value="done", reason="fixed")
    tap.check(b.wait_for(lambda: (post.carry(), state(b, 1) == "open")[1]), "its end comes back")
    tap.check(quiet(a, b, post=post), "then all is quiet")
    tap.same((len(a.reports), len(b.reports)), (2, 2), "there is one report there for each here")
    tap.same([(f, to, m["Subject"].split(":")[0]) for f, to, m in post.between],
             [("ashford", "barton", "Ashford"), ("barton", "ashford", "Barton"), ("barton", "ashford", "Barton"),
              ("barton", "ashford", "Barton"), ("ashford", "barton", "Ashford")], "every mail between them is a clerk's")
    tap.same([f["address"] for f in show(a, 1)["followers"]], ["resident1@example.org"], "who it was passed on to does not follow it")
    a.close()
    b.close()


def an_answer_by_hand_comes_home():
    t = Town(conf="channel neighbour works\n    name County Works\n    mail works@county.example.org\n    from @county.example.org\n")
    t.name = "town"
    begin(t)
    t.drop_mail("1", mail(1))
    filed(t, 1)
    act(t, "pass", 1, value="works")
    t.wait_for(lambda: any(to == ["works@county.example.org"] for to, _ in t.smtp.mails))
    m = email.message_from_bytes(next(data for to, data in t.smtp.mails if to == ["works@county.example.org"]), policy=email.policy.default)
    sent = len(t.smtp.mails)
    t.drop_mail("2", mail(2, "We are on it.", more=f"In-Reply-To: {m['Message-ID']}\r\n").replace(b"resident2@example.org", b"joe@county.example.org"))
    tap.check(t.wait_for(lambda: len(show(t, 1)["messages"]) == 2), "what a neighbour's people answer is on the report")
    tap.same((state(t, 1), show(t, 1)["messages"][1]["from"]["address"]), ("open", "joe@county.example.org"), "as theirs, and a clerk looks")
    t.drop_mail("3", mail(3, "A lamp is out at 3 Elm St.").replace(b"resident3@example.org", b"ann@county.example.org"))
    tap.check(t.wait_for(lambda: "not-answered" in kinds(t, 2) if len(t.tickets()) == 2 else False), "a neighbour's own report is not answered by a program")
    tap.check(quiet(t), "and all is quiet")
    tap.same([m[0] for m in t.smtp.mails[sent:] if "county" in m[0][0]], [], "nothing goes to them by itself")
    t.close()


with open(os.path.join(ROOT, "tests", "fuzz", "corpus", "picture", "baseline.jpg"), "rb") as f:
    PHOTO = f.read()


def what_comes_back_from_a_neighbour_is_a_clerks():
    t = Town(conf="channel neighbour works\n    name County Works\n    mail works@county.example.org\n")
    t.name = "town"
    begin(t)
    t.drop_mail("1", mail(1))
    filed(t, 1)
    act(t, "pass", 1, value="works")
    t.wait_for(lambda: any(to == ["works@county.example.org"] for to, _ in t.smtp.mails))
    m = email.message_from_bytes(next(data for to, data in t.smtp.mails if to == ["works@county.example.org"]), policy=email.policy.default)
    t.drop_mail("2", f"""From: MAILER-DAEMON@county.example.org
To: reports@example.org
Subject: Undelivered Mail
Message-ID: <dsn@county.example.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

No such user.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; county.example.org

Final-Recipient: rfc822; works@county.example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 No such user

--b
Content-Type: text/rfc822-headers

Message-ID: {m["Message-ID"]}
To: works@county.example.org

--b--
""".replace("\n", "\r\n").encode())
    tap.check(t.wait_for(lambda: "pass-failed" in kinds(t, 1)), "a mail that comes back is on the trail")
    tap.same(state(t, 1), "open", "and the report with the clerks again")
    tap.same(len(t.tickets()), 1, "it is no report")
    t.close()


def photos_go_along_as_links():
    body = Body(lambda m, p, f: (200, [{"service_request_id": 12, "status": "open"}]))
    t = Town(conf=f"channel neighbour county\n    url http://127.0.0.1:{body.port}\n    service * = 1\n", at_home=True)
    t.name = "town"
    begin(t)
    form, kind = multipart({"key": "k1", "report": "There is a pothole at 12 Elm St"}, [("photo", "hole.jpg", "image/jpeg", PHOTO)])
    t.request("POST", "/report", form, {"Content-Type": kind})
    filed(t, 1)
    act(t, "pass", 1, value="county")
    tap.check(t.wait_for(body.posts), "a report with a photo is passed on")
    link = body.posts()[0].get("media_url", "")
    tap.check(link.startswith(t.url + "/passed/") and link in body.posts()[0]["description"], "with a link to the photo")
    status, picture = t.request("GET", link[len(t.url):])
    tap.same((status, picture[:3]), (200, PHOTO[:3]), "which shows it")
    for bad in (link[:-1] + "7", link.replace("/passed/1-", "/passed/1-x"), link.replace("/passed/1-", "/passed/2-"), t.url + "/passed/1/1/0", t.url + "/passed/x/y/z"):
        tap.same(t.request("GET", bad[len(t.url):])[0], 404, f"and nothing else: {bad[len(t.url):][:12]}")
    t.close()
    body.close()


def one_that_is_sick_keeps_nobody_waiting():
    def answer(method, path, form):
        if method == "POST":
            return 200, [{"service_request_id": len(body.posts())}]
        n = int(path.rsplit("/", 1)[1].split(".")[0])
        return (500, "oops") if n == 1 else (200, [{"service_request_id": n, "status": "closed", "status_notes": "Filled"}])

    body = Body(answer)
    t = Town(conf=f"channel neighbour county\n    url http://127.0.0.1:{body.port}\n    service * = 1\n    poll 1s\n")
    t.name = "town"
    begin(t)
    for n in (1, 2):
        t.drop_mail(str(n), mail(n))
        filed(t, n)
        act(t, "pass", n, value="county")
        ends(t, "sent", "passed on", n)
    tap.check(t.wait_for(lambda: "neighbour-done" in kinds(t, 2)), "what is behind one that is in trouble there is asked for too")
    t.close()
    body.close()


def what_is_undone_never_leaves():
    t, body = county(lambda m, p, f: (200, [{"service_request_id": 12}]))
    event = next(e for e in show(t, 1)["events"] if e["kind"] == "passed")
    tap.same(t.clerk.post("/api/undo", {"events": [event["id"]]}).status, 200, "passing on is undone")
    tap.same((state(t, 1), notices(t, 1)[0]["state"]), ("new", "withdrawn"), "and nothing of it is left")
    tap.same(act(t, "pass", 1, value="elsewhere").status, 400, "nobody else is passed to")
    t.close()
    body.close()


def what_is_wrong_in_the_file_is_said():
    good = {"url": "url https://example.org/x", "service": "service * = 1"}
    for bad, why in ((("url", "url http://example.org/x"), "url:"), (("url", "url https://a@b/"), "url:"), (("url", ""), "one of url and mail"),
                     (("service", ""), "service:"), (("service", "service pothole"), "service:"), (("mail", "mail works@example.org"), "one of url and mail")):
        lines = dict(good, **dict([bad]))
        t = Town(conf="channel neighbour county\n    " + "\n    ".join(lines.values()) + "\n")
        tap.check(not t.start() and why in t.log(), f"with {bad[1]!r} it does not start, and says why")
        t.close()


TESTS = (
    by_open311_both_ways,
    by_mail_both_ways,
    a_report_that_went_round_is_known,
    what_may_have_arrived_is_looked_for,
    what_is_not_known_is_a_clerks,
    who_refuses_gives_it_back,
    who_is_down_gets_it_later,
    old_servers_have_only_xml,
    a_restart_asks_on,
    an_answer_by_hand_comes_home,
    what_comes_back_from_a_neighbour_is_a_clerks,
    photos_go_along_as_links,
    one_that_is_sick_keeps_nobody_waiting,
    what_is_undone_never_leaves,
    what_is_wrong_in_the_file_is_said,
)

# Each has towns of its own, and mostly waits until a pass cannot be undone.
with concurrent.futures.ThreadPoolExecutor(8) as pool:
    for one in [pool.submit(test) for test in TESTS if len(sys.argv) < 2 or test.__name__ in sys.argv[1:]]:
        one.result()
sys.exit(tap.done())
