#!/usr/bin/python3
"""`make soak`: chaos for longer, and an honest figure at the end.

    SOAK="disconnects=10000 events=1000000 kills=1000 jobs=4 seed=1000 minutes=0" make soak

Everything is spread over runs of about a hundred disconnects, each with a seed of its own. With
minutes=N no run begins after so many. What was reached is what is told, not what was wanted."""
import datetime
import json
import os
import platform
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import chaos  # noqa: E402
import lab  # noqa: E402

WANTED = {"disconnects": 10000, "events": 1000000, "kills": 1000, "jobs": 4, "seed": 1000,
          "minutes": 0, "each": 100}


def parse(words):
    wanted = dict(WANTED)
    for word in words.split():
        name, _, value = word.partition("=")
        if name not in wanted or not value.isdigit():
            sys.exit(f"soak: {word}? Wanted: " + " ".join(f"{k}={v}" for k, v in WANTED.items()))
        wanted[name] = int(value)
    return wanted


def commit():
    here = os.path.dirname(os.path.abspath(__file__))
    said = subprocess.run(["git", "describe", "--always", "--dirty", "--abbrev=12"], cwd=here,
                          capture_output=True, text=True)
    return said.stdout.strip() or "unknown"


def machine():
    model = platform.machine()
    with open("/proc/cpuinfo") as f:
        for line in f:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return f"{os.cpu_count()} x {model}, Linux {platform.release()}"


def bound(n):
    return f"< {300 / n:.3g} %" if n else "nothing can be said"


def tell(totals, failing, seeds, facts):
    print("\n| What happened | How often | Failures | Bound at 95 % for each |")
    print("|---|---|---|---|")
    for name, words in (("disconnects", "open streams that were ended"), ("kills", "kill -9 of the client"),
                        ("events", "events of the server"), ("runs", "storms, each by its seed")):
        failures = str(len(failing)) + (" runs" if failing else "")
        print(f"| {words} | {totals[name]:,} | {failures} | "
              f"{bound(totals[name]) if not failing else 'see the seeds'} |")
    print(f"\nNo failure in n independent trials bounds the rate at about 3/n (95 %): it is not 'never'."
          f"\nA failure is an event missing, invented, twice or with another body, an object in another"
          f"\nstate than the server's, a ledger that claims otherwise, or a client that ends by itself.\n")
    for name, value in facts.items():
        print(f"{name}: {value}")
    if failing:
        print("failing seeds:", " ".join(map(str, failing)))


def main():
    wanted = parse(os.environ.get("SOAK", ""))
    runs = max(1, -(-wanted["disconnects"] // wanted["each"]))
    share = {k: -(-wanted[k] // runs) for k in ("disconnects", "events", "kills")}
    seconds = max(5, share["disconnects"] / 5, share["kills"] * 1.2)
    seeds = range(wanted["seed"], wanted["seed"] + runs)
    print(f"soak: {runs} runs of {share['disconnects']} disconnects, {share['events']} events and "
          f"{share['kills']} kills, {wanted['jobs']} at once, seeds {seeds[0]} to {seeds[-1]}")
    began, load = time.time(), os.getloadavg()
    totals, failing = chaos.main([
        "--seeds", f"{seeds[0]}-{seeds[-1]}", "--jobs", str(wanted["jobs"]),
        "--disconnects", str(share["disconnects"]), "--kills", str(share["kills"]),
        "--events", str(share["events"]), "--seconds", str(seconds), "--limit", "900",
        "--settle", "120", "--minutes", str(wanted["minutes"]), "--progress"])
    facts = {"commit": commit(), "seeds": f"{seeds[0]} to {seeds[0] + totals['runs'] - 1}",
             "machine": machine(),
             "load before and after": "%.2f %.2f" % (load[0], os.getloadavg()[0]),
             "duration": str(datetime.timedelta(seconds=round(time.time() - began))),
             "also": ", ".join(f"{k} {v}" for k, v in totals.items()
                               if k not in ("runs", "disconnects", "kills", "events", "seconds"))}
    tell(totals, failing, seeds, facts)
    with open(os.path.join(lab.BUILD, "soak.json"), "w") as f:
        json.dump({"totals": totals, "failing": failing, "facts": facts, "wanted": wanted}, f, indent=1)
    return 1 if failing or not totals["runs"] else 0


if __name__ == "__main__":
    sys.exit(main())
