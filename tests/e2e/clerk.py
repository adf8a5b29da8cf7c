"""A clerk's browser, as far as the tests of the desk need one: signs in, keeps
the cookie and the token, asks for JSON, listens to what happens."""
import http.client
import json
import re
import time
import urllib.parse

from harness import PATIENCE

PASSWORD = "a hole is a hole"


def add_user(town, name, role="clerk", password=PASSWORD):
    out = town.command("user", "add", "--role", role, name, stdin=password.encode() + b"\n")
    assert out.returncode == 0, out.stderr
    return name


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)


class Clerk:
    def __init__(self, town, name=None, password=PASSWORD, code=""):
        self.town = town
        self.cookie_name = "__Host-inlet" if town.url.startswith("https:") else "inlet"
        self.cookie = self.csrf = ""
        if name:
            answer = self.sign_in(name, password, code)
            assert answer.status == 303, (answer.status, answer.body)
            self.csrf = self.get("/api/me").json["csrf"]

    def ask(self, method, path, body=None, headers=None, fetch_site="same-origin"):
        sent = dict(headers or {})
        if self.cookie:
            sent["Cookie"] = f"theme=dark; {self.cookie_name}={self.cookie}"
        if fetch_site:
            sent["Sec-Fetch-Site"] = fetch_site
        c = http.client.HTTPConnection("127.0.0.1", self.town.port, timeout=PATIENCE)
        try:
            c.request(method, path, body, sent)
            return Answer(c.getresponse())
        finally:
            c.close()

    def get(self, path, **headers):
        return self.ask("GET", path, headers=headers)

    def form(self, path, fields, **more):
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urllib.parse.urlencode(fields), headers, **more)

    def post(self, path, value, method="POST", token=None, **more):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        headers = {"Content-Type": "application/json",
                   "X-CSRF": self.csrf if token is None else token}
        return self.ask(method, path, body, headers, **more)

    def sign_in(self, name, password=PASSWORD, code="", where="/inbox", **more):
        answer = self.form("/sign-in", {"name": name, "password": password, "code": code,
                                        "next": where}, **more)
        found = re.match(self.cookie_name + r"=([\w-]+);", answer.headers.get("Set-Cookie", ""))
        if found:
            self.cookie = found[1]
        return answer

    def act(self, do, tickets, **more):
        return self.post("/api/act", {"do": do, "tickets": tickets, **more})

    def ids(self, query=""):
        return [t["id"] for t in self.get("/api/tickets?" + query).json["tickets"]]


class Live:
    """GET /api/live: take() gives what comes, one event after another."""

    def __init__(self, clerk, last=None):
        self.c = http.client.HTTPConnection("127.0.0.1", clerk.town.port, timeout=PATIENCE)
        headers = {"Cookie": f"{clerk.cookie_name}={clerk.cookie}", "Accept": "text/event-stream"}
        if last is not None:
            headers["Last-Event-ID"] = str(last)
        self.c.request("GET", "/api/live", headers=headers)
        self.response = self.c.getresponse()
        self.status = self.response.status

    def take(self, want=None):
        """(name, id, data) of the next event, or of the next called want; all
        None when the server ends it, or patience does."""
        name, number, data = "message", None, ""
        end = time.monotonic() + PATIENCE
        while (raw := self.response.readline()) and time.monotonic() < end:
            field, _, value = raw.decode().rstrip("\r\n").partition(":")
            if field == "event":
                name = value.strip()
            elif field == "id":
                number = int(value)
            elif field == "data":
                data += value.strip()
            elif raw.strip() == b"" and data:
                if want is None or name == want:
                    return name, number, json.loads(data)
                name, number, data = "message", None, ""
        return None, None, {"event": None, "id": None, "kind": None, "actor": None}

    def close(self):
        self.c.close()
