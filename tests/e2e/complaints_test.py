#!/usr/bin/env python3
"""What users of other ticket systems suffer from at intake, played on ours.

Mail that is read and makes no ticket, mail that one bad header stops, a number
in a stranger's subject, what was settled and comes back, answers cut away,
texts of a pool of numbers: one town, a part each. What is not here is tried
where its module is: kill_test, imap_fake_test, mime_test, text_scenarios.
"""
import os
import signal
import sqlite3
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from clerk import Clerk, add_user
from harness import Tap, Town

ROBOT = "+15555550142"
HOLE = "There is a deep pothole at 12 Elm St."


class Desk:
    """The town, its clerk, and what came of each mail by its subject."""

    def __init__(self, tap, town):
        self.tap, self.town, self.files = tap, town, 0
        self.clerk = Clerk(town, "Ana")

    def post(self, data):
        self.files += 1
        self.town.drop_mail(f"{self.files}.complaint", data)

    def titled(self, title):
        return [t for t in self.town.tickets() if t["title"] == title]

    def ticket(self, title):
        """The one ticket of that title, whole, once it is there."""
        self.town.wait_for(lambda: self.titled(title))
        found = self.titled(title)
        self.tap.same(len(found), 1, f"'{title}' is one ticket")
        return self.town.show(found[0]["number"]) if found else {"number": 0, "messages": [], "notices": []}

    def settled(self):
        """Once nothing waits in the folder, to be filed or to be sent."""
        waiting = "SELECT (SELECT count(*) FROM raws WHERE state = 'new') + " \
                  "(SELECT count(*) FROM notices WHERE state IN ('pending', 'claimed'))"
        self.tap.check(self.town.wait_for(lambda: not os.listdir(self.town.maildir + "/new") and self.ask(waiting) == 0),
                       "all is filed and sent")

    def ask(self, sql):
        with sqlite3.connect(f"file:{self.town.folder}/inlet.db?mode=ro", uri=True) as db:
            return db.execute(sql).fetchone()[0]

    def texted(self, number):
        return [x["Body"] for x in self.town.texts.texts if x["To"] == number]

    def told(self, address):
        return [m for to, m in self.town.smtp.mails if address in to]


def headers(subject, *lines, sender="of the subject"):
    """Each subject has a sender of its own: one address is answered so often an hour."""
    if sender == "of the subject":
        sender = f"Ana <{''.join(filter(str.isalnum, subject))}@example.org>"
    return "".join(f"{line}\r\n" for line in (
        *([] if sender is None else [f"From: {sender}"]), "To: reports@example.org", f"Subject: {subject}",
        *lines)).encode("latin-1") + b"\r\n"


UNREAD = {  # how it was spoilt, and the mail; each says where and what, and WORDS some more
    "Vietnamese": headers("Vietnamese", "Content-Type: text/plain; charset=windows-1258") +
    b"Pothole at 12 Elm Street: \xf4\xd2 g\xe0",
    "Japanese": headers("Japanese", "Content-Type: text/plain; charset=ISO-2022-JP") +
    b"\x1b$B-!F;O)$K7j\x1b(B pothole 12 Elm Street\r\n",
    "Raw bytes in Cc": headers("Raw bytes in Cc", "Cc: M\xfcller, J\xf6rg <j@example.org>, \xff\xfe") + HOLE.encode(),
    "A name of no charset": headers("A name of no charset", "Content-Type: multipart/mixed; boundary=x") +
    f"--x\r\n\r\n{HOLE}\r\n--x\r\nContent-Type: text/plain; name*=us-ascii''%F6.txt\r\n"
    "Content-Disposition: attachment; filename*=us-ascii''%F6.txt\r\n\r\nx\r\n--x--\r\n".encode(),
    "A type in quotes": headers("A type in quotes", 'Content-Type: "text/plain"; charset=utf-8') + HOLE.encode(),
    "A type of nothing": headers("A type of nothing", "Content-Type: ; charset=utf-8") + HOLE.encode(),
    "No end to a parameter": headers("No end to a parameter", 'Content-Type: text/plain; charset="utf-8') + HOLE.encode(),
    "No such date": headers("No such date", "Date: Tue, 37 Foo 2026 99:99 +9900") + HOLE.encode(),
    "Two of each": headers("Two of each", "Subject: again", "Message-ID: <>", "Message-ID: <b>", "MIME-Version: x",
                           "MIME-Version: 1.0") + HOLE.encode(),
}


WORDS = {"Vietnamese": "\u1ed5 g\u00e0", "Japanese": "\u2460\u9053\u8def\u306b\u7a74"}


def one_bad_header_stops_no_mail(d):
    for data in UNREAD.values():
        d.post(data)
    for title in UNREAD:
        t = d.ticket(title)
        d.tap.check(WORDS.get(title, "Elm") in t["messages"][0]["message"]["text"], "its words are there")
        d.tap.same((t.get("category"), t.get("place")), ("pothole", "12 Elm Street"), f"and is read: {title}")


