#!/usr/bin/env python3
"""A town for browser tests: the real daemon on the sample town.

Prints one line of JSON {"port", "folder", "conf", "base"}, then answers one
line of JSON for each line of JSON on standard input, until that ends. What
can be asked is the table at the end; a failure answers {"error": "..."}.

usage: town.py [JSON]     {"settings": "...", "channels": "..."}: of inlet.conf
"""
import base64
import json
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "e2e"))
import harness


class BrowserTown(harness.Town):
    def __init__(self, settings="", channels=""):
        super().__init__(conf=channels, settings=settings, at_home=True)
        self.count = 0

    def number(self):
        self.count += 1
        return self.count


def user(town, name, password, role="clerk", language="en"):
    out = town.command("user", "add", "--role", role, "--language", language, name,
                       stdin=(password + "\n").encode())
    if out.returncode != 0:
        raise RuntimeError(out.stderr.decode())
    return {}


def mail(town, text=None, bytes=None, file=None):
    """A plain text, or a whole mail in base64, or in a file of the tree."""
    n = town.number()
    if bytes is not None:
        data = base64.b64decode(bytes)
    elif file is not None:
        with open(os.path.join(ROOT, file), "rb") as f:
            data = f.read()
    else:
        data = harness.mail(n, text)
    town.drop_mail(f"{n}.browser", data)
    return {"origin": f"{n}.browser"}


def text(town, body, sender="+15555550123"):
    status, _ = town.post_text(f"SM{town.number():032d}", sender, body)
    return {"status": status}


def form(town, report, files=(), **fields):
    """files: [name, media type, bytes in base64], as photos."""
    body, kind = harness.multipart(
        {"key": f"browser-{town.number():024d}", "report": report, **fields},
        [("photos", name, media, base64.b64decode(data)) for name, media, data in files])
    status, page = town.request("POST", "/report", body, {"Content-Type": kind})
    return {"status": status, "page": page.decode(errors="replace")}


def wait(town, tickets, words=()):
    """Until there are so many tickets, whatever their state."""
    if not town.wait_for(lambda: len(town.tickets(*words)) >= tickets):
        raise RuntimeError(f"there are {len(town.tickets(*words))} tickets, not {tickets}")
    return town.tickets(*words)


def mails(town, at_least=0):
    town.wait_for(lambda: len(town.smtp.mails) >= at_least)
    return [{"to": to, "data": data.decode(errors="replace")} for to, data in town.smtp.mails]


def texts(town, at_least=0):
    town.wait_for(lambda: len(town.texts.texts) >= at_least)
    return town.texts.texts


def command(town, words, stdin=None):
    out = town.command(*words, stdin=None if stdin is None else stdin.encode())
    return {"status": out.returncode, "out": out.stdout.decode(errors="replace"),
            "err": out.stderr.decode(errors="replace")}


def start(town):
    if not town.start():
        raise RuntimeError(town.log())
    return {}


def restart(town):
    town.stop()
    return start(town)


ASKED = {
    "user": user,
    "mail": mail,
    "text": text,
    "form": form,
    "wait": wait,
    "mails": mails,
    "texts": texts,
    "command": command,
    "tickets": lambda town, words=(): town.tickets(*words),
    "show": lambda town, ticket: town.show(ticket),
    "log": lambda town: town.log(),
    "start": start,
    "stop": lambda town: {"status": town.stop()},
    "kill": lambda town: town.kill() or {},
    "restart": restart,
}


def say(value):
    print(json.dumps(value), flush=True)


def main():
    town = BrowserTown(**json.loads(sys.argv[1] if len(sys.argv) > 1 else "{}"))
    try:
        start(town)
        say({"port": town.port, "folder": town.folder, "conf": town.conf, "base": town.url,
             "smtp": town.smtp.port})
        for line in sys.stdin:
            asked = json.loads(line)
            try:
                say(ASKED[asked.pop("do")](town, **asked))
            except Exception as bad:  # told to the test, which fails by it
                say({"error": f"{type(bad).__name__}: {bad}"})
    finally:
        town.close()


if __name__ == "__main__":
    main()
