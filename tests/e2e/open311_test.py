#!/usr/bin/env python3
"""Open311 GeoReport v2 through the real daemon: each call in XML and in JSON,
what is wrong with requests, lists and who may see what in them, the same sent
again, updates, and bad input."""
import concurrent.futures
import json
import os
import re
import signal
import subprocess
import sys
import urllib.parse
import xml.etree.ElementTree as xml

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Tap, Town, multipart

tap = Tap()
APP, VENDOR, OLD, CITY = "app-key-0123456789", "vendor-key-0123456789", "old-vendor-key-012345", "city-key-0123456789"
CHANNEL = f"""
channel open311 vendors
    key app {APP}
    key vendor {OLD}
    key vendor {VENDOR}
    key city {CITY}
    trust city
    limit 0
"""
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
JPEG = b"\xff\xd8\xff\xe0" + b"a photo" * 9
GOOD = {"api_key": APP, "service_code": "pothole", "address_string": "12 Elm St", "description": "Deep hole"}
V2 = "/open311/v2/"


def town(channel=CHANNEL, **more):
    t = Town(conf=channel, **more)
    if not t.start():
        print("# " + t.log().replace("\n", "\n# "))
        raise SystemExit("the daemon does not start")
    t.asks = 0
    return t


def get(t, path, **query):
    """Each asks as another: how often one may is for a test of its own."""
    t.asks += 1
    peer = {"X-Forwarded-For": f"198.51.{t.asks // 250}.{t.asks % 250}"}
    query = "?" + urllib.parse.urlencode(query) if query else ""
    return t.request("GET", V2 + path + query, headers=peer)


def post(t, path, fields, files=None):
    if files is not None:
        body, kind = multipart(fields, files)
        return t.request("POST", V2 + path, body, {"Content-Type": kind})
    return t.request("POST", V2 + path, urllib.parse.urlencode(fields), FORM)


# ---- XML as JSON, by the "Spark" convention ----

LISTS = ("endpoints", "formats", "services", "attributes", "values", "service_requests",
         "service_request_updates", "errors")
FLAGS = ("metadata", "variable", "required", "photo")
NUMBERS = {"lat": float, "long": float, "order": int}


def spark(e, parent=""):
    if e.tag in LISTS:
        return [spark(child, e.tag) for child in e]
    if len(e):
        return {child.tag: spark(child, e.tag) for child in e}
    if not e.text:
        return None
    if e.tag in FLAGS:
        return {"true": True, "false": False}[e.text]
    if e.tag == "code" and parent == "error":
        return int(e.text)
    return NUMBERS.get(e.tag, str)(e.text)


def both(t, path, name, want=200, **query):
    """Asks in both shapes, checks that they say the same; gives the JSON's."""
    as_xml, as_json = get(t, path + ".xml", **query), get(t, path + ".json", **query)
    tap.same((as_xml[0], as_json[0]), (want, want), f"{name}: {want}")
    try:
        value = json.loads(as_json[1].decode("utf-8"))
        tap.same(spark(xml.fromstring(as_xml[1])), value, f"{name}: XML and JSON say the same")
        return value
    except ValueError as e:
        tap.check(False, f"{name}: not well formed: {e}")
    except xml.ParseError as e:
        tap.check(False, f"{name}: not well formed: {e}")
    return None


STRINGS = ("service_request_id", "service_code", "service_name", "status", "requested_datetime", "updated_datetime",
           "update_id", "token", "code", "name", "key", "description", "datatype", "type")
MAY_LACK = ("address", "address_id", "zipcode", "status_notes", "agency_responsible", "service_notice", "media_url",
            "expected_datetime", "description", "account_id", "keywords", "group", "datatype_description")
MAY_LACK_NUMBERS = ("lat", "long")


def types_hold(value, parent=""):
    """What the community's JSON schema wants: ids are strings, degrees numbers, flags real ones."""
    if isinstance(value, list):
        return all(types_hold(v, parent) for v in value)
    if not isinstance(value, dict):
        return True
    for k, v in value.items():
        if isinstance(v, (dict, list)):
            if not types_hold(v, k):
                return False
        elif k in FLAGS:
            if not isinstance(v, bool):
                return False
        elif k in MAY_LACK_NUMBERS:
            if v is not None and (isinstance(v, bool) or not isinstance(v, (int, float))):
                return False
        elif k == "order":
            if type(v) is not int:
                return False
        elif not (isinstance(v, str) or (v is None and (k in MAY_LACK or parent == "extended_attributes"))):
            return False
    return True


def timeless(text):
    return re.sub(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"TIME", text)


# ---- the tests ----


