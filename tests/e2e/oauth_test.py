#!/usr/bin/env python3
"""The daemon signs in by token: Dovecot asks the provider whether it is good."""
import base64
import json
import os
import subprocess
import sys
import time

import dovecot
from clerk import Clerk, add_user
from fake_identity import Identity
from harness import INLET, SmtpSink, SmtpTalk, Tap, Town, mail


class TokenSmtp(SmtpSink):
    """A mail server that takes a token and nothing else."""

    def __init__(self, who):
        self.who = who
        self.refused = 0
        super().__init__()
        self.RequestHandlerClass = TokenTalk


class TokenTalk(SmtpTalk):
    def talk(self):
        self.say("220 sink")
        user = None
        while line := self.rfile.readline():
            words = line.decode().split()
            verb = words[0].upper()
            if verb == "EHLO":
                self.say("250-sink")
                self.say("250 AUTH XOAUTH2 PLAIN")
            elif verb == "AUTH":
                user = self.enter(words)
            elif verb == "MAIL" and user is None:
                self.say("530 5.7.57 Client not authenticated")
            elif verb == "MAIL":
                self.say("250 ok")
                return self.take()
            else:
                self.say("250 ok")

    def enter(self, words):
        if words[1:] == ["XOAUTH2"]:
            self.say("334 ")
            words.append(self.rfile.readline().decode().strip())
        said = base64.b64decode(words[2]).decode() if words[1] == "XOAUTH2" else ""
        name, _, token = said.removesuffix("\1\1").partition("\1auth=Bearer ")
        user = self.server.who.valid(token)
        if user and name == f"user={user}":
            self.say("235 2.7.0 Accepted")
            return user
        self.server.refused += 1
        self.say("334 " + base64.b64encode(b'{"status":"401"}').decode())
        self.rfile.readline()
        self.say("535 5.7.3 Authentication unsuccessful")
        return None

    def take(self):
        """RCPT, DATA, QUIT."""
        to = [self.rfile.readline().split(b"<")[1].split(b">")[0].decode()]
        self.say("250 ok")
        self.rfile.readline()
        self.say("354 go on")
        self.server.mails.append((to, self.data()))
        self.say("250 2.0.0 queued")
        self.rfile.readline()
        self.say("221 bye")


def introspecting(who, folder):
    """What makes a Dovecot ask who about tokens."""
    path = os.path.join(folder, "oauth2.conf")
    with open(path, "w", encoding="ascii") as f:
        f.write(f"introspection_url = {who.url}/introspect\nintrospection_mode = post\n"
                "username_attribute = username\nactive_attribute = active\nactive_value = true\n")
    os.chmod(path, 0o644)
    return (f"auth_mechanisms = plain login xoauth2 oauthbearer\nauth_cache_size = 0\n"
            f"passdb {{\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = {path}\n}}\n")


def health(clerk, name):
    return next(c for c in clerk.get("/api/health").json["channels"] if c["name"] == name)


def login(town):
    out = subprocess.run([INLET, "login", "-c", town.conf, "in"], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                         timeout=60, check=False)
    assert out.returncode == 0, out.stderr


def make_town(who, d, smtp):
    sign_in = f"    user {dovecot.USER}\n{who.conf('device')}"
    conf = d.conf("in", first="all", password=None, user=None)
    town = Town(conf=conf + sign_in)
    with open(town.conf, encoding="utf-8") as f:
        text = f.read()
    with open(town.conf, "w", encoding="utf-8") as f:
        f.write(text.replace(f"port {town.smtp.port}\n    tls no\n", f"port {smtp.port}\n    tls no\n{sign_in}"))
    return town


def nothing_before_somebody_signs_in(tap, town, clerk, d):
    d.append(mail(1))
    tap.check(town.wait_for(lambda: "inlet login" in health(clerk, "in")["trouble"]), "Health says what to run")
    tap.check("inlet login" in health(clerk, "post")["trouble"], "For the way out as well")
    out = town.command("doctor", "--json").stdout.decode()
    tap.check(any("run: inlet login in" in json.loads(line)["text"] for line in out.splitlines()), "So does doctor")
    tap.same(town.tickets(), [], "And nothing comes in")


