#!/usr/bin/python3
"""At least 200 disconnects over 20 seeds, and 50 kill -9 of the dashboard: after each storm what
it has on disk and in memory is what the server has. Under a sanitizer a smaller share, with seeds
of its own. A failing seed is printed: tests/chaos/chaos.py --seed N plays it again."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "chaos"))
import lab  # noqa: E402


def sanitized():
    with open(os.path.join(lab.BUILD, "flags")) as f:
        return "-fsanitize" in f.read()


# seeds, runs at once, disconnects and kills of each run, events
SHARE = ("101-105", 2, 6, 2, 250) if sanitized() else ("1-20", 4, 12, 3, 500)
lab.PATIENCE *= 6 if sanitized() else 3

import chaos  # noqa: E402


def main():
    seeds, jobs, disconnects, kills, events = SHARE
    totals, failing = chaos.main(["--seeds", seeds, "--jobs", str(jobs), "--disconnects",
                                  str(disconnects), "--kills", str(kills), "--events", str(events),
                                  "--seconds", "4"])
    runs = totals["runs"]
    checks = [("every seed ends in the server's truth", not failing, failing),
              ("disconnects of open streams", totals["disconnects"] >= runs * disconnects, totals),
              ("kill -9 of the client", totals["kills"] >= runs * kills, totals),
              ("messages were swallowed", totals["swallowed"] > 0, totals),
              ("messages were duplicated", totals["duplicated"] > 0, totals),
              ("messages were reordered", totals["reordered"] > 0, totals)]
    if not sanitized():
        checks += [("20 seeds", runs == 20, totals),
                   ("at least 200 disconnects", totals["disconnects"] >= 200, totals),
                   ("at least 50 kills", totals["kills"] >= 50, totals)]
    for name, good, why in checks:
        if not good:
            print("FAILED:", name, why)
    bad = sum(not good for _, good, _ in checks)
    good = len(checks) - bad + runs - len(failing)
    print(f"chaos_storm: {good} passed, {bad + len(failing)} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
