#!/usr/bin/env python3
"""The clerk's inbox at the server: who gets in, what they see, what they do,
and what hostile pages and bodies get."""
import base64
import hashlib
import hmac
import http.client
import json
import os
import sqlite3
import struct
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness
from clerk import PASSWORD, Clerk, Live, add_user

tap = harness.Tap()


def code_now(secret, step=0):
    """What an app shows (RFC 6238), counted without the code under test."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = struct.pack(">Q", int(time.time()) // 30 + step)
    mac = hmac.new(key, counter, hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7fffffff) % 10**6:06d}"


def in_database(town, sql, *values):
    with sqlite3.connect(os.path.join(town.folder, "inlet.db"), timeout=30) as db:
        return db.execute(sql, values).fetchall()


def file_reports(town, texts, first=100):
    """Mails in, one after another, so that their numbers are known."""
    for n, text in enumerate(texts):
        before = len(town.tickets())
        town.drop_mail(f"{first + n}.x", harness.mail(first + n, text))
        assert town.wait_for(lambda: len(town.tickets()) > before)


# ---- who gets in ----

def strangers_stay_out(town):
    nobody = Clerk(town)
    page = nobody.get("/inbox/7?state=new")
    tap.same((page.status, page.headers["Location"]), (303, "/sign-in?next=%2Finbox%2F7%3Fstate%3Dnew"),
             "who has not signed in is sent to sign in, and back")
    for path in ("/api/me", "/api/tickets", "/api/tickets/1", "/api/pins", "/api/views", "/api/live"):
        answer = nobody.get(path)
        tap.same((answer.status, answer.json["code"]), (401, "signed-out"), f"a stranger gets nothing at {path}")
    nobody.cookie = "A" * 43
    tap.same(nobody.get("/api/me").status, 401, "a cookie that was made up is none")
    nobody.cookie = "x" * 4000
    tap.same(nobody.get("/api/me").status, 401, "a long one neither")


def signing_in(town):
    ana = Clerk(town)
    page = ana.get("/sign-in?next=/inbox/3")
    tap.check(page.status == 200 and b'value="/inbox/3"' in page.body, "the form knows where to go on")
    tap.same(ana.sign_in("Ana", "a wrong password").status, 401, "a wrong password is refused")
    tap.same(ana.sign_in("Nobody", PASSWORD).status, 401, "so is who is not known")
    tap.check(ana.cookie == "", "and gets no cookie")
    good = ana.sign_in("  ana ", where="/inbox/3")
    tap.same((good.status, good.headers["Location"]), (303, "/inbox/3"), "the right one goes on")
    line = good.headers["Set-Cookie"]
    tap.check(all(part in line for part in ("__Host-inlet=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/;"))
              and "Domain" not in line, "its cookie is for this host alone, and not for scripts")
    kept = in_database(town, "SELECT id FROM sessions")
    tap.check(all(ana.cookie not in row[0] for row in kept)
              and hashlib.sha256(ana.cookie.encode()).hexdigest() in {row[0] for row in kept},
              "the store has the cookie's hash, not the cookie")
    for where in ("//evil.example", "/\\evil.example", "https://evil.example", "evil", "/a\r\nX: y"):
        tap.same(Clerk(town).sign_in("Ana", where=where).headers["Location"], "/inbox",
                 f"nobody is sent on to {where!r}")
    again = ana.get("/sign-in?next=/inbox/9")
    tap.same((again.status, again.headers["Location"]), (303, "/inbox/9"), "who is in need not sign in again")


def locking_out(town):
    add_user(town, "Lou")
    lou = Clerk(town)
    codes = [lou.sign_in("Lou", f"wrong {n}").status for n in range(6)]
    tap.same(codes, [401] * 5 + [429], "after five failures it is not even tried")
    tap.same(lou.sign_in("Lou").status, 429, "not with the right password either")
    tap.same(Clerk(town).sign_in("Ana").status, 303, "others come in all the same")
    there = in_database(town, "SELECT actor, what FROM audit WHERE what = 'locked out'")
    tap.same(there, [("Lou", "locked out")], "the audit says so once")
    in_database(town, "UPDATE sign_in_failures SET last_at = last_at - 901")
    tap.same(lou.sign_in("Lou").status, 303, "a quarter of an hour later it counts again")

    answers = []
    def guess(n):
        answers.append(Clerk(town).sign_in("Max", f"guess {n}").status)
    add_user(town, "Max")
    guesses = [threading.Thread(target=guess, args=(n,)) for n in range(12)]
    for g in guesses:
        g.start()
    for g in guesses:
        g.join()
    tap.check(answers.count(401) <= 5 and answers.count(401) + answers.count(429) == 12,
              "twelve guesses at once are no more than five")


def codes(town):
    add_user(town, "Tea")
    out = town.command("user", "totp", "Tea").stdout.decode()
    secret = out.split("secret for the app: ")[1].split()[0]
    tea = Clerk(town)
    tap.same(tea.sign_in("Tea").status, 401, "who has a code is not let in without it")
    right = code_now(secret)
    wrong = "000000" if right != "000000" else "000001"
    tap.same(tea.sign_in("Tea", code=wrong).status, 401, "nor with a wrong one")
    tap.same(tea.sign_in("Tea", code=f"{right[:3]} {right[3:]}").status, 303, "with the right one they are")
    tap.same(Clerk(town).sign_in("Tea", code=right).status, 401, "the same code counts once")
    answers = []
    after = code_now(secret, 1)
    both = [threading.Thread(target=lambda: answers.append(Clerk(town).sign_in("Tea", code=after).status))
            for _ in range(2)]
    for b in both:
        b.start()
    for b in both:
        b.join()
    tap.same(sorted(answers), [303, 401], "the next one counts, and for one of two at once")


def sessions_end(town):
    hash_of = lambda clerk: hashlib.sha256(clerk.cookie.encode()).hexdigest()
    ana = Clerk(town, "Ana")
    in_database(town, "UPDATE sessions SET seen_at = seen_at - 8 * 3600 - 5 WHERE id = ?", hash_of(ana))
    tap.same(ana.get("/api/me").status, 401, "eight hours without a request end a session")
    ana = Clerk(town, "Ana")
    in_database(town, "UPDATE sessions SET created_at = created_at - 7 * 86400 - 5 WHERE id = ?", hash_of(ana))
    tap.same(ana.get("/api/me").status, 401, "seven days do in any case")
    ana = Clerk(town, "Ana")
    in_database(town, "UPDATE sessions SET seen_at = seen_at - 3600 WHERE id = ?", hash_of(ana))
    ana.get("/api/me")
    tap.check(town.wait_for(lambda: in_database(
        town, "SELECT 1 FROM sessions WHERE id = ? AND seen_at > strftime('%s') - 60", hash_of(ana))),
        "each use is one more beginning of the eight hours")
    out = ana.form("/sign-out", {"csrf": "not it"})
    tap.same(out.status, 403, "nobody is signed out by another's page")
    out = ana.form("/sign-out", {"csrf": ana.csrf})
    tap.same((out.status, out.headers["Location"]), (303, "/sign-in"), "signing out")
    tap.same(ana.get("/api/me").status, 401, "ends the session")
    eve = Clerk(town, add_user(town, "Eve"))
    tap.same(eve.get("/api/me").status, 200, "a person is in")
    town.command("user", "disable", "Eve")
    tap.same(eve.get("/api/me").status, 401, "until they may no longer")
    tap.same(Clerk(town).sign_in("Eve").status, 401, "and cannot come back")
    whats = [row[0] for row in in_database(town, "SELECT what FROM audit WHERE actor = 'Ana'")]
    tap.check("signed in" in whats and "signed out" in whats, "the audit has who came and went")


def other_sites_do_nothing(town):
    ana = Clerk(town, "Ana")
    note = {"do": "note", "tickets": [1], "text": "forged"}
    cases = [
        ("another site's page", dict(fetch_site="cross-site")),
        ("a page of a sister host", dict(fetch_site="same-site")),
        ("one that does not say where from", dict(fetch_site=None)),
        ("one without the token", dict(token="")),
        ("one with another's token", dict(token=Clerk(town, "Sue").csrf)),
    ]
    for name, how in cases:
        answer = ana.post("/api/act", note, **how)
        tap.same((answer.status, answer.json["code"]), (403, "csrf"), f"{name} does nothing")
    def from_origin(origin, host):
        headers = {"Content-Type": "application/json", "X-CSRF": ana.csrf, "Origin": origin, "Host": host}
        return ana.ask("POST", "/api/presence", b'{"ticket":0}', headers, fetch_site=None).status
    tap.same(from_origin("https://millbrook.example.org", "millbrook.example.org"), 204,
             "an older browser says its Origin")
    tap.same(from_origin("http://127.0.0.1:9", "127.0.0.1:9"), 204, "or that of the host it asks")
    tap.same(from_origin("https://evil.example", "millbrook.example.org"), 403, "and not another's")
    tap.same(from_origin("null", "millbrook.example.org"), 403, "nor nobody's")
    tap.same(ana.sign_in("Ana", fetch_site="cross-site").status, 403, "nobody is signed in by another's page")
    form = ana.form("/api/act", {"do": "note"}, )
    tap.check(form.status in (403, 415), "a form is no body of JSON")


def roles(town):
    rea = Clerk(town, add_user(town, "Rea", "reader"))
    tap.same(rea.get("/api/tickets/1").status, 200, "a reader reads")
    for path, value in (("/api/act", {"do": "note", "tickets": [1], "text": "x"}),
                        ("/api/undo", {"events": [1]}), ("/api/report", {"text": "x"})):
        answer = rea.post(path, value)
        tap.same((answer.status, answer.json["code"]), (403, "role"), f"and does nothing at {path}")
    tap.same(rea.post("/api/views", {"name": "Ours", "query": "", "shared": True}).status, 403,
             "a view for all is not a reader's to make")
    tap.check("Rea" not in rea.get("/api/me").json["people"], "nothing is assigned to a reader")


# ---- what they see ----

def me(town):
    ana = Clerk(town, "Ana")
    me = ana.get("/api/me").json
    tap.same((me["user"], me["role"], me["language"]), ("Ana", "clerk", "en"), "who one is")
    tap.check(me["town"]["name"] == "Millbrook" and me["town"]["emergency"] == "911", "which town")
    tap.check(43 < me["map"]["south"] < me["map"]["north"] < 44, "where it lies")
    tap.same([c["label"] for c in me["channels"] if c["name"] in ("mail", "phone")], ["Email", "Phone"],
             "doors have names")
    tap.check(all(k in me["words"] for k in ("inbox.title", "error.role")) and
              not any(k.startswith("sign_in.") for k in me["words"]), "the words that the page needs")
    luz = Clerk(town, "Luz")
    tap.same(luz.get("/api/me").json["words"]["inbox.title"], "Bandeja de entrada", "in the person's language")
    shell = luz.get("/inbox/42")
    tap.check(shell.status == 200 and b'<html lang="es">' in shell.body and
              "script-src 'self'" in shell.headers["Content-Security-Policy"], "the page lets no other scripts run")


def lists(town):
    ana = Clerk(town, "Ana")
    every = ana.get("/api/tickets").json
    tap.check(every["total"] == len(every["tickets"]) >= 4 and every["upto"] >= 4, "all that are active")
    tap.check(ana.get("/api/tickets").json["tickets"][0]["urgent"], "an emergency is first")
    row = next(t for t in every["tickets"] if t["id"] == 1)
    tap.same((row["category"], row["category_label"], row["label"], row["channel"], row["state"]),
             ("pothole", "Pothole", "12 Elm Street", "mail", "new"), "a row says what it is")
    tap.check(43.4 < row["lat"] < 43.6, "and where")
    tap.same(ana.ids("category=pothole"), [1], "by category")
    tap.same(ana.ids("urgent=1"), [3], "emergencies")
    tap.same(ana.ids("needs=place"), [4, 2], "without a place, or one that is not sure")
    tap.same(ana.ids("q=pothole"), [1], "by a word of the message")
    tap.same(ana.ids("q=streetl"), [2], "or the beginning of one")
    tap.same(ana.ids("channel=texts"), [], "by door")
    tap.same(ana.ids("age=1d"), [], "by age")
    tap.same(ana.ids("state=done"), [], "by state")
    tap.same(ana.ids("order=oldest&limit=2"), [1, 2], "the oldest first, some of them")
    tap.same(ana.ids("order=oldest&limit=2&offset=2"), [3, 4], "and the next")
    tap.same(ana.ids("order=oldest&upto=3"), [1, 2, 3], "as it was when it ended with 3")
    box = f"{row['lon'] - .001},{row['lat'] - .001},{row['lon'] + .001},{row['lat'] + .001}"
    tap.check(1 in ana.ids("bbox=" + box), "on a piece of the map")
    pins = ana.get("/api/pins").json["pins"]
    tap.check([p for p in pins if p[0] == 1][0][3:] == ["new", "pothole", False] and
              not [p for p in pins if p[0] == 4], "pins are those with a place")
    for bad in ("state=nonsense", "age=long", "needs=money", "bbox=1,2,3", "bbox=a,b,c,d", "limit=x",
                "offset=-1", "order=rowid;--"):
        tap.same(ana.get("/api/tickets?" + bad).status, 400, f"{bad} is refused")
    for sql in ("%27%20OR%201%3D1--", "%22%29%20UNION%20SELECT%20password%20FROM%20users--", "%00", "%FF%FE",
                "a%22b%20NEAR(", "*", "%22", "-" * 3000):
        answer = ana.get("/api/tickets?q=" + sql)
        tap.check(answer.status in (200, 400, 431) and b"argon2" not in answer.body and b"password" not in answer.body,
                  f"q={sql[:30]} finds words, nothing else")


def one_ticket(town):
    ana = Clerk(town, "Ana")
    whole = ana.get("/api/tickets/1").json
    m = whole["messages"][0]
    tap.same(m["from"], {"name": "Resident 100", "address": "resident100@example.org"}, "who wrote")
    texts = {"visible": m["visible"], "title": m["subject"]}
    cut = lambda s: texts[s["in"]].encode("utf-16-le")[2 * s["begin"]:2 * s["end"]].decode("utf-16-le")
    places = [s for s in m["spans"] if s["what"] == "place" and s["in"] == "visible"]
    tap.same([cut(s) for s in places], ["12 Elm St"], "a span is where it says, behind an emoji too")
    tap.same(m["candidates"][places[0]["candidate"]]["label"], "12 Elm Street", "and names its candidate")
    tap.check("hoyo" in [cut(s) for s in m["spans"] if s["what"] == "category"], "what made the category")
    tap.check(all(s["rule"] for s in m["spans"]), "each with its rule")
    tap.same([e["label"] for e in whole["events"]][:2], ["Received", "Place"], "its trail, in words")
    tap.same(whole["followers"][0]["address"], "resident100@example.org", "who is told of it")
    tap.check(any("{" not in r["text"] and r["name"] == "patched" for r in whole["replies"]), "what may be answered")
    tap.same([like["id"] for like in whole["likes"]], [], "nothing like it")
    for bad in ("0", "-1", "99", "1x", "9" * 30, "%00", "1/2"):
        tap.check(ana.get("/api/tickets/" + bad).status in (400, 404), f"there is no ticket {bad[:9]}")


def views(town):
    sue, ana = Clerk(town, "Sue"), Clerk(town, "Ana")
    built_in = {v["key"]: v for v in ana.get("/api/views").json if "key" in v}
    tap.same(built_in["emergency"]["count"], 1, "views that are always there are counted")
    tap.same(sorted(built_in), sorted(["all", "mine", "unassigned", "place", "category", "emergency", "waiting",
                                       "done", "snoozed"]), "and are these")
    tap.check(all(ana.get("/api/tickets?" + v["query"]).json["total"] == v["count"] for v in built_in.values()),
              "each with as many as its list has")
    mine = ana.post("/api/views", {"name": "Holes", "query": "category=pothole"})
    tap.same((mine.status, mine.json["count"]), (201, 1), "one may be kept")
    ours = sue.post("/api/views", {"name": "Lights", "query": "q=streetlight", "shared": True}).json
    names = lambda clerk: [v["name"] for v in clerk.get("/api/views").json if v["id"]]
    tap.same((names(ana), names(sue)), (["Lights", "Holes"], ["Lights"]), "one's own, and everybody's")
    tap.same(sue.post(f"/api/views/{mine.json['id']}", {}, "DELETE").status, 404, "another's cannot be taken away")
    tap.same(ana.post(f"/api/views/{ours['id']}", {}, "DELETE").status, 404, "everybody's only by a supervisor")
    tap.same([ana.post(f"/api/views/{mine.json['id']}", {}, "DELETE").status,
              sue.post(f"/api/views/{ours['id']}", {}, "DELETE").status, names(ana)], [204, 204, []], "one's own can")
    tap.same(ana.post("/api/views", {"name": "", "query": ""}).status, 400, "a view has a name")
    tap.same(ana.post("/api/views", {"name": "x", "query": "state=nonsense"}).status, 400, "and a query that is one")


# ---- what happens, told at once ----

def until(ear, event):
    """What is told of tickets, up to that event or the end."""
    told = ear.take("ticket")
    while told[2]["event"] not in (event, None):
        told = ear.take("ticket")
    return told


def live(town):
    ana, sue = Clerk(town, "Ana"), Clerk(town, "Sue")
    ear = Live(ana)
    tap.same((ear.status, ear.response.headers["Content-Type"]), (200, "text/event-stream"), "one may listen")
    town.drop_mail("live.x", harness.mail(200, "A tree fell on Oak Avenue."))
    name, first_id, news = ear.take("ticket")
    tap.same((news["kind"], news["actor"]), ("new", "inlet"), "a new report is told")
    tap.same(news["event"], first_id, "by its event")
    ticket = news["id"]
    tap.check(town.wait_for(lambda: ticket in ana.ids()), "it is on the list")

    sue.post("/api/presence", {"ticket": ticket, "doing": "writing"})
    tap.same(ear.take("here")[2], {"ticket": ticket, "people": [{"user": "Sue", "doing": "writing"}]},
             "who is in a ticket is told")
    tap.same(ana.get(f"/api/tickets/{ticket}").json["here"], [{"user": "Sue", "doing": "writing"}],
             "and to who opens it")
    tap.same(sue.get(f"/api/tickets/{ticket}").json["here"], [], "not to themselves")
    sue.post("/api/presence", {"ticket": 0})
    tap.same(ear.take("here")[2], {"ticket": ticket, "people": []}, "and that they left")

    done = sue.act("note", [ticket], text="looked at it").json["events"][0]
    seen = until(ear, done)
    tap.same((seen[2]["id"], seen[2]["kind"], seen[2]["actor"]), (ticket, "changed", "Sue"), "a change is told")
    ear.close()

    missed = sue.act("note", [ticket], text="once more").json["events"][0]
    ear = Live(ana, last=seen[1])
    again = until(ear, missed)
    tap.same(again[2]["id"], ticket, "who comes back is told what was missed")
    ear.close()
    far = Live(ana, last=10**12)
    tap.same(far.take("stale")[0], "stale", "who has seen what never was has to look at all anew")
    far.close()
    in_database(town, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1001)"
                " INSERT INTO events (jurisdiction, ticket, at, kind, actor, text)"
                " SELECT 1, ?, 0, 'noted', 'Ana', '' FROM n", ticket)
    long = Live(ana, last=again[1])
    tap.same(long.take()[0], "stale", "so has who missed more than a thousand")
    long.close()
    tap.same(ana.ask("HEAD", "/api/live").status, 200, "HEAD ends")

    ear = Live(ana)
    ana.form("/sign-out", {"csrf": ana.csrf})
    begun = time.monotonic()
    while ear.take()[0]:
        pass
    tap.check(time.monotonic() - begun < harness.PATIENCE, "signing out ends what is told")


# ---- what they do ----

def acts(town):
    ana, sue = Clerk(town, "Ana"), Clerk(town, "Sue")
    row = lambda n: next(t for t in ana.get("/api/tickets?state=any").json["tickets"] if t["id"] == n)
    before = row(1)
    done = ana.act("assign", [1], value="Ana", revision=before["revision"]).json
    tap.same([t["assignee"] for t in done["tickets"]], ["Ana"], "it is taken")
    tap.same(ana.ids("assignee=me"), [1], "and found under mine")
    late = sue.act("assign", [1], value="Sue", revision=before["revision"])
    tap.same((late.status, late.json["code"], late.json["ticket"]["assignee"]), (409, "changed", "Ana"),
             "who saw it as it was before is told how it is now")
    answers = []
    before = row(1)
    seen = before["revision"]
    both = [threading.Thread(target=lambda c=c: answers.append(
        c.act("state", [1], value="done", reason="fixed", revision=seen).status)) for c in (ana, sue)]
    for b in both:
        b.start()
    for b in both:
        b.join()
    tap.same(sorted(answers), [200, 409], "of two who close at once one is told of the other")
    tap.same((row(1)["state"], row(1)["reason"]), ("done", "fixed"), "it is closed once")
    closing = [e for e in ana.get("/api/tickets/1").json["events"] if e["undoable"]][-1]
    back = ana.post("/api/undo", {"events": [closing["id"]]})
    tap.same((back.status, back.json["tickets"][0]["state"]), (200, before["state"]), "and open again after an undo")
    again = ana.post("/api/undo", {"events": [closing["id"]]})
    tap.same(again.status, 422, "what is undone cannot be undone again")
    shown = {e["id"]: e for e in ana.get("/api/tickets/1").json["events"]}
    tap.check(shown[closing["id"]]["undone"] and not shown[closing["id"]]["undoable"], "and the trail says so")

    bulk = ana.act("department", [1, 2, 2, 3], value="Streets").json
    tap.same((len(bulk["events"]), [t["department"] for t in bulk["tickets"]]), (3, ["Streets"] * 3), "many at once")
    tap.same(ana.ids("department=Streets&order=oldest"), [1, 2, 3], "and found by it")
    tap.check("Streets" in ana.get("/api/me").json["departments"], "the department is offered from now on")
    tap.same(ana.post("/api/undo", {"events": bulk["events"]}).status, 200, "taken back together")
    tap.same(ana.ids("department=Streets"), [], "all of them")
    tap.same(ana.act("note", list(range(1, 52)), text="x").status, 403, "very many are a supervisor's")

    m = ana.get("/api/tickets/1").json["messages"][0]
    placed = ana.act("place", [4], lat=43.5, lon=-71.9).json["tickets"][0]
    tap.check(placed["method"] == "pin" and placed["label"] and abs(placed["lat"] - 43.5) < 1e-6,
              "a pin gives a place and is called by what is near")
    moved = ana.act("place", [1], candidate={"message": m["id"], "n": 0}).json["tickets"][0]
    tap.same((moved["label"], moved["method"]), ("12 Elm Street", "interpolated"), "so does a candidate")
    for bad in (dict(lat=91, lon=0), dict(lat=43.5), {}, dict(candidate={"message": 10**9, "n": 0}),
                dict(candidate={"message": m["id"], "n": 99}), dict(candidate=7), dict(lat="43", lon=-71)):
        tap.same(ana.act("place", [1], **bad).status, 400, f"{bad} is no place")
    tap.same(ana.act("category", [4], value="tree").json["tickets"][0]["category_label"], "Tree", "a category")
    tap.same(ana.act("snooze", [4], number=int(time.time()) + 3600).status, 200, "out of the way for an hour")
    tap.check(4 not in ana.ids() and ana.ids("snoozed=1") == [4], "not on the list, but under the snoozed")
    tap.same(ana.act("snooze", [4], number=0).status, 200, "and back")
    reply = ana.act("reply", [1], text="We are on our way.").json["events"]
    tap.check(any("on our way" in n["text"] for n in ana.get("/api/tickets/1").json["notices"]), "a reply is a notice")
    ana.post("/api/undo", {"events": reply})
    tap.same([n["state"] for n in ana.get("/api/tickets/1").json["notices"] if "on our way" in n["text"]],
             ["withdrawn"], "that is withdrawn when taken back in time")
    merged = ana.act("merge", [2], number=1).json
    tap.same((row(2)["state"], row(2)["duplicate_of"], row(1)["duplicates"]), ("duplicate", 1, 1), "two are one")
    ana.post("/api/undo", {"events": merged["events"]})
    tap.same((row(2)["duplicate_of"], row(1)["duplicates"]), (0, 0), "and two again")


def entering(town):
    ana = Clerk(town, "Ana")
    made = ana.post("/api/report", {"text": "A woman says there is a deep pothole.", "label": "20 Elm Street",
                                    "name": "Rosa", "contact": "(555) 555-0142", "language": "es",
                                    "door": "phone", "key": "abc"})
    tap.same(made.status, 201, "a report is entered for who calls")
    t = made.json["ticket"]
    tap.same((t["channel"], t["category"], t["label"], t["language"]), ("phone", "pothole", "20 Elm Street", "es"),
             "read as all are, by the door of the phone")
    whole = ana.get(f"/api/tickets/{t['id']}").json
    tap.same([f["address"] for f in whole["followers"]], ["+15555550142"], "the caller is told of it")
    tap.check(town.wait_for(lambda: any(s["To"] == "+15555550142" for s in town.texts.texts)), "by text")
    tap.same([(e["actor"], e["text"]) for e in whole["events"] if e["kind"] == "entered"], [("Ana", "phone")],
             "and who entered it is on the trail")
    tap.same(ana.ids("channel=phone"), [t["id"]], "it is found by its door")
    twice = ana.post("/api/report", {"text": "A woman says there is a deep pothole.", "key": "abc"})
    tap.same(twice.json["ticket"]["id"], t["id"], "sent twice it is one report")
    pinned = ana.post("/api/report", {"text": "Graffiti on the wall", "lat": 43.501, "lon": -71.9,
                                      "door": "counter"}).json["ticket"]
    tap.same((pinned["channel"], pinned["method"]), ("counter", "pin"), "from the counter, with a pin")
    for bad, status in (({"text": ""}, 422), ({"text": "x", "door": "window"}, 422), ({"text": "x", "lat": 95, "lon": 0}, 422),
                        ({"text": "x", "contact": "call me"}, 422), ({"text": 7}, 400), ({"text": "x" * 20001}, 413)):
        answer = ana.post("/api/report", bad)
        tap.check(answer.status == status and answer.json["error"], f"{str(bad)[:40]} is refused in words")


# ---- hostile bodies ----

def bodies(town):
    ana = Clerk(town, "Ana")
    deep = b"[" * 60000 + b"]" * 60000
    cases = [
        (b"", 400), (b"{", 400), (b"[]", 400), (b"null", 400), (b'"x"', 400), (b'{"do":"note"', 400),
        (b'{"do":"note","do":"reply"}', 400), (b'{"do":"note"} trailing', 400), (b'{"do":NaN}', 400),
        (b'{"do":"\xff\xfe"}', 400), (b'{"do":"no\\u0000te"}', 400), (b'{"x":' + deep[:40000] + b"}", 400), (deep, 400),
        (b'{"do":7}', 400), (b'{"do":"note","tickets":7}', 400), (b'{"do":"note","tickets":["1"]}', 400),
        (b'{"do":"note","tickets":[1.5]}', 400), (b'{"do":"note","tickets":[]}', 400),
        (b'{"do":"note","tickets":[1],"revision":"x"}', 400), (b'{"do":"dance","tickets":[1]}', 400),
        (b'{"do":"undo","tickets":[1]}', 400), (b'{"do":"note","tickets":[999999],"text":"x"}', 404),
        (b'{"do":"note","tickets":[-1],"text":"x"}', 404), (b'{"do":"note","tickets":[1]}', 400),
        (b'{"do":"note","tickets":[1],"text":"' + b"x" * 30000 + b'"}', 413),
        (b'{"do":"note","tickets":[' + b",".join(b"%d" % n for n in range(1001)) + b'],"text":"x"}', 413),
        (b'{"do":"assign","tickets":[1],"value":"Nobody Known"}', 404), (b'{"do":"assign","tickets":[1],"value":"Rea"}', 422),
        (b'{"do":"state","tickets":[1],"value":"finished"}', 400),
        (b'{"do":"note","tickets":[99999999999999999999],"text":"x"}', 400),
    ]
    for body, status in cases:
        answer = ana.post("/api/act", body)
        tap.check(answer.status == status and answer.json["error"], f"{body[:50]!r} gets {status}")
    kind = ana.ask("POST", "/api/act", b"{}", {"Content-Type": "text/plain", "X-CSRF": ana.csrf})
    tap.same(kind.status, 415, "a body that is not called JSON is not read as such")
    tap.same(ana.post("/api/undo", {"events": [10**9]}).status, 404, "what never was cannot be undone")

    c = http.client.HTTPConnection("127.0.0.1", town.port, timeout=harness.PATIENCE)
    c.putrequest("POST", "/api/act")
    for key, value in (("Content-Type", "application/json"), ("Content-Length", str(100 << 20)),
                       ("Cookie", f"{ana.cookie_name}={ana.cookie}"), ("X-CSRF", ana.csrf)):
        c.putheader(key, value)
    c.endheaders()
    tap.same(c.getresponse().status, 413, "100 MB are refused before they are sent")
    c.close()
    tap.check(town.alive() and ana.get("/api/me").status == 200, "and all goes on")


def main():
    town = harness.Town()
    try:
        add_user(town, "Ana")
        add_user(town, "Sue", "supervisor")
        town.command("user", "add", "--role", "clerk", "--language", "es", "Luz", stdin=PASSWORD.encode() + b"\n")
        if not tap.check(town.start(), "the daemon starts"):
            print("# " + town.log().replace("\n", "\n# "))
            return tap.done()
        file_reports(town, [
            "\U0001f600 Hay un hoyo, a deep pothole at 12 Elm St.",
            "The streetlight is out at Oak Avenue and Main Street.",
            "Help! A live wire is down and sparking at 5 Main Street, somebody is hurt!",
            "Something is wrong here, please come.",
        ])
        for part in (strangers_stay_out, signing_in, locking_out, codes, sessions_end, me, lists, one_ticket,
                     views, other_sites_do_nothing, roles, entering, bodies, acts, live):
            print(f"# {part.__name__}", flush=True)
            part(town)
        clerk = Clerk(town, "Ana")
        ear = Live(clerk)
        tap.same(town.stop(), 0, "the daemon ends while pages listen")
        ear.close()
        log = town.log()
        tap.check(PASSWORD not in log and clerk.cookie not in log and "resident100" not in log, "the log keeps secrets")
    finally:
        town.close()
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
