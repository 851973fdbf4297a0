"""How fast the sandbox is, beside what libwebsockets does with the same bytes.

Every round starts a sandbox and an echo server and runs each measurement once. Starts and memory
are measured with ledgers of their own: a new one in memory and on the disk, and a long one."""
import json
import os
import shutil
import statistics
import subprocess
import time

from box import Box
from figures import BUILD, LONG, ROUNDS, Figure, Peer

EVENTS, STREAMS, LISTS = 4000, 50, 3000
LIVE = 2000
STORY = ("--seed", "7", "--epoch", "2026-01-15T12:00:00Z", "--scenario", "quiet")
HEAD = "{verb} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nx-api-key: {key}\r\n"


def load(*words, when_up=None):
    """Per second: messages, bytes. `when_up` is called once all may receive."""
    with subprocess.Popen([os.path.join(BUILD, "bench", "load"), *map(str, words)],
                          stdout=subprocess.PIPE, universal_newlines=True) as process:
        if when_up:
            process.stdout.readline()
            when_up()
        out = process.communicate(timeout=60)[0]
    if process.returncode:
        raise RuntimeError(f"load {words[0]}: exit status {process.returncode}")
    count, size, seconds = (float(n) for n in out.split())
    return {"per_second": count / seconds, "megabytes_per_second": size / seconds / 1e6,
            "count": int(count), "seconds": seconds}


def load_often(times, *words):
    """The same for what one run would tell too little about."""
    runs = [load(*words) for _ in range(times)]
    seconds = sum(r["seconds"] for r in runs)
    return {"per_second": sum(r["count"] for r in runs) / seconds, "seconds": seconds,
            "megabytes_per_second": sum(r["megabytes_per_second"] * r["seconds"]
                                        for r in runs) / seconds,
            "count": sum(r["count"] for r in runs)}


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    return path


def request(verb, path, key, body=""):
    more = "" if verb == "GET" else ("Content-Type: application/json\r\nIdempotency-Key: KEY\r\n"
                                     f"Content-Length: {len(body)}\r\n")
    return HEAD.format(verb=verb, path=path, key=key) + more + "\r\n" + body


