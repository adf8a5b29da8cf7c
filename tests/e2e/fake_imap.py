"""A scripted IMAP server: plays one case file.

A case file has a line a step:

    # A sentence: what the case shows.        (the first line)
    set KEY VALUE          a setting of the channel; "tls" and so on
    connection             the client connects (again)
    S: TEXT                we say TEXT, and CR LF
    S- TEXT                we say TEXT alone
    ...                    what follows goes in a packet of its own
    C: TEXT                the client says tag and TEXT; %t is that tag from then on
    c: TEXT                the client says TEXT, without a tag
    greet [WORD...]        greeting, CAPABILITY, LOGIN, CAPABILITY with these words
    select VALIDITY NEXT   SELECT and its answer
    search UID...          UID SEARCH ALL and its answer
    new FIRST UID...       UID SEARCH UID FIRST:* and its answer
    describe UID...        their dates and sizes
    fetch UID...           their bodies, whole
    flag SET               UID STORE with the usual flags, in one or several, and OK
    ok                     %t OK
    tls                    the server's side of a handshake begins
    close                  we hang up
    wait-close             until the client hangs up
    flood N                N times "x", or until the client has had enough
    expect KIND TEXT       the harness prints such an event, after the last
    never KIND TEXT        and at no time such a one
    pause SECONDS          so long at least between the first two connections

%any stands for whatever the client says. %mailN is mail N as a literal.
"""
import re
import socket
import ssl
import threading
import time

from harness import until

PATIENCE = 60
DAY = "24-Nov-2026 09:30:00 +0000"


def mail(n):
    n = int(n)
    return (f"From: Pat <pat@example.org>\r\nSubject: report {n}\r\nMessage-ID: <{n}@example.org>\r\n\r\n"
            f"Pothole number {n}.\r\n").encode()


def numbers(uids):
    """{1, 2, 3, 7} of "1:3,7"."""
    spans = (span.partition(":") for span in uids.split(","))
    return {n for first, _, last in spans for n in range(int(first), int(last or first) + 1)}


class Case:
    def __init__(self, path):
        with open(path, encoding="utf-8") as f:
            lines = [line.rstrip("\n") for line in f]
        self.name = lines[0].lstrip("# ")
        self.settings, self.expects, self.nevers, self.steps = {}, [], [], []
        self.pause = 0.0
        for number, line in enumerate(lines[1:], 2):
            word, _, rest = line.partition(" ")
            if not line.strip() or line.startswith("#"):
                continue
            if word == "set":
                key, _, value = rest.partition(" ")
                self.settings[key] = value
            elif word == "pause":
                self.pause = float(rest)
            elif word in ("expect", "never"):
                kind, _, text = rest.partition(" ")
                (self.expects if word == "expect" else self.nevers).append((kind, text))
            else:
                self.steps.append((number, word, rest))


