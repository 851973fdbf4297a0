"""docs/pepay-sandbox.1 against --help: the same options, arguments and exit statuses."""
import os
import re
import subprocess

from box import ENV, ROOT, SANDBOX
from tally import check


def plain(roff):
    """A line of the manual as it is read: no fonts, no escaped hyphens."""
    return re.sub(r"\\f[BIRP]", "", roff).replace("\\-", "-")


def check_manual():
    shown = subprocess.run([SANDBOX, "--help"], stdout=subprocess.PIPE, env=ENV, check=True,
                           universal_newlines=True).stdout
    helped = re.findall(r"^  (?:(-\w), |    )--([\w-]+)(?: ([A-Z][A-Z:/]*))?  ", shown, re.M)
    helped = {name: (letter, argument) for letter, name, argument in helped}
    check("--help lists options", len(helped) > 10 and "speed" in helped, shown)
    with open(os.path.join(ROOT, "docs/pepay-sandbox.1"), encoding="utf-8") as file:
        page = file.read()
    told = {}
    for line in page.split("\n.TP\n")[1:]:
        head = plain(line.split("\n")[0]).replace(".B ", "")
        found = re.match(r"(?:(-\w), )?--([\w-]+)(?: ([A-Z][A-Z:/]*))?$", head)
        if found:
            told[found[2]] = (found[1] or "", found[3] or "")
    for name in sorted(set(helped) | set(told)):
        check(f"--{name} is in --help and in the manual, alike",
              helped.get(name) == told.get(name), helped.get(name), told.get(name))
    for option in re.findall(r"--([a-z][\w-]+)", plain(page)):
        check(f"--{option}, which the manual speaks of, is an option", option in helped)
    statuses = re.findall(r"(\d) (?:stopped|failed|bad)", shown)
    check("exit statuses", statuses == re.findall(r"\n\.TP\n\.B (\d)\n", page), statuses)
    version = subprocess.run([SANDBOX, "--version"], stdout=subprocess.PIPE, env=ENV, check=True,
                             universal_newlines=True).stdout.strip()
    check("the manual is of this version", f'"{version}"' in page.split("\n")[0], version)
    scenarios = subprocess.run([SANDBOX, "--list-scenarios"], stdout=subprocess.PIPE, env=ENV,
                               check=True, universal_newlines=True).stdout
    for name in re.findall(r"^(\S+)", scenarios, re.M):
        check(f"the manual tells of the scenario {name}", re.search(rf"\b{name}\b", plain(page)))
