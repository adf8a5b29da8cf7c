#!/usr/bin/env python3
"""httpSMS: CloudEvents under a token for our address; a list for each contact."""
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

WORDS = {"sending": "message.phone.sending", "sent": "message.phone.sent", "delivered": "message.phone.delivered",
         "failed": "message.send.failed", "delayed": "message.send.expired"}


def date(at):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


class HttpSms(Provider):
    name = "httpsms"
    confirms = True
    states = ("sending", "sent", "delayed", "delivered", "failed")
    has_list = lists_states = True
    says_no = False

    def conf(self, fake):
        return (f"    api-key {SECRET}\n    signing-key {SECRET}\n    number {OURS}\n    api {fake.url}\n"
                f"    media-host 127.0.0.1\n")

    def call(self, hook, kind, data):
        now = int(time.time())
        claims = {"aud": hook, "exp": now + 600, "iat": now, "iss": "api.httpsms.com", "nbf": now - 600}
        said = b64(b'{"alg":"HS256","typ":"JWT"}') + b"." + b64(json.dumps(claims).encode())
        token = said + b"." + b64(hmac.new(SECRET.encode(), said, hashlib.sha256).digest())
        body = json.dumps({"specversion": "1.0", "id": "e1", "type": kind, "data": data}).encode()
        return Call(body, {"Content-Type": "application/json", "Authorization": "Bearer " + token.decode()})

    def message(self, hook, id, sender, words, files=()):
        return self.call(hook, "message.phone.received", {
            "message_id": id, "owner": OURS, "contact": sender, "content": words, "sim": "SIM1",
            "timestamp": "2026-11-24T09:30:00Z", "attachments": [f.url for f in files]})

    def receipt(self, hook, sent, state):
        if state not in WORDS:
            return None
        return self.call(hook, WORDS[state], {"id": sent.id, "owner": OURS, "contact": sent.to,
                                              "error_message": "no service"})

    def forge(self, call):
        """The token does not cover the body: it is the token that is wrong."""
        call.headers["Authorization"] = call.headers["Authorization"][:-4] + "AAAA"
        return call

    def is_send(self, r):
        if r.method != "POST" or r.path != "/messages/send":
            return None
        o = r.json()
        assert o["from"] == OURS and r.headers["x-api-key"] == SECRET
        return Sent(o["to"], o["content"], o["request_id"])

    def took(self, sent):
        return Answer(200, {"status": "success", "data": {"id": sent.id}})

    def is_list(self, r):
        return r.method == "GET" and r.path in ("/messages", "/message-threads")

    def listing(self, r, got, sent, fake):
        assert r.query["owner"] == OURS
        if r.path == "/message-threads":
            last = {g.sender: g.at for g in got} | {s.to: s.at for s in sent}
            return Answer(200, {"data": [{"contact": c, "last_message_id": "x", "order_timestamp": date(at)}
                                         for c, at in last.items()]})
        return Answer(200, {"data": [
            {"id": g.id, "type": "mobile-originated", "owner": OURS, "contact": g.sender, "content": g.words,
             "request_received_at": date(g.at), "attachments": [f.url for f in g.files]}
            for g in got if g.sender == r.query["contact"]] + [
            {"id": s.id, "type": "mobile-terminated", "owner": OURS, "contact": s.to, "content": s.words,
             "request_id": s.ours, "request_received_at": date(s.at), "status": fake.states.get(s.id, "pending")}
            for s in sent if s.to == r.query["contact"]]})


if __name__ == "__main__":
    sys.exit(run(HttpSms()))
