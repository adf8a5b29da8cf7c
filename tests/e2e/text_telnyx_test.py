#!/usr/bin/env python3
"""Telnyx: JSON, signed with Ed25519 over the time and the body; words asked for one by one."""
import base64
import ctypes
import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from text_fake import OURS, Answer, Call, Provider, Sent
from text_scenarios import run

KEY = "KEY0123"
WORDS = {"queued": "queued", "sending": "sending", "sent": "sent", "delivered": "delivered",
         "failed": "delivery_failed"}
sodium = ctypes.CDLL("libsodium.so.23")
PUBLIC, SECRET = ctypes.create_string_buffer(32), ctypes.create_string_buffer(64)
sodium.crypto_sign_keypair(PUBLIC, SECRET)


def sign(said):
    out = ctypes.create_string_buffer(64)
    sodium.crypto_sign_detached(out, None, said, ctypes.c_ulonglong(len(said)), SECRET)
    return base64.b64encode(out.raw).decode()


def stamp(at):
    return time.strftime("%Y-%m-%dT%H:%M:%S.000+00:00", time.gmtime(at))


class Telnyx(Provider):
    name = "telnyx"
    states = tuple(WORDS)
    has_list = lists_states = True
    lists_words = False  # of ours

    def conf(self, fake):
        return (f"    public-key {base64.b64encode(PUBLIC.raw).decode()}\n    api-key {KEY}\n"
                f"    number {OURS}\n    api {fake.url}\n")

    def call(self, event, payload, path=""):
        body = json.dumps({"data": {"event_type": event, "id": "event", "payload": payload}}).encode()
        at = str(int(time.time()))
        return Call(body, {"Content-Type": "application/json", "telnyx-timestamp": at,
                           "telnyx-signature-ed25519": sign(at.encode() + b"|" + body)}, path=path)

    def inbound(self, id, sender, words, files, at):
        return {"id": id, "record_type": "message", "direction": "inbound", "type": "MMS" if files else "SMS",
                "from": {"phone_number": sender}, "to": [{"phone_number": OURS}], "text": words,
                "received_at": stamp(at), "media": [{"url": f.url, "content_type": f.type} for f in files]}

    def message(self, hook, id, sender, words, files=()):
        return self.call("message.received", self.inbound(id, sender, words, files, time.time()))

    def receipt(self, hook, sent, state):
        errors = [{"code": "40008", "title": "Undeliverable"}] if state == "failed" else []
        return self.call("message.finalized", {
            "id": sent.id, "direction": "outbound", "errors": errors,
            "to": [{"phone_number": sent.to, "status": WORDS[state]}]}, "/status")

    def is_send(self, r):
        if (r.method, r.path) != ("POST", "/v2/messages"):
            return None
        assert r.headers.get("Authorization") == f"Bearer {KEY}"
        body = r.json()
        assert body["from"] == OURS and body["webhook_url"].endswith("/hook/line/status")
        return Sent(body["to"], body["text"])

    def took(self, sent):
        return Answer(200, {"data": {"id": sent.id}})

    def refused(self, sent):
        return Answer(403, {"errors": [{"code": "40300", "title": "Blocked due to STOP message"}]})

    def is_list(self, r):
        return r.path == "/v2/detail_records" and r.headers.get("Authorization") == f"Bearer {KEY}"

    def listing(self, r, got, sent, fake):
        self.got = got
        theirs = [{"uuid": g.id, "direction": "inbound", "cli": g.sender, "cld": OURS,
                   "created_at": stamp(g.at)} for g in got]
        ours = [{"uuid": x.id, "direction": "outbound", "cli": OURS, "cld": x.to, "created_at": stamp(x.at),
                 "status": fake.states.get(x.id)} for x in sent]
        page = int(r.query["page[number]"])
        return Answer(200, {"data": ours if page == 2 else theirs,
                            "meta": {"page_number": page, "total_pages": 2}})

    def other(self, r, fake):
        if not r.path.startswith("/v2/messages/") or r.headers.get("Authorization") != f"Bearer {KEY}":
            return None
        return next((Answer(200, {"data": self.inbound(g.id, g.sender, g.words, g.files, g.at)})
                     for g in self.got if r.path.endswith("/" + g.id)), None)


if __name__ == "__main__":
    sys.exit(run(Telnyx()))
