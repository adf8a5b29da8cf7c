"""A provider of tokens (OAuth 2.0), as far as inlet asks one.

    with Identity() as who:
        who.conf("device")     the channel's settings, for inlet.conf
        who.valid(token)       the user it stands for, or None

What it does is set from outside: how long a token lives, whether refresh
tokens rotate, how often a device code is not used yet, what it says no to.
All it was asked is in who.asked, a dictionary each, with "at" and "path".
"""
import base64
import hashlib
import http.server
import json
import os
import secrets
import subprocess
import tempfile
import threading
import time
import urllib.parse

CLIENT = "app-1"
SECRET = "s3cret & more"
USER = "town@example.org"


def b64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Identity(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, user=USER):
        self.user = user
        self.lock = threading.Lock()
        self.asked = []
        self.life = 3600
        self.rotates = True
        self.interval = 1
        self.pending = 0     # polls of a device code before it is used
        self.slow_downs = 0  # of them, how many are told that they are too many
        self.says = {}       # grant or path: (status, object) instead of yes
        self.tokens = {}     # access token: until when
        self.refresh = set()
        self.codes = {}      # code: (challenge, redirect)
        self.public_key = None
        super().__init__(("127.0.0.1", 0), Talk)
        self.port = self.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        """Who hangs up early is killed in a test."""

    # ---- for the test ----

    def conf(self, flow, **more):
        lines = {"oauth": "other", "oauth-flow": flow, "oauth-client": CLIENT, "oauth-scope": "mail",
                 **{key.replace("_", "-"): value for key, value in more.items()}}
        if flow == "client":
            lines["oauth-secret"] = SECRET
        urls = "".join(f"    oauth-url {word} {self.url}/{word}\n" for word in ("token", "authorize", "device"))
        return "".join(f"    {key} {value}\n" for key, value in lines.items()) + urls

    def valid(self, token):
        with self.lock:
            return self.user if self.tokens.get(token, 0) > time.time() else None

    def revoke(self):
        """Somebody takes the sign-in back: nothing given out is good any more."""
        with self.lock:
            self.refresh.clear()
            self.tokens.clear()

    def grants(self, kind):
        return [a for a in self.asked if a.get("grant_type", "").endswith(kind)]

    def make_key(self, folder):
        """A service account's key, as Google hands it out; gives its path."""
        private, public, path = (os.path.join(folder, n) for n in ("sa.pem", "sa.pub", "sa.json"))
        subprocess.run(["openssl", "genrsa", "-out", private, "2048"], check=True, capture_output=True)
        subprocess.run(["openssl", "rsa", "-in", private, "-pubout", "-out", public], check=True, capture_output=True)
        self.public_key = public
        with open(private, encoding="ascii") as f, open(path, "w", encoding="ascii") as out:
            json.dump({"type": "service_account", "client_email": "inlet@project.example.org", "private_key_id": "k1",
                       "private_key": f.read(), "token_uri": f"{self.url}/token"}, out)
        return path

    # ---- what it gives ----

    def give(self, lasting):
        access = secrets.token_urlsafe(40)
        self.tokens[access] = time.time() + self.life
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": self.life}
        if lasting:
            if self.rotates or not self.refresh:
                self.refresh = {secrets.token_urlsafe(30)}
            answer["refresh_token"] = next(iter(self.refresh))
        return 200, answer

    def token(self, form):
        grant = form.get("grant_type", "").rsplit(":", 1)[-1]
        if grant in self.says:
            return self.says[grant]
        if grant != "jwt-bearer" and form.get("client_id") != CLIENT:
            return 401, {"error": "invalid_client"}
        return getattr(self, "grant_" + grant.replace("-", "_"), lambda _: (400, {"error": "unsupported_grant_type"}))(form)

    def grant_device_code(self, form):
        if form.get("device_code") != "device-1":
            return 400, {"error": "expired_token"}
        if self.pending > 0:
            self.pending -= 1
            if self.slow_downs > 0:
                self.slow_downs -= 1
                return 400, {"error": "slow_down"}
            return 400, {"error": "authorization_pending"}
        return self.give(True)

    def grant_authorization_code(self, form):
        challenge, redirect = self.codes.pop(form.get("code"), (None, None))
        made = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).decode().rstrip("=")
        if challenge != made or redirect != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        return self.give(True)

    def grant_refresh_token(self, form):
        if form.get("refresh_token") not in self.refresh:
            return 400, {"error": "invalid_grant", "error_description": "The token was revoked."}
        return self.give(True)

    def grant_client_credentials(self, form):
        if form.get("client_secret") != SECRET:
            return 401, {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret."}
        return self.give(False)

    def grant_jwt_bearer(self, form):
        signed, _, signature = form["assertion"].rpartition(".")
        head, claims = (json.loads(b64(part)) for part in signed.split("."))
        with tempfile.NamedTemporaryFile() as text, tempfile.NamedTemporaryFile() as sig:
            text.write(signed.encode())
            text.flush()
            sig.write(b64(signature))
            sig.flush()
            good = subprocess.run(["openssl", "dgst", "-sha256", "-verify", self.public_key, "-signature", sig.name,
                                   text.name], capture_output=True, check=False).returncode == 0
        if not good or head["alg"] != "RS256" or claims["sub"] != self.user or claims["aud"] != f"{self.url}/token" \
                or not time.time() < claims["exp"] <= time.time() + 3600:
            return 400, {"error": "invalid_grant"}
        return self.give(False)


class Talk(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, value, **headers):
        body = json.dumps(value).encode()
        self.send_response(status)
        for name, text in headers.items():
            self.send_header(name, text)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def heard(self, text):
        form = dict(urllib.parse.parse_qsl(text))
        path = urllib.parse.urlsplit(self.path).path
        self.server.asked.append({**form, "at": time.monotonic(), "path": path})
        return path, form

    def do_POST(self):
        who = self.server
        path, form = self.heard(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
        if path == "/introspect":
            user = who.valid(form.get("token"))
            self.answer(200, {"active": user is not None, "username": user or ""})
            return
        with who.lock:
            if path in who.says:
                status, value = who.says[path]
            elif path == "/device":
                status, value = 200, {"device_code": "device-1", "user_code": "ABCD-EFGH", "interval": who.interval,
                                      "verification_uri": "https://login.example.org/device", "expires_in": 900}
            else:
                status, value = who.token(form)
        self.answer(status, value)

    def do_GET(self):
        """The person in the browser says yes at once, or what says has for it."""
        who = self.server
        _, form = self.heard(urllib.parse.urlsplit(self.path).query)
        back = {"state": form["state"], **who.says.get("/authorize", {})}
        if "error" not in back:
            back["code"] = secrets.token_urlsafe(8)
            who.codes[back["code"]] = (form["code_challenge"], form["redirect_uri"])
        self.answer(302, {}, Location=form["redirect_uri"] + "?" + urllib.parse.urlencode(back))
