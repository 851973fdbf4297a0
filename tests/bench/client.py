"""How fast the dashboard is: its pipeline without a screen, and the program in a terminal."""
import json
import os
import subprocess
import time

from box import Box
from figures import (BUILD, HERE, LONG, ROOT, Figure, Missing, Peer, installed, median, program,
                     run)

KEY = {"PEPAY_API_KEY": "pk_bench_0123456789"}
EVENTS, ALIVE = 100_000, 10_000
DEAD = "http://127.0.0.1:1"  # nobody answers there
PEPAYTOP = os.path.join(BUILD, "pepaytop")
KEEP = ("--keep", "0", "--keep-size", "0")  # the canned events are old


def rate(out):
    """"COUNT BYTES SECONDS" as a rate."""
    count, _, seconds = out.split()
    return float(count) / float(seconds)


def screen(*words, timeout=120):
    return json.loads(run(program("screen"), *words, env=KEY, timeout=timeout))


def fresh(folder, name):
    path = os.path.join(folder, name)
    for suffix in ("", "-journal", ".lock"):
        if os.path.exists(path + suffix):
            os.unlink(path + suffix)
    return path


class Blast:
    """The canned stream: its port."""

    def __init__(self, count):
        self.count = count

    def __enter__(self):
        self.process = subprocess.Popen([program("blast"), str(self.count), str(ALIVE)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return int(self.process.stdout.readline())

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(timeout=10)
        self.process.stdout.close()


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
    name, title = "memory", f"Memory of an event in the window ({EVENTS:,} in it)"

    def measure(self, samples, folder, number):
        for kind in ("store", "raw"):
            _, heap, rss = run(program("memory"), kind, EVENTS, ALIVE).split()
            samples.add(kind, lambda: float(heap))
            samples.add(kind + " rss", lambda: float(rss))
        if number == 0:
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


def history(count):
    """A history of so many events, made once."""
    folder = os.path.join(BUILD, "bench", "cache")
    path = os.path.join(folder, f"{count}.db")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    try:
        run(program("history"), "fill", path, count, ALIVE, timeout=300)
    except Missing:  # of another schema, or cut short
        fresh(folder, f"{count}.db")
        run(program("history"), "fill", path, count, ALIVE, timeout=300)
    return path


def lines(count):
    """The same events as lines of JSON."""
    path = os.path.join(BUILD, "bench", "cache", f"{count}.jsonl")
    if not os.path.exists(path):
        run(program("history"), "lines", path + ".new", count, ALIVE)
        os.rename(path + ".new", path)
    return path


class Restart:
    name, title = "restart", f"From start to screen, {LONG:,} events in the history"

    def ours(self):
        told = screen("start", PEPAYTOP, "--url", DEAD, "--history", history(LONG), *KEEP)
        return {"ours first": told["first_ms"], "ours": told["complete_ms"]}

    def measure(self, samples, folder, _):
        def other(key, *words):
            told = screen("start", *words)
            return {key: told["complete_ms"], key + " first": told["first_ms"]}

        samples.add("ours", self.ours)
        samples.add("hello", other, "hello", program("hello"), "PORT")
        samples.add("less", lambda: other("less", installed("less"),
                                          os.path.join(ROOT, "docs", "ARCHITECTURE.md")))
        for name in ("htop", "btop"):
            samples.add(name, lambda n=name: other(n, installed(n)))
            if name in samples.reasons:
                samples.reasons[name + " first"] = samples.reasons[name]

    def figures(self):
        def others(suffix, goal=None):
            return [Peer("hello" + suffix, "a small ncurses program, no history"),
                    Peer("less" + suffix, "less, a text file"),
                    Peer("btop" + suffix, "btop", goal), Peer("htop" + suffix, "htop")]

        return [Figure("ours first", "first paint", "ms", ("<", 15), others(" first", ("<", 1)),
                       "P5"),
                Figure("ours", "complete screen", "ms", ("<", 250), others(""), "P5")]


class Keys:
    name, title = "keys", "What one feels: 200×50, in a pseudo terminal"
    presses, arrivals = 50, 30

    def feel(self, key, *words):
        def told(pace):
            answer = screen("keys", *self.keys(words), self.presses, pace, *words)
            return {f"{key} {pace} p50": answer["p50_ms"], f"{key} {pace} p99": answer["p99_ms"]}
        return told

    @staticmethod
    def keys(words):
        name = os.path.basename(words[0])
        return {"less": (" ", "b"), "htop": ("h", "h")}.get(name, ("2", "1"))

    def measure(self, samples, folder, _):
        def kept(name):
            return ("--history", fresh(folder, name))

        ours = (PEPAYTOP, "--url", "http://127.0.0.1:PORT")
        hello = (program("hello"), "PORT")
        for pace in (0, 20000):
            samples.add(f"ours {pace} p99", lambda p=pace: self.feel("ours", *ours,
                                                                     *kept("keys.db"))(p))
            samples.add(f"hello {pace} p99", self.feel("hello", *hello), pace)
        samples.add("htop 0 p99", lambda: self.feel("htop", installed("htop"))(0))
        samples.add("less 0 p99", lambda: self.feel("less", installed("less"), os.path.join(
            ROOT, "docs", "ARCHITECTURE.md"))(0))
        for name, words in (("ours", ours), ("hello", hello)):
            more = kept("arrive.db") if name == "ours" else ()
            samples.add(f"{name} arrive p99", self.arrive, name, *words, *more)
            if name == "ours":
                samples.add("one arrive p99", self.disk, "one", fresh(folder, "one.db"), ALIVE)
                samples.add("sync arrive p99", self.disk, "sync", fresh(folder, "sync"), 4096)
        for key in ("htop", "less"):
            if f"{key} 0 p99" in samples.reasons:
                samples.reasons[f"{key} 0 p50"] = samples.reasons[f"{key} 0 p99"]

    def arrive(self, key, *words):
        told = screen("arrive", self.arrivals, *words)
        return {f"{key} arrive p50": told["p50_ms"], f"{key} arrive p99": told["p99_ms"]}

    @staticmethod
    def disk(what, path, number):
        p50, p99 = run(program("history"), what, path, 100, number).split()[2:]
        return {f"{what} arrive p50": float(p50), f"{what} arrive p99": float(p99)}

    def figures(self):
        def small(key):
            return Peer("hello " + key, "a small ncurses program")

        def disk(key):
            return [small(f"arrive {key}"), Peer(f"one arrive {key}", "SQLite: a commit of one"),
                    Peer(f"sync arrive {key}", "the disk: 4 KiB written and synced")]

        def idle(key, goal=None):
            return [small(f"0 {key}"), Peer(f"htop 0 {key}", "htop", goal),
                    Peer(f"less 0 {key}", "less, a page")]

        return [Figure("ours 0 p50", "key to paint, idle, p50", "ms", None, idle("p50")),
                Figure("ours 0 p99", "key to paint, idle, p99", "ms", ("<", 1),
                       idle("p99", ("<", 1)), "P3"),
                Figure("ours 20000 p50", "key to paint, 20,000 events a second, p50", "ms", None,
                       [small("20000 p50")]),
                Figure("ours 20000 p99", "key to paint, 20,000 events a second, p99", "ms",
                       ("<", 5), [small("20000 p99")], "P3"),
                Figure("ours arrive p50", "event to paint, quiet stream, p50", "ms", None,
                       disk("p50")),
                Figure("ours arrive p99", "event to paint, quiet stream, p99", "ms", ("<", 5),
                       disk("p99"), "P12")]


class Idle:
    """All at the same time: each is a percent of one processor at most."""
    name, title, rounds, seconds = "idle", "Processor time over 30 s", 1, 30

    def measure(self, samples, folder, _):
        ours = (PEPAYTOP, "--url", "http://127.0.0.1:PORT", "--history")
        plays = {"ours 0": ours + (fresh(folder, "idle0.db"),),
                 "ours 100": ours + (fresh(folder, "idle100.db"),),
                 "hello 0": (program("hello"), "PORT"), "hello 100": (program("hello"), "PORT")}
        for name in ("htop", "btop"):
            try:
                plays[name + " 0"] = (installed(name),)
            except Missing as why:
                samples.reasons[name + " 0"] = str(why)
        processes = {key: subprocess.Popen(
            [program("screen"), "cpu", str(self.seconds), key.rsplit(" ", 1)[1], *words],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ, **KEY))
            for key, words in plays.items()}
        for key, process in processes.items():
            out, err = process.communicate(timeout=self.seconds + 60)
            if process.returncode:
                samples.reasons[key] = err.decode(errors="replace").strip()[-100:]
                continue
            told = json.loads(out)
            samples.values[key] = [told["cpu_percent"]]
            samples.values[key + " rss"] = [told["rss_kib"] / 1024]

    def figures(self):
        return [Figure("ours 0", "idle, connected, the clock ticking", "%", ("≤", 0.1),
                       [Peer("hello 0", "a small ncurses program (no clock)"),
                        Peer("htop 0", "htop", ("<", 1)), Peer("btop 0", "btop")], "P8"),
                Figure("ours 100", "100 events a second", "%", ("<", 3),
                       [Peer("hello 100", "a small ncurses program")], "P8"),
                Figure("ours 0 rss", "memory, idle", "MiB", None,
                       [Peer("hello 0 rss", "a small ncurses program")])]


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


class Slopes:
    """Each at three sizes; the last row is what ten times as much costs, from the middle up."""
    name, title, rounds = "slopes", "How the costs grow with the history", 1
    sizes = sorted({10_000, 100_000, LONG})
    grows = 20_000

    def measure(self, samples, folder, _):
        for size in self.sizes:
            samples.add(f"find {size}", self.find, size)
            samples.add(f"restart {size}", lambda s=size: screen(
                "start", PEPAYTOP, "--url", DEAD, "--history", history(s), *KEEP)["complete_ms"])
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
            SELECT body FROM runs JOIN object_run ON run = r AND object = {object_of}
              JOIN event USING (row)
            UNION ALL SELECT body FROM object_recent JOIN event USING (row)
              WHERE object_recent.object = {object_of}""")

    def commit(self, size, folder):
        """A copy grows: what is there stays as long as its name says."""
        path = fresh(folder, "grows.db")
        run("cp", "--reflink=auto", history(size), path)
        told = rate(run(program("history"), "add", path, self.grows, ALIVE))
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


SECTIONS = [Feed, Memory, Restart, Backfill, Keys, Idle, Slopes]
