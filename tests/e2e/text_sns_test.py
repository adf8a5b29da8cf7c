#!/usr/bin/env python3
"""AWS: notifications of SNS, signed with a certificate that has to be fetched.

Runs in a network of its own, where a public address is on the loopback
interface and has Amazon's name."""
import base64
import hashlib
import hmac
import http.server
import json
import os
import ssl
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import text_scenarios
from dovecot import make_ca, make_certificate, openssl
from text_fake import OURS, SECRET, Answer, Call, Provider, Sent

HOST, ADDRESS = "sns.us-east-1.amazonaws.com", "8.8.4.4"
TOPIC = "arn:aws:sns:us-east-1:123456789012:inlet"
EVENTS = {"queued": "TEXT_QUEUED", "sending": "TEXT_PENDING", "sent": "TEXT_SUCCESSFUL",
          "delivered": "TEXT_DELIVERED", "failed": "TEXT_CARRIER_UNREACHABLE"}
visits = []


def own_network():
    """Again, in a network and with names of our own; or skipped."""
    if os.environ.get("INLET_OWN_NET") == "yes":
        return
    if subprocess.run(["unshare", "-n", "-m", "true"], stderr=subprocess.DEVNULL).returncode != 0:
        print("1..0 # SKIP no network namespace to be had")
        sys.exit(0)
    os.environ["INLET_OWN_NET"] = "yes"
    os.execvp("unshare", ["unshare", "-n", "-m", sys.executable, *sys.argv])


class Amazon(http.server.BaseHTTPRequestHandler):
    folder = None

    def do_GET(self):
        visits.append(self.path)
        body = b""
        if self.path == "/key.pem":
            with open(os.path.join(self.folder, "signer.pem"), "rb") as f:
                body = f.read()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve_amazon(folder):
    with open(os.path.join(folder, "hosts"), "w", encoding="ascii") as f:
        f.write(f"127.0.0.1 localhost\n{ADDRESS} {HOST}\n")
    for command in (["ip", "link", "set", "lo", "up"],
                    ["ip", "address", "add", ADDRESS + "/32", "dev", "lo"],
                    ["mount", "--bind", os.path.join(folder, "hosts"), "/etc/hosts"]):
        subprocess.run(command, check=True)
    make_ca(folder)
    make_certificate(folder, HOST)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=sns.amazonaws.com",
            "-keyout", f"{folder}/signer.key", "-out", f"{folder}/signer.pem")
    Amazon.folder = folder
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(folder, "server.pem"), os.path.join(folder, "server.key"))
    server = http.server.ThreadingHTTPServer((ADDRESS, 443), Amazon)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def sign(folder, what):
    names = ["Message", "MessageId", "Timestamp", "TopicArn", "Type"]
    if "SubscribeURL" in what:
        names = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    said = "".join(f"{n}\n{what[n]}\n" for n in names)
    out = subprocess.run(["openssl", "dgst", "-sha256", "-sign", os.path.join(folder, "signer.key")],
                         input=said.encode(), stdout=subprocess.PIPE, check=True)
    return base64.b64encode(out.stdout).decode()


def signed_for_aws(r):
    """AWS Signature Version 4, worked out again."""
    parts = dict(p.strip().split("=", 1) for p in r.headers["Authorization"].split(" ", 1)[1].split(","))
    key, day, region, service, end = parts["Credential"].split("/")
    names = parts["SignedHeaders"].split(";")
    canonical = "\n".join([r.method, r.path, "", *(f"{n}:{r.headers[n].strip()}" for n in names), "",
                           parts["SignedHeaders"], hashlib.sha256(r.body).hexdigest()])
    said = "\n".join(["AWS4-HMAC-SHA256", r.headers["X-Amz-Date"], "/".join((day, region, service, end)),
                      hashlib.sha256(canonical.encode()).hexdigest()])
    mac = ("AWS4" + SECRET).encode()
    for part in (day, region, service, end, said):
        mac = hmac.new(mac, part.encode(), hashlib.sha256).digest()
    return (key, region, service, mac.hex()) == ("AKIA1", "us-east-1", "sms-voice", parts["Signature"])


class Sns(Provider):
    name = "sns"
    confirms = True
    states = tuple(EVENTS)
    takes_files = False

    def __init__(self, folder):
        self.folder = folder

    def conf(self, fake):
        return (f"    topic {TOPIC}\n    number {OURS}\n    access-key AKIA1\n    secret-key {SECRET}\n"
                f"    configuration-set set-1\n    api {fake.url}\n    ca-file {self.folder}/ca.pem\n")

    def call(self, message, type="Notification", **more):
        what = {"Type": type, "MessageId": "outer", "TopicArn": TOPIC, "Timestamp": "2026-09-21T15:33:20.000Z",
                "Message": message if isinstance(message, str) else json.dumps(message),
                "SignatureVersion": "2", "SigningCertURL": f"https://{HOST}/key.pem"} | more
        what["Signature"] = sign(self.folder, what)
        return Call(json.dumps(what).encode(), {"Content-Type": "text/plain; charset=UTF-8",
                                                "x-amz-sns-message-type": type})

    def message(self, hook, id, sender, words, files=()):
        return self.call({"originationNumber": sender, "destinationNumber": OURS, "messageKeyword": "K",
                          "messageBody": words, "inboundMessageId": id})

    def receipt(self, hook, sent, state):
        return self.call({"eventType": EVENTS[state], "messageId": sent.id, "destinationPhoneNumber": sent.to,
                          "messageStatus": "S", "messageStatusDescription": "as it went"})

    def is_send(self, r):
        if r.headers.get("X-Amz-Target") != "PinpointSMSVoiceV2.SendTextMessage":
            return None
        assert signed_for_aws(r), r.headers
        body = r.json()
        assert body["OriginationIdentity"] == OURS and body["ConfigurationSetName"] == "set-1"
        return Sent(body["DestinationPhoneNumber"], body["MessageBody"])

    def took(self, sent):
        return Answer(200, {"MessageId": sent.id})

    def refused(self, sent):
        return Answer(400, {"__type": "ConflictException", "Reason": "DESTINATION_PHONE_NUMBER_OPTED_OUT"})


def a_topic_is_subscribed_to(s):
    visits.clear()
    url = f"https://{HOST}/?Action=ConfirmSubscription&Token=2336"
    status, _ = s.deliver(s.p.call("You may subscribe", "SubscriptionConfirmation", SubscribeURL=url, Token="2336"))
    s.tap.same(status, 200, "an offer to subscribe is thanked for")
    s.tap.same(visits, ["/key.pem", "/?Action=ConfirmSubscription&Token=2336"], "once its address was visited")
    other = s.p.call("You may subscribe", "SubscriptionConfirmation", SubscribeURL=url, Token="2336",
                     TopicArn="arn:aws:sns:us-east-1:999999999999:other")
    s.tap.same(s.deliver(other)[0], 403, "another's topic is not heard, though Amazon has signed it")
    s.tap.same(len(visits), 2, "and nothing is visited for it")


def main():
    own_network()
    with tempfile.TemporaryDirectory() as folder:
        serve_amazon(folder)
        text_scenarios.SCENARIOS = (*text_scenarios.SCENARIOS, a_topic_is_subscribed_to)
        return text_scenarios.run(Sns(folder))


if __name__ == "__main__":
    sys.exit(main())
