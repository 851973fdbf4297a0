"""Counts what passed, and says what failed."""
COUNT = {"passed": 0, "failed": 0}


def check(name, condition, *detail):
    COUNT["passed" if condition else "failed"] += 1
    if not condition:
        print("FAILED: " + name, *[str(d)[:500] for d in detail], sep="\n    ", flush=True)
    return bool(condition)
