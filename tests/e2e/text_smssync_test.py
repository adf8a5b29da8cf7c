#!/usr/bin/env python3
"""SMSSync: a form with the secret in it; the phone comes for what is to be sent."""
import json
import os
import sys
import threading
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from text_fake import OURS, SECRET, Call, Provider, Sent
from text_scenarios import run

THANKS = '{"payload":{"success":true,"error":null}}'


class SmsSync(Provider):
    name = "smssync"
    confirms = True
    states = ("sent", "delivered", "failed")
    thanks = THANKS
    takes_files = says_no = False
    fetches = True

    def __init__(self):
        self.lock = threading.Lock()
        self.away = False

    def conf(self, fake):
        return f"    secret {SECRET}\n    number {OURS}\n    confirm 1s\n"

    def message(self, hook, id, sender, words, files=()):
        form = {"from": sender, "message": words, "message_id": id, "sent_to": OURS, "secret": SECRET,
                "device_id": "1", "sent_timestamp": "1790000000000"}
        return Call(urllib.parse.urlencode(form).encode(), {"Content-Type": "application/x-www-form-urlencoded"})

    def forge(self, call):
        call.body = call.body.replace(SECRET.encode(), SECRET[::-1].encode())
        return call

    def query(self, task):
        return f"?task={task}&secret={SECRET}"

    def receipt(self, hook, sent, state):
        if state not in self.states:
            return None
        o = {"message_result": [{"uuid": sent.id, "sent_result_code": 4 if state == "failed" else 0,
                                 "sent_result_message": "no service",
                                 "delivered_result_code": 0 if state == "delivered" else -1}]}
        return Call(json.dumps(o).encode(), {"Content-Type": "application/json"}, query=self.query("result"))

    def is_send(self, r):
        return None

    def deliver(self, town, call):
        answer = super().deliver(town, call)
        self.away = self.away and b"STOP" not in call.body
        return answer

    def collect(self, town, fake):
        """As the phone does, now and then; the fake's plan says how it goes."""
        with self.lock:
            if self.away or fake.plan[:1] == ["busy"]:
                self.stay_away(town, fake)
                return
            status, body = town.request("GET", "/hook/line" + self.query("send"))
            if status != 200:
                return
            payload = json.loads(body)["payload"]
            assert payload["secret"] == SECRET and payload["task"] == "send"
            for m in payload["messages"]:
                self.fetched(town, fake, Sent(m["to"], m["message"], m["uuid"], m["uuid"]))

    def stay_away(self, town, fake):
        """The phone is busy, once for each text that waits for it, and comes after the next STOP."""
        self.away = True
        waits = [n for t in town.tickets() for n in town.show(t["number"])["notices"] if n["state"] == "claimed"]
        while len(fake.tries) < len(waits) and fake.plan[:1] == ["busy"]:
            fake.plan.pop(0)
            fake.tries.append(None)

    def fetched(self, town, fake, sent):
        fake.tries.append(sent)
        what = fake.plan.pop(0) if fake.plan else "ok"
        if what != "lost":
            fake.take(sent)
        if what == "ok":
            town.request("POST", "/hook/line" + self.query("sent"), json.dumps({"queued_messages": [sent.id]}),
                         {"Content-Type": "application/json"})


if __name__ == "__main__":
    sys.exit(run(SmsSync()))
