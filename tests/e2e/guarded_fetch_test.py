#!/usr/bin/python3
"""A download whose address a stranger chose cannot be turned inward.

Runs in a network of its own, where a public address is on the loopback
interface, so that the way out and the way in can both be tried."""
import http.server
import os
import subprocess
import sys
import threading

PUBLIC = "8.8.4.4"
OTHER = "9.9.9.9"
BUILD = os.environ.get("INLET_BUILD", "build")
FETCH = os.path.join(BUILD, "tests", "e2e", "fetch")

if os.environ.get("INLET_OWN_NET") != "yes":
    if subprocess.run(["unshare", "-n", "true"],
                      stderr=subprocess.DEVNULL).returncode != 0:
        print("1..0 # SKIP no network namespace to be had")
        sys.exit(0)
    os.environ["INLET_OWN_NET"] = "yes"
    os.execvp("unshare", ["unshare", "-n", sys.executable, *sys.argv])

subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
for address in (PUBLIC, OTHER):
    subprocess.run(["ip", "address", "add", address + "/32", "dev", "lo"],
                   check=True)

seen = []  # (address, path, has password)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        here = self.server.server_address[0]
        seen.append((here, self.path, "Authorization" in self.headers))
        to = places.get(self.path)
        if to is not None:
            self.send_response(302)
            self.send_header("Location", to)
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.path == "/big":
            self.send_response(200)
            self.send_header("Content-Length", "5000000")
            self.end_headers()
            self.pour()
        elif self.path == "/endless":
            self.send_response(200)
            self.send_header("Connection", "close")
            self.end_headers()
            self.pour()
        else:
            self.send_response(200)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"hello")

    def pour(self):
        self.close_connection = True
        try:
            for _ in range(500):
                self.wfile.write(b"x" * 10000)
        except OSError:
            pass

    def log_message(self, *_):
        pass


servers = {a: http.server.ThreadingHTTPServer((a, 0), Handler)
           for a in (PUBLIC, OTHER, "127.0.0.1")}
port = {a: s.server_address[1] for a, s in servers.items()}
for s in servers.values():
    threading.Thread(target=s.serve_forever, daemon=True).start()

out = f"http://{PUBLIC}:{port[PUBLIC]}"
other = f"http://{OTHER}:{port[OTHER]}"
inside = f"http://127.0.0.1:{port['127.0.0.1']}"
places = {
    "/to-inside": inside + "/secret",
    "/to-file": "file:///etc/passwd",
    "/to-gopher": f"gopher://127.0.0.1:{port['127.0.0.1']}/x",
    "/to-metadata": "http://169.254.169.254/latest/meta-data/",
    "/to-other": other + "/plain",
    "/to-stranger": "http://stranger.example.org/",
    "/loop": "/loop",
    "/1": "/2", "/2": "/3", "/3": "/plain",
    "/a": "/b", "/b": "/c", "/c": "/d", "/d": "/plain",
}

n = 0


def check(good, what):
    global n
    n += 1
    print("ok" if good else "not ok", n, "-", what)


def fetch(url, *more):
    seen.clear()
    p = subprocess.run(
        [FETCH, "-g", "-p", "-h", PUBLIC, "-h", OTHER, "-h", "127.0.0.1",
         "-h", "169.254.169.254", "-h", "localhost", "-h", "0.0.0.0",
         "-h", "[::ffff:127.0.0.1]", "-u", "AC1:secret", *more, url],
        capture_output=True, text=True, timeout=30)
    return p.stdout.strip()


def refused(url, what, *more):
    got = fetch(url, *more)
    reached = [s for s in seen if s[0] == "127.0.0.1"]
    good = not got.startswith("ok ") and reached == []
    if not good:
        print("#", got, seen)
    check(good, what)


check(fetch(out + "/plain").startswith("ok sent 200 5"),
      "a picture at a public address is fetched")
check(seen == [(PUBLIC, "/plain", True)], "with the password")
here = port["127.0.0.1"]
refused(inside + "/secret", "127.0.0.1")
refused(f"http://2130706433:{here}/", "127.0.0.1 as a decimal number")
refused(f"http://0x7f000001:{here}/", "127.0.0.1 as a hexadecimal number")
refused(f"http://[::ffff:127.0.0.1]:{here}/", "127.0.0.1 inside IPv6")
refused(f"http://localhost:{here}/", "a name that leads to 127.0.0.1")
refused(f"http://0:{here}/", "0")
refused("http://169.254.169.254/latest/", "the cloud's metadata")
refused("file:///etc/passwd", "a file")
refused(f"gopher://127.0.0.1:{here}/x", "gopher")
refused(out + "/to-inside", "a redirect to 127.0.0.1")
refused(out + "/to-file", "a redirect to a file")
refused(out + "/to-gopher", "a redirect to gopher")
refused(out + "/to-metadata", "a redirect to the metadata")
refused(out + "/to-stranger", "a redirect to a host that is not listed")
refused(out + "/loop", "a redirect in a circle")
check(len(seen) == 4, "which is left after three")
refused(out + "/a", "four redirects")
check(fetch(out + "/1").startswith("ok sent 200 5"), "three are followed")
refused(out + "/big", "5 MB with a length", "-m", "100000")
refused(out + "/endless", "5 MB without a length", "-m", "100000")
check(fetch(out + "/to-other").startswith("ok sent 200 5"),
      "a redirect to another listed host is followed")
check(seen == [(PUBLIC, "/to-other", True), (OTHER, "/plain", False)],
      "and the password does not go along")
print(f"1..{n}")
