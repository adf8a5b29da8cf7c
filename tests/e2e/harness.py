"""What the end-to-end tests share: a town of its own for each test.

A Town is a temporary folder with a configuration, a database and the sample
gazetteer; start() runs the real daemon on it, on loopback. Beside it stand
the town's mail server (SMTP) and its text provider (a fake of Twilio's REST
API), which write down what they were asked to send.
"""
import base64
import hashlib
import hmac
import http.client
import http.server
import json
import os
import select
import shutil
import signal
import socket
import socketserver
import subprocess
import tempfile
import threading
import time
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("B", os.path.join(ROOT, "build"))
INLET = os.environ.get("INLET", os.path.join(BUILD, "inlet"))
RULES = os.environ.get("INLET_RULES", os.path.join(ROOT, "rules"))
TOKEN = "0123456789abcdef0123456789abcdef"
ACCOUNT = "AC" + "1" * 32
NUMBER = "+15555550100"
PATIENCE = 60  # seconds until a test gives up waiting for a sign


def until(sign, seconds=PATIENCE, every=0.05):
    """Looks until sign() is true, which it gives; False when patience ends."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        seen = sign()
        if seen:
            return seen
        select.select([], [], [], every)
    return False


def runs_in_group(group):
    """Is a process of the group still there? One that is only to be reaped is not."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as f:
                state, _, its = f.read().rsplit(")", 1)[1].split()[:3]
        except OSError:
            continue
        if int(its) == group and state not in "ZX":
            return True
    return False


class Tap:
    """TAP, as prove(1) reads it."""

    def __init__(self):
        self.run = self.bad = 0
        self.lock = threading.Lock()  # tests that wait may do so side by side

    def check(self, good, name):
        with self.lock:
            self.run += 1
            self.bad += not good
            print(f"{'ok' if good else 'not ok'} {self.run} - {name}", flush=True)
        return good

    def same(self, got, want, name):
        if not self.check(got == want, name):
            print(f"# got  {got!r}\n# want {want!r}", flush=True)
            return False
        return True

    def skip(self, name, why):
        self.run += 1
        print(f"ok {self.run} - {name} # SKIP {why}", flush=True)

    def done(self):
        print(f"1..{self.run}")
        return 1 if self.bad else 0


class SmtpSink(socketserver.ThreadingTCPServer):
    """Takes any mail and keeps it: enough of RFC 5321 for one client."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        self.mails = []
        super().__init__(("127.0.0.1", 0), SmtpTalk)
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()


    def handle_error(self, request, client_address):
        """A client that is killed on the way is what the tests are about."""


class SmtpTalk(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        try:
            self.talk()
        except OSError:
            pass

    def talk(self):
        self.say("220 sink")
        to = []
        while line := self.rfile.readline():
            verb = line.split(b" ")[0].split(b":")[0].strip().upper()
            if verb == b"EHLO":
                self.say("250-sink")
                self.say("250 8BITMIME")
            elif verb == b"RCPT":
                to.append(line.split(b"<")[1].split(b">")[0].decode())
                self.say("250 ok")
            elif verb == b"DATA":
                self.say("354 go on")
                self.server.mails.append((to, self.data()))
                to = []
                self.say("250 kept")
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def data(self):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)


class TextSink(http.server.ThreadingHTTPServer):
    """Twilio's Messages resource, as far as sending and listing go."""

    daemon_threads = True

    def __init__(self):
        self.texts = []
        self.media = {}
        super().__init__(("127.0.0.1", 0), TextTalk)
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()


    handle_error = SmtpSink.handle_error


