"""How fast the dashboard is without its screen: what comes in, and what is found again."""
import json
import os
import re
import subprocess
import time

from box import Box
from canned import (ALIVE, DEAD, EVENTS, KEEP, PEPAYTOP, Blast, fresh, history, lines, rate,
                    screen)
from figures import HERE, LONG, Figure, Missing, Peer, installed, median, program, run


def node(which, port):
    path, flags = installed("node"), ["--no-warnings"]
    if which == "own":
        flags.append("--experimental-websocket")
        if subprocess.run([path, *flags, "-e", "new WebSocket"], stderr=subprocess.PIPE,
                          check=False).stderr.find(b"not defined") >= 0:
            raise Missing("this Node has none")
    elif subprocess.run([path, "-e", "require('ws')"], stderr=subprocess.DEVNULL,
                        check=False).returncode:
        raise Missing("not installed: node-ws")
    return rate(run(path, *flags, os.path.join(HERE, "peer_node.js"), which, port, EVENTS))


class Feed:
    name, title = "feed", f"From the WebSocket to the store: {EVENTS:,} events"

    def measure(self, samples, folder, _):
        with Blast(EVENTS) as port:
            def piped(path):
                return rate(run(program("feed"), port, EVENTS, path))

            samples.add("disk", piped, fresh(folder, "feed.db"))
            samples.add("alone", lambda: rate(run(program("history"), "add",
                                                  fresh(folder, "alone.db"), EVENTS, ALIVE)))
            samples.add("temporary", piped, "-")
            samples.add("lws", lambda: rate(run(program("receive"), port, EVENTS)))
            samples.add("ws", node, "ws", port)
            samples.add("own", node, "own", port)
            samples.add("python", lambda: rate(run("/usr/bin/python3",
                                                   os.path.join(HERE, "peer_python.py"), port,
                                                   EVENTS)))

    def figures(self):
        stock = [Peer("own", "Node's own WebSocket + JSON.parse + Map, nothing kept on disk"),
                 Peer("python", "Python websockets + json + dict, nothing kept on disk")]
        return [Figure("disk", "pipeline, history on disk", "a second", ("≥", 40000),
                       [Peer("alone", "SQLite alone, our schema, the same rows", ("≥", 0.9)),
                        Peer("lws", "libwebsockets receiving, counting"), *stock], "P1"),
                Figure("temporary", "pipeline, --no-history", "a second", ("≥", 100000),
                       [Peer("lws", "libwebsockets receiving, counting", ("≥", 0.6)),
                        Peer("ws", "Node ws + JSON.parse + Map", ("≥", 1.1)), *stock], "P2")]


class Memory:
    """The same every time."""
    name, title, rounds = "memory", f"Memory of an event in the window ({EVENTS:,} in it)", 1

    def measure(self, samples, folder, _):
        for kind in ("store", "raw"):
            _, heap, rss = run(program("memory"), kind, EVENTS, ALIVE).split()
            samples.add(kind, lambda: float(heap))
            samples.add(kind + " rss", lambda: float(rss))
        samples.add("process", self.process, folder)

    def process(self, folder):
        """The program on a long history, after as many more events as its window holds."""
        path = fresh(folder, "memory.db")
        run("cp", "--reflink=auto", history(LONG), path)
        told = screen("fill", EVENTS, PEPAYTOP, "--url", DEAD, "--ws-url", "ws://127.0.0.1:PORT",
                      "--history", path, *KEEP)
        fresh(folder, "memory.db")
        return told["rss_kib"] / 1024

    def figures(self):
        return [Figure("store", "store, heap", "B", ("≤", 64),
                       [Peer("raw", "whole bodies kept, a hash by id")], "P4"),
                Figure("store rss", "store, resident", "B", None,
                       [Peer("raw rss", "whole bodies kept, a hash by id")]),
                Figure("process", f"program, {EVENTS:,} in the window, {LONG:,} in history",
                       "MiB", ("≤", 20), (), "P4")]


