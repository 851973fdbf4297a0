#!/usr/bin/python3
"""Chaos: a sandbox, a proxy that misbehaves and the dashboard, which is killed again and again.
Then quiet, and what the dashboard has must be what the server has.

    chaos.py --seed 7                      one run; what fails is kept and told
    chaos.py --seeds 1-20 --jobs 4         several; a failing seed is printed
    chaos.py --seeds 1-100 --disconnects 100 --events 10000 --kills 10
                                           more of everything in each run
Takes the binaries from $BUILD (default build)."""
import argparse
import concurrent.futures
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lab  # noqa: E402
from lab import Trouble, until  # noqa: E402


def plan(seed):
    """What a seed does. Every run has disconnects; the rest is drawn."""
    dice = random.Random(seed)

    def sometimes(chance, low, high):
        return dice.uniform(low, high) if dice.random() < chance else 0

    storm = dice.choice(["cut", "rst", "cut rst", "cut rst half", "cut rst stall",
                         "cut rst cut rst deny"])
    commands = [f"storm {dice.randint(40, 120)} {dice.randint(200, 500)} {storm}",
                f"drop {sometimes(0.6, 0.002, 0.03):.4f}",
                f"drop-rst {sometimes(0.4, 0.002, 0.03):.4f}",
                f"gap {sometimes(0.7, 0.005, 0.1):.4f}",
                f"duplicate {sometimes(0.6, 0.01, 0.5):.4f} {dice.randint(1, 5)}",
                f"reorder {sometimes(0.6, 0.01, 0.4):.4f} {dice.randint(1, 5)}",
                f"rest-429 {sometimes(0.3, 0.003, 0.02):.4f} {dice.randint(0, 1)}",
                f"rest-500 {sometimes(0.4, 0.01, 0.15):.4f}",
                f"rest-cut {sometimes(0.4, 0.01, 0.15):.4f}"]
    if dice.random() < 0.4:
        kind = dice.choice(["503", "500", "429", "html", "close"])
        commands.append(f"refuse {dice.uniform(0.05, 0.4):.3f} {kind}")
    if dice.random() < 0.3:
        commands.append(f"latency {dice.randint(1, 40)} {dice.randint(0, 60)}")
    if dice.random() < 0.2:
        commands.append(f"bandwidth {dice.randint(100, 1000) * 1000}")
    if dice.random() < 0.3:
        commands.append(f"slice {dice.choice([1, 7, 100, 1000])}")
    return {"dice": dice, "proxy": commands, "sandbox_dies": dice.random() < 0.3,
            "kill_early": dice.random() < 0.4}