class TextTalk(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        n = int(self.headers["Content-Length"])
        form = dict(urllib.parse.parse_qsl(self.rfile.read(n).decode()))
        self.server.texts.append(form)
        self.answer(201, {"sid": f"SM{len(self.server.texts):032x}", "status": "queued"})

    def do_GET(self):
        if self.path in self.server.media:
            kind, body = self.server.media[self.path]
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return
        self.answer(200, {"messages": [], "next_page_uri": None})


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Town:
    """at_home: its public address is the daemon's own, also after a restart."""

    def __init__(self, conf="", folder=None, settings="", at_home=False):
        self.folder = folder or tempfile.mkdtemp(prefix="inlet-test-")
        self.conf = os.path.join(self.folder, "inlet.conf")
        self.maildir = os.path.join(self.folder, "mail")
        for sub in ("new", "cur", "tmp"):
            os.makedirs(os.path.join(self.maildir, sub), exist_ok=True)
        self.smtp = SmtpSink()
        self.texts = TextSink()
        self.process = None
        self.port = free_port() if at_home else 0
        self.url = f"http://127.0.0.1:{self.port}" if at_home else "https://millbrook.example.org"
        gaz = os.path.join(BUILD, "tests", "town.gaz")
        if not os.path.exists(gaz) or os.path.getmtime(gaz) < max(map(os.path.getmtime, town_sources())):
            make_gazetteer(gaz)
        with open(self.conf, "w") as f:
            f.write(
                f"""town        Millbrook
language    en
language    es
public-url  {self.url}
mail-from   Millbrook <reports@example.org>
own-address reports@example.org
emergency   911
database    {self.folder}/inlet.db
gazetteer   {gaz}
rules       {RULES}
listen      127.0.0.1:{self.port}
reserve     1m
{settings}
channel maildir mail
    path {self.maildir}
channel smtp post
    host 127.0.0.1
    port {self.smtp.port}
    tls no
channel twilio texts
    account {ACCOUNT}
    token {TOKEN}
    number {NUMBER}
    api http://127.0.0.1:{self.texts.port}
channel web site
    limit 100000
{conf}
"""
            )

    def start(self, wrap=(), env=None, wait=True):
        """Runs serve; wrap is put in front of it (strace). True: ready."""
        self.process = subprocess.Popen(
            [*wrap, INLET, "serve", "-c", self.conf],
            stdout=subprocess.PIPE,
            stderr=open(os.path.join(self.folder, "log"), "ab"),
            env={**os.environ, **(env or {})},
            start_new_session=True,
        )
        return self.wait_ready() if wait else True

    def wait_ready(self):
        """Reads standard output until it says that it is ready, or ends."""
        end = time.monotonic() + PATIENCE
        text = b""
        out = self.process.stdout
        while time.monotonic() < end:
            if select.select([out], [], [], 0.2)[0]:
                got = os.read(out.fileno(), 4096)
                if not got:
                    return False
                text += got
            if b"ready on http://" in text and text.endswith(b"\n"):
                self.port = int(text.rsplit(b":", 1)[1].strip(b"/\n "))
                return True
        return False

    def kill(self, number=signal.SIGKILL):
        if self.process and self.process.poll() is None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                pass
        if self.process:
            self.process.wait()
            # With strace in front of it, serve itself may go a little later.
            until(lambda: not runs_in_group(self.process.pid))

    def stop(self):
        """Asks it to end and gives its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            return -9

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def close(self):
        self.kill()
        self.smtp.shutdown()
        self.texts.shutdown()
        self.smtp.server_close()
        self.texts.server_close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self):
        with open(os.path.join(self.folder, "log"), "rb") as f:
            return f.read().decode(errors="replace")

    def command(self, *words, stdin=None):
        return subprocess.run(
            [INLET, words[0], *(words[1:2] if words[0] in ("rules", "gaz", "user") else ()),
             "-c", self.conf, *words[2 if words[0] in ("rules", "gaz", "user") else 1:]],
            capture_output=True, input=stdin, timeout=PATIENCE)

    def tickets(self, *words):
        out = self.command("list", "--json", "--limit", "1000000", *words)
        if out.returncode != 0:
            return []
        return [json.loads(line) for line in out.stdout.splitlines()]

    def show(self, number):
        return json.loads(self.command("show", "--json", str(number)).stdout)

    def wait_for(self, sign, seconds=PATIENCE):
        return bool(until(sign, seconds))

    # ---- the doors ----

    def drop_mail(self, name, data):
        tmp = os.path.join(self.maildir, "tmp", name)
        with open(tmp, "wb") as f:
            f.write(data)
        os.rename(tmp, os.path.join(self.maildir, "new", name))

    def request(self, method, path, body=None, headers=None):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            c.request(method, path, body, headers or {})
            r = c.getresponse()
            return r.status, r.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            c.close()

    def post_text(self, sid, sender, body, **more):
        form = {"MessageSid": sid, "AccountSid": ACCOUNT, "From": sender,
                "To": NUMBER, "Body": body, "NumMedia": "0", **more}
        path = "/hook/texts"
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": sign(self.url + path, form),
        }
        return self.request("POST", path, urllib.parse.urlencode(form), headers)

    def post_web(self, key, report, **more):
        fields = {"key": key, "report": report, **more}
        body, kind = multipart(fields)
        return self.request("POST", "/report", body, {"Content-Type": kind})


def sign(url, form):
    text = url + "".join(k + form[k] for k in sorted(form))
    return base64.b64encode(hmac.new(TOKEN.encode(), text.encode(), hashlib.sha1).digest()).decode()


def multipart(fields, files=()):
    b = "XbX-inlet-test-XbX"
    parts = []
    for name, value in fields.items():
        parts.append(f'--{b}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    for name, file_name, kind, data in files:
        parts.append(
            f'--{b}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
            f"Content-Type: {kind}\r\n\r\n".encode() + data + b"\r\n")
    parts.append(f"--{b}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={b}"


def mail(number, text="There is a pothole at 12 Elm St, please fix it.", more=""):
    from email.utils import formatdate
    return (
        f"From: Resident {number} <resident{number}@example.org>\r\n"
        f"To: reports@example.org\r\nSubject: Report {number}\r\n"
        f"Date: {formatdate()}\r\nMessage-ID: <report.{number}@example.org>\r\n"
        f"{more}MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    ).encode()


def town_sources():
    town = os.path.join(ROOT, "samples", "town")
    return [os.path.join(town, f) for f in sorted(os.listdir(town))
            if f.endswith((".geojson", ".csv", ".osm"))]


def make_gazetteer(path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    mine = f"{path}.{os.getpid()}"
    subprocess.run([INLET, "gaz", "import", "-o", mine, "--town", "Millbrook", *town_sources()],
                   check=True, stdout=subprocess.DEVNULL)
    os.replace(mine, path)
