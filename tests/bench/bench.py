#!/usr/bin/python3
"""How fast things are, each beside a peer or a ceiling of the same run.

Medians of $ROUNDS rounds (default 3); within a round ours and theirs take turns. Nothing is
asserted. $BENCH names the parts to run (default all): see docs/BENCH.md. $BUILD (default build),
$LONG (events in the long histories, default a million).
Prints tables and writes $BUILD/bench.json."""
import json
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "conformance")]
sys.dont_write_bytecode = True

from figures import BUILD, ROOT, ROUNDS, Samples, print_rows, rows  # noqa: E402
from lookup import Lookup  # noqa: E402
from pipeline import Backfill, Feed, Memory, Sift, Slopes  # noqa: E402
from sandbox import Sandbox  # noqa: E402
from terminal import Document, Idle, Keys, Restart  # noqa: E402

SECTIONS = (Sandbox, Feed, Memory, Restart, Backfill, Keys, Idle, Sift, Document, Slopes,
            Lookup)


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    commit = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], check=False,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                            universal_newlines=True).stdout.strip()
    return {"cpus": os.cpu_count(), "cpu": names[0] if names else "",
            "kernel": os.uname().release, "commit": commit or "unknown",
            "load": round(os.getloadavg()[0], 2)}


def measured(section, folder):
    samples = Samples()
    began = time.monotonic()
    for n in range(getattr(section, "rounds", ROUNDS)):
        section.measure(samples, folder, n)
    if hasattr(section, "finish"):
        section.finish(samples, folder)
    told = rows(section.figures(), samples)
    print_rows(f"{section.title}  ({time.monotonic() - began:.0f} s)", told)
    sys.stdout.flush()
    return told


def main():
    sections = [s() for s in SECTIONS]
    wanted = os.environ.get("BENCH", "").split() or [s.name for s in sections]
    unknown = set(wanted) - {s.name for s in sections}
    if unknown:
        sys.exit(f"no such part: {', '.join(unknown)}; there are "
                 f"{', '.join(s.name for s in sections)}")
    about = machine()
    print(f"{about['cpus']} × {about['cpu']}, load {about['load']}, {about['commit']}: "
          f"medians of {ROUNDS} rounds; a ratio is ours to theirs")
    results = {}
    # Beside the build: /tmp may be memory, which is no disk.
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        for s in sections:
            if s.name in wanted:
                results[s.name] = measured(s, folder)
    path = os.path.join(BUILD, "bench.json")
    about["load_at_end"] = round(os.getloadavg()[0], 2)
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"rounds": ROUNDS, "machine": about, "results": results}, file, indent=1,
                  ensure_ascii=False)
        file.write("\n")
    print(f"\nload at the end {about['load_at_end']}; written to {path}")


if __name__ == "__main__":
    main()
