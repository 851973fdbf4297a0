#!/usr/bin/python3
"""The questions of docs/SUPPORT.md, answered by the program.

A block is fenced by ```keys SCENARIO and holds steps of a script (see src/app/script.h). All blocks
of a scenario are played in one run on a sandbox that tells the story with a fixed seed at a frozen
time, so what the document shows is what anyone sees who types the same.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ.get("BUILD", "build")).resolve()
DOC = HERE.parent.parent / "docs" / "SUPPORT.md"
QUESTIONS_MIN = 10

# After how many live events a story stands still, and how many there are then in all.
STORIES = {"trouble": (73, 73), "demo": (60, 554)}

BEFORE = """timeout 40s
wait state=live
wait proof=complete
wait pending=0
"""
# Back to the panes from wherever a question led, and the filter gone.
BETWEEN = "key Esc 12\nexpect view=panes\nkey 1\nkey End\nwait pending=0\n"


def blocks(text):
    """(question, scenario, steps) of each block."""
    question = ""
    scenario = None
    for line in text.splitlines():
        if line.startswith("## "):
            question = line[3:]
        fence = re.match(r"```keys (\w+)$", line)
        if fence:
            scenario, steps = fence.group(1), []
        elif line == "```" and scenario:
            yield question, scenario, steps
            scenario = None
        elif scenario:
            steps.append(line)


def play(scenario, script, folder):
    events, _ = STORIES[scenario]
    environment = {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "TERM": "xterm-256color",
        "HOME": folder,
    }
    for kept in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"):
        if kept in os.environ:
            environment[kept] = os.environ[kept]
    return subprocess.run(
        [BUILD / "pepaytop", "demo", "--scenario", scenario, "--seed", "7", "--speed", "50",
         "--clock", "2026-01-15T12:00:00Z", "--events", str(events), "--script", "-"],
        input=script, capture_output=True, text=True, timeout=120, cwd=folder, env=environment,
        check=False)


def main():
    questions = list(blocks(DOC.read_text(encoding="utf-8")))
    passed = failed = 0
    for scenario in sorted({s for _, s, _ in questions}):
        lines = BEFORE.splitlines() + [f"wait events>={STORIES[scenario][1]}", "wait pending=0"]
        told = [q for q in questions if q[1] == scenario]
        owner = {}
        for question, _, steps in told:
            for step in steps + BETWEEN.splitlines():
                lines.append(step)
                owner[len(lines)] = question
        script = "\n".join(lines) + "\n"
        with tempfile.TemporaryDirectory() as folder:
            run = play(scenario, script, folder)
        if run.returncode == 0:
            passed += len(told)
            continue
        failed += 1
        at = re.search(r"line (\d+)", run.stderr)
        print(f"FAILED: {owner.get(int(at.group(1)), 'the story') if at else scenario}")
        print("   " + "\n   ".join(run.stderr.splitlines()[:60]))
    if len(questions) < QUESTIONS_MIN:
        failed += 1
        print(f"FAILED: {len(questions)} questions, there should be {QUESTIONS_MIN}")
    print(f"app_support: {passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
