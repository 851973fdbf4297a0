"""What a benchmark measures, and how it is told: figures beside their peers and goals."""
import os
import shutil
import statistics
import subprocess

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
ROUNDS = max(1, int(os.environ.get("ROUNDS", "3")))
LONG = int(os.environ.get("LONG", "1000000"))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HERE = os.path.dirname(os.path.abspath(__file__))
median = statistics.median


class Peer:
    """Something else that does the same, or what cannot be beaten. `goal` is about the ratio: ours
    to its."""

    def __init__(self, key, label, goal=None):
        self.key, self.label, self.goal = key, label, goal


class Figure:
    """`goal` is about the value: a sign and a number. `number`: P1 to P12."""

    def __init__(self, key, label, unit, goal=None, peers=(), number=""):
        self.key, self.label, self.unit, self.goal = key, label, unit, goal
        self.peers, self.number = peers, number


class Missing(Exception):
    """Why something cannot be measured here."""


class Samples:
    """Key → what was measured, a value a round, or why not."""

    def __init__(self):
        self.values, self.reasons = {}, {}

    def add(self, key, measure, *words):
        """Calls measure(*words), which may tell one value, or a dict of values by key."""
        try:
            told = measure(*words)
        except Missing as why:
            self.reasons[key] = str(why)
            return None
        for name, value in told.items() if isinstance(told, dict) else [(key, told)]:
            self.values.setdefault(name, []).append(value)
        return told

    def ratio(self, ours, theirs):
        """Of each round where both were measured as often, then the median."""
        a, b = self.values.get(ours), self.values.get(theirs)
        if not a or not b or not all(b):
            return None
        if len(a) == len(b):
            return median(x / y for x, y in zip(a, b))
        return median(a) / median(b)


def program(name):
    return os.path.join(BUILD, "bench", name)


def installed(name):
    path = shutil.which(name)
    if not path:
        raise Missing("not installed")
    return path


def run(*words, timeout=120, env=None):
    """Stdout of a program that must succeed."""
    done = subprocess.run(list(map(str, words)), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          universal_newlines=True, timeout=timeout, check=False,
                          env=dict(os.environ, **(env or {})))
    if done.returncode:
        raise Missing(f"{os.path.basename(str(words[0]))} failed: "
                      f"{(done.stderr.strip() or str(done.returncode)).splitlines()[-1][:100]}")
    return done.stdout


def met(goal, value):
    if goal is None or value is None:
        return None
    return value >= goal[1] if goal[0] == "≥" else \
        value <= goal[1] if goal[0] == "≤" else value < goal[1]


def number(value, unit=""):
    """Three figures that count."""
    if value is None:
        return "-"
    if unit == "a second":
        return f"{value:,.0f}"
    if 0 < abs(value) < 0.01:
        return f"{value:.1g}"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    return f"{value:,.{digits}f}"


def goal_words(goal, value, times=False):
    if goal is None:
        return ""
    limit = f"{goal[0]} {goal[1]:,g}{' ×' if times else ''}"
    return limit + {True: "  met", False: "  MISSED", None: ""}[met(goal, value)]


def rows(figures, samples):
    """The figures as plain data."""
    told = []
    for f in figures:
        values = samples.values.get(f.key)
        value = median(values) if values else None
        row = {"figure": f.label, "number": f.number, "unit": f.unit, "value": value,
               "rounds": values or [], "goal": f.goal, "met": met(f.goal, value), "peers": []}
        if not values:
            row["reason"] = samples.reasons.get(f.key, "not measured")
        for p in f.peers:
            theirs = samples.values.get(p.key)
            ratio = samples.ratio(f.key, p.key)
            peer = {"peer": p.label, "value": median(theirs) if theirs else None,
                    "rounds": theirs or [], "ratio": ratio, "goal": p.goal,
                    "met": met(p.goal, ratio)}
            if not theirs:
                peer["reason"] = samples.reasons.get(p.key, "not measured")
            row["peers"].append(peer)
        told.append(row)
    return told


def print_rows(title, told):
    width = max([len(r["figure"]) + 4 for r in told] +
                [len(p["peer"]) + 4 for r in told for p in r["peers"]])
    print(f"\n{title}\n{'':{width}} {'value':>12} {'unit':9} {'ratio':>8}  goal")
    for r in told:
        print(f"{r['number']:3} {r['figure']:{width - 4}} {number(r['value'], r['unit']):>12} "
              f"{r['unit']:9} {'':8}  "
              + (goal_words(r["goal"], r["value"]) if r["value"] is not None
                 else f"({r['reason']})"))
        for p in r["peers"]:
            if p["value"] is None:
                goal = goal_words(p["goal"], None, True)
                print(f"    {p['peer']:{width - 4}} {'-':>12} {r['unit']:9} {'-':>8}  "
                      f"{goal + '  ' if goal else ''}({p['reason']})")
                continue
            ratio = "-" if p["ratio"] is None else number(p["ratio"]) + " ×"
            print(f"    {p['peer']:{width - 4}} {number(p['value'], r['unit']):>12} {r['unit']:9} "
                  f"{ratio:>8}  {goal_words(p['goal'], p['ratio'], True)}")
