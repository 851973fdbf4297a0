"""What one feels of the dashboard in a terminal, and what it costs to let it run."""
import json
import os
import subprocess
import time

from canned import ALIVE, DEAD, EVENTS, KEEP, KEY, PEPAYTOP, fresh, history, lines, screen
from figures import BUILD, LONG, ROOT, Figure, Missing, Peer, installed, program, run


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

    def measure(self, samples, folder, number):
        def kept(name):
            return ("--history", fresh(folder, name))

        ours = (PEPAYTOP, "--url", "http://127.0.0.1:PORT")
        hello = (program("hello"), "PORT")
        for pace in (0, 20000):
            samples.add(f"ours {pace} p99", lambda p=pace: self.feel("ours", *ours,
                                                                     *kept("keys.db"))(p))
            samples.add(f"hello {pace} p99", self.feel("hello", *hello), pace)
        samples.add("htop 0 p99", lambda: self.feel("htop", installed("htop"))(0))
        if number == 0:
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


class Document:
    name, title, size = "document", "Open 5 MB of JSON, as the JSON tab does", 5 << 20

    def path(self):
        """A list of events, as a server would send it."""
        path = os.path.join(BUILD, "bench", "cache", "document.json")
        with open(lines(EVENTS), encoding="utf-8") as events:
            kept, size = [], 0
            for line in events:
                kept.append(line.strip())
                size += len(kept[-1]) + 1
                if size >= self.size:
                    break
        with open(path, "w", encoding="utf-8") as file:
            file.write('{"object":"list","data":[' + ",".join(kept) + "]}")
        return path

    def measure(self, samples, folder, _):
        path = self.path()
        told = samples.add("open", self.ours, path)
        samples.add("jq", self.jq, path, told["lines"] if told else 0)

    @staticmethod
    def ours(path):
        keys = ("lines", "open", "refresh", "search", "key")
        return dict(zip(keys, map(float, run(program("document"), path, 9).split())))

    @staticmethod
    def jq(path, laid_out):
        began = time.monotonic()
        printed = run(installed("jq"), ".", path)
        took = (time.monotonic() - began) * 1000
        if printed.count("\n") != laid_out:
            raise Missing(f"{printed.count(chr(10))} lines by jq, {laid_out:.0f} by us")
        return took

    def figures(self):
        return [Figure("open", "from the bytes to the first frame", "ms", ("<", 200),
                       [Peer("jq", "jq, laid out and printed, whole process")]),
                Figure("refresh", "a text that differs, folds kept", "ms"),
                Figure("search", "a text that is nowhere", "ms"),
                Figure("key", "a page down and its frame", "ms")]
