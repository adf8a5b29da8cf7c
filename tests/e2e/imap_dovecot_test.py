#!/usr/bin/env python3
"""The imap adapter against a real Dovecot, over TLS."""
import hashlib
import os
import sys
import time

import dovecot
from imap_channel import HARNESS, Channel, Tap


def mail(n, size=0):
    body = (f"Streetlight {n} is out on Elm Street.\r\n" + "x" * 70 + "\r\n") * (1 + size // 110)
    return (f"From: Pat <pat@example.org>\r\nTo: town@example.org\r\nSubject: report {n}\r\n"
            f"Message-ID: <{n}@example.org>\r\n\r\n{body}").encode()


def sha(bytes_):
    return hashlib.sha256(bytes_).hexdigest()


def town(d, **settings):
    return Channel(d.conf("town", **{"first": "all", **settings}))


def mails_are_taken_whole_and_flagged(t):
    with dovecot.Dovecot() as d:
        mails = [mail(n) for n in range(120)] + [mail(500, 300_000)]
        d.append(*mails)
        c = town(d).start()
        c.wait("marked", count=121)
        got = [e.values["sha256"] for e in c.accepted()]
        t.ok(sorted(got) == sorted(sha(m) for m in mails), "every byte of every mail came, each once")
        t.ok(c.stop(), "it stops and leaves nothing behind", c.tail())
        flags = [f for _, f in d.folder_mails()]
        t.ok(all("\\Seen" in f and "$Inlet" in f for f in flags), "the server's copies are flagged", flags[:3])
        c.remove()


def a_new_mail_wakes_it(t):
    with dovecot.Dovecot() as d:
        c = town(d, after="keep", idle_renew="29m").start()
        d.append(mail(1))
        c.wait("accept")
        begin = time.monotonic()
        d.append(mail(2))
        c.wait("accept")
        d.append(mail(3), mail(4))
        c.wait("marked", count=4 - len(c.marked()))
        t.ok(time.monotonic() - begin < 30, "mail that comes while it waits is taken without a renewal")
        t.ok(c.stop(), "it can be stopped while it waits", c.tail())
        t.ok(d.folder_mails()[0][1] in ([], ["\\Recent"]), "keep leaves the server's copy as it was", d.folder_mails())
        c.remove()


def moved_mail_goes_to_its_folder(t):
    with dovecot.Dovecot() as d:
        d.append(*[mail(n) for n in range(10)])
        c = town(d, after="move", move_to="Erledigt & größer").start()
        c.wait("marked", count=10)
        c.stop()
        t.ok(d.folder_mails() == [], "the inbox is empty")
        moved = d.login()
        t.ok(moved.select('"Erledigt &- gr&APYA3w-er"')[1] == [b"10"], "the folder was made and holds all of it",
             moved.list())
        moved.logout()
        c.remove()


JUNK = """namespace inbox {
  mailbox "Correo no deseado & más" {
    auto = create
    special_use = \\Junk
  }
  mailbox Junk {
    auto = create
  }
}"""


def the_junk_folder_is_found_by_its_use(t):
    with dovecot.Dovecot(extra=JUNK) as d:
        d.append(mail(1))
        d.append(mail(2), folder='"Correo no deseado &- m&AOE-s"')
        d.append(mail(3), folder="Junk")
        c = town(d, folder="\\Junk").start()
        c.wait("marked")
        t.ok([(e.values["sha256"], e.values["junk"]) for e in c.accepted()] == [(sha(mail(2)), "all")],
             "what lies in the junk folder, whatever its name, is taken as spam", c.tail())
        c.stop()
        c.remove()
    with dovecot.Dovecot() as d:
        c = town(d, folder="\\Junk").start()
        c.wait("health", "does not say which folder is its junk folder")
        t.ok(not c.accepted(), "where there is none, that is said and nothing taken")
        c.remove()


def deleted_mail_is_gone_and_others_marks_stay(t):
    with dovecot.Dovecot() as d:
        d.append(mail(1))
        c = town(d, after="delete", first="from-now").start()
        c.wait("cursor")
        d.append(mail(2), mail(3))
        client = d.login()
        client.select("INBOX")
        client.uid("STORE", "1", "+FLAGS", "(\\Deleted)")
        c.wait("marked", count=2)
        c.stop()
        left = d.folder_mails()
        t.ok([u for u, _ in left] == [1], "what we took is gone; what another has marked is not expunged by us", left)
        client.logout()
        c.remove()


def mail_that_was_read_by_others_is_taken(t):
    with dovecot.Dovecot() as d:
        d.append(mail(1), mail(2), flags="(\\Seen \\Flagged)")
        c = town(d).start()
        c.wait("marked", count=2)
        t.ok(len(c.stored()) == 2, "mail that somebody has seen is taken all the same")
        c.remove()


def it_begins_from_now_unless_told(t):
    with dovecot.Dovecot() as d:
        d.append(mail(1), mail(2))
        c = town(d, first="from-now").start()
        c.wait("cursor")
        d.append(mail(3))
        c.wait("marked")
        t.ok([e.values["sha256"] for e in c.accepted()] == [sha(mail(3))], "what was there before is left alone")
        c.kill()
        d.append(mail(4))
        c.start()
        c.wait("marked")
        t.ok(len(c.stored()) == 2, "and what came while it was away is taken")
        c.remove()


def old_mail_is_filed_without_answers(t):
    with dovecot.Dovecot() as d:
        d.append(mail(1))
        c = town(d).start()
        c.wait("marked")
        d.append(mail(2))
        c.wait("marked")
        t.ok([e.values["quiet"] for e in c.accepted()] == ["1", "0"], "only what was there before us is quiet",
             c.accepted())
        c.remove()


def it_goes_on_where_it_was_killed(t):
    with dovecot.Dovecot() as d:
        c = town(d)
        for round_ in range(5):
            d.append(*[mail(round_ * 40 + n) for n in range(40)])
            c.start()
            c.wait("accept", "stored", count=1 + round_ * 7)
            c.kill()
        c.start()
        d.append(mail(1000))
        c.wait_kept("mark", 201)
        t.ok(len(c.kept("raw")) == 201 and len(set(c.kept("raw"))) == 201,
             "killed five times: each mail is stored once", len(c.kept("raw")))
        t.ok(c.stop(), "and it stops well", c.tail())
        flags = [f for _, f in d.folder_mails()]
        t.ok(all("\\Seen" in f for f in flags) and len(flags) == 201, "and each is marked on the server")
        c.remove()


def it_survives_the_servers_processes_being_killed(t):
    with dovecot.Dovecot() as d:
        c = town(d, idle_renew="29m").start()
        for round_ in range(3):
            d.append(mail(round_ * 10), mail(round_ * 10 + 1))
            while len(c.stored()) < round_ * 2 + 1:
                c.next()
            d.kill_sessions()
        d.append(mail(99))
        while len(set(c.marked())) < 7:
            c.next()
        t.ok(len(c.stored()) == 7 and len(set(c.stored())) == 7, "no mail is lost or taken twice", c.stored())
        c.remove()


def it_comes_back_when_the_server_does(t):
    with dovecot.Dovecot() as d:
        d.append(mail(1))
        c = town(d).start()
        c.wait("marked")
        d.stop()
        told = c.wait("health")
        t.ok("reached" in told[-1].line or "connection" in told[-1].line, "the clerk is told that it is away", told)
        d.start()
        d.append(mail(2))
        seen = c.wait("marked")
        t.ok(any(e.kind == "well" for e in seen), "and that it is back", seen)
        c.remove()


def another_name_in_the_certificate_is_refused(t):
    with dovecot.Dovecot(host="mail.example.org") as d:
        d.append(mail(1))
        d.host = "localhost"
        c = town(d).start()
        told = c.wait("health")[-1].line
        t.ok("not trusted" in told and "name" in told, "a certificate for another host is refused", told)
        t.ok(not c.accepted(), "nothing was taken")
        c.remove()


def an_unknown_authority_is_refused(t):
    with dovecot.Dovecot() as d:
        d.append(mail(1))
        other = dovecot.make_ca(d.folder, "other")
        for name, ca in (("another", other), ("the machine's own", None)):
            c = town(d, ca_file=ca).start()
            told = c.wait("health")[-1].line
            t.ok("not trusted" in told, f"{name} list of authorities does not vouch for it", told)
            t.ok(c.stop(), "it can be stopped while it waits to try again", c.tail())
            c.remove()


def a_wrong_password_is_said(t):
    with dovecot.Dovecot() as d:
        c = town(d, password="guess").start()
        told = c.wait("health")[-1].line
        t.ok("login" in told and "guess" not in told, "the clerk reads that the login was refused", told)
        t.ok("guess" not in c.errors, "the password is not in the log")
        c.remove()


def starttls_is_as_good(t):
    with dovecot.Dovecot() as d:
        d.append(mail(1))
        c = town(d, tls="starttls", port=d.plain_port).start()
        c.wait("marked")
        t.ok(len(c.stored()) == 1, "mail comes through STARTTLS")
        t.ok(c.stop(), "it stops well", c.tail())
        c.remove()


def large_mail_is_whole(t):
    with dovecot.Dovecot() as d:
        large = mail(1, 20_000_000)
        d.append(large, mail(2))
        c = town(d).start()
        c.wait("marked", count=2)
        got = {e.values["sha256"] for e in c.accepted()}
        t.ok(sha(large) in got and sha(mail(2)) in got, f"a mail of {len(large)} bytes is whole")
        with open(f"/proc/{c.process.pid}/status", encoding="ascii") as f:
            peak = int([line.split()[1] for line in f if line.startswith("VmHWM")][0])
        if "san" not in os.environ.get("B", ""):
            t.ok(peak < 90_000, "in less memory than four of it", f"{peak} kB")
        c.remove()


def what_is_too_large_is_cut_and_kept(t):
    with dovecot.Dovecot() as d:
        d.append(mail(1, 40_000_000), mail(2))
        c = town(d, after="delete").start()
        c.wait("marked", count=2)
        cut = [e for e in c.accepted() if int(e.values["full"]) > 37_000_000]
        t.ok(len(cut) == 1 and 60_000 < int(cut[0].values["bytes"]) <= 262_144, "its beginning is taken", cut)
        t.ok(c.stop() and [u for u, _ in d.folder_mails()] == [1], "and the server keeps the whole of it",
             d.folder_mails())
        c.start()
        d.append(mail(3))
        c.wait("marked")
        t.ok(len(c.accepted()) == 3, "it is not offered again after a restart")
        c.remove()


def what_cannot_be_stored_is_offered_again(t):
    with dovecot.Dovecot() as d:
        d.append(*[mail(n) for n in range(5)])
        c = town(d).start("refuse=7")
        c.wait("marked", count=5)
        t.ok(len(set(c.stored())) == 5, "all is taken once there is room again")
        refused = [e for e in c.accepted() if e.line.endswith("refused")]
        t.ok(len(refused) == 7 and not set(c.marked()) - set(c.stored()), "and nothing was marked before")
        c.remove()


def the_inbox_is_not_flooded(t):
    with dovecot.Dovecot() as d:
        d.append(*[mail(n) for n in range(200)])
        c = town(d).start("hold")
        c.wait("accept", count=64)
        c.process.send_signal(10)  # SIGUSR1: answer
        c.wait("marked", count=200)
        first = next(i for i, e in enumerate(c.events) if e.kind == "marked")
        before = [e for e in c.events[:first] if e.kind == "accept"]
        t.ok(len(before) <= 128, "it does not hand in hundreds at once", len(before))
        t.ok(len(c.stored()) == 200, "and takes all in the end")
        c.remove()


def a_stop_while_much_is_under_way_loses_nothing(t):
    with dovecot.Dovecot() as d:
        d.append(*[mail(n) for n in range(150)])
        c = town(d).start("hold")
        c.wait("accept", count=64)
        t.ok(c.stop(), "it waits for what it has handed in, and ends", c.tail())
        c.start()
        c.wait_kept("mark", 150)
        t.ok(len(c.kept("raw")) == 150, "the next run finds the rest")
        c.remove()


TESTS = [value for name, value in list(globals().items())
         if callable(value) and getattr(value, "__module__", "") == "__main__"
         and name not in ("mail", "sha", "town")]

if __name__ == "__main__":
    tap = Tap()
    if not dovecot.available() or not os.path.exists(HARNESS):
        tap.skip_all("no dovecot, or no " + HARNESS)
    tap.run(TESTS, sys.argv[1:])
