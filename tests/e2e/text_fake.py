"""A provider of texts that does what a test tells it to.

Fake is an HTTP server that plays the api of one provider; what its requests
and answers look like is the Provider's, of which each door for texts has one
(tests/e2e/text_NAME_test.py). What a provider has none of stays None.
"""
import dataclasses
import http.server
import json
import threading
import time
import urllib.parse

OURS = "+15555550100"  # the town's number
SECRET = "0123456789abcdef0123456789abcdef"
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")


@dataclasses.dataclass
class Call:
    """What the provider asks of the daemon. path: behind the hook, "/status"."""
    body: bytes = b""
    headers: dict = dataclasses.field(default_factory=dict)
    method: str = "POST"
    path: str = ""
    query: str = ""  # with its "?"


@dataclasses.dataclass
class Request:
    """What the daemon asks of the provider."""
    method: str
    path: str
    query: dict
    headers: object  # .get("Authorization"): any case
    body: bytes

    def form(self):
        return dict(urllib.parse.parse_qsl(self.body.decode(), keep_blank_values=True))

    def json(self):
        return json.loads(self.body)


@dataclasses.dataclass
class Answer:
    status: int = 200
    body: object = b""  # bytes, or what becomes JSON
    type: str = "application/json"

    def bytes(self):
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclasses.dataclass
class File:
    """A picture that comes with a text: to be fetched at url, or along."""
    url: str
    type: str = "image/jpeg"
    bytes: bytes = JPEG


@dataclasses.dataclass
class Sent:
    """A text of ours, as the provider has taken it."""
    to: str
    words: str
    ours: str = ""   # our own id of it, where the provider takes one
    id: str = ""     # set by the fake
    at: float = 0.0  # set by the fake


@dataclasses.dataclass
class Got:
    """A text to us, for the provider's list."""
    id: str
    sender: str
    words: str
    at: float
    files: tuple = ()


class Provider:
    """What one provider's messages look like. Subclass, fill in, run()."""

    name = None          # as inlet.conf calls the adapter
    states = ("queued", "sending", "sent", "delivered", "failed")
    # ... it can tell, in inlet's words: also "read" and "delayed"
    thanks = None        # the body of 200, where it matters
    has_list = False     # get_list is asked for and answered
    lists_states = False # ... with what became of ours too
    lists_words = True   # ... and with what was said, not by whom and when alone
    knows_ours = False   # a text with the same Sent.ours goes out once
    inline = False       # files come along, and are not fetched
    takes_files = True
    confirms = False     # STOP is confirmed by us, as it does not
    says_no = True       # refused() says that the resident has opted out
    fetches = False      # a phone comes for what is to be sent
    digits = "+"         # what stands before numbers in Sent.to: "+" or ""

    # ---- settings ----

    def conf(self, fake):
        """Lines of inlet.conf below "channel NAME line"; fake.url is the api."""
        raise NotImplementedError

    # ---- what it tells the daemon; hook is the public address ----

    def message(self, hook, id, sender, words, files=()):
        """A Call: somebody wrote."""
        raise NotImplementedError

    def part(self, hook, id, sender, words, ref, n, of):
        """A Call: one part of a long text; None: they come joined."""

    def receipt(self, hook, sent, state):
        """A Call: what became of sent; None: it cannot tell that state."""

    def stop(self, hook, id, sender):
        """A Call: the resident says STOP."""
        return self.message(hook, id, sender, "STOP")

    def forge(self, call):
        """call, with a signature that is wrong."""
        call.body = call.body.replace(b"Elm", b"Oak") or b"x"
        return call

    # ---- what the daemon asks of it ----

    def is_send(self, request):
        """The Sent in request, or None: it asks for something else."""
        raise NotImplementedError

    def took(self, sent):
        """The Answer: it is taken."""
        raise NotImplementedError

    def refused(self, sent):
        """The Answer: the resident has opted out."""
        return Answer(400, {})

    def is_list(self, request):
        return False

    def listing(self, request, got, sent, fake):
        """The Answer: got are texts to us (Got), sent are ours (Sent)."""

    def other(self, request, fake):
        """The Answer to anything else, or None: 404. Files are served."""

    # ---- for doors that are not called, and do not call ----

    def deliver(self, town, call):
        """Takes call to the daemon: its answer's status and body."""
        target = "/hook/line" + call.path + call.query
        return town.request(call.method, target, call.body or None, call.headers)

    def collect(self, town, fake):
        """Comes for what is to be sent, where the daemon only waits."""


class Fake(http.server.ThreadingHTTPServer):
    """plan: what happens to the next texts: "ok" is what follows its end.

    "busy"    429, not taken          "down"  503, not taken
    "refused" opted out               "cut"   taken, and the line goes dead
    "lost"    not taken, and the line goes dead
    "broken"  500, not taken          "torn"  taken, and 500
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, provider):
        self.provider = provider
        self.plan = []
        self.sent = []      # taken; with knows_ours, each once
        self.tries = []     # every request to send
        self.got = []       # for the list
        self.hidden = set() # ids the list does not show
        self.states = {}    # by Sent.id, for the list
        self.files = {}     # path: File
        self.fetched = []   # Requests for files
        self.unknown = []   # Requests nobody answers
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), Talk)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def handle_error(self, request, client_address):
        """A client that goes away is what the tests are about."""

    def close(self):
        self.shutdown()
        self.server_close()

    def file(self, n):
        path = f"/files/{n}"
        self.files[path] = File(self.url + path)
        return self.files[path]

    def take(self, sent):
        """Keeps it, as the provider does: once, where it knows our ids."""
        with self.lock:
            if self.provider.knows_ours:
                for before in self.sent:
                    if before.ours == sent.ours:
                        return before
            sent.id = sent.id or f"out-{len(self.sent) + 1}"
            sent.at = time.time()
            self.sent.append(sent)
            return sent

    def answer(self, request):
        """An Answer, or None: the line goes dead."""
        p = self.provider
        if request.path in self.files:
            self.fetched.append(request)
            return Answer(200, self.files[request.path].bytes, self.files[request.path].type)
        if p.is_list(request):
            shown = [s for s in self.sent if s.id not in self.hidden]
            return p.listing(request, self.got, shown, self)
        sent = p.is_send(request)
        if sent is None:
            other = p.other(request, self)
            if other is None:
                self.unknown.append(request)
            return other or Answer(404, {})
        return self.answer_send(sent)

    def answer_send(self, sent):
        p = self.provider
        with self.lock:
            self.tries.append(sent)
            what = self.plan.pop(0) if self.plan else "ok"
        if what in ("busy", "down", "broken"):
            return Answer({"busy": 429, "down": 503, "broken": 500}[what], {})
        if what == "refused":
            return p.refused(sent)
        if what == "lost":
            return None
        sent = self.take(sent)
        if what == "cut":
            return None
        return Answer(500, {}) if what == "torn" else p.took(sent)


class Talk(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def talk(self):
        parts = urllib.parse.urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = dict(urllib.parse.parse_qsl(parts.query, keep_blank_values=True))
        a = self.server.answer(Request(self.command, parts.path, query, self.headers, body))
        if a is None:
            self.close_connection = True
            return
        data = a.bytes()
        self.send_response(a.status)
        self.send_header("Content-Type", a.type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = talk
