#!/usr/bin/env python3
"""Mail that the mail server on this machine delivers by LMTP."""
import os
import smtplib
import socket
import stat
import sys
import threading

from harness import PATIENCE, Tap, Town, free_port, mail

TO = "reports@example.org"


def connect(port):
    return smtplib.LMTP("127.0.0.1", port, timeout=PATIENCE)


def say(port, text, shut=False):
    """What is answered to bytes of our own, until the other side hangs up or all of it has come."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as s:
        s.sendall(text)
        if shut:
            s.shutdown(socket.SHUT_WR)
        got = b""
        try:
            while data := s.recv(65536):
                got += data
        except ConnectionResetError:
            pass  # it hung up before it had heard all of that
        return got.decode()


def mail_comes_in(tap, town, port):
    with connect(port) as c:
        tap.check(c.ehlo_or_helo_if_needed() is None and c.has_extn("pipelining") and c.esmtp_features["size"] == "134217728",
                  "It says what it can")
        tap.same(c.sendmail("resident1@example.org", [TO], mail(1)), {}, "A mail is taken")
        tap.same(c.sendmail("resident2@example.org", [TO], mail(2)), {}, "And another one on the same line")
    tap.check(town.wait_for(lambda: len(town.tickets()) == 2), "Each is a ticket")
    tap.check(town.wait_for(lambda: len(town.smtp.mails) == 2), "And is answered")
    shown = town.show(town.tickets()[0]["number"])
    tap.same(shown["messages"][0]["channel"], "mta", "It says by which door it came")


def it_is_on_disk_when_it_is_answered(tap, town, port):
    again = mail(3)
    c = connect(port)
    c.sendmail("resident3@example.org", [TO], again)
    town.kill()
    c.close()
    assert town.start(), town.log()
    tap.check(town.wait_for(lambda: len(town.tickets()) == 3), "A mail that was answered for survives a kill")
    with connect(port) as c:
        tap.same(c.sendmail("resident3@example.org", [TO], again), {}, "One that is delivered again is taken")
        c.sendmail("resident4@example.org", [TO], mail(4))
    tap.check(town.wait_for(lambda: len(town.tickets()) == 4), "And known: only what is new is a ticket")


def each_recipient_is_answered(tap, town, port):
    many = "".join(f"RCPT TO:<town+{n}@example.org>\r\n" for n in range(30)).encode()
    got = say(port, b"LHLO me\r\nMAIL FROM:<resident5@example.org>\r\n" + many + b"DATA\r\n" + mail(5) + b".\r\nQUIT\r\n")
    tap.same([line.split("<")[1].split("@")[0] for line in got.splitlines() if line.endswith("kept")],
             [f"town+{n}" for n in range(30)], "Thirty recipients are answered, one by one")
    got = say(port, b"LHLO me\r\nMAIL FROM:<resident6@example.org>\r\nRCPT TO:<a@example.org>\r\nRCPT TO:nobody\r\n"
                    b"RCPT TO:<b@example.org>\r\nDATA\r\n" + mail(6) + b".\r\nNOOP\r\nQUIT\r\n")
    codes = [line[:3] for line in got.splitlines() if line[3] == " "]
    tap.same(codes, ["220", "250", "250", "250", "501", "250", "354", "250", "250", "250", "221"],
             "What is said all at once is answered in order, refused recipients left out")
    with connect(port) as c:
        c.sendmail("<>", ["reports@example.org"], mail(7))
    tap.check(town.wait_for(lambda: len(town.tickets()) == 7), "One mail to thirty of our addresses is one ticket")
    tap.check(town.wait_for(lambda: any("resident6@" in to[0] for to, _ in town.smtp.mails)), "And is answered")
    tap.check(not any("resident7@" in to[0] for to, _ in town.smtp.mails), "One that comes from nobody is not")


def who_says_nothing_of_use_harms_nobody(tap, town, port):
    tap.check("421 4.7.0" in say(port, b"GET / HTTP/1.1\r\n\r\n" * 40), "Who speaks another language is sent away")
    tap.check("500 5.5.2" in say(port, b"LHLO " + b"x" * 200000 + b"\r\nQUIT\r\n"), "A line too long is skipped")
    before = len(town.tickets())
    say(port, b"LHLO me\r\nMAIL FROM:<x@example.org>\r\nRCPT TO:<a@example.org>\r\nDATA\r\n" + mail(90), shut=True)
    smuggled = mail(91) + b"\n.\nMAIL FROM:<evil@example.org>\r\nRCPT TO:<a@example.org>\r\nDATA\r\nSubject: x\r\n\r\ny\r\n.\r\nQUIT\r\n"
    got = say(port, b"LHLO me\r\nMAIL FROM:<x@example.org>\r\nRCPT TO:<a@example.org>\r\nDATA\r\n" + smuggled)
    tap.same(got.count("354 "), 1, "A mail cannot hold another one")
    tap.check(town.wait_for(lambda: len(town.tickets()) == before + 1), "And one that broke off is none")
    open_ = [socket.create_connection(("127.0.0.1", port)) for _ in range(7)]
    refused = [s for s in open_ if b"421 4.3.2" in s.recv(100)]
    tap.same(len(refused), 2, "More connections than allowed are sent away")
    for s in open_:
        s.close()
    tap.check(town.wait_for(lambda: "220" in say(port, b"QUIT\r\n")), "And let in when there is room")
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as s:
        s.recv(100)
        tap.check(b"421 4.4.2" in s.recv(100), "Who says nothing is sent away in time")


def large_mail_is_cut(tap, town, port):
    big = mail(8) + (b"x" * 998 + b"\r\n") * 40_000
    with connect(port) as c:
        tap.same(c.sendmail("resident8@example.org", [TO], big), {}, "A mail of 40 MB is taken")
    tap.check(town.wait_for(lambda: any("resident8" in str(town.show(t["number"])) for t in town.tickets()[:3])),
              "Its beginning is a ticket: no report is lost because of its photos")


def many_at_once(tap, town, port):
    before = len(town.tickets())
    town.wait_for(lambda: "220" in say(port, b"QUIT\r\n"))

    def send(first):
        with connect(port) as c:
            for n in range(first, first + 25):
                c.sendmail(f"resident{n}@example.org", [TO], mail(n, f"There is a pothole at {n} Elm St."))

    threads = [threading.Thread(target=send, args=(1000 + 100 * n,)) for n in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    tap.check(town.wait_for(lambda: len(town.tickets()) == before + 100), "A hundred on four lines are a hundred tickets")


def by_socket(tap):
    town = Town()
    path = os.path.join(town.folder, "lmtp.sock")
    with open(town.conf, "a", encoding="utf-8") as f:
        f.write(f"channel lmtp mta\n    listen unix:{path}\n    mode 600\n")
    try:
        assert town.start(), town.log()
        tap.same(stat.S_IMODE(os.stat(path).st_mode), 0o600, "A unix socket has the mode that is asked for")
        with smtplib.LMTP(path, timeout=PATIENCE) as c:
            tap.same(c.sendmail("resident1@example.org", [TO], mail(1)), {}, "And takes mail")
        town.kill()
        assert town.start(), town.log()
        with smtplib.LMTP(path, timeout=PATIENCE) as c:
            tap.same(c.sendmail("resident2@example.org", [TO], mail(2)), {}, "Also after a kill has left it lying about")
        tap.check(town.wait_for(lambda: len(town.tickets()) == 2), "Both are tickets")
        tap.same((town.stop(), os.path.exists(path)), (0, False), "It is gone when the daemon is")
    finally:
        town.close()


def not_for_the_world(tap):
    for listen in ("0.0.0.0:2424", "192.0.2.1:24", "[::]:24", "localhost:24", "unix:"):
        town = Town(conf=f"channel lmtp mta\n    listen {listen}\n")
        out = town.command("doctor")
        tap.check(b"listen" in out.stdout, f"{listen} is refused")
        town.close()


def main():
    tap = Tap()
    port = free_port()
    town = Town(conf=f"channel lmtp mta\n    listen 127.0.0.1:{port}\n    connections 5\n    timeout 10\n")
    try:
        assert town.start(), town.log()
        mail_comes_in(tap, town, port)
        it_is_on_disk_when_it_is_answered(tap, town, port)
        each_recipient_is_answered(tap, town, port)
        who_says_nothing_of_use_harms_nobody(tap, town, port)
        many_at_once(tap, town, port)
        large_mail_is_cut(tap, town, port)
        tap.same(town.stop(), 0, "It ends well")
        by_socket(tap)
        not_for_the_world(tap)
        if tap.bad:
            print("# " + town.log().replace("\n", "\n# "))
    finally:
        town.close()
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