class Backfill:
    name, title = "backfill", f"{EVENTS:,} missed events, 100 a page, from a sandbox"

    def __init__(self):
        self.box = None

    def start(self, folder):
        story = ("--seed", "7", "--epoch", "2026-01-15T12:00:00Z", "--scenario", "quiet")
        path = fresh(folder, "backfill.ledger")
        Box(*story, "--db", path).stop()
        run(program("fill"), path, EVENTS)
        self.box = Box(*story, "--db", path)
        oldest = self.box.get("/api/v1/events", limit="100",
                              **{"created[lte]": "2026-01-15T12:00:00Z"})["data"]["data"]
        while True:
            page = self.box.get("/api/v1/events", limit="100",
                                starting_after=oldest[-1]["id"])["data"]
            if not page["data"]:
                break
            oldest = page["data"]
        self.first = os.path.join(folder, "first.json")
        with open(self.first, "w", encoding="utf-8") as file:
            json.dump(oldest[-1], file, separators=(",", ":"), ensure_ascii=False)
        out = run(program("backfill"), "curl", self.box.base, self.box.merchant, self.first)
        self.count = int(out.split()[0])

    def measure(self, samples, folder, number):
        if number == 0:
            self.start(folder)
        samples.add("sync", lambda: rate(run(program("backfill"), "sync", self.box.base,
                                             self.box.merchant, self.first,
                                             fresh(folder, "backfill.db"), self.count)))
        samples.add("curl", lambda: rate(run(program("backfill"), "curl", self.box.base,
                                             self.box.merchant, self.first)))

    def finish(self, samples, folder):
        self.box.stop()
        for key in ("sync", "curl"):
            if key in samples.values:
                samples.values[key + " s"] = [EVENTS / r for r in samples.values[key]]

    def figures(self):
        return [Figure("sync s", "sync, archive, store", "s", None,
                       [Peer("curl s", "libcurl, the same pages, dropped", ("≤", 2))], "P10"),
                Figure("sync", "sync, archive, store", "a second", None,
                       [Peer("curl", "libcurl, the same pages, dropped")])]


class Sift:
    name, title = "sift", f"Filter {EVENTS:,} events and sort what is left"
    query = "status:underpaid amount>=5050"
    program = ('map(select(.data.object.status == "underpaid" and .data.object.amount >= 5050000))'
               " | sort_by(-.data.object.amount) | length")
    # With a format of its own for these lines; the limit keeps it from leaving the order out.
    select = (";SELECT count(*) FROM (SELECT CAST(jget(data, '/object/amount') AS INTEGER)"
              " AS amount FROM pepay_log WHERE jget(data, '/object/status') = 'underpaid'"
              " AND amount >= 5050000 ORDER BY amount DESC LIMIT 100000)")
    formats = os.path.join(HERE, "lnav")
    # Every row passes; a pattern and a word that look at every text of every event and object.
    others = {"all": "amount>=0", "word": "-zzz", "pattern": "-/z+z$/"}

    def measure(self, samples, folder, number):
        rows, p50, _ = run(program("sift"), EVENTS, ALIVE, 15, self.query).split()
        samples.add("ours", lambda: float(p50))
        for key, query in self.others.items():
            samples.add(key, self.ours, query)
        if number == 0:
            samples.add("jq", self.peer, int(rows), "jq", "-s", self.program, lines(EVENTS))
            samples.add("lnav", self.peer, int(rows), "lnav", "-I", self.formats, "-n",
                        "-c", self.select, "-c", ":write-raw-to -", lines(EVENTS))

    def ours(self, query):
        return float(run(program("sift"), EVENTS, ALIVE, 15, query).split()[1])

    def peer(self, rows, name, *words):
        path = installed(name)
        began = time.monotonic()
        found = re.findall(r"[0-9]+", run(path, *words)) or ["no"]
        took = (time.monotonic() - began) * 1000
        if found[-1] != str(rows):
            raise Missing(f"{found[-1]} rows by {name}, {rows} by us")
        return took

    def figures(self):
        return [Figure("ours", "filter and sort, from the text of the query on", "ms", ("<", 16),
                       [Peer("jq", "jq, lines of JSON", ("≤", 0.02)),
                        Peer("lnav", "lnav, reading the same lines and its SQL")], "P7"),
                Figure("all", "all rows pass, sorted by amount", "ms", ("<", 16)),
                Figure("word", "a word that no text of an event or its object has", "ms",
                       ("<", 50)),
                Figure("pattern", "a regular expression over the same texts", "ms", ("<", 50))]


