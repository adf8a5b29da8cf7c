#!/usr/bin/env python3
"""make demo: a made-up town for an afternoon.

Makes a town in a temporary folder, starts inlet on 127.0.0.1, feeds it the
samples by its real doors (mails into a maildir, signed texts, web forms, an
app's requests), prints the inbox and what residents were told, and stays until Ctrl-C. The
town's mail server and text provider are played by this program. With --once
it ends after printing.
"""
import glob
import os
import sys
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "e2e"))
from clerk import Clerk, add_user
from harness import Town, sign

PASSWORD = "one inbox for a town"
KEY = "key-of-an-app-in-the-demo"


def feed(town):
    """How many messages went in by each door."""
    mails = sorted(glob.glob(os.path.join(HERE, "mail", "*.eml")))
    for i, path in enumerate(mails):
        with open(path, "rb") as f:
            town.drop_mail(f"{i:04}.{os.path.basename(path)}", f.read())
    texts = sorted(glob.glob(os.path.join(HERE, "sms", "*.form")))
    for path in texts:
        with open(path, encoding="utf-8") as f:
            form = dict(urllib.parse.parse_qsl(f.read().strip(), keep_blank_values=True))
        body = urllib.parse.urlencode(form)
        say("text", path, town.request("POST", "/hook/texts", body, {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": sign(f"{town.url}/hook/texts", form)}))
    forms = sorted(glob.glob(os.path.join(HERE, "web", "*.multipart")))
    for path in forms:
        with open(path, "rb") as f:
            data = f.read()
        boundary = data.split(b"\r\n", 1)[0][2:].decode()
        say("form", path, town.request("POST", "/report", data, {
            "Content-Type": f"multipart/form-data; boundary={boundary}"}))
    apps = sorted(glob.glob(os.path.join(HERE, "open311", "*.open311")))
    for path in apps:
        with open(path, encoding="utf-8") as f:
            data = f"{f.read().strip()}&api_key={KEY}"
        say("app", path, town.request("POST", "/open311/v2/requests.json", data, {
            "Content-Type": "application/x-www-form-urlencoded"}))
    return len(mails), len(texts), len(forms), len(apps)


def say(what, path, answer):
    if answer[0] != 200:
        print(f"  {what} {os.path.basename(path)} was answered {answer[0]}")


def settled(town):
    """Every mail is taken and every notice has come to an end."""
    if os.listdir(os.path.join(town.maildir, "new")):
        return False
    text = town.command("doctor", "--json").stdout.decode()
    if "waiting" in text:
        return False
    return all(n["state"] not in ("pending", "claimed")
               for t in town.tickets() for n in town.show(t["number"])["notices"])


def work(town):
    """A clerk's morning: some of it is done, some of it waits."""
    add_user(town, "Ana", "supervisor", PASSWORD)
    add_user(town, "Ben", "clerk", PASSWORD)
    ana, ben = Clerk(town, "Ana", PASSWORD), Clerk(town, "Ben", PASSWORD)

    def of(category, **more):
        rows = ana.get(f"/api/tickets?limit=500&category={category}").json["tickets"]
        return [t["id"] for t in rows if all(t[k] == v for k, v in more.items())]

    ana.act("assign", of("streetlight")[:3], value="Ben")
    ben.act("department", of("trash"), value="Sanitation")
    ben.act("state", of("graffiti")[:1], value="done", reason="fixed", text="It was painted over this morning.")
    ana.act("state", of("dead-animal")[:1], value="not-ours", reason="state",
            text="Route 9 is looked after by the state. We have told them.")
    ana.act("state", of("pothole", label="Park Avenue")[:1], value="waiting")
    ana.act("note", of("tree", urgent=True)[:1], text="The power company was called. Crew is on its way.")
    ana.act("assign", of("tree", urgent=True)[:1], value="Ana")


def told(town):
    print(f"\nResidents were told by mail {len(town.smtp.mails)} times, by text {len(town.texts.texts)} times. Two of them:")
    if town.smtp.mails:
        to, data = town.smtp.mails[0]
        print(f"\n  mail to {to[0]}")
        print("    " + data.decode(errors="replace").split("\r\n\r\n", 1)[1].replace("\r\n", "\n    ").rstrip())
    if town.texts.texts:
        text = town.texts.texts[0]
        print(f"\n  text to {text['To']}\n    {text['Body']}")


def main():
    print("making the town of Millbrook ...", flush=True)
    town = Town(at_home=True, settings="public-map yes", conf=f"channel open311 apps\n    key app {KEY}\n")
    try:
        if not town.start():
            print(town.log())
            return 1
        print(f"inlet runs on {town.url}/; feeding it the samples ...", flush=True)
        mails, texts, forms, apps = feed(town)
        town.wait_for(lambda: settled(town))
        work(town)
        print(f"\n{mails} mails, {texts} texts, {forms} web forms and {apps} requests by Open311 have become:\n")
        print(town.command("list").stdout.decode())
        told(town)
        first = next((t for t in town.tickets() if t["channel"] == "site"), None)
        print(f"\nthe inbox:          {town.url}/inbox   (name Ana, password: {PASSWORD})")
        print(f"report a problem:   {town.url}/report")
        print(f"the public map:     {town.url}/map")
        print(f"the same for apps:  {town.url}/open311/v2/requests.json")
        if first:
            print(f"follow a ticket:    {town.url}/t/{first['token']}")
        print(f"look at one:        build/inlet show -c {town.conf} 1")
        print(f"the mails' folder:  {town.maildir}/new   (drop one in)")
        if "--once" not in sys.argv:
            print("\nCtrl-C ends it.", flush=True)
            town.process.wait()
    except KeyboardInterrupt:
        print()
    finally:
        if town.alive():
            town.stop()
        town.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
