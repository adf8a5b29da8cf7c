#!/usr/bin/env python3
"""make bench: the figures, side by side in one run, as ratios.

Absolute rates on a shared machine say little; each line gives ours, what it
is held against, and the ratio. Rounds alternate; medians are printed.
"""
import json
import os
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
from harness import ACCOUNT, BUILD, INLET, NUMBER, ROOT, Town, sign, until

SHARED = os.environ.get("INLET_SHARED", os.path.join(ROOT, "..", "shared"))
MAILS = int(os.environ.get("MAILS", "3000"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
PROGRAM = os.path.join(BUILD, "tests", "bench")


def line(what, value, than="", ratio=None, note=""):
    text = f"{what:<52} {value:>14}"
    if ratio is not None:
        text += f"   {ratio:6.2f} x {than}"
    print(text + (f"   {note}" if note else ""), flush=True)


def rss_mb(pid):
    """The processes of one daemon together, each page counted once."""
    total = 0
    for p in [pid, *descendants(pid)]:
        try:
            with open(f"/proc/{p}/smaps_rollup") as f:
                total += next(int(l.split()[1]) for l in f if l.startswith("Pss:"))
        except (OSError, StopIteration):
            pass
    return total / 1024


def descendants(pid):
    out = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as f:
                for child in map(int, f.read().split()):
                    out += [child, *descendants(child)]
    except OSError:
        pass
    return out


def corpus(folder):
    """Made-up mails of real shapes; see ../shared/peers/mkcorpus.py."""
    maker = os.path.join(SHARED, "peers", "mkcorpus.py")
    if not os.path.exists(maker):
        return None
    subprocess.run([sys.executable, maker, folder, str(MAILS)], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for base, _, names in os.walk(folder):
        if len(names) >= MAILS:
            return base
    return None


def filed(town):
    db = sqlite3.connect(f"file:{town.folder}/inlet.db?mode=ro", uri=True)
    try:
        return db.execute("SELECT count(*) FROM raws WHERE state <> 'new'").fetchone()[0]
    except sqlite3.Error:
        return 0
    finally:
        db.close()


def end_to_end(mails):
    """Seconds from ready to the last mail filed, CPU seconds, PSS."""
    town = Town()
    names = sorted(os.listdir(mails))
    for name in names:
        os.link(os.path.join(mails, name), os.path.join(town.maildir, "new", name.split(":")[0]))
    try:
        begin = time.monotonic()
        if not town.start():
            raise SystemExit(town.log())
        until(lambda: filed(town) >= len(names) or not town.alive(), 600, every=0.02)
        if filed(town) < len(names):
            raise SystemExit(f"{filed(town)} of {len(names)} filed\n" + town.log()[-2000:])
        took = time.monotonic() - begin
        pids = [town.process.pid, *descendants(town.process.pid)]
        cpu = sum(cpu_s(p) for p in pids)
        return took, cpu, rss_mb(town.process.pid)
    finally:
        town.stop()
        town.close()


def cpu_s(pid):
    try:
        with open(f"/proc/{pid}/stat") as f:
            parts = f.read().rsplit(")", 1)[1].split()
        return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")
    except OSError:
        return 0.0


def timed(command, **more):
    begin = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, **more)
    return time.monotonic() - begin


# A child begins with its parent's peak: this one's parent is small.
PEAK = ("import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")


def peak_mb(command):
    return int(subprocess.check_output([sys.executable, "-c", PEAK, *command])) / 1024


def notmuch(maildir, folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    conf = os.path.join(folder, "conf")
    shutil.copytree(maildir, os.path.join(folder, "mail", "cur"), copy_function=os.link)
    with open(conf, "w") as f:
        f.write(f"[database]\npath={folder}/mail\n[new]\ntags=new\n[user]\nname=x\nprimary_email=x@example.org\n")
    return timed(["notmuch", "new"], env={**os.environ, "NOTMUCH_CONFIG": conf, "HOME": folder})


def mu(maildir, folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(os.path.join(folder, "mail", "new"))
    os.makedirs(os.path.join(folder, "mail", "tmp"))
    shutil.copytree(maildir, os.path.join(folder, "mail", "cur"), copy_function=os.link)
    timed(["mu", "init", f"--muhome={folder}/mu", f"--maildir={folder}/mail"])
    return timed(["mu", "index", f"--muhome={folder}/mu"])


def rate_of(text, word):
    """The number before word in a program's output."""
    for row in text.splitlines():
        parts = row.split()
        for i, part in enumerate(parts):
            if part.startswith(word) and i > 0:
                return float(parts[i - 1].replace(",", ""))
    return None


def mail_figures():
    with tempfile.TemporaryDirectory(prefix="inlet-bench-") as folder:
        mails = corpus(os.path.join(folder, "corpus"))
        if mails is None:
            print("mail: skipped, no ../shared/peers/mkcorpus.py")
            return
        ours, others = [], {"notmuch new": [], "mu index": []}
        cpu, pss = [], []
        for _ in range(ROUNDS):
            took, used, memory = end_to_end(mails)
            ours.append(took)
            cpu.append(used)
            pss.append(memory)
            if shutil.which("notmuch"):
                others["notmuch new"].append(notmuch(mails, os.path.join(folder, "nm")))
            if shutil.which("mu"):
                others["mu index"].append(mu(mails, os.path.join(folder, "mu")))
        mid = statistics.median(ours)
        line(f"mail, end to end, {MAILS} mails", f"{MAILS / mid:.0f}/s",
             note=f"{min(ours):.2f} to {max(ours):.2f} s")
        line("  CPU for each, all processes", f"{statistics.median(cpu) / MAILS * 1e6:.0f} us")
        line("  memory, all processes (PSS)", f"{statistics.median(pss):.0f} MB")
        for name, times in others.items():
            if times:
                ratio = statistics.median(t / o for t, o in zip(times, ours))
                line(f"  {name}", f"{MAILS / statistics.median(times):.0f}/s", "its rate", ratio, "goal 6" if name[0] == "n" else "goal 2.5")
        bare = bare_rate([os.path.join(PROGRAM, "parse_gmime"), mails])
        if bare:
            line("  GMime parse alone, one thread", f"{bare:.0f}/s", "of that limit", MAILS / mid / bare)
        bare = bare_rate([os.path.join(PROGRAM, "store_speed"), "3000"])
        if bare:
            line("  SQLite group commit alone, one thread", f"{bare:.0f}/s", "of that limit", MAILS / mid / bare)


def bare_rate(command):
    if not os.path.exists(command[0]):
        return None
    out = subprocess.run(command, capture_output=True, text=True)
    for key in ("bare", "mails", "rows"):
        got = rate_of(out.stdout, key)
        if got:
            return got
    return None


def lua_script(folder, count):
    """wrk asks each request of a file that was signed before."""
    url = "https://millbrook.example.org/hook/texts"
    path = os.path.join(folder, "requests.lua")
    with open(path + ".lines", "w") as f:
        for i in range(count):
            form = {"MessageSid": f"SM{i:032x}", "AccountSid": ACCOUNT,
                    "From": f"+1555{5550000 + i % 10000:07d}", "To": NUMBER, "NumMedia": "0",
                    "Body": f"pothole number {i} at 12 Elm St near the school"}
            f.write(f"{sign(url, form)} {urllib.parse.urlencode(form)}\n")
    with open(path, "w") as f:
        f.write(f'local all = {{}}\nfor line in io.lines("{path}.lines") do all[#all + 1] = line end\n'
                "local i = 0\nrequest = function()\n  i = i % #all + 1\n"
                '  local sig, body = all[i]:match("^(%S+) (.*)$")\n'
                '  return wrk.format("POST", PATH, {["Content-Type"]="application/x-www-form-urlencoded",'
                '["X-Twilio-Signature"]=sig}, body)\nend\n')
    return path


def wrk(url, script, path):
    with open(script) as f:
        text = f.read().replace("PATH", f'"{path}"')
    mine = script + path.replace("/", "_")
    with open(mine, "w") as f:
        f.write(text)
    out = subprocess.run(["wrk", "-t1", "-c64", "-d4s", "--latency", "-s", mine, url],
                         capture_output=True, text=True).stdout
    rate = p99 = None
    for row in out.splitlines():
        if "Requests/sec" in row:
            rate = float(row.split()[1])
        if row.strip().startswith("99%"):
            value = row.split()[1]
            p99 = float(value[:-2]) * (1 if value.endswith("ms") else 0.001) if value.endswith(("ms", "us")) else float(value[:-1]) * 1000
        if "Non-2xx" in row:
            print("  " + row.strip())
    return rate, p99


def webhook_figures():
    bare_program = os.path.join(PROGRAM, "http_bare")
    if not shutil.which("wrk") or not os.path.exists(bare_program):
        print("webhook: skipped, no wrk")
        return
    with tempfile.TemporaryDirectory(prefix="inlet-bench-") as folder:
        script = lua_script(folder, 120000)
        rates, bares, p99s = [], [], []
        for _ in range(ROUNDS):
            bare = subprocess.Popen([bare_program], stdout=subprocess.PIPE, text=True)
            port = bare.stdout.readline().rsplit(":", 1)[1].strip("/\n ")
            bares.append(wrk(f"http://127.0.0.1:{port}/", script, "/hook/bench")[0])
            bare.kill()
            bare.wait()
            town = Town()
            town.start()
            rate, p99 = wrk(f"http://127.0.0.1:{town.port}/", script, "/hook/texts")
            rates.append(rate)
            p99s.append(p99)
            town.kill()
            town.close()
        line("webhook, stored before answered, 64 connections", f"{statistics.median(rates):.0f}/s",
             "the same server not storing",
             statistics.median(r / b for r, b in zip(rates, bares)), "goal 0.5")
        line("  99 of 100 answered within", f"{statistics.median(p99s):.1f} ms", note="goal 10")


def text_figures():
    data = os.path.join(SHARED, "data", "newhaven")
    if not os.path.isdir(data):
        print("reading: skipped, no ../shared/data")
        return
    with tempfile.TemporaryDirectory(prefix="inlet-bench-") as folder:
        gaz = os.path.join(folder, "gaz")
        subprocess.run([INLET, "gaz", "import", "-o", gaz, "--town", "New Haven, CT",
                        *[os.path.join(data, f) for f in ("address_points.csv", "streets.geojson", "neighborhoods.geojson")]],
                       check=True, stdout=subprocess.DEVNULL)
        begin = time.monotonic()
        out = subprocess.run([INLET, "try", "--text", "--json", "--rules", os.path.join(ROOT, "rules"),
                              "--gaz", gaz, os.path.join(data, "reports.jsonl")], capture_output=True, check=True)
        took = time.monotonic() - begin
        want = {}
        with open(os.path.join(data, "reports.jsonl")) as f:
            for row in map(json.loads, f):
                want[row["id"]] = row["category"].replace("_", "-")
        right = placed = n = 0
        for row in map(json.loads, out.stdout.splitlines()):
            n += 1
            category = row["extract"]["category"]
            right += (category["name"] if category else "other") == want[row["id"]]
            placed += any(l["lat"] is not None and not l["rejected"] for l in row["locations"])
        line(f"reading {n} reports, inlet try --text --json", f"{n / took:.0f}/s")
        line("  category as the resident's button says", f"{right / n:.1%}")
        line("  with a place on the map", f"{placed / n:.1%}")


STREETS, DOORS = 12000, 84  # a million addresses


def million(path):
    """A made-up county: streets in rows, a door every 12 m."""
    starts = ["Bar", "Cal", "Dor", "Fen", "Gar", "Hal", "Ker", "Lan", "Mor", "Nel", "Pem", "Ros", "Sel", "Tar", "Wen"]
    middles = ["a", "ber", "co", "den", "el", "for", "in", "low", "mer", "o", "ring", "son", "ter", "un", "ver", "wick"]
    ends = ["bury", "by", "combe", "dale", "field", "ford", "gate", "ham", "ley", "mont", "port", "stead", "ton"]
    kinds = ["Street", "Avenue", "Road", "Lane"]
    names = [f"{a}{b}{c} {k}" for k in kinds for a in starts for b in middles for c in ends][:STREETS]
    with open(path, "w") as f:
        f.write("number,street,lat,lon\n")
        for i, name in enumerate(names):
            lat, lon = 40 + (i % 1000) * 0.001, -90 + (i // 1000) * 0.012
            f.write("".join(f"{n},{name},{lat:.7f},{lon + n * 0.00014:.7f}\n" for n in range(1, DOORS + 1)))
    return STREETS * DOORS


def sqlite_insert(path):
    """The same rows into SQLite and no more: what any import costs at least."""
    rows = [line.rstrip("\n").split(",") for line in open(path)][1:]
    begin = time.process_time()
    db = sqlite3.connect(path + ".db")
    db.execute("CREATE TABLE address (number TEXT, street TEXT, lat REAL, lon REAL)")
    db.executemany("INSERT INTO address VALUES (?, ?, ?, ?)", rows)
    db.execute("CREATE INDEX by_street ON address (street, number)")
    db.commit()
    db.close()
    return time.process_time() - begin


def places_speed(gaz, texts):
    out = subprocess.run([os.path.join(PROGRAM, "places_speed"), gaz, texts], capture_output=True, text=True, check=True)
    return {k: float(v) for k, v in (l.split() for l in out.stdout.splitlines())}


def sqlite_lookups(path):
    """An address by its street and number, with the statement ready."""
    db = sqlite3.connect(path + ".db")
    wanted = db.execute("SELECT street, number FROM address ORDER BY random() LIMIT 100000").fetchall()
    begin = time.process_time()
    for street, number in wanted:
        db.execute("SELECT lat, lon FROM address WHERE street = ? AND number = ?", (street, number)).fetchone()
    return len(wanted) / (time.process_time() - begin)


def place_figures():
    reports = os.path.join(SHARED, "data", "newhaven", "reports.jsonl")
    osm = os.path.join(SHARED, "data", "osm", "liechtenstein.osm.pbf")
    with tempfile.TemporaryDirectory(prefix="inlet-bench-") as folder:
        csv, gaz = os.path.join(folder, "million.csv"), os.path.join(folder, "gaz")
        n = million(csv)
        made = [INLET, "gaz", "import", "-o", gaz, csv]
        took = min(timed(made) for _ in range(ROUNDS))
        bare = sqlite_insert(csv)
        line(f"import of {n} addresses", f"{took:.1f} s", "SQLite inserting the rows", took / bare,
             f"{peak_mb(made):.0f} MB, goal 15 s")
        if os.path.exists(reports):
            speed = places_speed(gaz, reports)
            line("  texts read for places, one core", f"{speed['texts_s']:.0f}/s", note="goal 50,000")
            line("  the worst of texts meant to be slow", f"{speed['hostile_ms']:.0f} ms", note="goal 50")
            line("  address to point", f"{speed['forward_s']:.0f}/s", "SQLite's index from Python",
                 speed["forward_s"] / sqlite_lookups(csv), "goal 400,000")
            line("  point to address, street and crossing", f"{speed['reverse_s']:.0f}/s", note="goal 10,000")
        if os.path.exists(osm):
            took = min(timed([INLET, "gaz", "import", "-o", gaz, osm]) for _ in range(ROUNDS))
            line("import of Liechtenstein", f"{took:.2f} s", note="goal 0.5")


def replay_figures():
    """Every raw once more, beside SQLite reading their bytes."""
    with tempfile.TemporaryDirectory(prefix="inlet-bench-") as folder:
        mails = corpus(folder)
        if mails is None:
            print("replay: skipped, no ../shared/peers")
            return
        town = Town()
        try:
            for name in os.listdir(mails):
                os.link(os.path.join(mails, name), os.path.join(town.maildir, "new", name.split(":")[0]))
            if not town.start():
                raise SystemExit(town.log())
            until(lambda: filed(town) >= MAILS or not town.alive(), 600)
            town.stop()
            replay = [INLET, "rules", "replay", "-c", town.conf]
            load = min(timed(replay + ["--since", "2999-01-01"]) for _ in range(ROUNDS))
            took = min(timed(replay) for _ in range(ROUNDS)) - load
            begin = time.monotonic()
            with sqlite3.connect(f"{town.folder}/inlet.db") as db:
                n = sum(len(b) > 0 for b, in db.execute("SELECT bytes FROM raw_bytes"))
            bare = time.monotonic() - begin
            line(f"replay of {n} raws, {os.cpu_count()} cores", f"{n / took:.0f}/s", "SQLite reading their bytes",
                 bare / took, f"goal 5,000; and {load:.2f} s to load the rules")
        finally:
            town.close()


def desk_figures():
    """The clerk's desk with few tickets and with many."""
    out = subprocess.run([os.path.join(HERE, "desk_speed.py")], check=True, capture_output=True, text=True).stdout
    by = {}
    for figure in map(json.loads, out.splitlines()):
        by.setdefault(figure["what"], []).append(figure)
    goals = {"the first list": ", goal 50 ms"}
    for what, (few, many) in by.items():
        goal = goals.get(what, ", goal 100 ms" if what.startswith("search") else "")
        line(f"desk, {many['tickets']:,} tickets: {what}", f"{many['ms']:.1f} ms", f"with {few['tickets']:,}",
             many["ms"] / few["ms"], f"the slowest {many['most_ms']:.0f} ms{goal}")


def page_figures():
    """The clerk's inbox in Chromium, until it hears a key."""
    by = {}
    for count in (1000, 100000):
        test = os.path.join(ROOT, "tests", "browser", "many.test.mjs")
        out = subprocess.run(["node", "--test-reporter=tap", test], check=True, capture_output=True, text=True,
                             env={**os.environ, "TICKETS": str(count)}).stdout
        by[count] = re.search(r"usable after (\d+) ms, at most (\d+)", out)
    few, many = (int(by[n][1]) for n in (1000, 100000))
    line("inbox in Chromium, 100,000 tickets: usable", f"{many} ms", "with 1,000", many / few,
         f"the slowest {by[100000][2]} ms, goal 1,000 ms")


def main():
    parts = {"mail": mail_figures, "webhook": webhook_figures, "text": text_figures, "places": place_figures,
             "replay": replay_figures, "desk": desk_figures, "page": page_figures}
    for name in sys.argv[1:] or parts:
        parts[name]()


if __name__ == "__main__":
    main()
