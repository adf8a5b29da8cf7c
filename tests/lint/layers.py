#!/usr/bin/env python3
"""The floors of the house, held against the #include lines.

A file may include what is on its own floor's folder or on a lower floor. No
file of src/ knows an adapter's own header; adapters know few folders.
"""
import glob
import re
import sys

FLOOR = {"base": 0, "spine": 1, "mail": 2, "rules": 2, "geo": 2, "net": 3, "jail": 3,
         "http": 4, "store": 4, "pipeline": 5, "web": 6, "cmd": 7}
ADAPTERS_KNOW = {"base", "spine", "mail", "net", "http", "adapters"}
PURE = {"spine", "mail", "rules", "geo"}
LOOP = re.compile(r'#include <(uv\.h|sqlite3\.h|curl/curl\.h)>')
MINE = re.compile(r'#include "([a-z_]+)/')
MAX_LINES = 600

wrong = []
edges = set()
for path in sorted(glob.glob("src/**/*.[ch]", recursive=True) + glob.glob("adapters/*.[ch]")):
    parts = path.split("/")
    room = parts[1] if parts[0] == "src" else "adapters"
    with open(path, encoding="utf-8") as f:
        lines = f.read().splitlines()
    if len(lines) > MAX_LINES:
        wrong.append(f"{path}: {len(lines)} lines; it wants a second room")
    for number, line in enumerate(lines, 1):
        where = f"{path}:{number}"
        included = MINE.match(line)
        if re.search(r"\b(TODO|FIXME|XXX)\b", line):
            wrong.append(f"{where}: unfinished work")
        if room in PURE and LOOP.match(line) and not (room == "geo" and "sqlite3" in line):
            wrong.append(f"{where}: {room} is pure and may not know {line.split()[1]}")
        if not included:
            continue
        other = included[1]
        if other == room:
            continue
        edges.add((room, other))
        if room == "adapters":
            if other not in ADAPTERS_KNOW:
                wrong.append(f"{where}: an adapter may not know {other}")
        elif other not in FLOOR:
            wrong.append(f"{where}: there is no room {other}")
        elif FLOOR[other] >= FLOOR[room]:
            wrong.append(f"{where}: {room} is below {other}, or beside it")

print("\n".join(wrong), end="\n" if wrong else "")
sys.exit(1 if wrong else 0)
