#!/usr/bin/python3
"""Mail out through a real mail server: who it is, is looked at first."""
import asyncio
import email
import email.policy
import os
import ssl
import subprocess
import sys
import tempfile
import threading

BUILD = os.environ.get("INLET_BUILD", "build")
SAY = os.path.join(BUILD, "tests", "e2e", "say")
try:
    from aiosmtpd.smtp import SMTP, AuthResult
except ImportError:
    print("1..0 # SKIP no aiosmtpd")
    sys.exit(0)

folder = tempfile.TemporaryDirectory()


def path(name):
    return os.path.join(folder.name, name)


def openssl(*words):
    subprocess.run(["openssl", *words], check=True, capture_output=True)


openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
        "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
        "/CN=Test CA", "-keyout", path("ca.key"), "-out", path("ca.pem"))
for name in ("localhost", "wrong.example.org"):
    with open(path("ext"), "w") as f:
        f.write(f"subjectAltName=DNS:{name}\n")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-nodes", "-subj", "/CN=" + name, "-keyout", path(name + ".key"),
            "-out", path(name + ".csr"))
    openssl("x509", "-req", "-in", path(name + ".csr"), "-CA", path("ca.pem"),
            "-CAkey", path("ca.key"), "-CAcreateserial", "-days", "2",
            "-extfile", path("ext"), "-out", path(name + ".pem"))

mails = []
logins = []


class Handler:
    async def handle_DATA(self, server, session, envelope):
        mails.append((envelope.mail_from, envelope.rcpt_tos,
                      envelope.content))
        return "250 2.0.0 queued as X1"


def authenticate(server, session, envelope, mechanism, data):
    logins.append((data.login, data.password))
    return AuthResult(success=data.password == b"right")


def context(name):
    c = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    c.load_cert_chain(path(name + ".pem"), path(name + ".key"))
    return c


loop = asyncio.new_event_loop()
threading.Thread(target=loop.run_forever, daemon=True).start()


def start(cert, first=False, then=False):
    """A server: TLS from the first byte, or by STARTTLS with a password."""
    more = {}
    if then:
        more = {"tls_context": context(cert), "require_starttls": True,
                "auth_required": True, "authenticator": authenticate}

    def factory():
        return SMTP(Handler(), loop=loop, enable_SMTPUTF8=True, **more)

    made = loop.create_server(factory, "127.0.0.1", 0,
                              ssl=context(cert) if first else None)
    server = asyncio.run_coroutine_threadsafe(made, loop).result()
    return server.sockets[0].getsockname()[1]


starttls = start("localhost", then=True)
wrong = start("wrong.example.org", then=True)
tls = start("localhost", first=True)
plain = start("localhost")

n = 0


def check(good, what):
    global n
    n += 1
    print("ok" if good else "not ok", n, "-", what)
    if not good:
        print("#", said)


def say(server, *settings, to="ana@example.org", kind="received",
        subject="Recibimos su aviso: árbol caído", text="Árbol\n.\nfin\n"):
    global said
    mails.clear()
    logins.clear()
    said = subprocess.run(
        [SAY, to, kind, subject, text, "host", "localhost", "port",
         str(server), "from", "Springfield <reports@example.org>",
         *settings], capture_output=True, text=True, timeout=60).stdout
    return said


CA = ("ca-file", path("ca.pem"))
LOGIN = ("user", "town", "password", "right")

check(say(starttls, *CA, *LOGIN).startswith("DONE 250 2.0.0 queued as X1"),
      "a mail goes out over STARTTLS with a password")
check(logins == [(b"town", b"right")], "which is the one that was set")
sender, to, content = mails[0] if mails else ("?", [], b"")
m = email.message_from_bytes(content, policy=email.policy.default)
check(sender in ("", "<>") and to == ["ana@example.org"],
      "the envelope of an acknowledgement is empty")
check(m["Subject"] == "Recibimos su aviso: árbol caído", "the subject is read")
check(m.get_content().replace("\r\n", "\n") == "Árbol\n.\nfin\n",
      "so is the text")
check(m["Reply-To"] == "reports+t0k3n@example.org" and
      m["Auto-Submitted"] == "auto-replied" and
      m["X-Inlet-Loop"] == "springfield" and not m.defects,
      "and the marks against loops")
check(say(starttls, *LOGIN).startswith("LATER") and not logins,
      "a certificate nobody has vouched for gets no password")
check(say(wrong, *CA, *LOGIN).startswith("LATER") and not logins,
      "nor does one of another host")
check(say(plain, *CA, *LOGIN).startswith("LATER") and not mails,
      "nor a server without STARTTLS")
check(say(starttls, *CA, "user", "town", "password",
          "wrong").startswith("LATER") and not mails,
      "a wrong password is a thing for the operator, not for the mail")
check(say(tls, *CA, "tls", "yes").startswith("DONE"),
      "TLS from the first byte")
check(say(tls, "tls", "yes").startswith("LATER") and not mails,
      "where the certificate is looked at too")
check(say(plain, "tls", "no").startswith("DONE"), "plain to this machine")
check(say(plain, "tls", "no", kind="done").startswith("DONE") and
      mails[0][0] == "reports@example.org", "news has a sender")
check(say(plain, "tls", "no", "host", "mail.example.org")
      .startswith("CONFIG"), "plain to another is refused")
print(f"1..{n}")
