#!/usr/bin/python3
"""pepay-sandbox against the published contract, by clients that are not ours:
http.client, curl and the stock websockets. tests/conformance holds the tables.
Takes the binary from $BUILD (default build). $ONLY: parts to run, by name."""
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "conformance"))
sys.dont_write_bytecode = True

from box import ROOT, Box  # noqa: E402
from checks import check_control, check_routes, check_table, check_unserved, split_table  # noqa: E402
from contract_doc import document  # noqa: E402
from gate import check_limit, check_older_times  # noqa: E402
from kills import check_kills  # noqa: E402
from lifecycle import check_lifecycle  # noqa: E402
from manual import check_manual  # noqa: E402
from streams import check_streams  # noqa: E402
from tally import COUNT, check  # noqa: E402
from world import World  # noqa: E402


def part_contract():
    served, unserved = check_table()
    box = Box("--seed", "7", "--epoch", "2026-01-15T12:00:00Z", "--scenario", "quiet")
    try:
        check_unserved(box, unserved)
        check_routes(box, World(box), served)
        check("it is still there", box.process.poll() is None)
    finally:
        check("it stops when it is told to", box.stop() == 0)


def part_control():
    served, _ = split_table()
    box = Box("--seed", "7", "--scenario", "quiet", "--enable-control")
    try:
        check_control(box, World(box), served)
    finally:
        check("a controlled one stops too", box.stop() == 0)


def part_documents():
    """docs/CONTRACT.md is what the tables say; the manual has the options of --help."""
    with open(os.path.join(ROOT, "docs/CONTRACT.md"), encoding="utf-8") as file:
        check("docs/CONTRACT.md is made from the tables", file.read() == document(),
              "run tests/conformance/contract_doc.py > docs/CONTRACT.md")
    check_manual()


def part_streams():
    check_streams()


def part_gate():
    check_limit()
    check_older_times(split_table()[0])


def part_lifecycle():
    check_lifecycle(int(os.environ.get("SEED", "3")))


def part_kills():
    check_kills(int(os.environ.get("SEED", "3")))


PARTS = [part_documents, part_contract, part_control, part_streams, part_gate, part_lifecycle, part_kills]


def main():
    only = os.environ.get("ONLY", "").split()
    for part in PARTS:
        name = part.__name__[len("part_"):]
        if only and name not in only:
            continue
        began = time.monotonic()
        part()
        print(f"{name}: {time.monotonic() - began:.1f} s, {COUNT}", file=sys.stderr, flush=True)
    print(f"sandbox_conformance: {COUNT['passed']} passed, {COUNT['failed']} failed")
    return COUNT["failed"] > 0


if __name__ == "__main__":
    sys.exit(main())
