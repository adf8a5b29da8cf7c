"""The mail channels alone: imap_harness, its config, its journal, its lines."""
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("B", "build")
HARNESS = os.path.join(ROOT, BUILD, "tests/e2e/imap_harness")
PATIENCE = 60  # seconds until a test gives up waiting for a sign


class Event:
    """A line of the harness: "accept town 7/1 bytes=12 ...": kind, words."""

    def __init__(self, line):
        self.line = line
        words = line.split(" ")
        self.kind = words[0]
        self.origin = words[2] if len(words) > 2 else ""
        self.stored = words[-1] == "stored"
        self.values = dict(w.split("=", 1) for w in words[3:] if "=" in w)
        self.text = " ".join(words[2:])

    def __repr__(self):
        return self.line


class Channel:
    """Runs one config; may be started, stopped and killed many times."""

    def __init__(self, conf):
        self.folder = tempfile.mkdtemp(prefix="inlet-channel-")
        self.conf_path = os.path.join(self.folder, "inlet.conf")
        self.journal = os.path.join(self.folder, "journal")
        self.process = None
        self.events = []  # of all runs
        self.errors = ""
        self.configure(conf)

    def configure(self, conf):
        with open(self.conf_path, "w", encoding="utf-8") as f:
            f.write(conf)

    def start(self, *options):
        self.lines = queue.Queue()
        self.process = subprocess.Popen([HARNESS, self.conf_path, self.journal, *options],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace")
        self.readers = [threading.Thread(target=self.read_out, args=(self.process, self.lines), daemon=True),
                        threading.Thread(target=self.read_err, args=(self.process,), daemon=True)]
        for reader in self.readers:
            reader.start()
        return self

    @staticmethod
    def read_out(process, lines):
        for line in process.stdout:
            lines.put(Event(line.rstrip("\n")))
        lines.put(None)

    def read_err(self, process):
        for line in process.stderr:
            self.errors += line

    def next(self, patience=PATIENCE):
        try:
            event = self.lines.get(timeout=patience)
        except queue.Empty:
            raise TimeoutError(f"no sign of it; so far:\n{self.tail()}") from None
        if event is None:
            self.lines.put(None)
            raise EOFError(f"it ended:\n{self.tail()}")
        self.events.append(event)
        return event

    def tail(self):
        return "\n".join(e.line for e in self.events[-15:]) + "\n" + self.errors[-3000:]

    def wait(self, kind, having="", count=1, trouble=lambda: None):
        """
        The events up to the count-th of that kind that has the text. trouble()
        gives a reason not to wait any longer, or None.
        """
        seen = []
        end = time.monotonic() + PATIENCE
        while count > 0:
            try:
                event = self.next(0.2)
            except TimeoutError:
                if trouble() or time.monotonic() > end:
                    raise
                continue
            seen.append(event)
            if event.kind == kind and having in event.line:
                count -= 1
        return seen

    def stop(self):
        """As an operator would; gives whether it ended well."""
        self.process.send_signal(signal.SIGTERM)
        return self.finish()

    def kill(self):
        self.process.kill()
        return self.finish()

    def finish(self):
        lines = []
        try:
            while True:
                lines.append(self.next(PATIENCE).line)
        except EOFError:
            pass
        self.process.wait(PATIENCE)
        for reader in self.readers:
            reader.join(PATIENCE)
        self.process.stdout.close()
        self.process.stderr.close()
        return self.process.returncode == 0 and "clean" in lines

    def accepted(self):
        return [e for e in self.events if e.kind == "accept"]

    def stored(self):
        return [e.origin for e in self.events if e.kind == "accept" and e.stored]

    def marked(self):
        return [e.origin for e in self.events if e.kind == "marked"]

    def kept(self, kind):
        """What the journal holds, of all runs: "raw" or "mark"; its origins."""
        with open(self.journal, encoding="utf-8") as f:
            return [line.split()[2] for line in f if line.startswith(kind + " ")]

    def wait_kept(self, kind, count):
        while len(set(self.kept(kind))) < count:
            self.next()

    def remove(self):
        if self.process is not None and self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class Tap:
    def __init__(self):
        self.n = 0
        self.bad = 0

    def ok(self, good, name, why=""):
        self.n += 1
        self.bad += not good
        print(f"{'ok' if good else 'not ok'} {self.n} - {name}", flush=True)
        if not good and why:
            print("# " + str(why).replace("\n", "\n# "), flush=True)
        return good

    def skip_all(self, why):
        print(f"1..0 # SKIP {why}")
        sys.exit(0)

    def run(self, tests, wanted=()):
        for test in tests:
            if wanted and test.__name__ not in wanted:
                continue
            try:
                test(self)
            except Exception as why:  # a test that cannot go on has failed
                self.ok(False, test.__name__, f"{type(why).__name__}: {why}")
        print(f"1..{self.n}")
        sys.exit(1 if self.bad else 0)
