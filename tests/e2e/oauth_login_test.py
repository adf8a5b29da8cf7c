#!/usr/bin/env python3
"""inlet login: each way to a token, and what it says where there is none."""
import json
import os
import stat
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

from fake_identity import Identity
from harness import INLET, PATIENCE, Tap

FILE = "town@example.org.oauth"


class Desk:
    """A folder with an inlet.conf of one channel, and inlet login on it."""

    def __init__(self, who, flow, **more):
        self.owned = tempfile.TemporaryDirectory(prefix="inlet-login-")
        self.folder = self.owned.name
        self.conf = os.path.join(self.folder, "inlet.conf")
        self.file = os.path.join(self.folder, FILE)
        with open(self.conf, "w", encoding="utf-8") as f:
            f.write(f"database {self.folder}/inlet.db\nchannel imap town\n    host localhost\n"
                    f"    user town@example.org\n{who.conf(flow, **more)}channel web site\n")

    def start(self, *words):
        return subprocess.Popen([INLET, "login", "-c", self.conf, *words], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *words):
        p = self.start(*(words or ("town",)))
        p.stdin.close()
        p.stdin = None
        out, err = p.communicate(timeout=PATIENCE)
        return p.returncode, out, err

    def token(self):
        with open(self.file, encoding="utf-8") as f:
            return json.load(f)


def line_with(process, text):
    """The first line of its output that has text."""
    for line in process.stdout:
        if text in line:
            return line.strip()
    return ""


def by_device_code(tap):
    with Identity() as who:
        who.pending = 2
        desk = Desk(who, "device")
        status, out, err = desk.run()
        tap.same(status, 0, f"A device code signs in {err}")
        tap.check("https://login.example.org/device" in out and "ABCD-EFGH" in out, "Address and code are shown")
        tap.check("town@example.org" in out and "good until 20" in out, "And for whom, and until when it is good")
        tap.same(who.valid(desk.token()["access_token"]), "town@example.org", "The token is in its file")
        tap.check(desk.token()["refresh_token"] in who.refresh, "With the one that makes more of them")
        tap.same(stat.S_IMODE(os.stat(desk.file).st_mode), 0o600, "Which its owner alone can read")
        tap.same(len(who.grants("device_code")), 3, "It asked until the code was used")
        status, out, _ = desk.run("--json", "town")
        lines = [json.loads(line) for line in out.splitlines()]
        tap.same((status, lines[0]["code"], lines[1]["channel"]), (0, "ABCD-EFGH", "town"), "A program can read it too")


def it_asks_more_seldom_when_told(tap):
    with Identity() as who:
        who.pending = who.slow_downs = 1
        desk = Desk(who, "device")
        tap.same(desk.run()[0], 0, "A provider that is asked too often")
        times = [a["at"] for a in who.grants("device_code")]
        tap.check(times[1] - times[0] >= 5.5, f"Is asked five seconds later: {times[1] - times[0]:.1f} s")


def by_browser(tap):
    with Identity() as who:
        desk = Desk(who, "code")
        p = desk.start("town")
        url = line_with(p, "/authorize?")
        back = urllib.request.Request(url)
        redirect = dict(pair.split("=") for pair in url.split("?")[1].split("&"))["redirect_uri"]
        home = urllib.parse.unquote(redirect)
        tap.check(home.startswith("http://127.0.0.1:"), "The browser is sent back to this machine")
        for wrong in ("/favicon.ico", "/?code=forged&state=guessed", "/?state=" + "x" * 9000, "/?code=x"):
            try:
                urllib.request.urlopen(home + wrong, timeout=PATIENCE)
                tap.check(False, f"{wrong[:20]} is not let in")
            except urllib.error.HTTPError as e:
                tap.same(e.code, 404, f"{wrong[:20]} is not let in")
        with urllib.request.urlopen(back, timeout=PATIENCE) as page:
            tap.check(b"Go back to the terminal" in page.read(), "The person is told where to look")
        out, err = p.communicate(timeout=PATIENCE)
        tap.same((p.returncode, err), (0, ""), "A browser signs in")
        tap.check("Signed in" in out and who.valid(desk.token()["access_token"]), "And the token is kept")


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def by_browser_elsewhere(tap):
    with Identity() as who:
        desk = Desk(who, "code")
        p = desk.start("town")
        url = line_with(p, "/authorize?")
        try:
            urllib.request.build_opener(Stay).open(url, timeout=PATIENCE)
            last = ""
        except urllib.error.HTTPError as e:
            last = e.headers["Location"]
        p.stdin.write("https://login.example.org/\n")
        p.stdin.flush()
        tap.check("not the address" in p.stderr.readline(), "Another address is not taken")
        out, _ = p.communicate(last + "\n", timeout=PATIENCE)
        tap.check(p.returncode == 0 and "Signed in" in out, "The address of the last page may be pasted")


