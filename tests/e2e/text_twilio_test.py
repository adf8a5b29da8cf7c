#!/usr/bin/env python3
"""Twilio: forms, signed over the address and the fields."""
import base64
import email.utils
import hashlib
import hmac
import os
import sys
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from text_fake import OURS, SECRET, Answer, Call, Provider, Sent
from text_scenarios import run

ACCOUNT = "AC" + "2" * 32
WORDS = {"queued": "queued", "sending": "sending", "sent": "sent",
         "delivered": "delivered", "read": "read", "failed": "undelivered"}


class Twilio(Provider):
    name = "twilio"
    states = ("queued", "sending", "sent", "delivered", "read", "failed")
    thanks = "<Response/>"
    has_list = lists_states = True

    def conf(self, fake):
        return (f"    account {ACCOUNT}\n    token {SECRET}\n    number {OURS}\n"
                f"    api {fake.url}\n")

    def call(self, hook, form, path=""):
        text = hook + path + "".join(k + form[k] for k in sorted(form))
        mac = hmac.new(SECRET.encode(), text.encode(), hashlib.sha1).digest()
        return Call(urllib.parse.urlencode(form).encode(), {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": base64.b64encode(mac).decode()}, path=path)

    def message(self, hook, id, sender, words, files=()):
        form = {"MessageSid": id, "AccountSid": ACCOUNT, "From": sender, "To": OURS,
                "Body": words, "NumMedia": str(len(files))}
        for i, f in enumerate(files):
            form |= {f"MediaUrl{i}": f.url, f"MediaContentType{i}": f.type}
        return self.call(hook, form)

    def receipt(self, hook, sent, state):
        form = {"MessageSid": sent.id, "MessageStatus": WORDS[state], "To": sent.to}
        if state == "failed":
            form["ErrorCode"] = "30003"
        return self.call(hook, form, "/status")

    def is_send(self, r):
        if r.method != "POST" or not r.path.endswith("/Messages.json"):
            return None
        form = r.form()
        assert form["From"] == OURS and form["StatusCallback"].endswith("/hook/line/status")
        return Sent(form["To"], form["Body"])

    def took(self, sent):
        return Answer(201, {"sid": sent.id, "status": "queued"})

    def refused(self, sent):
        return Answer(400, {"code": 21610, "message": "unsubscribed recipient"})

    def is_list(self, r):
        return r.method == "GET" and r.path.endswith("/Messages.json")

    def listing(self, r, got, sent, fake):
        self.listed = got
        inbound = [{
            "sid": g.id, "direction": "inbound", "from": g.sender, "to": OURS, "body": g.words,
            "num_media": str(len(g.files)), "date_sent": email.utils.formatdate(g.at).replace("-0000", "+0000"),
        } for g in got if r.query.get("To") == OURS]
        ours = [{
            "sid": x.id, "direction": "outbound-api", "from": OURS, "to": x.to, "body": x.words,
            "status": fake.states.get(x.id, "queued"), "error_code": None,
            "date_created": email.utils.formatdate(x.at).replace("-0000", "+0000"),
        } for x in sent if r.query.get("To") == x.to or r.query.get("From") == OURS]
        return Answer(200, {"messages": inbound + ours, "next_page_uri": None,
                            "uri": f"{r.path}?{urllib.parse.urlencode(r.query)}&Page=0"})

    def other(self, r, fake):
        if not r.path.endswith("/Media.json"):
            return None
        files = next((g.files for g in self.listed if g.id in r.path), ())
        return Answer(200, {"media_list": [
            {"content_type": f.type, "uri": f.url.removeprefix(fake.url) + ".json"} for f in files]})


if __name__ == "__main__":
    sys.exit(run(Twilio()))