class Echo:
    def __enter__(self):
        self.process = subprocess.Popen([os.path.join(BUILD, "bench", "echo")],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return int(self.process.stdout.readline())

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.terminate()  # it looks at its input only between two frames
        self.process.wait(timeout=5)
        self.process.stdout.close()


def live(streams):
    """Events as they happen, from the first to the last one, in a world that makes LIVE of them as
    fast as it can: what one stream gets is bounded by that."""
    box = Box(*STORY, "--speed", "1000", "--enable-control", "--events", str(LIVE))
    told = load("live", box.host.rsplit(":", 1)[1], "/ws/merchant/events",
                f"x-api-key: {box.merchant}\r\n", streams, LIVE,
                when_up=lambda: box.write("POST", "/_sandbox/scenarios/busy/start"))
    box.stop()
    return told


def memory_mb(box):
    with open(f"/proc/{box.process.pid}/status", encoding="utf-8") as file:
        sizes = [line.split()[1] for line in file if line.startswith("VmRSS:")]
    return int(sizes[0]) * 1024 / 1e6


def use(box):
    """The newest page, an object's, the last one of all, and a thousand events again."""
    box.get("/api/v1/events", limit="100")
    box.get("/api/v1/events", limit="100", type="payout.*,invoice.paid")
    oldest = box.get("/api/v1/events", limit="100", **{"created[lte]": STORY[3]})["data"]["data"]
    box.get("/api/v1/events", limit="100", invoice_id=next(
        e["data"]["object"]["id"] for e in oldest if e["type"].startswith("invoice.")))
    box.get("/api/v1/invoices", limit="100")
    newest = box.get("/api/v1/events", limit="100")["data"]["data"]
    for _ in range(10):
        load("replay", box.host.rsplit(":", 1)[1],
             "/ws/merchant/events?since=" + newest[-1]["id"], f"x-api-key: {box.merchant}\r\n", 1)


def start(*options, fresh=None):
    """What a start costs: seconds until the line that says it is ready, and memory."""
    runs = []
    for _ in range(ROUNDS):
        if fresh and os.path.exists(fresh):
            os.unlink(fresh)
        began = time.monotonic()
        box = Box(*STORY, *options)
        told = {"ms": (time.monotonic() - began) * 1000, "mb": memory_mb(box)}
        use(box)
        told["mb_used"] = memory_mb(box)
        runs.append(told)
        box.stop()
    return {name: statistics.median(r[name] for r in runs) for name in runs[0]}


def long_ledger():
    """A ledger of LONG events, made once."""
    folder = os.path.join(BUILD, "bench", "cache")
    path = os.path.join(folder, f"{LONG}.ledger")
    if not os.path.exists(path):
        os.makedirs(folder, mode=0o700, exist_ok=True)
        Box(*STORY, "--db", path + ".new").stop()
        subprocess.run([os.path.join(BUILD, "bench", "fill"), path + ".new", str(LONG)],
                       check=True, timeout=300)
        os.rename(path + ".new", path)
    return path


def starts(folder):
    """Name → milliseconds and megabytes."""
    path = os.path.join(folder, "ledger")
    told = {"new ledger in memory": start(), "new ledger on the disk": start("--db", path,
                                                                            fresh=path)}
    shutil.copyfile(long_ledger(), path)
    told[f"ledger of {LONG:,} events"] = start("--db", path)
    told[f"ledger of {LONG:,} events"]["ledger_mb"] = os.path.getsize(path) / 1e6
    return told


def measure(folder):
    """One round: name → what load() tells."""
    box = Box(*STORY)
    port = box.host.rsplit(":", 1)[1]
    since = box.events()[-1]["id"]
    create = write(folder, "create", request("POST", "/api/v1/invoices", box.merchant,
                                             '{"amount_usd":49.99,"customer_id":"bench"}'))
    ten = write(folder, "list", request("GET", "/api/v1/invoices", box.merchant))
    hundred = write(folder, "list100", request("GET", "/api/v1/invoices?limit=100", box.merchant))
    stream = (port, "/ws/merchant/events?since=" + since, f"x-api-key: {box.merchant}\r\n")
    told = {"create, 1 connection": load("http", port, create, 1, EVENTS // 2),
            "create, 8 connections": load("http", port, create, 8, EVENTS // 2),
            "list 10 rows, 1 connection": load("http", port, ten, 1, LISTS),
            "list 10 rows, 8 connections": load("http", port, ten, 8, LISTS),
            "list 100 rows, 1 connection": load("http", port, hundred, 1, LISTS // 6),
            "events, 1 stream": load_often(10, "replay", *stream, 1),
            f"events, {STREAMS} streams": load("replay", *stream, STREAMS)}
    told["live events, 1 stream"] = live(1)
    told[f"live events, {STREAMS} streams"] = live(STREAMS)
    rows = box.pages("/api/v1/events", inside=True, type="invoice.created")[:200]
    frames = write(folder, "frames", "".join(
        json.dumps(r, separators=(",", ":"), ensure_ascii=False) + "\n" for r in rows))
    box.stop()
    with Echo() as echo:
        told["raw echo, 1 connection"] = load("echo", echo, frames, 1, EVENTS)
        told[f"raw echo, {STREAMS} connections"] = load("echo", echo, frames, STREAMS, EVENTS)
    return told


class Sandbox:
    name, title = "sandbox", "The sandbox, on its own"

    def __init__(self):
        self.costs = {}

    def measure(self, samples, folder, _):
        for name, told in measure(folder).items():
            samples.values.setdefault(name, []).append(told["per_second"])
            samples.values.setdefault(name + " MB/s", []).append(told["megabytes_per_second"])

    def finish(self, samples, folder):
        for name, told in starts(folder).items():
            samples.values[name + " ms"] = [told["ms"]]
            samples.values[name + " MB"] = [told["mb_used"]]
            self.costs[name] = told

    def figures(self):
        def plain(name):
            return Figure(name, name, "a second")

        return [plain("create, 1 connection"), plain("create, 8 connections"),
                plain("list 10 rows, 1 connection"), plain("list 10 rows, 8 connections"),
                plain("list 100 rows, 1 connection"),
                Figure("events, 1 stream", "replayed events, 1 stream", "a second", None,
                       [Peer("raw echo, 1 connection", "libwebsockets, echo", ("≥", 0.5))],
                       "P11"),
                Figure(f"events, {STREAMS} streams", f"replayed events, {STREAMS} streams",
                       "a second", None,
                       [Peer(f"raw echo, {STREAMS} connections",
                             f"libwebsockets, {STREAMS} echoes", ("≥", 0.5))], "P11"),
                plain("live events, 1 stream"), plain(f"live events, {STREAMS} streams"),
                *[Figure(f"{name} {unit}", f"{words}: {name}", unit)
                  for unit, words in (("ms", "start"), ("MB", "memory in use"))
                  for name in self.costs]]