def nobody_is_needed(tap):
    with Identity() as who:
        desk = Desk(who, "client")
        status, out, err = desk.run()
        tap.same((status, err), (0, ""), "Client credentials are tried")
        tap.check("Signed in" in out and who.valid(desk.token()["access_token"]), "And found good")
        keys = tempfile.TemporaryDirectory(prefix="inlet-login-")
        desk = Desk(who, "service-account", oauth_key=f"file {who.make_key(keys.name)}")
        with open(desk.conf, encoding="utf-8") as f:
            text = f.read().replace("    oauth-client app-1\n", "")
        with open(desk.conf, "w", encoding="utf-8") as f:
            f.write(text)
        status, out, err = desk.run()
        tap.same((status, err), (0, ""), "So is a service account's key")
        tap.check(who.valid(desk.token()["access_token"]), "Whose claim another program has verified")


def each_no_says_what_to_do(tap):
    cases = [
        ("client", {"client_credentials": (401, {"error": "invalid_client", "error_description": "AADSTS7000222: x"})},
         77, "make a new one"),
        ("client", {"client_credentials": (400, {"error": "unauthorized_client"})}, 77, "may not do this"),
        ("device", {"device_code": (400, {"error": "access_denied"})}, 77, "somebody said no"),
        ("device", {"device_code": (400, {"error": "invalid_grant", "error_description": "AADSTS65001: x\r\ny"})}, 77,
         "an administrator has to consent"),
        ("device", {"/device": (400, {"error": "invalid_scope"})}, 77, "may not ask for this"),
        ("device", {"/device": (503, "out")}, 69, "answers 503"),
        ("device", {"device_code": (200, {"access_token": "a", "expires_in": 5})}, 77, "no refresh token"),
    ]
    for flow, says, want, sentence in cases:
        with Identity() as who:
            who.says = says
            desk = Desk(who, flow)
            status, _, err = desk.run()
            tap.same((status, sentence in err, len(err.splitlines())), (want, True, 1), f"{sentence}: {err.strip()}")
            tap.check(not os.path.exists(desk.file), "And no token is made up")
    with Identity() as who:
        who.says = {"/authorize": {"error": "access_denied", "error_description": "They\r\nwould not"}}
        desk = Desk(who, "code")
        p = desk.start("town")
        urllib.request.urlopen(line_with(p, "/authorize?"), timeout=PATIENCE).read()
        _, err = p.communicate(timeout=PATIENCE)
        tap.check(p.returncode == 77 and "refused: They" in err, f"A no in the browser: {err.strip()}")


def what_cannot_be(tap):
    with Identity() as who:
        desk = Desk(who, "client")
        tap.check("no channel nowhere" in desk.run("nowhere")[2], "A channel that is not there")
        tap.check("without OAuth" in desk.run("site")[2], "A channel that does not sign in")
        tap.same(desk.run("--port", "0", "town")[0], 64, "A port that is none")
        who.shutdown()
        who.server_close()
        begin = time.monotonic()
        status, _, err = desk.run()
        tap.check(status == 69 and "cannot be asked" in err and time.monotonic() - begin < 30,
                  f"A provider that is not there: {err.strip()}")


if __name__ == "__main__":
    T = Tap()
    for test in (by_device_code, it_asks_more_seldom_when_told, by_browser, by_browser_elsewhere, nobody_is_needed,
                 each_no_says_what_to_do, what_cannot_be):
        test(T)
    sys.exit(T.done())