class Slopes:
    """Each at three sizes; the last row is what ten times as much costs, from the middle up."""
    name, title, rounds = "slopes", "How the costs grow with the history", 1
    sizes = sorted({10_000, 100_000, LONG})
    grows = 10_000

    def measure(self, samples, folder, _):
        for size in self.sizes:
            samples.add(f"find {size}", self.find, size)
            samples.add(f"restart {size}", lambda s=size: median(screen(
                "start", PEPAYTOP, "--url", DEAD, "--history", history(s), *KEEP)["complete_ms"]
                for _ in range(3)))
            samples.add(f"grep {size}", self.scan, size, "grep", "-F")
            samples.add(f"rg {size}", self.scan, size, "rg", "-F")
            samples.add(f"jq {size}", self.jq, size)
            samples.add(f"sqlite3 {size}", self.sqlite, size)
            samples.add(f"commit {size}", self.commit, size, folder)

    def find(self, size):
        times, found, p50, _ = run(program("history"), "find", history(size), 1000,
                                   ALIVE).split()
        if float(found) / float(times) < min(size / ALIVE, 10) - 0.5:
            raise Missing(f"found only {found} events of {times} objects")
        return float(p50)

    def target(self, size):
        """An object whose events lie spread over the last tenth."""
        out = run("sh", "-c", f"tail -n 1 '{lines(size)}'")
        return json.loads(out)["data"]["object"]["id"]

    def timed(self, *words, times=3):
        took = []
        for _ in range(times):
            began = time.monotonic()
            run(*words)
            took.append((time.monotonic() - began) * 1000)
        return median(took)

    def scan(self, size, name, *options):
        return self.timed(installed(name), *options, self.target(size), lines(size))

    def jq(self, size):
        if size > 100_000:
            raise Missing("takes a quarter of a minute a million: see the smaller sizes")
        return self.timed(installed("jq"), "-c",
                          f'select(.data.object.id == "{self.target(size)}")', lines(size),
                          times=1)

    def sqlite(self, size):
        object_of = f"(SELECT object FROM event WHERE row = {size // 2})"
        return self.timed(installed("sqlite3"), "-readonly", history(size), f"""
            WITH RECURSIVE runs(r) AS (SELECT min(run) FROM object_run UNION ALL
              SELECT (SELECT min(run) FROM object_run WHERE run > r) FROM runs
              WHERE r IS NOT NULL)
            SELECT body FROM runs JOIN object_run o ON o.run = r AND o.object = {object_of}
              JOIN event e ON e.row = o.row
            UNION ALL SELECT body FROM object_recent o JOIN event e ON e.row = o.row
              WHERE o.object = {object_of}""")

    def commit(self, size, folder):
        """A copy grows three times: what is there stays as long as its name says."""
        path = fresh(folder, "grows.db")
        run("cp", "--reflink=auto", history(size), path)
        run("sync", path)  # or the first commit would wait for the copy
        told = median(rate(run(program("history"), "add", path, self.grows, ALIVE))
                      for _ in range(3))
        fresh(folder, "grows.db")
        return told

    def finish(self, samples, folder):
        for key in ("find", "restart", "commit"):
            a, b = (samples.values.get(f"{key} {size}") for size in self.sizes[-2:])
            if a and b:
                samples.values[f"{key} slope"] = [b[0] / a[0]]

    def figures(self):
        def at(key, words, unit, goal=None, number="", peers=()):
            return [Figure(f"{key} {s}", f"{words}, {s:,}", unit,
                           goal if s == self.sizes[-1] else None, [p(s) for p in peers],
                           number) for s in self.sizes] + \
                   [Figure(f"{key} slope", f"{words}: {self.sizes[-1]:,} over {self.sizes[-2]:,}",
                           "×")]

        return at("find", "one object's events", "ms", ("<", 5), "P6",
                  [lambda s: Peer(f"sqlite3 {s}", "sqlite3, the same file, whole process"),
                   lambda s: Peer(f"rg {s}", "ripgrep, lines of JSON",
                                 ("≤", 0.1) if s == LONG else None),
                   lambda s: Peer(f"grep {s}", "grep -F, lines of JSON"),
                   lambda s: Peer(f"jq {s}", "jq select, lines of JSON",
                                 ("≤", 0.001) if s >= 100_000 else None)]) + \
            at("restart", "restart to a complete screen", "ms", ("<", 250), "P5") + \
            at("commit", "commit, SQLite alone", "a second")
