#!/usr/bin/env python3
"""The imap adapter against servers that do what Dovecot never does.

Each file of imap_cases/ is a conversation; see fake_imap.py for its words.
"""
import concurrent.futures
import glob
import json
import os
import sys
import tempfile
import time

import dovecot
import fake_imap
from fake_identity import Identity
from imap_channel import HARNESS, Channel, Tap

AT_ONCE = 8  # they wait more than they work
HERE = os.path.dirname(os.path.abspath(__file__))


def conf(case, server, folder, identity):
    settings = {"host": "localhost", "port": server.port, "tls": "no", "user": "town", "password": "secret",
                "first": "all", "timeout": "5s", "idle-renew": "29m"}
    settings.update(case.settings)
    text = "".join(f"    {key} {value}\n" for key, value in settings.items() if value)
    return f"channel imap town\n{text}".replace("%folder", folder).replace("%identity", identity)


def keep_token(folder):
    """As inlet login leaves it."""
    now = int(time.time())
    with open(f"{folder}/token", "w", encoding="ascii") as f:
        json.dump({"user": "town", "client": "app", "access_token": "T0KEN", "refresh_token": "",
                   "obtained_at": now, "expires_at": now + 3600}, f)


def play(path, folder, certificate, identity):
    """The case's sentence, and what went wrong; or None."""
    case = fake_imap.Case(path)
    server = fake_imap.Server(case, certificate)
    channel = Channel(conf(case, server, folder, identity)).start()
    wrong = []
    for kind, text in case.expects:
        try:
            channel.wait(kind, text, trouble=lambda: server.trouble)
        except (TimeoutError, EOFError) as why:
            wrong.append(f"no event {kind} {text}: {why}")
            break
    said = server.finish() if not wrong else server.trouble
    if said:
        wrong.append(said)
    if not channel.stop():
        wrong.append("it did not end well")
    if case.pause and server.times[1] - server.times[0] < case.pause:
        wrong.append(f"called again after {server.times[1] - server.times[0]:.1f} s")
    for kind, text in case.nevers:
        wrong += [f"never: {e}" for e in channel.events if e.kind == kind and text in e.line]
    tail = channel.tail()
    channel.remove()
    return case.name, "\n".join([*wrong, tail]) if wrong else None


def main():
    tap = Tap()
    if not os.path.exists(HARNESS):
        tap.skip_all("no " + HARNESS)
    with Identity() as who, tempfile.TemporaryDirectory(prefix="inlet-imap-") as folder:
        dovecot.make_ca(folder)
        keep_token(folder)
        certificate = dovecot.make_certificate(folder, "localhost")
        paths = [path for path in sorted(glob.glob(f"{HERE}/imap_cases/*.case"))
                 if not sys.argv[1:] or os.path.basename(path)[:-5] in sys.argv[1:]]
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            for name, wrong in pool.map(lambda path: play(path, folder, certificate, who.url), paths):
                tap.ok(wrong is None, name, wrong)
    tap.run([])


main()
