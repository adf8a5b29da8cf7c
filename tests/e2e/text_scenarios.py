"""What every door for texts must do, played with a scripted provider.

A provider is one file, text_NAME_test.py:

    class Plivo(Provider):
        ...
    if __name__ == "__main__":
        sys.exit(run(Plivo()))

See text_fake.py for what it fills in. Each scenario has a daemon of its own.
"""
import concurrent.futures
import contextlib
import copy
import itertools
import os
import sqlite3
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import PATIENCE, Tap, Town
from text_fake import Fake, Got

ANA, BEN, EVA = "+15555550123", "+15555550124", "+15555550125"
POTHOLE = "Deep pothole at 12 Elm St"
REPLAYS = 1000
STATES = ("queued", "sending", "sent", "failed", "delivered", "read")  # as they follow


class Stage:
    """One daemon and one provider."""

    def __init__(self, tap, provider):
        self.tap, self.p = tap, provider
        self.fake = Fake(provider)
        self.town = Town(conf=f"channel {provider.name} line\n" + provider.conf(self.fake))
        self.hook = self.town.url + "/hook/line"
        if not self.town.start():
            print("# " + self.town.log().replace("\n", "\n# "))
            raise SystemExit("the daemon does not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.fake.unknown:
            print(f"# the fake knows no answer to: {self.fake.unknown[:3]}")
        self.town.close()
        self.fake.close()

    def deliver(self, call):
        return self.p.deliver(self.town, call)

    def say(self, id, sender, words, files=()):
        return self.deliver(self.p.message(self.hook, id, sender, words, files))

    def tell(self, sent, state):
        return self.deliver(self.p.receipt(self.hook, sent, state))

    def wait(self, sign, seconds=PATIENCE):
        def look():
            self.p.collect(self.town, self.fake)
            return sign()
        return self.town.wait_for(look, seconds)

    def tickets(self, n):
        self.town.wait_for(lambda: len(self.town.tickets()) >= n)
        return sorted(self.town.tickets(), key=lambda t: t["number"])

    def notice(self, ticket=1, last=0):
        """The notice of a ticket, or None."""
        notices = self.town.show(ticket)["notices"]
        return notices[last] if len(notices) > last else None

    def settled(self, ticket=1):
        """Its notice, once nobody works on it any more."""
        def done():
            n = self.notice(ticket)
            return n is not None and n["state"] not in ("pending", "claimed")
        self.wait(done)
        return self.notice(ticket)

    def half_a_minute_later(self):
        """What was put off is due; the daemon starts again, so it looks at once."""
        self.town.stop()
        with contextlib.closing(sqlite3.connect(os.path.join(self.town.folder, "inlet.db"))) as db, db:
            db.execute("UPDATE notices SET next_at = 1 WHERE state = 'pending'")
        self.town.start()

    def tried_again(self, ticket):
        """Where the same may be said twice, as it counts once, it is put off."""
        if self.p.knows_ours:
            self.wait(lambda: (self.notice(ticket) or {}).get("tries") == 1 and self.notice(ticket)["state"] == "pending")
            self.half_a_minute_later()

    def to(self, number):
        """What was sent to number."""
        return [s for s in self.fake.sent if s.to.lstrip("+") == number.lstrip("+")]


# ---- the scenarios ----

def a_text_is_a_ticket_and_is_answered_once(s):
    status, body = s.say("in-1", ANA, POTHOLE)
    s.tap.same(status, 200, "a signed text is thanked for")
    if s.p.thanks is not None:
        s.tap.same(body.decode(), s.p.thanks, "in the provider's words")
    t = s.tickets(1)[0]
    s.tap.same((t["channel"], t["category"]), ("line", "pothole"), "it is a ticket of its category")
    n = s.settled()
    s.tap.same((n["state"], len(s.to(ANA))), ("sent", 1), "and is answered, once")
    call = s.p.forge(copy.deepcopy(s.p.message(s.hook, "in-2", BEN, "Pothole at 14 Elm St")))
    status, _ = s.deliver(call)
    s.tap.same(status, 403, "one with a wrong signature is refused")
    s.tap.same(len(s.town.tickets()), 1, "and leaves nothing")


def receipts_are_kept_with_the_notice(s):
    s.say("in-1", ANA, POTHOLE)
    s.tickets(1)  # two workers read: the second may be the quicker one
    s.say("in-2", BEN, "Street light out at 14 Oak St")
    s.tickets(2)
    s.settled(1), s.settled(2)
    good = [x for x in s.p.states if x != "failed"]
    for i, number in enumerate((ANA, BEN), 1):
        sent = s.to(number)[0]
        for state in good if i == 1 else ("failed",) if "failed" in s.p.states else ():
            status, _ = s.tell(sent, state)
            s.tap.same(status, 200, f"the receipt \"{state}\" is thanked for")
            s.tap.check(s.wait(lambda: s.notice(i)["delivery"] == state), "and stands with the notice")
    if "failed" in s.p.states:
        events = [e["kind"] for e in s.town.show(2)["events"]]
        s.tap.check("undelivered" in events, "a clerk sees that it did not arrive")


def pictures_come_with_their_text(s):
    if not s.p.takes_files:
        return s.tap.skip("pictures", "this provider has none")
    s.say("in-1", ANA, POTHOLE, [s.fake.file(0)])
    s.tickets(1)

    def files():
        return [a for m in s.town.show(1)["messages"] for a in m["message"]["attachments"] if a["bytes"] > 0]
    s.wait(lambda: files())
    s.tap.check(len(files()) == 1 and files()[0]["photo"], "a picture is on its ticket")
    s.tap.same(len(s.fake.fetched), 0 if s.p.inline else 1, "fetched once, or not at all where it came along")


def the_same_a_thousand_times_is_one(s):
    call = s.p.message(s.hook, "in-1", ANA, POTHOLE)
    bad = repeat(s, call, REPLAYS)
    s.tap.same(bad, 0, f"a text told {REPLAYS} times is thanked for each time")
    s.settled()
    s.tap.same((len(s.tickets(1)), len(s.to(ANA))), (1, 1), "is one ticket, and answered once")
    if not s.p.states:
        return
    state = s.p.states[-2]
    bad = repeat(s, s.p.receipt(s.hook, s.to(ANA)[0], state), REPLAYS)
    s.tap.same(bad, 0, f"so is a receipt told {REPLAYS} times")
    s.tap.check(s.wait(lambda: s.notice()["delivery"] == state), "and stands")


def at_once(items, do):
    """do(item) for all, from several sides; what it gave."""
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        return list(pool.map(do, items))


def repeat(s, call, n):
    """n times; how many were not thanked for."""
    all_ = at_once(range(n), lambda _: s.deliver(copy.deepcopy(call))[0])
    return sum(status not in (200, 204) for status in all_)


def a_text_is_not_lost_when_we_are_killed(s):
    call = s.p.message(s.hook, "in-1", ANA, POTHOLE)
    status, _ = s.deliver(copy.deepcopy(call))
    s.town.kill()
    s.tap.same(status, 200, "a text is thanked for, and the daemon killed")
    s.town.start()
    s.tap.same(len(s.tickets(1)), 1, "it is a ticket after the start")
    s.deliver(copy.deepcopy(call))
    s.settled()
    s.tap.same((len(s.town.tickets()), len(s.to(ANA)) <= 1), (1, True), "also when it is told again")


def what_was_missed_is_found_in_the_list(s):
    if not s.p.has_list:
        return s.tap.skip("the list", "this provider has none")
    s.wait(lambda: s.town.request("GET", "/nothing")[0] == 404)
    s.town.stop()
    files = (s.fake.file(0),) if s.p.takes_files and not s.p.inline else ()
    s.fake.got.append(Got("in-1", ANA, POTHOLE, time.time() - 60, files))
    s.town.start()
    t = s.tickets(1)
    words = [x["category"] for x in t] == ["pothole"] if s.p.lists_words else True
    s.tap.check(len(t) == 1 and words, "a text sent while we were down is found")
    if not s.p.lists_words:
        s.half_a_minute_later()  # what has no words yet is not answered at once
    s.settled()
    s.say("in-1", ANA, POTHOLE, files)
    s.tap.same(len(s.town.tickets()), 1, "its webhook that comes after all makes no second one")
    s.tap.same(len(s.to(ANA)), 1, "it is answered once")
    if s.p.lists_states:
        s.fake.states[s.to(ANA)[0].id] = "delivered"
        s.town.stop()
        s.town.start()
        s.tap.check(s.wait(lambda: s.notice()["delivery"] == "delivered"), "a receipt that was missed is found too")


def what_may_have_gone_out_is_not_said_again(s):
    s.fake.plan = ["cut"]
    s.say("in-1", ANA, POTHOLE)
    s.tickets(1)
    s.tried_again(1)
    n = s.settled()
    found = s.p.has_list and s.p.lists_words or s.p.knows_ours
    s.tap.same(n["state"], "sent" if found else "unknown", "a text whose answer was lost is looked up, or left to a clerk")
    s.tap.same(len(s.to(ANA)), 1, "and went out once")
    s.fake.plan = ["torn"]
    s.say("in-2", BEN, "Street light out at 14 Oak St")
    s.tickets(2)
    s.tried_again(2)
    n = s.settled(2)
    s.tap.same(n["state"], "sent" if found else "unknown", "so is one that was taken with an error")
    s.tap.same(len(s.to(BEN)), 1, "and went out once")
    if s.p.knows_ours:
        return
    s.fake.plan = ["lost"]
    s.say("in-3", EVA, "Graffiti at 16 Oak St")
    s.tickets(3)
    n = s.settled(3)
    s.tap.same((n["state"], len(s.fake.tries)), ("unknown", 3), "what nobody has seen is left to a clerk")


def a_no_and_a_not_now_and_who_said_stop(s):
    s.fake.plan = ["busy", "busy"]
    s.say("in-1", ANA, POTHOLE)
    s.tickets(1)  # two workers read: the second may be the quicker one
    s.say("in-2", BEN, "Street light out at 14 Oak St")
    s.tickets(2)
    s.tap.check(s.wait(lambda: len(s.fake.tries) == 2), "both are answered, and told: not now")
    s.tap.same(s.deliver(s.p.stop(s.hook, "in-3", BEN))[0], 200, "one of them says STOP meanwhile")
    if s.p.confirms:
        s.wait(lambda: s.to(BEN))
    if s.p.says_no:
        s.fake.plan = ["refused"]
        s.say("in-4", EVA, "Graffiti at 16 Oak St")
        s.tickets(3)
        n = s.settled(3)
        s.tap.same((n["state"], len(s.to(EVA))), ("failed", 0), "who has opted out at the provider is not told")
    s.wait(lambda: len(s.to(BEN)) >= s.p.confirms)
    if not s.p.fetches:
        s.half_a_minute_later()
    n = s.settled(2)
    s.tap.check(n["state"] == "failed" and "opted out" in n["why"], "nor who said STOP in time")
    n = s.settled(1)
    said = [x for x in s.to(BEN) if "no more texts" not in x.words]
    s.tap.same((n["state"], len(s.to(ANA)), len(said)), ("sent", 1, 0), "the other is told, later")
    s.tap.same(len(s.to(BEN)), 1 if s.p.confirms else 0, "STOP is confirmed where the provider does not")


def a_long_text_comes_in_parts(s):
    words = "Deep pothole at 12 Elm St. It is as wide as a door and cars swerve around it. "
    parts = [s.p.part(s.hook, f"part-{n}", ANA, w, "77", n, 3)
             for n, w in enumerate((words[:40], words[40:60], words[60:]), 1)]
    if parts[0] is None:
        return s.tap.skip("parts", "this provider joins them")
    for n in (2, 0, 1, 1):
        s.tap.same(s.deliver(parts[n])[0], 200, f"part {n + 1} is thanked for")
    s.settled()
    s.tap.same(len(s.tickets(1)), 1, "they are one ticket")
    s.tap.same(s.town.show(1)["messages"][0]["message"]["text"].strip(), words.strip(), "with all its words in order")
    s.tap.same(len(s.to(ANA)), 1, "answered once")


def states_end_right_in_whatever_order_they_come(s, orders):
    """Each order of the states, told of a text of its own."""
    at_once(enumerate(orders), lambda one: s.say(
        f"in-{one[0]}", f"+1555556{one[0]:04d}", f"Deep pothole at {2 * one[0] + 2} Elm St"))
    s.wait(lambda: len(s.fake.sent) == len(orders))
    s.tap.same(len(s.fake.sent), len(orders), f"{len(orders)} texts are answered")
    at_once(zip(list(s.fake.sent), orders), lambda one: [s.tell(one[0], state) for state in one[1]])
    end = max(orders[0], key=STATES.index)

    def right():
        with sqlite3.connect(os.path.join(s.town.folder, "inlet.db"), timeout=30) as db:
            got = [row[0] for row in db.execute("SELECT delivery FROM notices")]
        return got == [end] * len(orders)
    s.tap.check(s.wait(right), f"whatever the order, \"{end}\" stands")


SCENARIOS = (
    a_text_is_a_ticket_and_is_answered_once,
    receipts_are_kept_with_the_notice,
    pictures_come_with_their_text,
    the_same_a_thousand_times_is_one,
    a_text_is_not_lost_when_we_are_killed,
    what_was_missed_is_found_in_the_list,
    what_may_have_gone_out_is_not_said_again,
    a_no_and_a_not_now_and_who_said_stop,
    a_long_text_comes_in_parts,
)


def all_orders(tap, provider):
    good = [x for x in STATES if x in provider.states]
    if len(good) < 2:
        return tap.skip("all orders of the states", "this provider tells too few")
    orders = list(itertools.permutations(good))
    for at in range(0, len(orders), 360):  # a town tells no more within an hour
        with Stage(tap, provider) as s:
            states_end_right_in_whatever_order_they_come(s, orders[at:at + 360])


def run(provider):
    """The scenarios named on the command line, or all; the exit status."""
    tap = Tap()
    wanted = sys.argv[1:]
    for scenario in SCENARIOS:
        if not wanted or scenario.__name__ in wanted:
            print(f"# {scenario.__name__}")
            with Stage(tap, provider) as s:
                scenario(s)
    if not wanted or "all_orders" in wanted:
        all_orders(tap, provider)
    return tap.done()