def nobody_need_say_who_they_are(d):
    """A From that is empty, missing or no address; no Message-ID in any."""
    for title, sender in (("Empty", ""), ("Missing", None), ("No address", "Ana"), ("Brackets", "<>")):
        d.post(headers(title, sender=sender) + HOLE.encode())
        t = d.ticket(title)
        d.tap.same(t.get("place"), "12 Elm Street", f"From that is {title.lower()}: it is read")
        d.tap.same(t["notices"], [], "and nobody is told")
    d.post(headers("Empty", sender="") + HOLE.encode() + b" And another at 14 Elm St.")
    d.tap.check(d.town.wait_for(lambda: len(d.titled("Empty")) == 2), "the next of nobody is another ticket")


def mail_of_weeks_ago_is_filed(d):
    """As after an outage: what counts is that it is there, not since when."""
    path = os.path.join(d.town.maildir, "new", "weeks.ago")
    long_ago = time.time() - 40 * 86400
    with open(path + ".part", "wb") as f:
        f.write(headers("Weeks ago", "Date: Mon, 19 Oct 2026 09:00:00 +0000", sender="old@example.org") + HOLE.encode())
    os.utime(path + ".part", (long_ago, long_ago))
    os.rename(path + ".part", path)
    d.tap.same(d.ticket("Weeks ago").get("place"), "12 Elm Street", "and is read as any other")


def a_number_leads_nowhere(d):
    """Anybody can write "[#1]"; only the ticket's own address and mails join."""
    d.post(headers("Mine", "Message-ID: <mine@example.org>", sender="own@example.org") + HOLE.encode())
    first = d.ticket("Mine")["number"]
    d.settled()
    ack = d.told("own@example.org")[0].split(b"\r\n\r\n")[0].decode()
    subject = next(line[9:] for line in ack.splitlines() if line.startswith("Subject: "))
    d.tap.check(str(first) in subject, f"an acknowledgement names the ticket: {subject}")
    titles = (f"Re: {subject}", f"Re: [#{first}] closed?", f"#{first}")
    for title in titles:
        d.post(headers(title, sender="stranger@example.org") + b"Please send me all that you know of it.")
    d.tap.check(d.town.wait_for(lambda: [len(d.titled(title)) for title in titles] == [1, 1, 1]),
                "three mails of a stranger with the number in their subject are three tickets")
    d.settled()
    d.tap.same(len(d.town.show(first)["messages"]), 1, "none of them is on the ticket")
    d.clerk.act("state", [first], value="done", reason="fixed", text="Filled on Monday.")
    d.tap.same({n["to"] for n in d.town.show(first)["notices"]}, {"own@example.org"}, "and nothing of it goes to a stranger")
    what_was_settled_stays_so(d, first)


def what_was_settled_stays_so(d, first):
    """Its mail is still on the server, or is put back from an archive."""
    before, told = len(d.town.tickets()), d.town.show(first)["notices"]
    again = headers("Mine", "Message-ID: <mine@example.org>", sender="own@example.org") + HOLE.encode()
    d.post(b"Received: from archive.example.org\r\n" + again)
    d.tap.check(d.town.wait_for(lambda: len(d.town.show(first)["messages"]) == 2), "its mail once more is known")
    t = d.town.show(first)
    d.tap.same((t["state"], len(d.town.tickets())), ("done", before), "the ticket stays done, and there is no other")
    d.tap.same(len(t["notices"]), len(told), "and nobody is told again")


def answers_are_read_whole(d):
    """An answer that is indented, or stands between what it answers."""
    page = "Content-Type: text/html; charset=utf-8"
    indented = ("<div>Sorry, it is here:</div><blockquote style=\"margin:0 0 0 40px;border:none;padding:0px\">"
                "14 Elm Street</blockquote>")
    between = ("<div>On Mon, Town &lt;reports@example.org&gt; wrote:</div><blockquote type=\"cite\">Where is it?"
               "</blockquote><p>14 Elm Street</p><blockquote type=\"cite\">Thank you.</blockquote>")
    for n, body in enumerate((indented, between)):
        d.post(headers(f"Lamp {n}", f"Message-ID: <lamp{n}@example.org>") + b"A street light is out.")
        number = d.ticket(f"Lamp {n}")["number"]
        d.post(headers(f"Re: Lamp {n}", f"In-Reply-To: <lamp{n}@example.org>", page) + body.encode())
        d.tap.check(d.town.wait_for(lambda: len(d.town.show(number)["messages"]) == 2), "an answer joins")
        d.tap.same(d.town.show(number)["place"], "14 Elm Street", "and is read where it was written")
        original = d.town.command("show", "--original", str(number)).stdout
        d.tap.check(b"A street light is out." in original, "the original is at hand")