class Server:
    """Plays a case in a thread; trouble says what went otherwise."""

    def __init__(self, case, certificate=None):
        self.case = case
        self.certificate = certificate
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(PATIENCE)
        self.port = self.listener.getsockname()[1]
        self.conn = None
        self.tag = b"*"
        self.trouble = None
        self.times = []  # of each connection
        self.thread = threading.Thread(target=self.play, daemon=True)
        self.thread.start()

    def play(self):
        step = None
        try:
            for step in self.case.steps:
                self.step(step[1], step[2])
            if self.conn is not None:
                self.flush()
        except (OSError, AssertionError, EOFError) as why:
            self.trouble = f"line {step[0]}: {type(why).__name__}: {why}"

    def finish(self):
        self.thread.join(PATIENCE)
        self.listener.close()
        self.hang_up()
        return "it is still at it" if self.thread.is_alive() else self.trouble

    def hang_up(self):
        if self.conn is not None:
            try:
                self.conn.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            self.conn.close()
            self.conn = None

    # ---- saying and hearing ----

    def fill(self, text):
        out = text.encode().replace(b"%t", self.tag)
        return re.sub(rb"%mail(\d+)", lambda m: b"{%d}\r\n%s" % (len(mail(m[1])), mail(m[1])), out)

    def say(self, text, end=b"\r\n"):
        self.pending += self.fill(text) + end

    def flush(self):
        if self.pending:
            self.conn.sendall(self.pending)
            self.pending = b""

    def drain(self):
        """Until the client has read what was said: then two packets are two."""
        self.flush()
        until(lambda: self.unread() == 0, PATIENCE, every=0.001)

    def unread(self):
        """Bytes that wait in the client's socket, which is on this machine; and ours on their way (proc(5), net/tcp)."""
        ours, theirs = (f":{name[1]:04X}" for name in (self.conn.getsockname(), self.conn.getpeername()))
        waiting = 0
        for table in ("tcp", "tcp6"):
            with open(f"/proc/net/{table}") as f:
                rows = [line.split() for line in f][1:]
            for _, local, remote, _, queues, *_ in rows:
                sending, receiving = (int(n, 16) for n in queues.split(":"))
                if local.endswith(ours) and remote.endswith(theirs):
                    waiting += sending
                elif local.endswith(theirs) and remote.endswith(ours):
                    waiting += receiving
        return waiting

    def line(self):
        self.flush()
        while b"\r\n" not in self.heard:
            got = self.conn.recv(65536)
            if not got:
                raise EOFError(f"the client hung up; it had said {self.heard!r}")
            self.heard += got
        line, self.heard = self.heard.split(b"\r\n", 1)
        return line.decode()

    def hear(self, want, tagged=True):
        line = self.line()
        if tagged:
            tag, _, line = line.partition(" ")
            self.tag = tag.encode()
        pattern = re.escape(want).replace("%any", ".*")
        assert re.fullmatch(pattern, line), f"wanted {want!r}, the client said {line!r}"

    # ---- the steps ----

    def step(self, word, rest):
        plain = {"S:": self.say, "c:": lambda text: self.hear(text, False), "C:": self.hear,
                 "S-": lambda text: self.say(text, b""), "...": lambda _: self.drain()}
        if word in plain:
            plain[word](rest)
        else:
            getattr(self, "do_" + word.replace("-", "_"))(*rest.split())

    def do_connection(self):
        self.hang_up()
        self.conn, _ = self.listener.accept()
        self.conn.settimeout(PATIENCE)
        self.conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.heard = self.pending = b""
        self.times.append(time.monotonic())

    def do_tls(self):
        self.flush()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.certificate)
        self.conn = context.wrap_socket(self.conn, server_side=True)

    def do_ok(self, *_):
        self.say("%t OK done")

    def capability(self, words):
        self.hear("CAPABILITY")
        self.say("* CAPABILITY IMAP4rev1 " + " ".join(words))
        self.do_ok()

    def do_greet(self, *words):
        self.say("* OK ready")
        self.do_enter(*words)

    def do_enter(self, *words):
        self.capability(words)
        self.hear('LOGIN "town" "secret"')
        self.do_ok()
        self.capability(words)

    def do_select(self, validity, following):
        self.hear('SELECT "INBOX"')
        self.say("* FLAGS (\\Seen \\Deleted)")
        self.say("* 1 EXISTS")
        self.say(f"* OK [UIDVALIDITY {validity}] so it is")
        self.say(f"* OK [UIDNEXT {following}] next")
        self.say("%t OK [READ-WRITE] done")

    def do_search(self, *uids):
        self.hear("UID SEARCH ALL")
        self.say("* SEARCH" + "".join(" " + u for u in uids))
        self.do_ok()

    def do_new(self, first, *uids):
        self.hear("UID SEARCH ALL" if first == "1" else f"UID SEARCH UID {first}:*")
        self.say("* SEARCH" + "".join(" " + u for u in uids))
        self.do_ok()

    def do_describe(self, *uids):
        self.hear("UID FETCH %any (UID INTERNALDATE RFC822.SIZE)")
        for u in uids:
            self.say(f'* {u} FETCH (UID {u} INTERNALDATE "{DAY}" RFC822.SIZE {len(mail(u))})')
        self.do_ok()

    def do_fetch(self, *uids):
        self.hear("UID FETCH %any (UID BODY.PEEK[])")
        for u in uids:
            self.say(f"* {u} FETCH (UID {u} BODY[] %mail{u})")
        self.do_ok()

    def do_flag(self, uids):
        """All of the set, at once or one after the other: that is a matter of how soon each is on disk."""
        left = numbers(uids)
        while left:
            tag, _, line = self.line().partition(" ")
            self.tag = tag.encode()
            stored = re.fullmatch(r"UID STORE (\S+) \+FLAGS\.SILENT \(\\Seen \$Inlet\)", line)
            assert stored and numbers(stored[1]) <= left, f"wanted {left} to be flagged, the client said {line!r}"
            left -= numbers(stored[1])
            self.do_ok()

    def do_close(self):
        self.drain()
        self.hang_up()

    def do_wait_close(self):
        self.flush()
        try:
            while self.conn.recv(65536):
                pass
        except ConnectionError:
            pass
        self.hang_up()

    def do_flood(self, n):
        self.flush()
        left = int(n)
        try:
            while left > 0:
                left -= self.conn.send(b"x" * min(left, 65536))
        except ConnectionError:
            return
        raise AssertionError("the client took it all")
