#!/usr/bin/python3
"""The examples of docs/SANDBOX.md and docs/SCENARIOS.md, run as they stand.

Every ```sh block of a document runs, command by command, in one bash session of its
own, in an empty directory where `build` leads to $BUILD (default build); nothing in
them is replaced. The documents' first block starts a sandbox on a free port and
puts its address and keys into variables, which the others use. Each command must
end with status 0 (pipefail is on), and curl must be told to fail with the server
(-f, --fail-with-body). What stands directly after an ```sh block is what it writes:

```json   the last of the JSON values that it writes to stdout, as many as are shown, with
          the same members of the same types; a member "…" stands for more of them, and
          every item of a list must look like one that is shown
```text   lines that it writes to stdout or stderr, "…" standing for anything

An ```scenario block is saved as NAME.scenario before anything runs; other blocks
are not looked at. The table of options names those of --help. To try other documents: sandbox_doc.py FILE..."""
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DOCUMENTS = [os.path.join(ROOT, "docs", name) for name in ("SANDBOX.md", "SCENARIOS.md")]
BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
ENV = {k: v for k, v in os.environ.items() if not k.startswith(("PEPAY", "BASH_"))}
COMMAND_SECONDS = 10
MORE = "…"
passed = failed = 0


def check(name, condition, *detail):
    global passed, failed
    if condition:
        passed += 1
    else:
        failed += 1
        print("FAILED:", name, *[str(d)[:1200] for d in detail], sep="\n    ")


# --- reading a document --------------------------------------------------------

class Block:
    def __init__(self, kind, line, after):
        self.kind, self.line, self.after, self.lines = kind, line, after, []
        self.shown = None


def blocks_of(path):
    """The fenced blocks; `shown` of one is the block that follows directly."""
    blocks, block, gap = [], None, True
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            fence = re.match(r"```(\w*)$", line)
            if block is None and fence:
                block = Block(fence[1], number, None if gap else blocks[-1])
            elif block is not None and line == "```\n":
                if block.after and block.kind in ("json", "text"):
                    block.after.shown = block
                blocks.append(block)
                block, gap = None, False
            elif block is not None:
                block.lines.append(line)
            elif line.strip():
                gap = True
    assert block is None, f"{path}: a block is not closed"
    return blocks


def is_whole(text):
    if text.endswith("\\\n"):
        return False
    read = subprocess.run(["bash", "--norc", "-n"], input=text, text=True, capture_output=True)
    return read.returncode == 0 and "here-document" not in read.stderr


def commands_of(block):
    """Line number and text of each command, however many lines it has."""
    begun, text = 0, ""
    for number, line in enumerate(block.lines, block.line + 1):
        if not text and (not line.strip() or line.startswith("#")):
            continue
        begun = begun if text else number
        text += line
        if is_whole(text):
            yield begun, text
            text = ""
    if text:
        yield begun, text


# --- what is written, held against what is shown ---------------------------------

def values_of(text):
    """The JSON values in it, whatever stands between them."""
    decoder, values, at = json.JSONDecoder(), [], 0
    while True:
        found = re.compile(r"[\[{]").search(text, at)
        if not found:
            return values
        try:
            value, at = decoder.raw_decode(text, found.start())
            values.append(value)
        except ValueError:
            at = found.start() + 1


def kind_of(value):
    if isinstance(value, bool) or value is None:
        return type(value)
    return float if isinstance(value, (int, float)) else type(value)


def difference(shown, got, where="it"):
    """None, or where they have another shape."""
    if kind_of(shown) is not kind_of(got):
        return f"{where} is {got!r}, shown is {shown!r}"
    if isinstance(shown, dict):
        if set(shown) - {MORE} - set(got):
            return f"{where} has no {sorted(set(shown) - {MORE} - set(got))}"
        if MORE not in shown and set(got) - set(shown):
            return f"{where} has also {sorted(set(got) - set(shown))}"
        found = (difference(shown[k], got[k], f"{where}.{k}") for k in shown if k != MORE)
        return next((d for d in found if d), None)
    if isinstance(shown, list):
        if bool(shown) != bool(got):
            return f"{where} has {len(got)} items, shown are {len(shown)}"
        for i, item in enumerate(got):
            wrong = [difference(one, item, f"{where}[{i}]") for one in shown if one != MORE]
            if wrong and all(wrong):
                return wrong[0]
    return None


