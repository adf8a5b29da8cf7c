#!/usr/bin/env python3
"""The town's map over HTTP: tiles, places while typing, and the public map."""
import gzip
import http.client
import json
import math
import os
import shutil
import signal
import sys
import urllib.parse
import xml.etree.ElementTree as ET

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import PATIENCE, Tap, Town, mail, make_gazetteer

tap = Tap()
LAT, LON = 43.5045, -71.897


def town(**more):
    t = Town(**more)
    if not t.start():
        print("# " + t.log().replace("\n", "\n# "))
        raise SystemExit("the daemon does not start")
    return t


def get(t, path, **headers):
    """Status, headers and body."""
    c = http.client.HTTPConnection("127.0.0.1", t.port, timeout=PATIENCE)
    try:
        c.request("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        r = c.getresponse()
        return r.status, r.headers, r.read()
    finally:
        c.close()


def ask(t, path, **values):
    status, _, body = get(t, path + "?" + urllib.parse.urlencode(values))
    return status, json.loads(body)


def tile_of(zoom, lat=LAT, lon=LON):
    side = 1 << zoom
    y = 0.5 - math.atanh(math.sin(math.radians(lat))) / (2 * math.pi)
    return f"/tiles/{zoom}/{int((lon + 180) / 360 * side)}/{int(y * side)}.mvt"


def tiles_are_cut_and_packed():
    t = town()
    status, head, packed = get(t, tile_of(14), Accept_Encoding="gzip, br")
    tap.same((status, head["Content-Encoding"], head["Content-Type"]),
             (200, "gzip", "application/vnd.mapbox-vector-tile"), "a tile comes packed")
    plain = gzip.decompress(packed)
    for word in (b"roads", b"Elm Street", b"land", b"water", b"areas", b"Ward 1"):
        tap.check(word in plain, f"it has {word.decode()}")
    status, head, body = get(t, tile_of(14))
    tap.same((status, head["Content-Encoding"], body), (200, None, plain), "who takes no gzip gets the same unpacked")
    tap.check(b"doors" not in plain, "from afar no house number is seen")
    tap.check(b"doors" in get(t, tile_of(16))[2], "from near each is")
    again = get(t, tile_of(14), Accept_Encoding="gzip")
    tap.same(again[2], packed, "asked again it is the same")
    far = get(t, tile_of(14, 10, 10))
    tap.same((far[0], far[2]), (200, b""), "where the town is not there is nothing")
    t.close()


def tiles_are_asked_for_once():
    t = town()
    known = json.loads(get(t, "/tiles/map.json")[2])
    tap.check(known["vector"] and known["south"] < LAT < known["north"], "what a map is made with has the town's box")
    path = known["tiles"].replace("{z}/{x}/{y}.mvt", tile_of(13)[len("/tiles/"):])
    status, head, _ = get(t, path, Accept_Encoding="gzip")
    tap.check(status == 200 and "immutable" in head["Cache-Control"], "a tile of this edition is kept for good")
    tap.check("immutable" not in get(t, tile_of(13))[1]["Cache-Control"], "one asked for without its edition is not")
    tap.same(get(t, path, Accept_Encoding="gzip", If_None_Match=head["ETag"])[0], 304, "who has it is told so")
    tap.same(get(t, path, If_None_Match=head["ETag"])[0], 200, "who has it packed and wants it plain gets it")
    t.close()


def a_new_gazetteer_is_a_new_map():
    t = Town()
    gaz = os.path.join(t.folder, "own.gaz")
    make_gazetteer(gaz)
    with open(t.conf) as f:
        conf = f.read()
    with open(t.conf, "w") as f:
        f.write("".join(f"gazetteer {gaz}\n" if line.startswith("gazetteer") else line for line in conf.splitlines(True)))
    tap.check(t.start(), "the daemon starts")
    before = get(t, "/tiles/map.json")[2]
    with open(gaz, "wb") as f:
        f.write(b"not a gazetteer")
    t.process.send_signal(signal.SIGHUP)
    tap.check(t.wait_for(lambda: "the map in use stays" in t.log()), "one that cannot be read is not taken")
    tap.same(get(t, "/tiles/map.json")[2], before, "and the old one stays")
    tap.check(b"Elm" in get(t, tile_of(14))[2], "with its tiles")
    make_gazetteer(gaz)
    t.process.send_signal(signal.SIGHUP)
    tap.check(t.wait_for(lambda: get(t, "/tiles/map.json")[2] != before), "one that can be read is")
    tap.check(b"Elm" in get(t, tile_of(14))[2], "with its own tiles")
    t.close()


def what_is_no_tile_is_not_found():
    t = town()
    for path in ("/tiles/14/4919/6016", "/tiles/14/4919/6016.png", "/tiles/17/0/0.mvt", "/tiles/-1/0/0.mvt",
                 "/tiles/2/4/0.mvt", "/tiles/2/0/-1.mvt", "/tiles/a/b/c.mvt", "/tiles/1/1/.mvt",
                 "/tiles/99999999999999999999/0/0.mvt", "/tiles/1e1/0/0.mvt", "/tiles/%2e%2e/0/0.mvt",
                 "/tiles/14/4919/" + "9" * 5000 + ".mvt", "/tiles/0/0/0.mvt/..", "/tiles/"):
        tap.same(get(t, path)[0], 404, f"{path[:40]} is no tile")
    tap.check(t.alive(), "and the daemon goes on")
    t.close()


def places_are_found_while_typing():
    t = town()
    status, found = ask(t, "/find", q="12 elm")
    tap.same((status, found["places"][0]["label"]), (200, "12 Elm Street"), "a number and a street give the house")
    tap.same(ask(t, "/find", q="ELM & oa")[1]["places"][0]["label"], "Elm Street & Oak Street", "two streets their corner")
    tap.same(len(ask(t, "/find", q="s", limit=2)[1]["places"]), 2, "no more than asked for")
    for limit in ("0", "-1", "1000000", "x"):
        tap.check(len(ask(t, "/find", q="s", limit=limit)[1]["places"]) <= 10, f"limit {limit} is no way to more")
    for q in ("", "\0", "%", "<script>", "'" * 100, "💩", "a\nb"):
        tap.same(ask(t, "/find", q=q)[0], 200, f"{q[:10]!r} finds what it finds")
    tap.same(ask(t, "/find", q="e" * 121), (400, {"error": "That is too long for a place.", "code": "long"}),
             "a text that is no place is refused")
    tap.same(get(t, "/find")[0], 200, "nothing asked, nothing found")
    t.close()


def what_is_near_is_told():
    t = town()
    status, near = ask(t, "/near", lat=43.5005, lon=-71.9)
    tap.same((status, near["street"], near["areas"], near["inside"]), (200, "Elm Street", ["Ward 1"], True),
             "a point has its street and its area")
    tap.check(near["address"].endswith("Elm Street") or near["address"].endswith("Oak Street"), "and its nearest house")
    status, far = ask(t, "/near", lat=10, lon=10)
    tap.same((status, far["label"], far["inside"]), (200, "", False), "far away there is nothing")
    for lat, lon in (("91", "0"), ("0", "181"), ("nan", "0"), ("inf", "0"), ("", ""), ("x", "1"), ("1e400", "0")):
        tap.same(ask(t, "/near", lat=lat, lon=lon)[0], 400, f"{lat}, {lon} is no point")
    t.close()


def one_address_cannot_ask_for_ever():
    t = town()
    c = http.client.HTTPConnection("127.0.0.1", t.port, timeout=PATIENCE)
    codes = set()
    for _ in range(6001):
        c.request("GET", "/find?q=", headers={"X-Forwarded-For": "203.0.113.9"})
        r = c.getresponse()
        r.read()
        codes.add(r.status)
    tap.same(codes, {200, 429}, "after 6,000 questions within the hour it waits")
    tap.same(get(t, "/find?q=elm", X_Forwarded_For="203.0.113.10")[0], 200, "others do not")
    tap.same(get(t, tile_of(14), X_Forwarded_For="203.0.113.9")[0], 200, "and the map goes on")
    t.close()


def a_town_without_a_gazetteer_has_an_empty_map():
    t = Town()
    with open(t.conf) as f:
        conf = f.read()
    with open(t.conf, "w") as f:
        f.write("".join(line for line in conf.splitlines(True) if not line.startswith("gazetteer")))
    tap.check(t.start(), "it starts")
    tap.same((get(t, tile_of(14))[0], get(t, tile_of(14))[2]), (200, b""), "its tiles are empty")
    tap.same(ask(t, "/find", q="elm"), (200, {"places": []}), "nothing is found")
    tap.same(ask(t, "/near", lat=1, lon=1)[1]["inside"], False, "nothing is near")
    t.close()


def a_map_from_outside_is_allowed_for_and_nothing_else():
    t = town(settings="tile-url https://tiles.example.org/a/{z}/{x}/{y}.png\n"
                      "tile-attribution © the tiles' makers\npublic-map yes")
    known = json.loads(get(t, "/tiles/map.json")[2])
    tap.same((known["vector"], known["attribution"]), (False, ["© the tiles' makers"]), "its address and makers are told")
    policy = get(t, "/map")[1]["Content-Security-Policy"]
    tap.check("img-src 'self' data: blob: https://tiles.example.org;" in policy, "a page may take its pictures")
    tap.check("connect-src 'self';" in policy and "script-src 'self';" in policy, "and no more")
    t.close()
    for url in ("http://tiles.example.org/{z}/{x}/{y}.png", "https://tiles.example.org/{z}/{x}.png",
                "https://a b/{z}/{x}/{y}.png", "https://x;script-src */{z}/{x}/{y}.png", "javascript:{z}{x}{y}"):
        bad = Town(settings=f"tile-url {url}")
        tap.check(not bad.start() and "tile-url" in bad.log(), f"{url} is refused")
        bad.close()


# ---- the public map ----

SECRETS = (b"Nagle", b"ana@example.org", b"555-0123", b"5550123", b"resident1@example.org")


def reported(**settings):
    lines = "\n".join(f"{k.replace('_', '-')} {v}" for k, v in settings.items())
    t = town(settings=lines)
    t.drop_mail("1.a", mail(1, "Deep pothole at 12 Elm St"))
    t.post_web("key-0123456789abcdef", "My name is Bob Nagle, a tree has fallen across 14 Oak Street <b>& more</b>. "
               "Call (555) 555-0123 or ana@example.org", contact="ana@example.org", consent="yes", name="Bob Nagle")
    t.post_text("SM1", "+15555550123", "street light out at Elm St and Oak St")
    t.post_web("key-1123456789abcdef", "There is a gas leak and a fire at 20 Elm Street, people are hurt")
    t.wait_for(lambda: len(t.tickets()) >= 4)
    return t


def the_public_map_is_off_unless_wanted():
    t = town()
    for path in ("/map", "/map/tickets", "/map/feed.xml"):
        tap.same(get(t, path)[0], 404, f"there is no {path}")
    t.close()


def the_public_list_shows_no_person():
    t = reported(public_map="yes")
    pages = {path: get(t, path) for path in ("/map", "/map/tickets", "/map/feed.xml", "/map?lang=es")}
    for path, (status, _, body) in pages.items():
        tap.same(status, 200, f"{path} is there")
        tap.check(not any(secret in body for secret in SECRETS), f"{path} names nobody")
        tap.check(b"fallen" not in body and b"Deep pothole" not in body, f"{path} has none of their words")
        tap.check(b"Elm Street" in body, f"{path} says where")
    page = pages["/map"][2]
    tap.check(b"Pothole" in page and b"Bache" in pages["/map?lang=es"][2], "in the reader's language")
    tokens = [x["token"].encode() for x in (t.show(y["number"]) for y in t.tickets()) if "token" in x]
    tap.check(not any(token in body for token in tokens for _, _, body in pages.values()), "no report's secret address")
    listed = json.loads(pages["/map/tickets"][2])["tickets"]
    tap.same(len(listed), 3, "an emergency is not for everybody")
    tap.check(all(round(x["lat"], 4) == x["lat"] for x in listed if "lat" in x), "places are told to ten metres")
    t.close()


def words_are_shown_where_the_town_says_so():
    t = reported(public_map="yes", public_words="yes")
    for path in ("/map", "/map/tickets", "/map/feed.xml"):
        body = get(t, path)[2]
        tap.check(b"a tree has fallen" in body, f"{path} has the words")
        tap.check(not any(secret in body for secret in SECRETS), f"{path} names nobody all the same")
        tap.check(b"<b>" not in body or path == "/map/tickets", f"{path} takes no markup from them")
    t.close()


def the_list_is_filtered():
    t = reported(public_map="yes", public_hide="tree")
    def count(**values):
        status, found = ask(t, "/map/tickets", **values)
        return len(found["tickets"]) if status == 200 else status
    tap.same(count(), 2, "a category the town hides is not there")
    tap.same(count(category="pothole"), 1, "by category")
    tap.same(count(area="Ward 1"), 2, "by area")
    tap.same(count(area="Ward 9"), 0, "an area that is not there has nothing")
    tap.same(count(area="'; DROP TABLE ticket; --"), 0, "nor has one that is no area")
    tap.same(get(t, "/map?area=" + "x" * 201)[0], 400, "nor one that is too long")
    tap.check(b"value=\"Ward 1\" selected" in get(t, "/map?area=Ward+1")[2], "the form says what is shown")
    tap.check(b"value=\"tree\"" not in get(t, "/map")[2], "and does not offer what is hidden")
    t.close()


def the_feed_is_a_feed():
    t = reported(public_map="yes", public_words="yes")
    status, head, body = get(t, "/map/feed.xml?area=Ward+1%3C%26%22")
    tap.check(head["Content-Type"].startswith("application/rss+xml"), "it says that it is one")
    tap.check(b"Ward 1&lt;&amp;&quot;" in body, "what was asked for is escaped in it")
    root = ET.fromstring(get(t, "/map/feed.xml?area=Ward+1")[2])
    tap.same((root.tag, root.attrib["version"]), ("rss", "2.0"), "it is RSS 2.0")
    channel = root.find("channel")
    tap.check(all(channel.find(x) is not None and channel.find(x).text for x in ("title", "link", "description")),
              "with all that a channel needs")
    items = channel.findall("item")
    tap.same(len(items), 3, "an item for each report")
    tap.same(len({x.find("guid").text for x in items}), 3, "each with an id of its own")
    tap.check(all(x.find("link").text.startswith("https://millbrook.example.org/map?area=Ward%201") for x in items),
              "each with its link")
    from email.utils import parsedate_to_datetime
    tap.check(all(parsedate_to_datetime(x.find("pubDate").text) for x in items), "and its date")
    tap.check(any("<b>& more</b>" in x.find("description").text for x in items), "markup in words is text")
    t.close()


tiles_are_cut_and_packed()
tiles_are_asked_for_once()
a_new_gazetteer_is_a_new_map()
what_is_no_tile_is_not_found()
places_are_found_while_typing()
what_is_near_is_told()
one_address_cannot_ask_for_ever()
a_town_without_a_gazetteer_has_an_empty_map()
a_map_from_outside_is_allowed_for_and_nothing_else()
the_public_map_is_off_unless_wanted()
the_public_list_shows_no_person()
words_are_shown_where_the_town_says_so()
the_list_is_filtered()
the_feed_is_a_feed()
sys.exit(tap.done())
