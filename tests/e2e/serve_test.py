#!/usr/bin/env python3
"""The daemon as a town meets it: each door, each promise, one Town each."""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import INLET, ROOT, Tap, Town, mail

tap = Tap()


def town(**more):
    t = Town(**more)
    if not t.start():
        print("# " + t.log().replace("\n", "\n# "))
        raise SystemExit("the daemon does not start")
    return t


def tickets(t, n):
    """Waits until there are n, and gives them in the order of their numbers."""
    t.wait_for(lambda: len(t.tickets()) >= n)
    return sorted(t.tickets(), key=lambda x: x["number"])


def notices_done(t):
    return t.wait_for(lambda: all(
        n["state"] not in ("pending", "claimed")
        for x in t.tickets() for n in t.show(x["number"])["notices"]))


def every_door_leads_to_one_list():
    t = town()
    t.drop_mail("1.a", mail(1, "Deep pothole at 12 Elm St"))
    status, _ = t.post_text("SM1", "+15555550111", "street light out at Elm St and Oak St")
    tap.same(status, 200, "a signed text is taken")
    status, page = t.post_web("key-0123456789abcdef", "Tree down across 14 Oak St",
                              contact="ana@example.org", consent="yes")
    tap.same(status, 200, "a web report is taken")
    found = re.search(rb"/t/([A-Za-z0-9_-]{22})", page)
    tap.check(found is not None, "its page gives an address to follow it at")
    all_ = tickets(t, 3)
    tap.same(len(all_), 3, "three messages are three tickets")
    by = {x["channel"]: x for x in all_}
    tap.same(by["mail"]["category"], "pothole", "the mail's category is read")
    tap.same(by["texts"]["category"], "streetlight", "the text's category is read")
    tap.check(by["mail"]["lat"] is not None, "the mail's address is on the map")
    tap.check(by["texts"]["lat"] is not None, "the text's crossing is on the map")
    if found:
        status, page = t.request("GET", "/t/" + found.group(1).decode())
        tap.same(status, 200, "the address to follow it at answers")
        tap.check(str(by["site"]["number"]).encode() in page, "and names the ticket")
    status, _ = t.request("GET", "/t/" + "A" * 22)
    tap.same(status, 404, "a guessed address shows nothing")
    notices_done(t)
    told = sorted([to for tos, _ in t.smtp.mails for to in tos])
    tap.same(told, ["ana@example.org", "resident1@example.org"], "mail and web are answered by mail, once")
    tap.same([x["To"] for x in t.texts.texts], ["+15555550111"], "the text is answered by text, once")
    ack = next(m for tos, m in t.smtp.mails if tos == ["resident1@example.org"]).decode()
    tap.check("Auto-Submitted: auto-replied" in ack, "the answer says that a program wrote it")
    tap.check("In-Reply-To: <report.1@example.org>" in ack, "the answer threads")
    tap.same(t.stop(), 0, "asked to end, it ends well")
    t.close()


def an_answer_joins_its_ticket():
    t = town()
    t.drop_mail("1.a", mail(1, "Pothole on Elm St"))
    tickets(t, 1)
    notices_done(t)
    _, ack = t.smtp.mails[0]
    message_id = re.search(rb"^Message-ID: (<.*>)", ack, re.M | re.I).group(1).decode()
    reply_to = re.search(rb"^Reply-To: .*?([^<\s]+@[^>\s]+)", ack, re.M | re.I).group(1).decode()
    t.drop_mail("2.a", mail(2, "It is in front of number 12", more=f"In-Reply-To: {message_id}\r\n"))
    t.drop_mail("3.a", mail(3, "And it is deep").replace(b"To: reports@example.org", b"To: " + reply_to.encode()))
    t.drop_mail("4.a", mail(4, "Something else: [#1] a dead raccoon at 20 Oak St"))
    t.wait_for(lambda: len(t.tickets()) >= 2 and not os.listdir(t.maildir + "/new"))
    t.wait_for(lambda: len(t.show(1)["messages"]) == 3)
    tap.same(len(t.show(1)["messages"]), 3, "answers by Message-ID and by address join the ticket")
    tap.same(len(tickets(t, 2)), 2, "a stranger's mail with a number in it does not")
    t.close()


