#!/usr/bin/env python3
"""Plivo: forms, signed over the address, the fields and a nonce; a list without words."""
import base64
import hashlib
import hmac
import os
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from text_fake import OURS, SECRET, Answer, Call, Provider, Sent
from text_scenarios import run

ACCOUNT = "MA" + "2" * 18
WORDS = {"queued": "queued", "sent": "sent", "delivered": "delivered", "read": "read", "failed": "undelivered"}
HALF_AN_HOUR = 1800


def stamp(at):
    return time.strftime("%Y-%m-%d %H:%M:%S+00:00", time.gmtime(at))


class Plivo(Provider):
    name = "plivo"
    states = tuple(WORDS)
    thanks = "<Response/>"
    has_list = lists_states = True
    lists_words = False

    def conf(self, fake):
        return (f"    auth-id {ACCOUNT}\n    auth-token {SECRET}\n    number {OURS}\n"
                f"    api {fake.url}\n")

    def call(self, hook, form, path=""):
        text = f"{hook}{path}?" + "".join(k + form[k] for k in sorted(form)) + ".nonce"
        mac = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).digest()
        return Call(urllib.parse.urlencode(form).encode(), {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Plivo-Signature-V3": base64.b64encode(mac).decode(),
            "X-Plivo-Signature-V3-Nonce": "nonce"}, path=path)

    def message(self, hook, id, sender, words, files=()):
        form = {"MessageUUID": id, "From": sender.lstrip("+"), "To": OURS.lstrip("+"),
                "Type": "mms" if files else "sms", "Text": words, "MessageIntent": ""}
        form |= {f"Media{i}": f.url for i, f in enumerate(files)}
        return self.call(hook, form)

    def receipt(self, hook, sent, state):
        form = {"MessageUUID": sent.id, "Status": WORDS[state], "To": sent.to, "From": OURS.lstrip("+")}
        if state == "failed":
            form["ErrorCode"] = "30"
        return self.call(hook, form, "/status")

    def stop(self, hook, id, sender):
        call = self.message(hook, id, sender, "STOP")
        form = dict(urllib.parse.parse_qsl(call.body.decode(), keep_blank_values=True))
        return self.call(hook, form | {"MessageIntent": "optout"})

    says_no = False  # it says so in a receipt

    def is_send(self, r):
        if r.method != "POST" or r.path != f"/v1/Account/{ACCOUNT}/Message/":
            return None
        body = r.json()
        assert body["src"] == OURS.lstrip("+") and body["url"].endswith("/hook/line/status")
        return Sent(body["dst"], body["text"])

    def took(self, sent):
        return Answer(202, {"message": "message(s) queued", "message_uuid": [sent.id]})

    def is_list(self, r):
        return r.method == "GET" and r.path == f"/v1/Account/{ACCOUNT}/Message/"

    def listing(self, r, got, sent, fake):
        """Two pages: those to us, and ours."""
        ours = "message_direction" in r.query or "offset" in r.query
        theirs = [{
            "message_uuid": g.id, "message_direction": "inbound", "message_state": "undelivered",
            "message_type": "sms", "from_number": g.sender.lstrip("+"), "to_number": OURS.lstrip("+"),
            "message_time": stamp(g.at - HALF_AN_HOUR),
        } for g in got]
        mine = [{
            "message_uuid": x.id, "message_direction": "outbound", "message_state": fake.states.get(x.id, "queued"),
            "message_type": "sms", "from_number": OURS.lstrip("+"), "to_number": x.to, "message_time": stamp(x.at),
        } for x in sent]
        return Answer(200, {"meta": {"next": None if ours else r.path + "?limit=20&offset=20"},
                            "objects": mine if ours else theirs})


if __name__ == "__main__":
    sys.exit(run(Plivo()))
