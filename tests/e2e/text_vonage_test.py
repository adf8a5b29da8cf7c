#!/usr/bin/env python3
"""Vonage: the Messages API, with a token over the body."""
import base64
import hashlib
import hmac
import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from text_fake import OURS, SECRET, Answer, Call, Provider, Sent
from text_scenarios import run

WORDS = {"sent": "submitted", "delivered": "delivered", "read": "read", "failed": "rejected"}


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def token(claims):
    said = base64url(b'{"alg":"HS256","typ":"JWT"}') + b"." + base64url(json.dumps(claims).encode())
    return (said + b"." + base64url(hmac.new(SECRET.encode(), said, hashlib.sha256).digest())).decode()


class Vonage(Provider):
    name = "vonage"
    confirms = True
    states = tuple(WORDS)
    says_no = False  # it says so in a receipt

    def conf(self, fake):
        return (f"    api-key a1b2c3d4\n    api-secret s3cr3t\n    signature-secret {SECRET}\n"
                f"    number {OURS}\n    api {fake.url}\n")

    def call(self, what, path=""):
        body = json.dumps(what).encode()
        claims = {"iat": int(time.time()), "jti": "1", "iss": "Vonage", "api_key": "a1b2c3d4",
                  "payload_hash": hashlib.sha256(body).hexdigest()}
        return Call(body, {"Content-Type": "application/json", "Authorization": "Bearer " + token(claims)}, path=path)

    def message(self, hook, id, sender, words, files=()):
        what = {"message_uuid": id, "from": sender.lstrip("+"), "to": OURS.lstrip("+"), "channel": "sms",
                "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "message_type": "text", "text": words}
        if files:
            what |= {"channel": "mms", "message_type": "image", "image": {"url": files[0].url, "caption": words}}
            del what["text"]
        return self.call(what)

    def receipt(self, hook, sent, state):
        what = {"message_uuid": sent.id, "to": sent.to, "from": OURS.lstrip("+"), "channel": "sms",
                "status": WORDS[state]}
        if state == "failed":
            what["error"] = {"type": "https://example.org/#1260", "title": 1260, "detail": "unreachable"}
        return self.call(what, "/status")

    def is_send(self, r):
        if (r.method, r.path) != ("POST", "/v1/messages"):
            return None
        body = r.json()
        assert r.headers.get("Authorization") == "Basic " + base64.b64encode(b"a1b2c3d4:s3cr3t").decode()
        assert body["from"] == OURS.lstrip("+") and body["webhook_url"].endswith("/hook/line/status")
        return Sent(body["to"], body["text"], body["client_ref"])

    def took(self, sent):
        return Answer(202, {"message_uuid": sent.id})


if __name__ == "__main__":
    sys.exit(run(Vonage()))