def the_same_twice_is_one():
    t = town()
    data = mail(1, "Pothole at 12 Elm St")
    t.drop_mail("1.a", data)
    t.drop_mail("2.b", b"Received: by another way\r\n" + data)
    for _ in range(3):
        t.post_text("SMsame", "+15555550112", "graffiti at 20 Elm St")
        t.post_web("key-same-0123456789", "Loose dog at 30 Oak St", contact="b@example.org", consent="yes")
    t.wait_for(lambda: len(t.tickets()) >= 3 and not os.listdir(t.maildir + "/new"))
    notices_done(t)
    tap.same(len(t.tickets()), 3, "a mail by two ways, a repeated webhook, a double click: one each")
    first = next(x for x in t.tickets() if x["channel"] == "mail")
    t.wait_for(lambda: len(t.show(first["number"])["messages"]) == 2)
    tap.same(len(t.show(first["number"])["messages"]), 2, "both ways the mail came are on its ticket")
    tap.same(len(t.smtp.mails), 2, "and each resident is answered once")
    t.close()


def a_conversation_joins_its_open_ticket():
    t = town()
    t.post_text("SM1", "+15555550113", "there is a pothole")
    tickets(t, 1)
    t.post_text("SM2", "+15555550113", "at 12 Elm St")
    t.wait_for(lambda: t.tickets()[0]["lat"] is not None)
    tap.same(len(t.tickets()), 1, "a second text of the same number joins the first")
    tap.check(t.tickets()[0]["lat"] is not None, "and gives it its place")
    status, _ = t.post_text("SM3", "+15555550113", "STOP")
    tap.same(status, 200, "STOP is taken")
    t.post_text("SM4", "+15555550114", "STOP sign missing on Elm")
    tap.same(len(tickets(t, 2)), 2, "a missing STOP sign is a report")
    sent = len(t.texts.texts)
    t.post_text("SM5", "+15555550113", "dead animal at 40 Oak St on the sidewalk, graffiti too")
    t.wait_for(lambda: sum(len(t.show(x["number"])["messages"]) for x in t.tickets()) >= 4)
    notices_done(t)
    tap.same([x["To"] for x in t.texts.texts[sent:] if x["To"] == "+15555550113"], [], "who said STOP is not texted")
    t.close()


def forged_webhooks_leave_a_counter():
    t = town()
    path = "/hook/texts"
    form = "MessageSid=SM1&From=%2B15555550115&Body=hello&To=%2B15555550100"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    status, _ = t.request("POST", path, form, kind)
    tap.same(status, 403, "a webhook without signature is refused")
    status, _ = t.request("POST", path, form, {**kind, "X-Twilio-Signature": "AAAA" * 7})
    tap.same(status, 403, "a forged one too")
    t.drop_mail("1.a", mail(1))
    tickets(t, 1)
    tap.same(len(t.tickets()), 1, "nothing of them is stored")
    t.close()


HOSTILE = {
    "parentheses": b"From: a@example.org\r\nSubject: x\r\nDate: " + b"(" * 106441 + b"\r\n\r\nPothole at 12 Elm St\r\n",
    "nesting": b"From: a@example.org\r\nSubject: x\r\n" + b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (i, i) for i in range(20000)) + b"\r\nhello\r\n",
    "no message id": b"From: b@example.org\r\nTo: reports@example.org\r\n\r\nPothole at 12 Elm St\r\n",
    "a lying charset": b"From: c@example.org\r\nSubject: hole\r\nContent-Type: text/plain; charset=utf-16\r\n\r\nPothole \xe9\xff at 12 Elm St\r\n",
    "a boundary": b'From: d@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="\\""\r\n\r\n--"\r\n\r\nx\r\n',
    "groups": b"From: " + b"g:" * 40800 + b"\r\nSubject: groups\r\n\r\nPothole\r\n",
    "noise": bytes(range(256)) * 40,
    "nothing": b"",
    "sixty megabytes": b"From: e@example.org\r\nSubject: big\r\n\r\nPothole at 12 Elm St\r\n" + b"x" * 76 * 840000,
}


