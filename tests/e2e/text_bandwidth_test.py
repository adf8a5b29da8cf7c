#!/usr/bin/env python3
"""Bandwidth: lists of events in JSON, a user and a password in place of a signature."""
import base64
import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from text_fake import OURS, SECRET, Answer, Call, Provider, Sent
from text_scenarios import run

WORDS = {"sending": "sending", "sent": "sent", "delivered": "delivered", "read": "read", "failed": "failed"}


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def stamp(at):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


class Bandwidth(Provider):
    name = "bandwidth"
    confirms = True
    states = tuple(WORDS)
    has_list = False  # of texts to us
    says_no = False   # it says so in a receipt

    def conf(self, fake):
        return (f"    account 900000\n    application app-1\n    api-user api\n    api-password {SECRET}\n"
                f"    hook-user town\n    hook-password {SECRET}\n    number {OURS}\n    api {fake.url}\n")

    def call(self, *events):
        return Call(json.dumps(events).encode(), {"Content-Type": "application/json",
                                                  "Authorization": basic("town", SECRET)})

    def message(self, hook, id, sender, words, files=()):
        return self.call({"type": "message-received", "time": stamp(time.time()), "to": OURS, "message": {
            "id": id, "owner": OURS, "direction": "in", "to": [OURS], "from": sender, "text": words,
            "media": [f.url for f in files]}})

    def receipt(self, hook, sent, state):
        return self.call({"type": "message-" + WORDS[state], "to": sent.to,
                          "errorCode": 4770 if state == "failed" else None, "description": "as it went",
                          "message": {"id": sent.id, "direction": "out", "from": OURS, "to": [sent.to]}})

    def forge(self, call):
        """The body is not signed: TLS keeps it, and the password says who."""
        call.headers["Authorization"] = basic("town", SECRET[:-1])
        return call

    def is_send(self, r):
        if (r.method, r.path) != ("POST", "/users/900000/messages"):
            return None
        assert r.headers.get("Authorization") == basic("api", SECRET)
        body = r.json()
        assert body["from"] == OURS and body["applicationId"] == "app-1"
        return Sent(body["to"][0], body["text"], body["tag"])

    def took(self, sent):
        return Answer(202, {"id": sent.id})

    def is_list(self, r):
        return (r.method, r.path) == ("GET", "/users/900000/messages")

    def listing(self, r, got, sent, fake):
        assert r.query["messageDirection"] == "OUTBOUND"
        return Answer(200, {"pageInfo": {}, "messages": [{
            "messageId": x.id, "messageDirection": "OUTBOUND", "sourceTn": OURS, "destinationTn": x.to,
            "messageStatus": fake.states.get(x.id, "sent").upper(), "receiveTime": stamp(x.at)} for x in sent]})


if __name__ == "__main__":
    sys.exit(run(Bandwidth()))
