#!/usr/bin/env python3
"""Vonage: the older SMS API, with a sum over the fields, and long texts in parts."""
import hashlib
import hmac
import os
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from text_fake import OURS, SECRET, Answer, Call, Provider, Sent
from text_scenarios import run

WORDS = {"sent": "accepted", "delivered": "delivered", "failed": "failed"}


class VonageSms(Provider):
    name = "vonage"
    confirms = True
    states = tuple(WORDS)
    takes_files = False
    says_no = False  # it says so in a receipt

    def conf(self, fake):
        return (f"    api-key a1b2c3d4\n    api-secret s3cr3t\n    signature-secret {SECRET}\n"
                f"    number {OURS}\n    send-through sms\n    api {fake.url}\n")

    def call(self, form, path="", method="POST"):
        form = form | {"api-key": "a1b2c3d4", "timestamp": str(int(time.time())), "nonce": "n"}
        said = "".join(f"&{k}={form[k].replace('&', '_').replace('=', '_')}" for k in sorted(form))
        form["sig"] = hmac.new(SECRET.encode(), said.encode(), hashlib.sha256).hexdigest()
        body = urllib.parse.urlencode(form)
        if method == "GET":
            return Call(b"", {}, "GET", path, "?" + body)
        return Call(body.encode(), {"Content-Type": "application/x-www-form-urlencoded"}, path=path)

    def fields(self, id, sender, words):
        return {"msisdn": sender.lstrip("+"), "to": OURS.lstrip("+"), "messageId": id, "text": words, "type": "text",
                "keyword": words.split()[0].upper(), "message-timestamp": time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())}

    def message(self, hook, id, sender, words, files=()):
        return self.call(self.fields(id, sender, words))

    def part(self, hook, id, sender, words, ref, n, of):
        return self.call(self.fields(id, sender, words) | {
            "concat": "true", "concat-ref": ref, "concat-part": str(n), "concat-total": str(of)}, method="GET")

    def receipt(self, hook, sent, state):
        return self.call({"msisdn": sent.to, "to": OURS.lstrip("+"), "messageId": sent.id, "status": WORDS[state],
                          "err-code": "8" if state == "failed" else "0", "scts": "2609211533"}, "/status", "GET")

    def is_send(self, r):
        if (r.method, r.path) != ("POST", "/sms/json"):
            return None
        body = r.json()
        assert (body["api_key"], body["api_secret"]) == ("a1b2c3d4", "s3cr3t")
        assert body["from"] == OURS.lstrip("+") and body["callback"].endswith("/hook/line/status")
        return Sent(body["to"], body["text"], body["client-ref"])

    def took(self, sent):
        return Answer(200, {"message-count": "1", "messages": [
            {"to": sent.to, "message-id": sent.id, "status": "0"}]})


if __name__ == "__main__":
    sys.exit(run(VonageSms()))