def no_mail_stops_the_line():
    t = town()
    for i, (name, data) in enumerate(HOSTILE.items()):
        t.drop_mail(f"{i}.hostile", data)
    t.drop_mail("9.last", mail(99, "Pothole at 14 Elm St"))
    want = len(HOSTILE) + 1
    got = tickets(t, want)
    tap.same(len(got), want, "each hostile mail is a ticket, and so is the mail behind them")
    tap.check(any(x["title"] == "Report 99" and x["lat"] is not None for x in got), "which is read as ever")
    tap.check(t.alive(), "the daemon is the same one")
    big = [x for x in got if x["title"] == "big"]
    tap.same(len(big), 1, "a mail over the limit is read as far as it was kept")
    original = t.command("show", "--original", str(got[-1]["number"]))
    tap.check(len(original.stdout) > 0, "the original is one command away")
    t.close()


def a_second_daemon_is_told_no():
    t = town()
    out = subprocess.run([INLET, "serve", "-c", t.conf], capture_output=True, timeout=60)
    tap.check(out.returncode != 0, "a second inlet serve on one database ends")
    tap.check(b"serve" in out.stderr or b"already" in out.stderr or b"use" in out.stderr, "and says why")
    print("# " + out.stderr.decode().strip())
    t.kill()
    tap.check(t.start(), "after a SIGKILL the next one starts")
    t.close()


def broken_rules_leave_the_old_ones():
    t = Town()
    rules = os.path.join(t.folder, "rules")
    shutil.copytree(os.path.join(ROOT, "rules"), rules)
    with open(t.conf) as f:
        text = f.read().replace(f"{ROOT}/rules", rules)
    with open(t.conf, "w") as f:
        f.write(text)
    tap.check(t.start(), "it starts on a town's own rules")
    with open(os.path.join(rules, "zz.rules"), "w") as f:
        f.write("category zz\n    match [\n")
    t.process.send_signal(signal.SIGHUP)
    tap.check(t.wait_for(lambda: "zz.rules:2" in t.log()), "a broken file is named with its line")
    t.drop_mail("1.a", mail(1, "Pothole at 12 Elm St"))
    tap.same(tickets(t, 1)[0]["category"], "pothole", "and the old rules go on")
    with open(os.path.join(rules, "zz.rules"), "w") as f:
        f.write("category zeppelin\n    words en zeppelin*\n    yes a zeppelin landed\n")
    t.process.send_signal(signal.SIGHUP)
    t.wait_for(lambda: "loaded again" in t.log())
    t.drop_mail("2.a", mail(2, "A zeppelin landed at 14 Elm St"))
    tap.same(tickets(t, 2)[1]["category"], "zeppelin", "a mended file is taken up without a restart")
    t.kill()
    with open(os.path.join(rules, "zz.rules"), "w") as f:
        f.write("categry zz\n")
    out = subprocess.run([INLET, "serve", "-c", t.conf], capture_output=True, timeout=60)
    tap.check(b"zz.rules:1: " in out.stderr, "at a start a broken rule file is an error that names its line")
    t.close()


def the_pipe_of_an_mta():
    t = town()
    one = mail(1, "Pothole at 12 Elm St")  # made once: its date has seconds
    out = t.command("ingest", "-", stdin=one)
    tap.same(out.returncode, 0, "a mail on standard input is stored")
    again = t.command("ingest", "-", stdin=one)
    tap.same(again.returncode, 0, "and piped again it is no error")
    got = tickets(t, 1)
    tap.same(len(got), 1, "the running daemon files it, once")
    out = subprocess.run([INLET, "ingest", "-c", t.folder + "/missing.conf", "-"],
                         input=mail(2), capture_output=True)
    tap.same(out.returncode, 75, "what cannot be stored stays with the MTA (75)")
    t.close()


def an_emergency_goes_on_top():
    t = town()
    t.drop_mail("1.a", mail(1, "Pothole at 12 Elm St"))
    tickets(t, 1)
    t.post_text("SM1", "+15555550116", "I smell gas at 14 Oak St")
    tickets(t, 2)
    first = t.tickets()[0]
    tap.check(first["urgent"], "a smell of gas stands at the top of the list")
    notices_done(t)
    tap.check("911" in (t.texts.texts[0]["Body"] if t.texts.texts else ""), "and the resident is told to call")
    t.close()


