#!/usr/bin/env python3
"""A conversation by text through the real daemon: pictures, places, several reports, STOP and HELP."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Tap, Town

tap = Tap()
ANA, BEA, CAL, DEE, EVA, FAY = (f"+1555555013{n}" for n in range(6))
CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:;Pin;;;\r\nGEO:%f;%f\r\nEND:VCARD\r\n"
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb0043000101010101010101010101010101010101"
                     "ffc0000b080001000101011100ffc40014000100000000000000000000000000000009ffda0008010100003f00"
                     "54ffd9")


class Talk:
    def __init__(self, town):
        self.town = town
        self.n = 0

    def says(self, who, words, files=(), **more):
        self.n += 1
        sid = f"SM{self.n:032x}"
        form = {"NumMedia": str(len(files))}
        for i, (kind, body) in enumerate(files):
            path = f"/media/{sid}/{i}"
            self.town.texts.media[path] = (kind, body)
            form[f"MediaUrl{i}"] = f"http://127.0.0.1:{self.town.texts.port}{path}"
            form[f"MediaContentType{i}"] = kind
        status = self.town.post_text(sid, who, words, **{**form, **more})[0]
        tap.same(status, 200, f"{who} says {words[:40]!r}")

    def told(self, who):
        return [t["Body"] for t in self.town.texts.texts if t["To"] == who]

    def is_told(self, who, n, has, name):
        tap.check(self.town.wait_for(lambda: len(self.told(who)) >= n), f"{name}: an answer comes")
        last = (self.told(who) or [""])[-1]
        tap.check(has in last and len(last) <= 160 and len(self.told(who)) == n, f"{name}: {last}")

    def whole(self, number):
        return self.town.show(number)

    def has(self, n):
        return self.town.wait_for(lambda: len(self.town.tickets()) == n)

    def newest(self):
        return max(self.town.tickets(), key=lambda t: t["number"])

    def joined(self, number, n):
        return self.town.wait_for(lambda: len(self.whole(number)["messages"]) == n)


def pictures(t):
    t.says(ANA, "", [("image/jpeg", JPEG)])
    tap.check(t.has(1), "a picture alone is a ticket")
    first = t.newest()["number"]
    t.says(ANA, "Deep pothole at 12 Elm Street")
    tap.check(t.joined(first, 3), "words minutes after are its own")
    tap.same(t.newest()["place"], "12 Elm Street", "and say where it is")
    tap.same(t.newest()["category"], "pothole", "and what")
    t.is_told(ANA, 1, "thank you", "only the words are answered")
    t.says(ANA, "", [("image/jpeg", JPEG)])
    tap.check(t.joined(first, 5), "so does another picture")
    t.says(ANA, "The street light at 9 Park Avenue is out")
    tap.check(t.has(2), "another report with words is another ticket")
    t.is_told(ANA, 2, "thank you", "and is answered")


def places(t):
    before = len(t.town.tickets())
    t.says(BEA, "There is a dead raccoon")
    tap.check(t.has(before + 1), "a text without a place is a ticket")
    number = t.newest()["number"]
    t.is_told(BEA, 1, "Where is it?", "and is asked for it")
    at = t.whole(1)
    t.says(BEA, "", [("text/x-vCard", CARD % (at["lat"], at["lon"]))])
    tap.check(t.town.wait_for(lambda: t.whole(number)["place"]), "a card with a place is the answer")
    t.says("whatsapp:" + CAL, "Graffiti")
    tap.check(t.has(before + 2), "WhatsApp is a door too")
    number = t.newest()["number"]
    t.says("whatsapp:" + CAL, "", Latitude=str(at["lat"]), Longitude=str(at["lon"]))
    tap.check(t.town.wait_for(lambda: t.whole(number)["lat"] is not None), "a shared location is the answer")
    t.says(CAL, "It is quite large")
    tap.check(t.town.wait_for(lambda: len(t.whole(number)["messages"]) == 3), "a text of the same number is the same person's")
    tap.same(len(t.told(CAL)), 0, "who was answered there is not answered here")


def which(t):
    before = len(t.town.tickets())
    t.says(DEE, "Hay un bache en la calle Elm 12")
    tap.check(t.has(before + 1), "a report in Spanish")
    first = t.newest()["number"]
    t.is_told(DEE, 1, "gracias", "thanked for in Spanish")
    t.says(DEE, "Hay un perro muerto en 9 Park Avenue")
    tap.check(t.has(before + 2), "and another")
    t.is_told(DEE, 2, "gracias", "thanked for too")
    t.says(DEE, "Tambien hay mucha basura en la calle")
    tap.check(t.has(before + 3), "what is unclear is a ticket first")
    last = t.newest()["number"]
    t.is_told(DEE, 3, str(first), "and then the question which of them")
    tap.check("¿O se trata de su aviso" in t.told(DEE)[-1], "in Spanish")
    t.says(DEE, f"el {first}")
    tap.check(t.joined(first, 2), "the answer is heeded")
    tap.same(t.whole(last)["state"], "duplicate", "and the new one gives way")
    tap.same(len(t.town.tickets()) , before + 3, "no ticket more")
    tap.same(len(t.told(DEE)), 3, "nothing more is said")


def keywords(t):
    before = len(t.town.tickets())
    t.says(EVA, "STOP sign is missing on Elm Street at Oak Street")
    tap.check(t.has(before + 1), "'STOP sign is missing' is a report")
    t.is_told(EVA, 1, "no. ", "and is answered")
    t.says(EVA, "STOP")
    t.says(EVA, "A pothole at 12 Elm Street")
    tap.check(t.has(before + 2), "who has said STOP still reports")
    number = t.newest()["number"]
    tap.check(t.town.wait_for(lambda: any(e["kind"] == "not-answered" for e in t.whole(number)["events"])), "and is not answered")
    t.says(FAY, "HELP")
    t.says(FAY, "Pothole at 12 Elm Street")
    tap.check(t.has(before + 3), "HELP is no report")
    t.is_told(FAY, 1, "thank you", "and is left to the provider that answers it")


def main():
    town = Town()
    try:
        if tap.check(town.start(), "the daemon is ready"):
            t = Talk(town)
            for part in (pictures, places, which, keywords):
                print(f"# {part.__name__}")
                part(t)
            if tap.bad:
                print("# " + "\n# ".join([*map(str, town.tickets()), *town.log().splitlines()]))
    finally:
        town.close()
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
