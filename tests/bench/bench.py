#!/usr/bin/python3
"""How fast the sandbox is, beside what libwebsockets does with the same bytes.

Every round starts a sandbox and an echo server and runs each measurement once; the
table shows medians. Nothing is asserted. $BUILD (default build), $ROUNDS (default and
least 5).
Writes $BUILD/bench.json."""
import json
import os
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "conformance"))
sys.dont_write_bytecode = True

from box import Box  # noqa: E402

BUILD = os.environ.get("BUILD", "build")
ROUNDS = max(5, int(os.environ.get("ROUNDS", "5")))
EVENTS, STREAMS, LISTS = 4000, 50, 3000
HEAD = "{verb} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nx-api-key: {key}\r\n"


def load(*words):
    """Per second: messages, bytes."""
    out = subprocess.run([os.path.join(BUILD, "bench", "load"), *map(str, words)], check=True,
                         stdout=subprocess.PIPE, universal_newlines=True, timeout=60).stdout
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
        self.process.wait(timeout=5)
        self.process.stdout.close()


def measure(folder):
    """One round: name → what load() tells."""
    box = Box("--seed", "7", "--epoch", "2026-01-15T12:00:00Z", "--scenario", "quiet")
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
    rows = box.pages("/api/v1/events", inside=True, type="invoice.created")[:200]
    frames = write(folder, "frames", "".join(
        json.dumps(r, separators=(",", ":"), ensure_ascii=False) + "\n" for r in rows))
    box.stop()
    with Echo() as echo:
        told["raw echo, 1 connection"] = load("echo", echo, frames, 1, EVENTS)
        told[f"raw echo, {STREAMS} connections"] = load("echo", echo, frames, STREAMS, EVENTS)
    return told


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return {"cpus": os.cpu_count(), "cpu": names[0] if names else "", "load": os.getloadavg()[0]}


def main():
    runs = {}
    with tempfile.TemporaryDirectory() as folder:
        measure(folder)  # warms up, not counted
        for _ in range(ROUNDS):
            for name, told in measure(folder).items():
                runs.setdefault(name, []).append(told)
    table = {name: {"median": statistics.median(t["per_second"] for t in told),
                    "least": min(t["per_second"] for t in told),
                    "most": max(t["per_second"] for t in told),
                    "megabytes_per_second": statistics.median(
                        t["megabytes_per_second"] for t in told), "count": told[0]["count"]}
             for name, told in runs.items()}
    print(f"{'median of ' + str(ROUNDS) + ' rounds':30} {'a second':>10} {'least':>10} "
          f"{'most':>10} {'MB/s':>8}")
    for name, row in table.items():
        print(f"{name:30} {row['median']:10,.0f} {row['least']:10,.0f} {row['most']:10,.0f} "
              f"{row['megabytes_per_second']:8.1f}")
    for ours, raw in (("events, 1 stream", "raw echo, 1 connection"),
                      (f"events, {STREAMS} streams", f"raw echo, {STREAMS} connections")):
        share = table[ours]["median"] / table[raw]["median"]
        print(f"{ours}: {share:.2f} × the raw echo (which reads the same bytes as well)")
    path = os.path.join(BUILD, "bench.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"rounds": ROUNDS, "machine": machine(), "results": table}, file, indent=1)
        file.write("\n")
    print(f"written to {path}")


if __name__ == "__main__":
    main()