def machines_are_not_answered():
    t = town()
    t.drop_mail("1.a", mail(1, "I am away", more="Auto-Submitted: auto-replied\r\n"))
    t.drop_mail("2.a", mail(2, "From a list, pothole at 12 Elm St", more="List-Id: <l.example.org>\r\nPrecedence: list\r\n"))
    t.drop_mail("3.a", mail(3, "me").replace(b"resident3@example.org", b"reports@example.org"))
    t.drop_mail("4.a", mail(4, "Pothole at 12 Elm St"))
    tap.same(len(tickets(t, 4)), 4, "automatic mail is on the list too")
    notices_done(t)
    tap.same([to for tos, _ in t.smtp.mails for to in tos], ["resident4@example.org"], "but only a person is answered")
    t.close()


def a_full_disk_keeps_messages_where_they_are():
    """On a small disk of its own; that takes root."""
    name = "a full disk: 503, mail left in its folder, taken up when there is room"
    folder = tempfile.mkdtemp(prefix="inlet-full-")
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder]
    if os.getuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        os.rmdir(folder)
        return tap.skip(name, "no small disk can be mounted here")
    t = Town(conf="", folder=folder)
    try:
        with open(t.conf) as f:
            text = f.read().replace("reserve     1m", "reserve     16m")
        with open(t.conf, "w") as f:
            f.write(text)
        t.start()
        with open(os.path.join(folder, "filler"), "wb") as f:
            f.write(b"x" * (52 << 20))
        status, _ = t.post_text("SM1", "+15555550117", "pothole at 12 Elm St")
        tap.same(status, 503, "on a full disk a webhook is not thanked for")
        status, _ = t.post_web("key-full-0123456789", "Pothole at 14 Elm St")
        tap.same(status, 503, "nor is a web report")
        t.drop_mail("1.a", mail(1, "Pothole at 20 Elm St"))
        t.wait_for(lambda: "not stored" in t.log() and "mail: " in t.log(), seconds=20)
        tap.same(os.listdir(t.maildir + "/new"), ["1.a"], "a mail stays in its folder")
        tap.same(len(t.tickets()), 0, "and nothing is on the list")
        os.remove(os.path.join(folder, "filler"))
        status, _ = t.post_text("SM1", "+15555550117", "pothole at 12 Elm St")
        tap.same(status, 200, "with room again the webhook's repetition is taken")
        tap.same(len(tickets(t, 2)), 2, "and the mail comes in, without a restart")
    finally:
        t.close()
        subprocess.run(["umount", folder], check=False)
        os.rmdir(folder)


def a_backup_is_whole():
    t = town()
    for i in range(5):
        t.drop_mail(f"{i}.a", mail(i))
    tickets(t, 5)
    copy = os.path.join(t.folder, "copy.db")
    tap.same(t.command("backup", copy).returncode, 0, "a backup is made while it runs")
    with open(t.conf) as f:
        text = f.read().replace(f"{t.folder}/inlet.db", copy)
    other = os.path.join(t.folder, "copy.conf")
    with open(other, "w") as f:
        f.write(text)
    out = subprocess.run([INLET, "verify", "-c", other], capture_output=True, text=True)
    tap.same(out.returncode, 0, "and it is sound")
    tap.check(out.stdout.startswith("5 messages, 0 damaged"), "with every message")
    out = t.command("doctor")
    tap.check(b"Traceback" not in out.stdout and b"rules load" in out.stdout, "doctor speaks")
    t.close()


def main():
    for test in (every_door_leads_to_one_list, an_answer_joins_its_ticket, the_same_twice_is_one,
                 a_conversation_joins_its_open_ticket, forged_webhooks_leave_a_counter,
                 no_mail_stops_the_line, a_second_daemon_is_told_no, broken_rules_leave_the_old_ones,
                 the_pipe_of_an_mta, an_emergency_goes_on_top, machines_are_not_answered, a_backup_is_whole,
                 a_full_disk_keeps_messages_where_they_are):
        if len(sys.argv) < 2 or test.__name__ in sys.argv[1:]:
            test()
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