def every_call_in_both_shapes():
    t = town()
    d = both(t, "discovery", "discovery")
    tap.same(d, {"changeset": "2026-11-20T00:00:00Z", "contact": "Millbrook <reports@example.org>",
                 "key_service": "Millbrook <reports@example.org>",
                 "endpoints": [{"specification": "http://wiki.open311.org/GeoReport_v2",
                                "url": "https://millbrook.example.org/open311/v2", "changeset": "2026-11-20T00:00:00Z",
                                "type": "production", "formats": ["text/xml", "application/json"]}]},
             "discovery says where, by whom and in which shapes")
    services = both(t, "services", "services")
    by_code = {s["service_code"]: s for s in services}
    tap.same(by_code["pothole"], {"service_code": "pothole", "service_name": "Pothole", "description": "Pothole",
                                  "metadata": True, "type": "realtime", "keywords": None, "group": None},
             "a service that asks something says so")
    tap.same(by_code["sidewalk"]["metadata"], False, "one that asks nothing, too")
    tap.check(types_hold(services), "services have the types of the schema")
    spanish = both(t, "services", "services in Spanish", locale="es")
    tap.check([s for s in spanish if s["service_code"] == "tree"][0]["service_name"] != by_code["tree"]["service_name"],
              "locale=es names them in Spanish")
    d = both(t, "services/pothole", "a definition")
    tap.same(d["service_code"], "pothole", "a definition is of its service")
    tap.same([(a["code"], a["datatype"], a["required"], a["order"]) for a in d["attributes"]],
             [("size", "singlevaluelist", False, 1), ("deep", "singlevaluelist", False, 2)], "it has the questions in order")
    tap.same(d["attributes"][1]["values"], [{"key": "finger", "name": "Less than a finger is long"},
                                            {"key": "hand", "name": "More than that"}], "and what there is to choose")
    tap.check(types_hold(d), "it has the types of the schema")
    tap.same([a["datatype"] for a in both(t, "services/abandoned-vehicle", "another")["attributes"]],
             ["string", "string", "datetime"], "text and dates are asked for too")
    tap.same(both(t, "services/sidewalk", "an empty one")["attributes"], [], "what asks nothing has an empty list")

    status, body = post(t, "requests.xml", {**GOOD, "lat": "", "long": "", "client_request_id": "one",
                                            "attribute[size]": "plate", "email": "ana@example.org",
                                            "first_name": "Ana", "last_name": "Sample", "phone": "555-555-0123"})
    tap.same((status, body), (200, b'<?xml version="1.0" encoding="utf-8"?>\n<service_requests><request>'
                                   b"<service_request_id>1</service_request_id><service_notice/><account_id/>"
                                   b"</request>\n</service_requests>\n"), "a request is answered with its number, in XML")
    status, body = post(t, "requests.json", {**GOOD, "description": "Another"})
    tap.same((status, body), (200, b'[{"service_request_id":"2","service_notice":null,"account_id":null}]'), "in JSON")
    m = t.show(1)["messages"][0]["message"]
    tap.same((m["sender"]["name"], m["sender"]["address"], m["text"]), ("Ana Sample", "ana@example.org", "Deep hole"),
             "name, address and words are kept")
    tap.same(m["answers"], [{"code": "size", "value": "plate"}, {"code": "phone", "value": "555-555-0123"}],
             "so are the answers, and the number beside the address")
    one = both(t, "requests/1", "one request")
    tap.check(types_hold(one), "it has the types of the schema")
    _, body = get(t, "requests/1.xml")
    tap.same(timeless(body), b'<?xml version="1.0" encoding="utf-8"?>\n<service_requests><request>'
             b"<service_request_id>1</service_request_id><status>open</status><status_notes/>"
             b"<service_name>Pothole</service_name><service_code>pothole</service_code><description/>"
             b"<agency_responsible/><service_notice/><requested_datetime>TIME</requested_datetime>"
             b"<updated_datetime>TIME</updated_datetime><expected_datetime/><address>12 Elm Street</address>"
             b"<address_id/><zipcode/><lat>" + b"%.6f" % one[0]["lat"] + b"</lat><long>" + b"%.6f" % one[0]["long"]
             + b"</long><media_url/></request>\n</service_requests>\n", "it is as the spec writes it, without words")
    tap.same([r["service_request_id"] for r in both(t, "requests", "requests")], ["2", "1"], "requests are a list, the newest first")
    more = both(t, "requests/1", "with extensions", extensions="true")
    tap.same(more[0]["extended_attributes"]["status"], "open", "extensions=true brings more, under a name of its own")
    tap.check(types_hold(more), "in the types of the schema")
    tap.same(both(t, "servicerequestupdates", "updates"), [], "nothing has happened yet")
    for path in ("requests/99", "requests/x", "services/x", "tokens/x"):
        value = both(t, path, path, 404)
        tap.check(value and value[0]["code"] == 404 and value[0]["description"], f"{path}: an error says why")
    tap.same(get(t, "requests/99.xml")[1], b'<?xml version="1.0" encoding="utf-8"?>\n<errors><error><code>404</code><description>'
             b"There is no such service request, or it may not be shown</description></error>\n</errors>\n", "errors are as the spec writes them")
    tap.same(get(t, "requests/99.json")[1], b'[{"code":404,"description":"There is no such service request, or it may not be shown"}]', "in JSON")
    for path in ("requests", "nothing.xml", "requests.txt", "services.json.xml"):
        tap.same(get(t, path)[0], 404, f"there is no {path}")
    c = __import__("http.client").client.HTTPConnection("127.0.0.1", t.port)
    for path, want in (("services.xml", "text/xml; charset=utf-8"), ("services.json", "application/json; charset=utf-8")):
        c.request("GET", V2 + path)
        r = c.getresponse()
        r.read()
        tap.same((r.getheader("Content-Type"), r.getheader("Access-Control-Allow-Origin")), (want, "*"), f"{path} says its kind, and any site may read it")
    for method, path in (("OPTIONS", "requests.json"), ("OPTIONS", "requests/1.json"), ("OPTIONS", "tokens/x.json")):
        c.request(method, V2 + path, headers={"Origin": "https://app.example.org", "Access-Control-Request-Method": "POST"})
        r = c.getresponse()
        r.read()
        tap.same((r.status, r.getheader("Access-Control-Allow-Methods")), (204, "GET, POST, OPTIONS"), f"a browser may ask before {path}")
    c.close()
    t.close()