def who_forwards_is_who_writes(d):
    """Unless the town has said so, nobody speaks for an address in a body."""
    d.post(headers("Fwd: Tree", sender="cousin@example.org") +
           b"Ask bob@example.org.\r\n\r\n---------- Forwarded message ---------\r\nFrom: Vic <victim@example.org>\r\n"
           b"Date: Mon, 23 Nov 2026\r\nSubject: Tree\r\nTo: <cousin@example.org>\r\n\r\nA tree fell at 9 Park Avenue.\r\n")
    t = d.ticket("Fwd: Tree")
    d.settled()
    d.tap.same(t["messages"][0]["message"]["sender"]["address"], "cousin@example.org", "the sender is who sent it")
    d.tap.same((len(d.told("cousin@example.org")), d.told("victim@example.org"), d.told("bob@example.org")), (1, [], []),
               "and alone is answered")


def nothing_is_placed_by_guess(d):
    """A street that is not there is asked for; the town's name is no place."""
    for n, (title, says) in enumerate((("Pothole at 12 Zebra Street, Millbrook", "Zebra Street"),
                                       ("There is a pothole in Millbrook", "Where is it?"))):
        sender = f"+1555555013{n}"
        d.town.post_text(f"SMplace{n}", sender, title)
        t = d.ticket(title)
        d.tap.same((t["lat"], t["lon"], t["decision"]), (None, None, "ask"), "which is nowhere on the map")
        d.tap.check(d.town.wait_for(lambda: any(says in x for x in d.texted(sender))),
                    "its sender is asked, and the ticket waits for nobody")


def texts_of_a_pool_of_numbers_come_in(d):
    """A messaging service signs like any number, and picks the number itself."""
    status, _ = d.town.post_text("SMpool", "+15555550140", "Graffiti at 9 Park Avenue", To="+15555550199",
                                 MessagingServiceSid="MG" + "2" * 32)
    d.tap.same(status, 200, "a text that came by a messaging service is taken")
    d.tap.same(d.ticket("Graffiti at 9 Park Avenue")["category"], "graffiti", "and read")
    d.tap.check(d.town.wait_for(lambda: d.texted("+15555550140")), "and answered")
    before = len(d.town.tickets())
    status, _ = d.town.post_text("SMempty", "+15555550141", "")
    d.tap.same(status, 200, "a text without a word is taken")
    d.tap.check(d.town.wait_for(lambda: len(d.town.tickets()) == before + 1), "and not dropped")


def a_robot_is_told_five_times(d):
    """It says nothing of itself, and answers each text with another report."""
    texts = [f"Case {n}: {what} at {where}" for n, (what, where) in enumerate(
        (what, where) for where in ("2 Elm Street", "80 Washington Avenue")
        for what in ("pothole", "graffiti", "street light out", "dead raccoon"))]
    for n, text in enumerate(texts):
        d.town.post_text(f"SMrobot{n}", ROBOT, text)
    d.tap.check(d.town.wait_for(lambda: all(d.titled(text) for text in texts)), "each of its texts is a ticket")
    d.tap.check(d.town.wait_for(lambda: len(d.texted(ROBOT)) >= 5), "it is answered at first")


def readers(town):
    """The workers: the daemon's child forks nurseries, and these fork them."""
    parents = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat", encoding="latin-1") as f:
                parents[int(pid)] = int(f.read().rpartition(")")[2].split()[1])
        except OSError:  # it has ended meanwhile
            continue
    return [pid for pid, parent in parents.items() if parents.get(parents.get(parent)) == town.process.pid]


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def what_cannot_be_read_is_tried_twice(d):
    """Whatever it does to its readers; then it is a ticket, and that is all."""
    d.post(headers("Deadly") + HOLE.encode() + b"\r\n" + b"<p>x</p>\r\n" * 4000000)
    killed = lambda: [kill(pid) for pid in readers(d.town)] and d.titled("Could not be read: open the original")
    d.tap.check(d.town.wait_for(lambda: d.ask("SELECT count(*) FROM raws WHERE state = 'new'")), "a mail comes in")
    d.tap.check(d.town.wait_for(killed), "that kills all who read it, and is a ticket")
    d.post(headers("After it") + HOLE.encode())
    d.tap.same(d.ticket("After it").get("place"), "12 Elm Street", "the next one is read")
    d.tap.same(d.ask("SELECT count(*) FROM raws WHERE state = 'quarantine'"), 1, "the other is set aside for a clerk")


def main():
    tap = Tap()
    town = Town()
    try:
        add_user(town, "Ana")
        if tap.check(town.start(), "A town starts"):
            d = Desk(tap, town)
            for part in (one_bad_header_stops_no_mail, nobody_need_say_who_they_are, mail_of_weeks_ago_is_filed,
                         answers_are_read_whole, who_forwards_is_who_writes, a_number_leads_nowhere,
                         a_robot_is_told_five_times, nothing_is_placed_by_guess, texts_of_a_pool_of_numbers_come_in,
                         what_cannot_be_read_is_tried_twice):
                print(f"# {part.__name__}")
                part(d)
            if tap.bad:
                print("# " + town.log().replace("\n", "\n# "))
            tap.same(len(d.texted(ROBOT)), 5, "A robot is not answered for ever")
            tap.same(town.stop(), 0, "It stops")
    finally:
        town.close()
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
