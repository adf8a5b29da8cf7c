#!/usr/bin/env python3
"""Sinch: JSON, signed over the body, a nonce and the time; everything is in its lists."""
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

WORDS = {"queued": "Queued", "sent": "Dispatched", "delivered": "Delivered", "failed": "Failed"}
API = "/xms/v1/plan-1/"


def stamp(at):
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(at))


class Sinch(Provider):
    name = "sinch"
    states = tuple(WORDS)
    has_list = True
    says_no = False  # it says so in a receipt, among other things

    def conf(self, fake):
        return (f"    service-plan plan-1\n    api-token token-1\n    signing-secret {SECRET}\n"
                f"    number {OURS}\n    api {fake.url}\n")

    def call(self, what, path=""):
        body = json.dumps(what).encode()
        at = str(int(time.time()))
        mac = hmac.new(SECRET.encode(), body + f".nonce.{at}".encode(), hashlib.sha256).digest()
        return Call(body, {"Content-Type": "application/json",
                           "x-sinch-webhook-signature": base64.b64encode(mac).decode(),
                           "x-sinch-webhook-signature-algorithm": "HmacSHA256",
                           "x-sinch-webhook-signature-nonce": "nonce",
                           "x-sinch-webhook-signature-timestamp": at}, path=path)

    def inbound(self, id, sender, words, files, at):
        body = {"message": words, "media": [
            {"url": f.url, "content_type": f.type, "status": "Uploaded", "code": 0} for f in files]} if files else words
        return {"type": "mo_media" if files else "mo_text", "id": id, "from": sender.lstrip("+"),
                "to": OURS.lstrip("+"), "body": body, "received_at": stamp(at)}

    def message(self, hook, id, sender, words, files=()):
        return self.call(self.inbound(id, sender, words, files, time.time()))

    def receipt(self, hook, sent, state):
        return self.call({"type": "recipient_delivery_report_sms", "batch_id": sent.id, "recipient": sent.to,
                          "status": WORDS[state], "code": 404 if state == "failed" else 0}, "/status")

    def is_send(self, r):
        if (r.method, r.path) != ("POST", API + "batches"):
            return None
        body = r.json()
        assert r.headers.get("Authorization") == "Bearer token-1"
        assert body["from"] == OURS.lstrip("+") and body["callback_url"].endswith("/hook/line/status")
        return Sent(body["to"][0], body["body"], body["client_reference"])

    def took(self, sent):
        return Answer(201, {"id": sent.id})

    def is_list(self, r):
        return r.method == "GET" and r.path in (API + "batches", API + "inbounds")

    def listing(self, r, got, sent, fake):
        assert r.headers.get("Authorization") == "Bearer token-1"
        if r.path.endswith("inbounds"):
            assert r.query["to"] == OURS
            items = [self.inbound(g.id, g.sender, g.words, g.files, g.at) for g in got]
            return Answer(200, {"page": 0, "page_size": len(items), "count": len(items), "inbounds": items})
        items = [{"id": x.id, "to": [x.to], "from": OURS.lstrip("+"), "body": x.words,
                  "client_reference": x.ours, "created_at": stamp(x.at)} for x in sent]
        return Answer(200, {"page": 0, "page_size": len(items), "count": len(items), "batches": items})


if __name__ == "__main__":
    sys.exit(run(Sinch()))
