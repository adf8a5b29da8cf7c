#!/usr/bin/env python3
"""textbee: JSON, signed over the body."""
import hashlib
import hmac
import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from text_fake import OURS, SECRET, Answer, Call, Provider, Sent
from text_scenarios import run

WORDS = {"sent": "MESSAGE_SENT", "delivered": "MESSAGE_DELIVERED", "failed": "MESSAGE_FAILED"}


def date(at):
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(at))


class Textbee(Provider):
    name = "textbee"
    confirms = True
    states = ("sent", "delivered", "failed")
    has_list = lists_states = True
    takes_files = says_no = False

    def conf(self, fake):
        return (f"    device d1\n    api-key {SECRET}\n    signing-secret {SECRET}\n"
                f"    number {OURS}\n    api {fake.url}\n")

    def call(self, o):
        body = json.dumps(o | {"deviceId": "d1", "webhookSubscriptionId": "w1", "idempotencyKey": "k"}).encode()
        mac = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        return Call(body, {"Content-Type": "application/json", "X-Signature": mac})

    def message(self, hook, id, sender, words, files=()):
        return self.call({"webhookEvent": "MESSAGE_RECEIVED", "smsId": id, "sender": sender, "message": words,
                          "receivedAt": "2026-11-24T09:30:00.000Z"})

    def receipt(self, hook, sent, state):
        if state not in WORDS:
            return None
        return self.call({"webhookEvent": WORDS[state], "smsId": "s" + sent.id, "smsBatchId": sent.id,
                          "recipient": sent.to, "errorMessage": "no service"})

    def is_send(self, r):
        if r.method != "POST" or r.path != "/gateway/devices/d1/send-sms":
            return None
        assert r.headers["x-api-key"] == SECRET
        return Sent(r.json()["recipients"][0], r.json()["message"])

    def took(self, sent):
        return Answer(201, {"data": {"success": True, "smsBatchId": sent.id, "recipientCount": 1}})

    def is_list(self, r):
        return r.method == "GET" and r.path == "/gateway/devices/d1/messages"

    def listing(self, r, got, sent, fake):
        got = [] if r.query["type"] == "sent" else got
        return Answer(200, {"data": [
            {"_id": g.id, "sender": g.sender, "message": g.words, "receivedAt": date(g.at)} for g in got] + [
            {"_id": "s" + x.id, "smsBatch": x.id, "recipient": x.to, "message": x.words, "requestedAt": date(x.at),
             "status": fake.states.get(x.id, "pending")} for x in sent],
            "meta": {"page": 1, "totalPages": 1}})


if __name__ == "__main__":
    sys.exit(run(Textbee()))
