#!/usr/bin/env python3
"""MessageBird: forms and queries, with a token over the address and the body."""
import base64
import hashlib
import hmac
import json
import os
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from text_fake import OURS, SECRET, Answer, Call, Provider, Sent
from text_scenarios import run

WORDS = {"queued": "scheduled", "sending": "buffered", "sent": "sent", "delivered": "delivered",
         "failed": "delivery_failed"}


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def token(claims):
    said = base64url(b'{"alg":"HS256","typ":"JWT"}') + b"." + base64url(json.dumps(claims).encode())
    return (said + b"." + base64url(hmac.new(SECRET.encode(), said, hashlib.sha256).digest())).decode()


def stamp(at):
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(at))


class MessageBird(Provider):
    name = "messagebird"
    states = tuple(WORDS)
    thanks = "OK"
    has_list = True
    takes_files = False
    says_no = False  # it says so in a receipt

    def conf(self, fake):
        return (f"    access-key key-1\n    signing-key {SECRET}\n    number {OURS}\n"
                f"    api {fake.url}\n")

    def call(self, hook, form, path="", method="POST"):
        body = urllib.parse.urlencode(form)
        query = "?" + body if method == "GET" else ""
        claims = {"iss": "MessageBird", "nbf": int(time.time()), "exp": int(time.time()) + 60, "jti": "1",
                  "url_hash": hashlib.sha256((hook + path + query).encode()).hexdigest()}
        headers = {}
        if method == "POST":
            claims["payload_hash"] = hashlib.sha256(body.encode()).hexdigest()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        headers["MessageBird-Signature-JWT"] = token(claims)
        return Call(body.encode() if method == "POST" else b"", headers, method, path, query)

    def message(self, hook, id, sender, words, files=()):
        return self.call(hook, {"id": id, "recipient": OURS.lstrip("+"), "originator": sender.lstrip("+"),
                                "body": words, "createdDatetime": stamp(time.time())})

    def receipt(self, hook, sent, state):
        return self.call(hook, {"id": sent.id, "reference": sent.ours, "recipient": sent.to, "status": WORDS[state],
                                "statusErrorCode": "6" if state == "failed" else ""}, "/status", "GET")

    def is_send(self, r):
        if (r.method, r.path) != ("POST", "/messages"):
            return None
        body = r.json()
        assert r.headers.get("Authorization") == "AccessKey key-1"
        assert body["originator"] == OURS and body["reportUrl"].endswith("/hook/line/status")
        return Sent(body["recipients"][0], body["body"], body["reference"])

    def took(self, sent):
        return Answer(201, {"id": sent.id})

    def is_list(self, r):
        return (r.method, r.path) == ("GET", "/messages")

    def listing(self, r, got, sent, fake):
        theirs = [{"id": g.id, "direction": "mo", "originator": g.sender.lstrip("+"), "body": g.words,
                   "createdDatetime": stamp(g.at),
                   "recipients": {"items": [{"recipient": int(OURS)}]}} for g in got]
        ours = [{"id": x.id, "direction": "mt", "originator": OURS, "body": x.words, "reference": x.ours,
                 "createdDatetime": stamp(x.at),
                 "recipients": {"items": [{"recipient": int(x.to), "status": "sent"}]}} for x in sent]
        items = theirs if r.query["direction"] == "mo" else ours
        return Answer(200, {"offset": 0, "limit": 100, "links": {"next": None}, "items": items})


if __name__ == "__main__":
    sys.exit(run(MessageBird()))
