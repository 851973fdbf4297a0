"""What the benchmarks of the dashboard share: canned streams, histories made once, and how the
programs beside this are run."""
import json
import os
import subprocess

from figures import BUILD, Missing, program, run


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
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        run(program("history"), "lines", path + ".new", count, ALIVE)
        os.rename(path + ".new", path)
    return path