class Run:
    def __init__(self, seed, args, folder):
        self.seed, self.args, self.folder = seed, args, folder
        self.plan = plan(seed)
        self.dice = self.plan["dice"]
        self.kills = self.starts = 0
        # Its history begins with the newest thousand events: with all, when there were no more.
        self.whole = False
        self.memory = 0
        self.counters = {}
        self.sandbox = self.proxy = self.client = None
        self.log = open(os.path.join(folder, "run.log"), "w")

    def note(self, *words):
        print(f"{time.monotonic() - self.began:8.3f}", *words, file=self.log, flush=True)

    def start_client(self):
        self.starts += 1
        self.client = lab.Client(self.folder, self.sandbox, self.proxy.port)
        self.note("client", self.client.process.child.pid)

    def kill_client(self):
        self.memory = max(self.memory, self.client.process.memory())
        if not self.client.process.alive():
            raise Trouble(f"the client ended by itself: {self.client.kill()}, "
                          f"{self.client.process.words()}")
        self.client.kill()
        self.kills += 1
        self.note("kill")

    def enough(self):
        stats = self.proxy.stats()
        state = self.sandbox.state()
        self.emitted = state["scenario"]["live_events"]
        return (stats["disconnects"] >= self.args.disconnects and
                self.kills >= self.args.kills and self.emitted >= self.args.events)

    def storm(self):
        """Until there was enough of everything."""
        args = self.args
        deadline = time.monotonic() + args.limit * lab.PATIENCE
        gap = args.seconds / (args.kills + 1)
        next_kill = time.monotonic() + self.dice.uniform(0.1, 2 * gap)
        next_press = next_look = 0
        dies = time.monotonic() + args.seconds / 2 if self.plan["sandbox_dies"] else None
        while True:
            time.sleep(0.02)
            now = time.monotonic()
            if now > deadline:
                raise Trouble(f"not enough within {args.limit * lab.PATIENCE:g} s: {self.kills} kills, "
                              f"{self.emitted} events, {self.proxy.stats()}")
            if now >= next_kill and self.kills < args.kills:
                self.kill_client()
                time.sleep(self.dice.choice([0, 0, 0.05, 0.3]))
                self.start_client()
                next_kill = time.monotonic() + self.dice.uniform(0.1, 2 * gap)
            if dies is not None and now >= dies:
                dies = None
                self.note("sandbox killed")
                self.sandbox.restart()
            if now >= next_press:
                self.client.refresh()
                next_press = now + self.dice.uniform(0.1, 0.4)
            if now >= next_look:
                next_look = now + 0.25
                if self.enough():
                    return

    def settle(self):
        """Nothing happens any more, on either side; then the client has the word."""
        self.note("quiet")
        self.proxy.do("quiet")
        self.sandbox.control("/scenarios/busy/pause")
        until("the sandbox stands still", 10,
              lambda: self.sandbox.state()["scenario"]["state"] in ("paused", "frozen"))
        self.note("proving")
        self.client.prove(self.args.settle)
        self.note("proven")

    def compare(self):
        truth = self.sandbox.events()
        bad = []
        claims = self.client.ask("unknown", "alarms", "on-disk", "bad-frames", "repaired", "repairs")
        if claims["unknown"] or claims["alarms"]:
            bad.append(f"the ledger claims losses: {claims}")
        whole = self.whole or len(truth) <= 1000
        if claims["on-disk"] != len(truth) if whole else claims["on-disk"] < 1000:
            bad.append(f"the client says {claims['on-disk']} events, the server {len(truth)}")
        objects = self.client.dump("objects")
        bad += [f"an incident is still open: {i}" for i in self.client.closed()]
        bad += [f"an incident is lost: {i}" for i in self.client.incidents("lost")]
        self.memory = max(self.memory, self.client.process.memory())
        status = self.client.quit()
        if status != 0:
            bad.append(f"the client ended with {status}: {self.client.process.words()}")
        path = os.path.join(self.folder, "history.db")
        bad += lab.compare_events(path, truth, whole)
        if not lab.history_sound(path):
            bad.append("the history's integrity check fails")
        bad += self.compare_objects(objects, truth)
        self.events = len(truth)
        self.repaired = claims["repaired"]
        status, said = lab.verify(self.folder, self.sandbox, self.proxy.port)
        if status != 0:
            bad.append(f"verify says {status}: {said[-500:]}")
        return bad

    def compare_objects(self, objects, truth):
        told = lab.told_by_events(truth)
        lists = lab.told_by_lists(self.sandbox)
        have = {(o["kind"], o["id"]): o["status"] for o in objects}
        bad = []
        stale = [(k, s, told.get(k, lists.get(k))) for k, s in have.items()
                 if s != told.get(k, lists.get(k)) or s != lists.get(k, s)]
        recent = lab.told_by_events(truth[-200:])
        absent = [k for k in recent if k not in have]
        if stale:
            bad.append(f"{len(stale)} of {len(have)} objects are not as the server has them: {stale[:5]}")
        if absent:
            bad.append(f"{len(absent)} objects of the last 200 events are unknown: {absent[:5]}")
        if len(have) < 20:
            bad.append(f"only {len(have)} objects to compare")
        return bad

    def go(self):
        self.began = time.monotonic()
        self.emitted = 0
        bad = []
        try:
            speed = self.args.speed or max(1, round(self.args.events / self.args.seconds / 15))
            self.sandbox = lab.Sandbox(self.folder, "--seed", str(self.seed), "--scenario", "busy",
                                       "--speed", str(min(1000, speed)), "--events",
                                       str(self.args.events), durable=self.plan["sandbox_dies"])
            self.note("plan", self.plan["proxy"])
            self.proxy = lab.Proxy(self.folder, self.sandbox.address, self.seed)
            self.start_client()
            if not self.plan["kill_early"]:
                self.client.wait(30, proof="complete")
                self.whole = self.sandbox.state()["events"]["count"] <= 1000
                self.note("begun")
            self.proxy.do(*self.plan["proxy"])
            self.storm()
            self.settle()
            bad = self.compare()
        except Trouble as why:
            bad = [str(why)]
        except Exception:
            bad = [traceback.format_exc()]
        finally:
            self.stop()
        self.seconds = time.monotonic() - self.began
        for line in bad:
            self.note("BAD", line)
        return bad

    def stop(self):
        for part in (self.client, self.proxy, self.sandbox):
            try:
                if part is self.proxy and part:
                    self.counters = part.stop()
                elif part and part.process.alive():
                    part.process.kill(signal.SIGTERM if part is self.sandbox else signal.SIGKILL)
            except Exception as why:
                self.note("stopping:", why)


