#!/usr/bin/env python3
"""SMS Gateway for Android: JSON, signed over the body and the time."""
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

WORDS = {"sent": "sms:sent", "delivered": "sms:delivered", "failed": "sms:failed"}


class Capcom6(Provider):
    name = "capcom6"
    confirms = True
    states = ("sent", "delivered", "failed")
    knows_ours = inline = True
    says_no = False

    def conf(self, fake):
        return (f"    user sms\n    password {SECRET}\n    signing-key {SECRET}\n"
                f"    number {OURS}\n    api {fake.url}\n")

    def call(self, event, payload):
        body = json.dumps({"deviceId": "d1", "event": event, "id": "e1", "webhookId": "w1", "payload": payload}).encode()
        at = str(int(time.time()))
        mac = hmac.new(SECRET.encode(), body + at.encode(), hashlib.sha256).hexdigest()
        return Call(body, {"Content-Type": "application/json", "X-Signature": mac, "X-Timestamp": at})

    def message(self, hook, id, sender, words, files=()):
        common = {"messageId": id, "sender": sender, "recipient": OURS, "simNumber": 1,
                  "receivedAt": "2026-11-24T09:30:00.000+00:00"}
        if not files:
            return self.call("sms:received", common | {"message": words})
        return self.call("mms:downloaded", common | {"body": words, "subject": None, "attachments": [
            {"partId": i, "contentType": f.type, "name": None, "size": len(f.bytes),
             "data": base64.b64encode(f.bytes).decode()} for i, f in enumerate(files)]})

    def receipt(self, hook, sent, state):
        if state not in WORDS:
            return None
        return self.call(WORDS[state], {"messageId": sent.id, "phoneNumber": sent.to, "reason": "no service"})

    def is_send(self, r):
        if r.method != "POST" or r.path != "/messages":
            return None
        o = r.json()
        assert o["withDeliveryReport"] and len(o["id"]) <= 36 and r.headers["Authorization"].startswith("Basic ")
        return Sent(o["phoneNumbers"][0], o["textMessage"]["text"], o["id"], o["id"])

    def took(self, sent):
        return Answer(202, {"id": sent.id, "state": "Pending"})


if __name__ == "__main__":
    sys.exit(run(Capcom6()))
