#!/usr/bin/env python3
"""A folder of texts, in the three ways its files are written; and files that mean harm."""
import atexit
import hashlib
import os
import re
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import text_scenarios
from harness import Tap
from text_fake import OURS, Call, Provider, Sent
from text_scenarios import ANA, BEN, POTHOLE, Stage, run

FOLDERS = ("in", "out", "sent", "failed")


class Spool(Provider):
    """The modem's program, played: a Call is a file that appears in in, or one moved to sent or failed."""
    name = "spool"
    style = "plain"
    settle = "0s"
    states = ("sent", "failed")
    takes_files = says_no = False
    confirms = True

    def __init__(self):
        self.seen = set()

    def conf(self, fake):
        self.folder = tempfile.mkdtemp(prefix="inlet-spool-")
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        for f in FOLDERS:
            os.mkdir(os.path.join(self.folder, f))
        return (f"    style {self.style}\n    number {OURS}\n    settle {self.settle}\n    scan 1s\n" +
                "".join(f"    {f} {self.folder}/{f}\n" for f in FOLDERS))

    def message(self, hook, id, sender, words, files=()):
        return Call(f"From: {sender}\nId: {id}\n\n{words}\n".encode(), path=f"text-{id}")

    def forge(self, call):
        call.path = ""
        return call

    def receipt(self, hook, sent, state):
        return Call(method=state, path=sent.name) if state in self.states else None

    def deliver(self, town, call):
        if not call.path:
            return 403, b""  # nobody else may write to the folder: nothing to forge
        if call.method != "POST":
            path = os.path.join(self.folder, call.method, call.path)
            with open(path, "wb"):
                pass
            return 200, b""
        self.put(call.path, call.body)
        gone = lambda: not os.path.exists(os.path.join(self.folder, "in", call.path))
        return (200, b"") if town.wait_for(gone) else (0, b"")

    def put(self, name, body):
        tmp = os.path.join(self.folder, "in", f".{name}.{os.getpid()}.{time.monotonic_ns()}")
        with open(tmp, "wb") as f:
            f.write(body)
        os.rename(tmp, os.path.join(self.folder, "in", name))

    def is_send(self, r):
        return None

    def parse(self, name, body):
        to = re.search(rb"^To: (\S+)\nId: ", body)
        return to[1].decode(), body.split(b"\n\n", 1)[1].decode()

    def collect(self, town, fake):
        out = os.path.join(self.folder, "out")
        for name in sorted(os.listdir(out)):
            if name.startswith("."):
                continue
            with open(os.path.join(out, name), "rb") as f:
                to, words = self.parse(name, f.read())
            os.unlink(os.path.join(out, name))
            sent = Sent(to, words, id=name)
            sent.name = name
            fake.tries.append(sent)
            fake.take(sent)


class Gammu(Spool):
    style = "gammu"
    settle = "1s"  # for parts to come together

    def message(self, hook, id, sender, words, files=()):
        serial = int(hashlib.sha256(id.encode()).hexdigest(), 16) % 100
        return Call(words.encode("utf-16"), path=f"IN20261124_093000_{serial:02}_{sender}_00.txt")

    def parse(self, name, body):
        to = re.match(r"OUTC\d{8}_\d{6}_00_(\+?\d+)_inlet[0-9a-f]{32}\.txt$", name)
        return to[1], body.decode("utf-16") if body[:2] == b"\xfe\xff" else body.decode("ascii")


class SmsTools(Spool):
    style = "smstools"

    def message(self, hook, id, sender, words, files=()):
        return Call(f"From: {sender.lstrip('+')}\nFrom_TOA: 91 international\nSent: 26-11-24 09:30:00\n"
                    f"Alphabet: UCS2\nUDH: false\n\n".encode() + words.encode("utf-16-be"), path=f"GSM1.{id}")

    def parse(self, name, body):
        to = re.match(rb"To: (\d+)\nAlphabet: UTF-8\n\n", body)
        return "+" + to[1].decode(), body[to.end():].decode()


def hostile(s):
    """None of it may block the door or be taken, and each stays where it is."""
    folder = os.path.join(s.p.folder, "in")
    os.mkfifo(os.path.join(folder, "a-fifo"))
    os.mkdir(os.path.join(folder, "b-folder"))
    os.symlink("/etc/passwd", os.path.join(folder, "c-link"))
    with open(os.path.join(folder, "d-huge"), "wb") as f:
        f.truncate(5 * 1024 ** 3)
    with open(os.path.join(folder, "e-binary"), "wb") as f:
        f.write(bytes(range(256)) * 100)
    s.p.put("f-empty", b"")
    s.tap.same(s.say("in-1", ANA, POTHOLE)[0], 200, "a text among files that are none is taken")
    s.tap.same(len(s.tickets(1)), 1, "and is the only ticket")
    health = lambda: "files that are no texts: 6 in" in s.town.log()
    s.tap.check(s.wait(health), "the others are counted, and the first is named")
    s.tap.same(sorted(os.listdir(folder)), ["a-fifo", "b-folder", "c-link", "d-huge", "e-binary", "f-empty"], "and stay")


def stop_takes_back_what_waits(s):
    s.say("in-1", ANA, POTHOLE)
    out = os.path.join(s.p.folder, "out")
    s.tap.check(s.town.wait_for(lambda: os.listdir(out)), "an answer waits for the modem")
    s.say("in-2", ANA, "STOP")
    s.tap.check(s.town.wait_for(lambda: s.notice()["delivery"] == "failed"), "who says STOP is not told")
    s.wait(lambda: len(s.fake.sent) == 1)
    s.tap.same([x.words.split(":")[1][:27] for x in s.fake.sent], [" you will get no more texts"], "but that")


def parts_are_one(s):
    names = [f"IN20261124_093000_00_{BEN}_{n:02}.txt" for n in range(3)]
    words = ("Deep pothole at 1", "2 Elm St. Cars ", "swerve around it.")
    folder = os.path.join(s.p.folder, "in")
    hidden = os.path.join(s.p.folder, "sent")
    for name, w in zip(names, words):
        with open(os.path.join(hidden, name), "w") as f:
            f.write(w)
    for name in reversed(names):
        os.rename(os.path.join(hidden, name), os.path.join(folder, name))
    s.tickets(1)
    s.wait(lambda: not os.listdir(folder))
    texts = [m["message"]["text"] for m in s.town.show(1)["messages"]]
    s.tap.same((len(s.town.tickets()), "".join(texts)), (1, "".join(words)), "parts of gammu's are one text")


def own(tap):
    for style, scenario in ((Spool, hostile), (Spool, stop_takes_back_what_waits), (Gammu, parts_are_one)):
        print(f"# {scenario.__name__}")
        with Stage(tap, style()) as s:
            scenario(s)


def main():
    only, sys.argv[1:] = sys.argv[1:], []
    # A file in out is with the other side: there is no time when it may or may not have gone out.
    text_scenarios.SCENARIOS = tuple(x for x in text_scenarios.SCENARIOS if x.__name__ not in (
        "what_may_have_gone_out_is_not_said_again", "a_no_and_a_not_now_and_who_said_stop",
        "the_same_a_thousand_times_is_one"))
    tap = Tap()
    text_scenarios.Tap = lambda: tap
    tap.done, done = lambda: 0, tap.done
    for style in [x for x in (Spool, Gammu, SmsTools) if not only or x.__name__ in only]:
        print(f"# {style.__name__}")
        run(style())
    if not only:
        own(tap)
    return done()


if __name__ == "__main__":
    sys.exit(main())
