"""What Pepay documents beside its routes: 429 (3.3, 3.4) and the older revision's times (3.5)."""
import matching
from box import Box
from checks import Caller
from matching import misfits
from tally import check
from world import World

LIMITED = {"success": "false", "message": "text", "error_code": "=RATE_LIMIT_EXCEEDED",
           "retry_after": "text"}


def check_limit():
    box = Box("--scenario", "quiet", "--rate-limit", "5/1m")
    try:
        answers = [box.call("GET", "/api/v1/invoices/totals") for _ in range(8)]
        check("five are served, the sixth is not", [a.status for a in answers] ==
              [200] * 5 + [429] * 3, [a.status for a in answers])
        wrong = misfits(LIMITED, answers[-1].body)
        check("429 has its own envelope", not wrong, *wrong)
        wait = answers[-1].headers.get("retry-after", "")
        check("Retry-After tells when", wait.isdigit() and 1 <= int(wait) <= 60, wait)
        other = box.call("GET", "/api/commerce/status", "commerce")
        check("another key has its own count", other.status == 200, other)
    finally:
        box.stop()


def check_older_times(rows):
    """Reads of the older revision: the same members, times as ISO strings with ms and Z."""
    box = Box("--seed", "7", "--scenario", "quiet", "--rev-a")
    matching.ISO_TIMES = True
    try:
        caller = Caller(box, World(box))
        for row in rows:
            if row["method"] == "GET" and row["surface"] != "control":
                case = {"name": "as REV-A has it"}
                try:
                    caller.succeed(row, case, caller.call(row, case))
                except Exception as error:
                    check(caller.label(row, "REV-A can run"), False, repr(error))
    finally:
        matching.ISO_TIMES = False
        box.stop()