def one(seed, args, last_start):
    if last_start and time.monotonic() > last_start:
        return None, []
    folder = tempfile.mkdtemp(prefix=f"chaos-{seed}-", dir=args.keep)
    run = Run(seed, args, folder)
    bad = run.go()
    if not bad:
        shutil.rmtree(folder, ignore_errors=True)
    return run, bad


def main(argv=None):
    p = argparse.ArgumentParser()
    p.add_argument("--seed", type=int)
    p.add_argument("--seeds", default="1-20", help="A-B")
    p.add_argument("--jobs", type=int, default=4)
    p.add_argument("--disconnects", type=int, default=10, help="of open streams, in a run at least")
    p.add_argument("--kills", type=int, default=3, help="kill -9 of the client, in a run")
    p.add_argument("--events", type=int, default=600, help="live events, in a run")
    p.add_argument("--speed", type=int, help="of the sandbox")
    p.add_argument("--seconds", type=float, default=5, help="how long a storm should about last")
    p.add_argument("--limit", type=float, default=60, help="seconds for one storm, at most")
    p.add_argument("--settle", type=float, default=40, help="seconds until it must be proven")
    p.add_argument("--minutes", type=float, default=0, help="no run begins after so many; 0 any")
    p.add_argument("--progress", action="store_true")
    p.add_argument("--keep", default=None, help="where the folders are made")
    args = p.parse_args(argv)
    first, _, last = (args.seeds if args.seed is None else str(args.seed)).partition("-")
    seeds = range(int(first), int(last or first) + 1)
    return report(seeds, args)


def report(seeds, args):
    totals = {"runs": 0, "disconnects": 0, "kills": 0, "events": 0, "sandbox kills": 0,
              "swallowed": 0, "duplicated": 0, "reordered": 0, "refused": 0, "repaired": 0}
    failing, memory, began = [], 0, time.monotonic()
    last_start = began + 60 * args.minutes if args.minutes else 0
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        jobs = {pool.submit(one, seed, args, last_start): seed for seed in seeds}
        for job in concurrent.futures.as_completed(jobs):
            run, bad = job.result()
            if run is None:
                continue
            totals["runs"] += 1
            totals["kills"] += run.kills
            totals["events"] += getattr(run, "events", 0)
            totals["repaired"] += getattr(run, "repaired", 0)
            totals["sandbox kills"] += run.sandbox.kills if run.sandbox else 0
            for name in ("disconnects", "swallowed", "duplicated", "reordered", "refused"):
                totals[name] += run.counters.get(name, 0)
            memory = max(memory, run.memory)
            if bad:
                failing.append(run.seed)
                print(f"SEED {run.seed} FAILED after {run.seconds:.1f} s; files: {run.folder}")
                for line in bad:
                    print("   ", line)
                print(f"    again: tests/chaos/chaos.py --seed {run.seed} --disconnects "
                      f"{args.disconnects} --kills {args.kills} --events {args.events}", flush=True)
            if args.progress:
                print(f"{time.monotonic() - began:7.0f} s: {totals['runs']} runs, "
                      f"{totals['disconnects']} disconnects, {totals['kills']} kills, "
                      f"{totals['events']} events, {len(failing)} failed", flush=True)
    totals["seconds"] = round(time.monotonic() - began, 1)
    totals["client's most memory, MiB"] = memory // 1024
    print(json.dumps(totals))
    return totals, failing


if __name__ == "__main__":
    sys.exit(1 if main()[1] else 0)