def what_is_wrong_is_said():
    t = Town(conf=CHANNEL.replace("    limit 0", "    limit 0\n    jurisdiction millbrook.example.org\n    jurisdiction county.example.org\n    files 2\n    file-bytes 2k"))
    folder = os.path.join(t.folder, "rules")
    os.mkdir(folder)
    with open(os.path.join(folder, "own.services"), "w") as f:
        f.write("service graffiti\n  ask on choice needed\n    question en On what?\n    choice wall en A wall\n"
                "  ask since date\n    question en Since when?\n  ask height number\n    question en How high?\n")
    with open(t.conf) as f:
        conf = f.read()
    with open(t.conf, "w") as f:
        f.write(conf.replace("listen ", f"rules {folder}\nlisten ", 1))
    t.start()
    t.asks = 0
    ours = {**GOOD, "jurisdiction_id": "millbrook.example.org"}
    wall = {**ours, "service_code": "graffiti", "attribute[on]": "wall"}
    pin = {k: v for k, v in ours.items() if k != "address_string"}
    without = lambda name, form=None: {k: v for k, v in (form or ours).items() if k != name}
    matrix = [
        ("no key", 403, without("api_key")),
        ("an empty key", 403, {**ours, "api_key": ""}),
        ("a wrong key", 403, {**ours, "api_key": APP + "x"}),
        ("a key cut short", 403, {**ours, "api_key": APP[:-1]}),
        ("no jurisdiction where there are two", 400, without("jurisdiction_id")),
        ("an unknown jurisdiction", 404, {**ours, "jurisdiction_id": "elsewhere.example.org"}),
        ("no service", 400, without("service_code")),
        ("an unknown service", 404, {**ours, "service_code": "potholes"}),
        ("no place", 400, pin),
        ("an address_id alone", 400, {**pin, "address_id": "77"}),
        ("half a place", 400, {**ours, "lat": "41.3"}),
        ("the other half", 400, {**ours, "long": "-72.9"}),
        ("a latitude of 91", 400, {**pin, "lat": "91", "long": "0"}),
        ("a latitude that is none", 400, {**pin, "lat": "nan", "long": "0"}),
        ("an endless longitude", 400, {**pin, "lat": "1", "long": "1e999"}),
        ("words for degrees", 400, {**pin, "lat": "north", "long": "west"}),
        ("4,001 characters", 400, {**ours, "description": "ä" * 4001}),
        ("an endless name", 400, {**ours, "first_name": "a" * 1001}),
        ("no answer where one is needed", 400, without("attribute[on]", wall)),
        ("an answer that was not offered", 400, {**wall, "attribute[on]": "door"}),
        ("two answers to one question", 400, [*wall.items(), ("attribute[on][]", "wall")]),
        ("a number that is none", 400, {**wall, "attribute[height]": "high"}),
        ("a day that is none", 400, {**wall, "attribute[since]": "yesterday"}),
        ("4,000 characters", 200, {**ours, "description": "ä" * 4000}),
        ("no description", 200, without("description")),
        ("a pin alone", 200, {**pin, "lat": "41.3", "long": "-72.9"}),
        ("all answers", 200, {**wall, "attribute[height]": "2.5", "attribute[since]": "2026-11-01T00:00:00-05:00"}),
        ("attributes nobody asked for", 200, {**ours, "attribute[easting]": "1", "attribute[Fixmystreet_id]": "2"}),
    ]
    for name, want, form in matrix:
        for kind in ("xml", "json"):
            status, body = post(t, f"requests.{kind}", form)
            tap.same(status, want, f"{name}: {want} in {kind}")
            value = spark(xml.fromstring(body)) if kind == "xml" else json.loads(body)
            key = "code" if want != 200 else "service_request_id"
            tap.check(isinstance(value, list) and value and (value[0][key] == want if want != 200 else value[0][key]), f"{name}: told in {kind}")
    _, body = post(t, "requests.json", {**ours, "service_code": "", "address_string": "", "description": "x" * 5000})
    tap.same([e["code"] for e in json.loads(body)], [400, 400, 400], "all that is wrong is said at once")
    _, body = post(t, "requests.json?locale=es", {**ours, "service_code": "x"})
    tap.check("service_code" in body.decode() and "conoce" in body.decode(), "in the language that is asked for")
    status, body = post(t, "requests.json", ours, [("photo1", "a.jpg", "image/jpeg", b"\xff\xd8\xff" + b"x" * 3000)])
    tap.same(status, 400, "a file that is too large is refused")
    status, body = post(t, "requests.json", ours, [(f"photo{n}", "a.jpg", "image/jpeg", JPEG) for n in range(3)])
    tap.same(status, 400, "so are too many")
    before = len(t.tickets())
    for name, query in (("a start that is no date", {"start_date": "yesterday"}),
                        ("the 13th month", {"end_date": "2026-13-01T00:00:00Z"}),
                        ("an end before its start", {"start_date": "2026-02-01T00:00:00Z", "end_date": "2026-01-01T00:00:00Z"}),
                        ("91 days", {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-04-02T00:00:01Z"}),
                        ("page 0", {"page": "0"}), ("page x", {"page": "x"}), ("page_size 0", {"page_size": "0"}),
                        ("page_size 1001", {"page_size": "1001"}), ("page_size -1", {"page_size": "-1"}),
                        ("page 10001", {"page": "10001"}), ("a status of none", {"status": "fixed"}),
                        ("a box of three", {"bbox": "1,2,3"}), ("a box inside out", {"bbox": "3,2,1,4"}),
                        ("a box of nothing", {"bbox": "nan,nan,nan,nan"}),
                        ("1,001 numbers", {"service_request_id": ",".join(["1"] * 1001)}),
                        ("200 services", {"service_code": ",".join(["pothole"] * 200)}),
                        ("an update that is none", {"updated_after": "x"}),
                        ("no jurisdiction", {"jurisdiction_id": ""})):
        both(t, "requests", name, 400, **{"jurisdiction_id": "county.example.org", **query})
    both(t, "requests", "another jurisdiction", 404, jurisdiction_id="x")
    both(t, "requests", "a key that is none", 403, jurisdiction_id="county.example.org", api_key="x")
    tap.same(len(t.tickets()), before, "what is refused leaves nothing")
    t.close()


def keys_are_changed_and_not_guessed():
    t = town()
    ids = [json.loads(post(t, "requests.json", {**GOOD, "api_key": k, "client_request_id": "same"})[1])[0]["service_request_id"]
           for k in (OLD, VENDOR)]
    tap.same(ids[0], ids[1], "the old key of a name and the new one are the same sender")
    other = json.loads(post(t, "requests.json", {**GOOD, "client_request_id": "same"})[1])[0]["service_request_id"]
    tap.check(other != ids[0], "another sender's id is another request")
    peer = {**FORM, "X-Forwarded-For": "192.0.2.66"}
    guess = lambda n: t.request("POST", V2 + "requests.json", urllib.parse.urlencode({**GOOD, "api_key": f"guess-{n:030d}"}), peer)[0]
    got = [guess(n) for n in range(103)]
    tap.same((got[0], got[-1]), (403, 429), "who guesses keys is slowed")
    tap.same(t.request("POST", V2 + "requests.json", urllib.parse.urlencode(GOOD), peer)[0], 429, "even when right at last")
    tap.same(post(t, "requests.json", GOOD)[0], 200, "others are not")
    t.close()
    t = town(CHANNEL.replace("limit 0", "limit 3"))
    got = [post(t, "requests.json", {**GOOD, "description": str(n)})[0] for n in range(5)]
    tap.same(got, [200, 200, 200, 429, 429], "one key may send so many an hour")
    tap.same(post(t, "requests.json", {**GOOD, "api_key": VENDOR})[0], 200, "another is not held up by it")
    t.close()
    for bad, why in (("key app short", "16 characters"), ("key A B C app-key", "a name of a-z"), ("key x file /nowhere", "/nowhere"),
                     ("trust nobody", "no key is called"), ("path open311", "is not a path")):
        t = Town(conf=f"channel open311 vendors\n    {bad}\n")
        tap.check(not t.start() and why in t.log(), f"with \"{bad}\" it does not start, and says why")
        t.close()
    t = Town()
    with open(os.path.join(t.folder, "secret"), "w") as f:
        f.write(APP + "\n")
    with open(t.conf, "a") as f:
        f.write(f"channel open311 vendors\n    key app file {t.folder}/secret\n")
    tap.check(t.start(), "a key may stand in a file")
    tap.same(post(t, "requests.json", GOOD)[0], 200, "and is understood")
    t.close()


def the_same_again_is_one_report():
    t = town()
    form = {**GOOD, "client_request_id": "phone-7/42", "attribute[size]": "plate"}
    body = urllib.parse.urlencode(form)

    def send(n):
        return t.request("POST", V2 + "requests.json", body, FORM)

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(send, range(1000)))
    tap.same({a for a in answers}, {(200, b'[{"service_request_id":"1","service_notice":null,"account_id":null}]')},
             "sent a thousand times, sixteen at once, it is answered the same")
    tap.same(len(t.tickets()), 1, "and is one report")
    tap.same(len(t.show(1)["messages"]), 1, "with one message")
    boundary = post(t, "requests.json", form, [])
    tap.same(json.loads(boundary[1])[0]["service_request_id"], "1", "written another way it is still the same")
    again = post(t, "requests.json", {**form, "description": "A second hole"})
    tap.same(json.loads(again[1])[0]["service_request_id"], "2", "an id used for other words loses nothing: it is another")
    for n in range(2):
        status, body = post(t, "requests.json", {**GOOD, "description": "Without an id"})
        tap.same(json.loads(body)[0]["service_request_id"], "3", "without an id the same within minutes is one too")
    tap.same([json.loads(post(t, "requests.json", {**GOOD, "phone": "555-555-0123", "client_request_id": f"n{n}"})[1])[0]["service_request_id"]
              for n in range(2)], ["4", "5"], "two reports of one number are two")
    t.kill(signal.SIGKILL)
    t.start()
    status, body = post(t, "requests.json", form)
    tap.same(json.loads(body)[0]["service_request_id"], "1", "after a crash it is known still")
    t.close()


def who_cannot_wait_gets_a_token():
    t = town(CHANNEL.replace("limit 0", "limit 0\n    wait 1s"))
    workers = subprocess.run(["pgrep", "-P", str(t.process.pid)], capture_output=True, text=True).stdout.split()
    nested = subprocess.run(["pgrep", "-g", str(t.process.pid)], capture_output=True, text=True).stdout.split()
    workers = sorted((set(workers) | set(nested)) - {str(t.process.pid)})
    tap.check(workers, "there are processes that read")
    for w in workers:
        os.kill(int(w), signal.SIGSTOP)
    status, body = post(t, "requests.json", {**GOOD, "client_request_id": "slow"})
    first = json.loads(body)[0]
    tap.same((status, "service_request_id" in first), (200, False), "while nothing can be read a request gets a token")
    tap.same(post(t, "requests.json", {**GOOD, "client_request_id": "slow"}), (status, body), "sent again it gets the same one")
    value = both(t, f"tokens/{first['token']}", "a token")
    tap.same(value, [{"token": first["token"]}], "that leads nowhere yet")
    for w in workers:
        os.kill(int(w), signal.SIGCONT)
    t.wait_for(lambda: b"service_request_id" in get(t, f"tokens/{first['token']}.json")[1])
    value = both(t, f"tokens/{first['token']}", "a token later")
    tap.same(value, [{"service_request_id": "1", "token": first["token"]}], "and then to its request")
    status, body = post(t, "requests.json", {**GOOD, "client_request_id": "slow"})
    tap.same(json.loads(body)[0].get("service_request_id"), "1", "sent once more it is answered with that")
    tap.same(len(t.tickets()), 1, "it was one report")
    t.close()


def lists_are_filtered_and_paged():
    t = town(settings="public-map yes\n")
    places = {}
    for n, (code, where) in enumerate((("pothole", "12 Elm St"), ("tree", "12 Elm St"), ("graffiti", "9 Park St"), ("tree", "9 Park St"), ("pothole", "")), 1):
        place = {"address_string": where} if where else {"lat": "41.30", "long": "-72.90"}
        post(t, "requests.json", {"api_key": APP, "service_code": code, "description": f"Number {n}", **place})
    ids = lambda **q: [r["service_request_id"] for r in both(t, "requests", "a list", **q)]
    tap.same(ids(), ["5", "4", "3", "2", "1"], "all are there")
    tap.same(ids(service_code="tree"), ["4", "2"], "one service")
    tap.same(ids(service_code="tree, graffiti,nothing"), ["4", "3", "2"], "several")
    tap.same(ids(service_code="nothing"), [], "none")
    tap.same(ids(service_request_id="2,77,x,1", service_code="graffiti", status="closed", page="x"), ["2", "1"], "numbers override all others")
    tap.same(ids(status="open"), ids(status="open,closed"), "open is all of them")
    tap.same(ids(status="closed"), [], "closed is none")
    tap.same(ids(status=""), ids(), "an empty parameter is not given")
    tap.same([ids(page=n, page_size=2) for n in (1, 2, 3, 4)], [["5", "4"], ["3", "2"], ["1"], []], "pages hold it all once")
    at = {r["service_request_id"]: (r["lat"], r["long"]) for r in both(t, "requests", "places")}
    lat, lon = at["1"]
    tap.same(ids(bbox=f"{lon - 1e-4},{lat - 1e-4},{lon + 1e-4},{lat + 1e-4}"), ["2", "1"], "a box holds what lies in it")
    tap.same(ids(bbox="10,10,11,11"), [], "another nothing")
    tap.same(ids(start_date="2020-01-01T00:00:00Z", end_date="2020-02-01T00:00:00Z"), [], "nothing was asked for in 2020")
    tap.same(ids(end_date="2020-02-01T00:00:00Z"), [], "nor before")
    tap.same(ids(start_date="2020-01-01"), [], "nor in the 90 days since")
    now = both(t, "requests/1", "one")[0]["requested_datetime"]
    tap.same(ids(start_date=now), ["5", "4", "3", "2", "1"], "all were since the first")
    tap.same(ids(updated_after="2020-01-01T00:00:00Z"), ids(), "all were changed since")
    tap.same(ids(updated_before="2020-01-01T00:00:00+02:00"), [], "none before")
    tap.same(get(t, "requests.json", updated_after="2999-01-01T00:00:00Z")[1], b"[]", "an empty list is one")
    tap.same(get(t, "requests.xml", updated_after="2999-01-01T00:00:00Z")[1], b'<?xml version="1.0" encoding="utf-8"?>\n<service_requests></service_requests>\n', "in XML too")
    t.close()


def everybody_sees_what_the_public_map_shows():
    words = "My name is Ana Sample, call 555-555-0199 or ana@example.org: the hole is deep"
    form = {**GOOD, "description": words, "first_name": "Bob", "last_name": "Private", "email": "bob@example.org"}
    t = town(settings="public-hide graffiti\n")
    post(t, "requests.json", form)
    post(t, "requests.json", {**GOOD, "service_code": "noise"})
    t.post_web("key-open311-000001", "Loud music every night", category="noise", address="9 Park St")
    t.post_web("key-open311-000002", "A tag on the wall", category="graffiti", address="9 Park St")
    t.post_web("key-open311-000003", "A dead tree, says Eve", category="tree", address="9 Park St")
    t.wait_for(lambda: len(t.tickets()) == 5)
    ids = lambda **q: sorted(r["service_request_id"] for r in both(t, "requests", "a list", **q))
    tap.same(ids(), ["1", "5"], "hidden categories are not shown")
    tap.same(both(t, "requests/3", "one of them", 404)[0]["code"], 404, "nor one of them by its number")
    tap.same(ids(service_request_id="1,2,3,4,5"), ["1", "5"], "nor by a list of numbers")
    tap.same(ids(api_key=APP), ["1", "2", "5"], "who has a key sees what came by this door too")
    tap.same(ids(api_key=CITY), ["1", "2", "3", "4", "5"], "who is trusted sees all")
    tap.same(both(t, "requests/1", "words")[0]["description"], None, "without public-words nothing is quoted")
    tap.same(both(t, "requests/1", "words", api_key=APP)[0]["description"], None, "nor to a key")
    tap.same(both(t, "requests/1", "words", api_key=CITY)[0]["description"], words, "but to one that is trusted, in full")
    _, everything = get(t, "requests.json", api_key=CITY, extensions="true")
    tap.check(b"Private" not in everything and b"bob@" not in everything, "who said it is never told")
    t.close()
    t = town(settings="public-words yes\n")
    post(t, "requests.json", form)
    said = both(t, "requests/1", "words")[0]["description"]
    tap.check("the hole is deep" in said and "Ana" not in said and "0199" not in said and "@" not in said, "with public-words they are, without who it is")
    t.close()
    t = town(CHANNEL.replace("limit 0", "public no"))
    post(t, "requests.json", form)
    for path in ("requests", "requests/1", "servicerequestupdates"):
        tap.same(both(t, path, path, 403)[0]["code"], 403, f"with \"public no\" {path} wants a key")
        both(t, path, path + " with a key", 200, api_key=APP)
    both(t, "services", "services do not", 200)
    t.close()


def updates_come_and_go():
    t = town()
    post(t, "requests.json", GOOD)
    update = {"api_key": APP, "service_request_id": "1", "update_id": "77", "status": "OPEN", "description": "It got deeper",
              "updated_datetime": "2026-11-24T10:00:00+01:00", "first_name": "Ana", "last_name": "Sample", "email": "ana@example.org"}
    status, body = post(t, "servicerequestupdates.xml", update)
    first = spark(xml.fromstring(body))
    tap.check(status == 200 and re.fullmatch(r"u-[0-9a-f]{32}", first[0]["update_id"]), "an update gets an id")
    tap.same(post(t, "servicerequestupdates.xml", update), (status, body), "sent again, the same")
    t.wait_for(lambda: len(t.show(1)["messages"]) == 2)
    tap.same([m["message"]["text"] for m in t.show(1)["messages"]], ["Deep hole", "It got deeper"], "its words are on the ticket once")
    tap.same(t.tickets()[0]["state"], "new", "a key that is not trusted changes no state")
    status, body = post(t, "servicerequestupdates.json", {**update, "update_id": "78", "status": "FIXED", "description": "Done!"})
    t.wait_for(lambda: len(t.show(1)["messages"]) == 3)
    tap.same((status, t.tickets()[0]["state"]), (200, "new"), "not even by saying that it is fixed")
    city = {**update, "api_key": CITY, "status": "FIXED", "update_id": "c1", "description": "Filled on Monday"}
    status, body = post(t, "servicerequestupdates.json", city)
    tap.same((status, t.tickets()[0]["state"]), (200, "done"), "one that is trusted does, before it is answered")
    tap.check(any(e["actor"] == "city (vendors)" and e["kind"] == "state" for e in t.show(1)["events"]), "in its own name")
    one = both(t, "requests/1", "closed")[0]
    tap.same((one["status"], one["status_notes"]), ("closed", "It has been fixed."), "it is closed, and says why")
    tap.same([r["service_request_id"] for r in both(t, "requests", "closed ones", status="closed")], ["1"], "it is among those")
    tap.same(both(t, "requests/1", "extended", extensions="true")[0]["extended_attributes"]["status"], "fixed", "in FixMyStreet's words too")
    updates = both(t, "servicerequestupdates", "updates")
    tap.same([(u["service_request_id"], u["status"]) for u in updates], [("1", "fixed")], "who asks for updates hears of it")
    tap.check(types_hold(updates), "in the types of the schema")
    tap.same(both(t, "servicerequestupdates", "updates to who made them", api_key=CITY), [], "who said it is not told again")
    tap.same(both(t, "servicerequestupdates", "old ones", start_date="2020-01-01T00:00:00Z", end_date="2020-01-02T00:00:00Z"), [], "nothing was in 2020")
    tap.same(len(both(t, "servicerequestupdates", "since", start_date=updates[0]["updated_datetime"])), 1, "its own second is within")
    both(t, "servicerequestupdates", "91 days", 400, start_date="2026-01-01T00:00:00Z", end_date="2026-04-02T00:00:01Z")
    post(t, "servicerequestupdates.json", {**city, "status": "OPEN", "update_id": "c2", "description": "It is back"})
    tap.same(t.tickets()[0]["state"], "open", "it is opened again")
    post(t, "servicerequestupdates.json", city)
    tap.same(t.tickets()[0]["state"], "open", "and the old update, sent once more, does not close it")
    tap.same([u["status"] for u in both(t, "servicerequestupdates", "both")], ["fixed", "in_progress"], "all of it is told in order")
    for name, want, form in (("no key", 403, {"api_key": ""}), ("no number", 400, {"service_request_id": ""}),
                             ("an unknown number", 404, {"service_request_id": "99"}), ("words for a number", 404, {"service_request_id": "x"}),
                             ("nothing said", 400, {"description": "", "status": ""}), ("a date that is none", 400, {"updated_datetime": "today"})):
        tap.same(post(t, "servicerequestupdates.json", {**update, "update_id": name, **form})[0], want, f"an update with {name}: {want}")
    t.post_web("key-open311-000009", "Loud music", category="noise", address="9 Park St")
    t.wait_for(lambda: len(t.tickets()) == 2)
    tap.same(post(t, "servicerequestupdates.json", {**update, "service_request_id": "2"})[0], 404, "what a key may not see it may not write to")
    body, kind = multipart({**update, "update_id": "p"}, [("photo1", "a.jpg", "image/jpeg", JPEG)])
    tap.same(t.request("POST", V2 + "servicerequestupdates.xml", body, {"Content-Type": kind})[0], 200, "a photo may come with it")
    t.wait_for(lambda: t.tickets("--all") is not None and any(m["message"]["attachments"] for m in t.show(1)["messages"]))
    tap.check(any(a["media_type"] == "image/jpeg" for m in t.show(1)["messages"] for a in m["message"]["attachments"]), "and is kept")
    t.close()


def files_and_links_are_kept():
    t = town()
    fields = {**GOOD, "media_url": "https://photos.example.org/1.jpg", "media_url[]": "javascript:alert(1)"}
    post(t, "requests.json", fields, [("photo1", "../../hole.jpg", "image/jpeg", JPEG), ("file_plan", "plan.pdf", "application/pdf", b"%PDF-1.4 x"), ("empty", "", "", b"")])
    t.wait_for(lambda: len(t.tickets()) == 1)
    got = t.show(1)["messages"][0]["message"]["attachments"]
    tap.same([(a["name"], a["media_type"]) for a in got[:2]], [("hole.jpg", "image/jpeg"), ("plan.pdf", "application/pdf")], "files are kept, by plain names")
    tap.same([a.get("url") for a in got[2:]], ["https://photos.example.org/1.jpg"], "a picture elsewhere as its address, and nothing that is none")
    tap.same(both(t, "requests/1", "to everybody")[0]["media_url"], None, "which is not for everybody")
    tap.same(both(t, "requests/1", "to who is trusted", api_key=CITY)[0]["media_url"], "https://photos.example.org/1.jpg", "but for who is trusted")
    t.close()


def residents_are_answered_unless_the_sender_does():
    for answer, want in (("yes", 1), ("no", 0)):
        t = town(CHANNEL.replace("limit 0", f"answer {answer}"))
        post(t, "requests.json", {**GOOD, "email": "ana@example.org"})
        t.post_web("key-open311-000005", "Sentinel", contact="last@example.org", consent="1", address="9 Park St", category="tree")
        t.wait_for(lambda: any(to == ["last@example.org"] for to, _ in t.smtp.mails))
        t.wait_for(lambda: all(n["state"] == "sent" for i in (1, 2) for n in t.show(i)["notices"]))
        tap.same(len([1 for to, _ in t.smtp.mails if to == ["ana@example.org"]]), want, f"with \"answer {answer}\" who gave an address gets {want} mails")
        t.close()


HOSTILE = ["]]>", "<![CDATA[x]]>", "<script>alert(1)</script>", "&amp;&lt;&#0;&x;", "a\x00b\x01c\x08d\x0ee\x1ff\x7fg",
           "\r\nlines\rof\nall\tkinds", "\ufffe\uffff\u2028\u202e", "\U0001f573 hole", '"quotes\' \\ and {[', "%s%n%d", "<?xml version=\"1.0\"?>"]


def bad_input_is_the_normal_case():
    t = town(settings="public-words yes\n")
    for n, text in enumerate(HOSTILE):
        status, body = post(t, "requests.xml", {**GOOD, "description": text, "first_name": text, "client_request_id": str(n)})
        tap.same(status, 200, f"{text!r} is taken")
    raw = urllib.parse.urlencode({k: v for k, v in GOOD.items() if k != "description"}).encode()
    for n, tail in enumerate((b"&description=%ff%fe%c3%28%ed%a0%80", b"&description=%f0%9f%95", b"&description=%", b"&description=%zz%00", b"&lat=&long=&&=&=x&description=ok")):
        status, _ = t.request("POST", V2 + "requests.json", raw + tail, FORM)
        tap.same(status, 200, f"so is {tail!r}")
    listed = both(t, "requests", "all of it", api_key=CITY)
    tap.same(len(listed), len(HOSTILE) + 5, "and is listed, well formed in both shapes")
    both(t, "requests", "all of it to everybody")
    all_text = get(t, "requests.xml", api_key=CITY)[1]
    tap.check(not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", all_text), "without characters XML has no place for")
    tap.check(b"<script" not in all_text and b"CDATA[" not in all_text.replace(b"&lt;![CDATA[", b""), "and nothing of it is markup")
    deep = urllib.parse.urlencode({**GOOD, "client_request_id": "deep", **{"attribute" + "[a]" * 60: "x", "attribute[[[[": "x", "attribute[]": "x", "attribute[a][b]": "x", "attribute[" + "x" * 90 + "]": "y"}})
    tap.same(t.request("POST", V2 + "requests.json", deep, FORM)[0], 200, "brackets in brackets are no attributes")
    many = urllib.parse.urlencode([*GOOD.items(), *((f"attribute[a{n}]", "x") for n in range(300))])
    tap.same(t.request("POST", V2 + "requests.json", many, FORM)[0], 400, "three hundred fields are refused")
    tap.same(t.request("POST", V2 + "requests.json", b"--x\r\nnothing", {"Content-Type": "multipart/form-data; boundary=y"})[0], 400, "so is a form with another boundary")
    tap.same(t.request("POST", V2 + "requests.json", b'{"service_code": "pothole"}', {"Content-Type": "application/json"})[0], 403, "JSON is no form, and has no key")
    tap.same(t.request("POST", V2 + "requests.json", b"", {})[0], 403, "nor has nothing")
    for path in ("requests/" + "9" * 400 + ".xml", "requests/-1.xml", "requests/1e1.xml", "services/%2e%2e.xml", "services/" + "x" * 3000 + ".xml", "tokens/%27%20OR%201=1.json", "requests/%ff.xml"):
        status, body = get(t, path)
        tap.check(status in (400, 404), f"nothing is at {path[:40]}")
    both(t, "requests", "a service of quotes", service_code="' OR '1'='1")
    both(t, "requests", "a number of quotes", service_request_id="1 OR 1=1")
    import socket
    with socket.create_connection(("127.0.0.1", t.port), 20) as s:
        s.sendall(f"POST {V2}requests.xml HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {100 * 1024 * 1024}\r\n\r\n".encode())
        tap.same(s.recv(4096).split(b" ")[1:2], [b"413"], "100 MB are refused before they come")
    tap.check(t.alive() and t.stop() == 0, "the daemon is up, and ends as it should")
    t.close()


def spec_validator():
    """The 22 rules of SeeClickFix's open311-validator, from what they are meant to hold: it is
    not run itself. Two want a Content-Type without charset, which the spec asks for; the ten on
    a second endpoint hold where test-url is set."""
    t = town(CHANNEL.replace("limit 0", "test-url https://test.example.org/open311/v2"))
    found = both(t, "discovery", "discovery for the validator")
    tap.same(len(found["endpoints"]), 2, "there are two endpoints")
    for e in found["endpoints"]:
        tap.check(e["specification"] and e["url"].startswith("https://") and "text/xml" in e["formats"], f"the {e['type']} one has a specification, an address and XML")
        tap.check(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", e["changeset"]) and e["changeset"] < "2026-11-21", "and a changeset in the past")
    tap.same([e["type"] for e in found["endpoints"]], ["production", "test"], "one is to work with, one to try")
    tap.check(found["contact"] and found["key_service"], "it says whom to ask, and for a key")
    for s in both(t, "services", "services for the validator"):
        if not (s["service_code"] and s["service_name"] and s["type"] in ("realtime", "batch", "blackbox") and isinstance(s["metadata"], bool)):
            tap.check(False, f"service {s}")
        if s["metadata"] and not json.loads(get(t, f"services/{s['service_code']}.json")[1])["attributes"]:
            tap.check(False, f"service {s['service_code']} has attributes")
    t.close()


for test in (every_call_in_both_shapes, what_is_wrong_is_said, keys_are_changed_and_not_guessed, the_same_again_is_one_report,
             who_cannot_wait_gets_a_token, lists_are_filtered_and_paged, everybody_sees_what_the_public_map_shows,
             updates_come_and_go, files_and_links_are_kept, residents_are_answered_unless_the_sender_does,
             bad_input_is_the_normal_case, spec_validator):
    test()
sys.exit(tap.done())