def a_sign_in_needs_no_restart(tap, town, clerk, d, smtp):
    login(town)
    tap.check(town.wait_for(lambda: len(town.tickets()) == 1), "Once somebody has signed in, mail comes in")
    d.append(mail(2))  # what was there at the first connection is not answered
    tap.check(town.wait_for(lambda: smtp.mails), "And the answer goes out, by the same sign-in")
    tap.same([to for to, _ in smtp.mails], [["resident2@example.org"]], "To who wrote")
    tap.check(town.wait_for(lambda: health(clerk, "in")["trouble"] == "" == health(clerk, "post")["trouble"]),
              "Health is well again")
    tap.check(health(clerk, "in")["token_expires_at"] > time.time(), "It says until when the sign-in holds")
    tap.same(health(clerk, "post")["token_expires_at"], health(clerk, "in")["token_expires_at"], "For both")


def tokens_are_renewed_in_the_middle(tap, town, clerk, who, d, smtp):
    who.life = 5
    who.tokens.clear()  # the one at hand ends before its time
    refreshed = len(who.grants("refresh_token"))
    d.kill_sessions()
    tap.check(town.wait_for(lambda: len(who.grants("refresh_token")) > refreshed), "A token the server refuses is renewed")
    for n in (3, 4, 5):
        before = len(who.grants("refresh_token"))
        tap.check(town.wait_for(lambda: len(who.grants("refresh_token")) > before), "A short one before it ends")
        d.append(mail(n))
        d.kill_sessions()  # as Google ends them with the token
        tap.check(town.wait_for(lambda: len(town.tickets()) == n), "And mail comes in with the next")
    tap.check(town.wait_for(lambda: len(smtp.mails) == 4), "And goes out")
    tap.same((smtp.refused, health(clerk, "in")["trouble"]), (0, ""), "Nobody is alarmed")
    times = [a["at"] for a in who.grants("refresh_token")[refreshed + 1:]]
    tap.check(all(b - a > 2.5 for a, b in zip(times, times[1:])), f"Two channels, one renewal each time: {times}")
    used = [a["refresh_token"] for a in who.grants("refresh_token")]
    tap.same(len(set(used)), len(used), "Each with the refresh token that the one before brought")


def an_end_is_loud_and_mended_without_a_restart(tap, town, clerk, who, d):
    asked = len(who.grants("refresh_token"))
    who.revoke()
    d.kill_sessions()
    tap.check(town.wait_for(lambda: "was taken back; run: inlet login" in health(clerk, "in")["trouble"]),
              "A sign-in that was taken back is told")
    tap.check("was taken back" in health(clerk, "post")["trouble"], "For the way out too")
    d.append(mail(6))
    who.life = 3600
    login(town)
    tap.check(town.wait_for(lambda: len(town.tickets()) == 6), "Who signs in again is taken up at once")
    tap.check(town.wait_for(lambda: health(clerk, "in")["trouble"] == "" == health(clerk, "post")["trouble"]),
              "And health is well")
    tap.same(len(who.grants("refresh_token")), asked + 1, "The provider was asked once, not without end")


def the_token_outlives_the_daemon(tap, town, who, d):
    asked = len(who.asked)
    tap.same(town.stop(), 0, "It ends well")
    d.append(mail(7))
    assert town.start(), town.log()
    tap.check(town.wait_for(lambda: len(town.tickets()) == 7), "After a restart mail comes in with the token that is kept")
    tap.same([a["path"] for a in who.asked[asked:] if a["path"] != "/introspect"], [], "And none was asked for")


def main():
    tap = Tap()
    if not dovecot.available():
        print("1..0 # SKIP no dovecot")
        return 0
    with Identity() as who, dovecot.Dovecot() as d:
        d.stop()
        d.extra = introspecting(who, d.folder)
        d.write_conf()
        d.start()
        smtp = TokenSmtp(who)
        town = make_town(who, d, smtp)
        try:
            add_user(town, "Ana")
            assert town.start(), town.log()
            clerk = Clerk(town, "Ana")
            nothing_before_somebody_signs_in(tap, town, clerk, d)
            a_sign_in_needs_no_restart(tap, town, clerk, d, smtp)
            tokens_are_renewed_in_the_middle(tap, town, clerk, who, d, smtp)
            an_end_is_loud_and_mended_without_a_restart(tap, town, clerk, who, d)
            the_token_outlives_the_daemon(tap, town, who, d)
            if tap.bad:
                print("# " + town.log().replace("\n", "\n# ") + "# " + d.log().replace("\n", "\n# "))
        finally:
            town.close()
            smtp.shutdown()
            smtp.server_close()
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