def check_json(name, shown, out):
    want, got = values_of("".join(shown.lines)), values_of(out)
    check(f"{name}: shows JSON", want, "".join(shown.lines))
    if len(got) < len(want):
        check(f"{name}: {len(want)} values", False, out)
        return
    for one, other in zip(want, got[-len(want):]):
        check(f"{name}: shape", difference(one, other) is None, difference(one, other))


def check_text(name, shown, out):
    for line in shown.lines:
        pattern = "^" + ".*".join(map(re.escape, line.rstrip("\n").split(MORE))) + "$"
        check(f"{name}: {line.rstrip()}", re.search(pattern, out, re.M), out)


# --- running ---------------------------------------------------------------------

class Session:
    def __init__(self, directory):
        self.directory = directory
        self.shell = subprocess.Popen(["bash", "--norc", "-o", "pipefail"], cwd=directory,
                                      env=ENV, text=True, stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, start_new_session=True)

    def path(self, name):
        return os.path.join(self.directory, name)

    def run(self, text):
        """Exit status (None: it did not end), stdout and stderr."""
        with open(self.path(".command"), "w", encoding="utf-8") as file:
            file.write(text)
        try:
            self.shell.stdin.write("{ . ./.command; } </dev/null >.out 2>.err; echo $?\n")
            self.shell.stdin.flush()
            ready = select.select([self.shell.stdout], [], [], COMMAND_SECONDS)[0]
            status = int(self.shell.stdout.readline()) if ready else None
        except (OSError, ValueError):
            status = None
        texts = []
        for name in (".out", ".err"):
            with open(self.path(name), encoding="utf-8", errors="replace") as file:
                texts.append(file.read())
        return status, *texts

    def close(self):
        """What the session started is in its process group; a coprocess goes with its shell."""
        os.killpg(self.shell.pid, signal.SIGTERM)
        self.shell.stdin.close()
        try:
            self.shell.wait(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(self.shell.pid, signal.SIGKILL)
            self.shell.wait()


def run_block(document, block, session):
    out, both = "", ""
    for line, text in commands_of(block):
        name = f"{document}:{line}: {text.strip().splitlines()[0]}"
        check(f"{name}: curl -f", not re.search(r"\bcurl (?!-f|--fail)", text), text)
        status, stdout, stderr = session.run(text)
        check(name, status == 0, f"status {status}", stdout, stderr)
        out, both = out + stdout + "\n", both + stdout + stderr
        if status is None:
            return False
    if block.shown:
        name = f"{document}:{block.shown.line}"
        if block.shown.kind == "json":
            check_json(name, block.shown, out)
        else:
            check_text(name, block.shown, both)
    return True


def run_document(path):
    document, blocks = os.path.basename(path), blocks_of(path)
    directory = tempfile.mkdtemp(prefix="sandbox-doc-")
    os.symlink(BUILD, os.path.join(directory, "build"))
    for block in blocks:
        if block.kind == "scenario":
            name = block.lines and re.search(r"^scenario (\S+)", "".join(block.lines), re.M)[1]
            with open(os.path.join(directory, name + ".scenario"), "w", encoding="utf-8") as file:
                file.writelines(block.lines)
    session = Session(directory)
    try:
        check(f"{document} has examples", any(b.kind == "sh" for b in blocks))
        for block in blocks:
            if block.kind == "sh" and not run_block(document, block, session):
                print(f"{document}: the rest was not run")
                break
    finally:
        session.close()
        shutil.rmtree(directory)


def check_options(path):
    shown = subprocess.run([os.path.join(BUILD, "pepay-sandbox"), "--help"], env=ENV, text=True,
                           stdout=subprocess.PIPE, check=True).stdout
    helped = set(re.findall(r"^ +(?:-\w, )?(--[\w-]+)", shown, re.M)) - {"--help", "--version",
                                                                         "--verbose"}
    with open(path, encoding="utf-8") as file:
        rows = "".join(line.split(" | ")[0] for line in file if line.startswith("| `--"))
    told = set(re.findall(r"--[\w-]+", rows))
    check("--help has options", len(helped) > 10, shown)
    for name in sorted(helped | told):
        check(f"{name} is in --help and in the table", name in helped and name in told)


def main():
    for path in sys.argv[1:] or DOCUMENTS:
        run_document(path)
        if os.path.basename(path) == "SANDBOX.md":
            check_options(path)
    print(f"sandbox_doc: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
