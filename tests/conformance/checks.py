"""Every route of routes.h, by the rows of routes.py: cases, keys, repeats, pages."""
import os
import re
import uuid

from box import ROOT
from matching import brief, look, misfits, misnamed
from routes import ROUTES
from shapes import ERROR
from tally import check

ROW = re.compile(r'X\(\s*(ROUTE_\w+),\s*HTTP_(\w+),\s*"([^"]+)",\s*SURFACE_(\w+),\s*(\d),'
                 r'\s*ORIGIN_(\w+)\s*\)')


def template(path):
    return re.sub(r"\{\w*\}", "{}", path)


def served():
    """The rows of src/wire/routes.h."""
    with open(os.path.join(ROOT, "src/wire/routes.h"), encoding="utf-8") as file:
        text = re.sub(r"\\\s*\n", " ", file.read())
    return {(m[2], m[3]): {"name": m[1], "surface": m[4], "idempotent": m[5] == "1",
                           "origin": m[6]} for m in ROW.finditer(text)}


def table():
    return {(r["method"], template(r["path"])): r for r in ROUTES}


SURFACES = {"merchant": "MERCHANT", "commerce": "COMMERCE", "any": "ANY_KEY", "payor": "PAYOR",
            "control": "CONTROL"}


def check_table():
    """routes.h and the table name the same routes in the same way."""
    rows, real = table(), served()
    check("routes.h could be read", len(real) > 10, len(real))
    check("the table has no route twice", len(rows) == len(ROUTES))
    for key, route in real.items():
        row = rows.get(key)
        check(f"{key[0]} {key[1]} has a row", row is not None, "add it to routes.py")
        if row is None:
            continue
        check(f"{key[0]} {key[1]} has cases on every documented answer", bool(row["shape"]))
        check(f"{key[0]} {key[1]} is of its surface", SURFACES[row["surface"]] == route["surface"],
              row["surface"], route["surface"])
        check(f"{key[0]} {key[1]} has its origin",
              (row["origin"] == "pepay") == (route["origin"] == "PEPAY"), route["origin"])
        check(f"{key[0]} {key[1]} says whether a key is required",
              (row["idem"] == "required") == route["idempotent"], row["idem"])
    return split_table()


def split_table():
    """The rows that routes.h has, and those it has not."""
    real = served()
    return [row for key, row in table().items() if key in real], \
        [row for key, row in table().items() if key not in real]


class Caller:
    """Calls a row as its table says."""

    def __init__(self, box, world):
        self.box, self.world = box, world

    def label(self, row, case=""):
        return f"{row['method']} {row['path']}{': ' + case if case else ''}"

    def path(self, row, case):
        path = row["path"]
        for name, value in {**row["args"], **case.get("args", {})}.items():
            path = path.replace("{%s}" % name, str(self.world.fill(value)))
        return path

    def key(self, row, case):
        if row["surface"] == "payor":
            return self.world.fill(case.get("session") or row.get("session") or "{session}")
        return case.get("key") or {"commerce": "commerce"}.get(row["surface"], "merchant")

    def request(self, row, case, **more):
        """What call() takes; more overrides."""
        key = self.key(row, case)
        self.world.found["key_scope"] = "commerce" if key == "commerce" else "merchant"
        request = {
            "method": row["method"], "path": self.path(row, case), "key": key,
            "query": self.world.fill(case.get("query", row["query"])),
            "body": self.world.fill(case.get("body", row["body"])),
            "idempotency": str(uuid.uuid4()) if row["method"] != "GET" else None}
        request.update(more)
        return request

    def call(self, row, case=None, **more):
        return self.box.call(**self.request(row, case or {}, **more))

    def succeed(self, row, case, answer):
        """The status, envelope, members and names of a success."""
        label = self.label(row, case["name"])
        want = case.get("status", row["status"])
        good = answer.status == want if want else answer.status in (200, 201)
        check(label + ": status", good, want, answer)
        if not good:
            return
        check(label + ": type", answer.headers.get("content-type", "").split(";")[0] ==
              "application/json", answer.headers)
        check(label + ": request id", answer.headers.get("x-request-id"), answer.headers)
        shape, envelope = case.get("shape", row["shape"]), row["envelope"]
        if envelope == "success/data":
            shape = {"success": "true", **row.get("top", {}), "data": shape}
        wrong = misfits(shape, answer.body)
        check(label + ": members", not wrong, *wrong[:6])
        data = answer.body["data"] if envelope == "success/data" and not wrong else answer.body
        odd = misnamed(data, row["naming"], row.get("exceptions", ()))
        check(label + f": {row['naming']} names", not odd, *odd[:5])
        for path, allowed in case.get("expect", {}).items():
            values = look(data, path)
            if allowed != "present":
                allowed = self.world.fill(allowed)
            check(f"{label}: {path}", bool(values) and
                  (allowed == "present" or all(v in allowed for v in values)),
                  allowed, brief(values))

    def fail(self, row, case, answer, status, code, extra=None):
        label = self.label(row, case)
        shape = ERROR
        if extra is not None and extra:
            shape = {**ERROR, "error": {**ERROR["error"], **extra}}
        wrong = misfits(shape, answer.body)
        got = ((answer.body or {}).get("error") or {}).get("code") if isinstance(
            answer.body, dict) else None
        check(label, answer.status == status and not wrong and code in (None, got),
              f"wanted {status} {code}", answer, *wrong[:3])

    # --- the parts of a row ---

    def cases(self, row):
        self.succeed(row, {"name": "plain"}, self.call(row))
        for case in row["cases"]:
            answer = self.call(row, case)
            if case["code"] is None:
                self.succeed(row, case, answer)
            else:
                self.fail(row, case["name"], answer, case["status"], case["code"],
                          case.get("extra"))

    def unknown(self, row):
        """An id of nothing, and ids that are none."""
        unknown = row.get("unknown", "00000000-0000-4000-8000-000000000000")
        names = [n for n in row["args"] if n != "name"]
        if not names or unknown is None or row["path"].startswith("/api/v1/invoices/customer"):
            return
        if row["surface"] == "payor":
            return
        for value in (unknown, "no-such-id"):
            answer = self.call(row, {"args": {names[0]: value}})
            self.fail(row, f"unknown {names[0]} {value}", answer, 404, "NOT_FOUND")

    def keys(self, row):
        """Each surface × who calls; refusals first, since a success may use something up."""
        box, session = self.box, self.world.value("session")
        proof, _, signed_at = session["x-signature"].partition(".")
        wrong = {**session, "x-signature": f"{proof[::-1]}.{signed_at}"}
        bent = {**session, "x-signature": "sig_of_nothing"}
        callers = {
            "nobody": {}, "an empty key": {"x-api-key": ""},
            "a wrong key": {"x-api-key": "pk_sandbox_wrong"},
            "a wrong commerce key": {"x-commerce-api-key": "ck_sandbox_wrong"},
            "a merchant key": box.keys("merchant"), "a commerce key": box.keys("commerce"),
            "a commerce key in x-api-key": {"x-api-key": box.commerce},
            "a merchant key in x-commerce-api-key": {"x-commerce-api-key": box.merchant},
            "a session": session, "half a session": {"x-session-token": session["x-session-token"]},
            "a badly signed session": wrong, "a malformed signature": bent,
            "a session and a key": {**session, **box.keys("merchant")}}
        keyed = {"nobody": 401, "an empty key": 401, "a wrong key": 401,
                 "a wrong commerce key": 401, "a session": 401, "half a session": 401,
                 "a badly signed session": 401, "a merchant key in x-commerce-api-key": 403}
        expected = {
            "merchant": {**keyed, "a commerce key": 403, "a commerce key in x-api-key": 403,
                         "a merchant key": 0},
            "commerce": {**keyed, "a merchant key": 403, "a session and a key": 403,
                         "a commerce key": 0, "a commerce key in x-api-key": 0},
            "any": {**keyed, "a merchant key": 0, "a commerce key": 0,
                    "a commerce key in x-api-key": 0},
            "payor": {"nobody": 401, "half a session": 401, "a malformed signature": 401,
                      "a badly signed session": 403,
                      "a merchant key": 403, "a commerce key": 403,
                      "a commerce key in x-api-key": 403, "a session and a key": 403,
                      "a session": 0}}[row["surface"]]
        codes = {"payor": {401: "SESSION_INVALID", 403: "SESSION_DENIED"}}.get(
            row["surface"], {401: "API_KEY_INVALID", 403: "API_KEY_SCOPE"})
        for name, status in sorted(expected.items(), key=lambda e: -e[1]):
            key = callers[name]
            request = self.request(row, {}, key=key)
            if name == "a session" and row.get("session"):
                request["key"] = self.world.fill(row["session"])
            if not status and name.startswith("a commerce key") and row["surface"] == "any":
                request["body"] = {"scope": "commerce"} if row["body"] else None
            answer = box.call(**request)
            label = f"by {name}"
            if status:
                self.fail(row, label, answer, status, codes[status])
            else:
                check(self.label(row, label), answer.status < 300, answer)

    def repeats(self, row):
        """Idempotency-Key: missing, malformed, replayed, used for something else."""
        if row["idem"] is None:
            return
        if row["idem"] == "required":
            for value in (None, "1", "00000000-0000-1000-8000-000000000000"):
                answer = self.call(row, idempotency=value)
                self.fail(row, f"Idempotency-Key {value}", answer, 400, "IDEMPOTENCY_KEY_MISSING")
        request = self.request(row, {})
        first, again = self.box.call(**request), self.box.call(**request)
        check(self.label(row, "replay"), first.status == again.status and
              first.raw == again.raw and first.status < 300, first, again)
        check(self.label(row, "replay is marked"), "idempotent-replayed" not in first.headers and
              again.headers.get("idempotent-replayed") == "true", again.headers)
        if isinstance(request["body"], dict):
            request["body"] = {**request["body"], "other": 1}
            self.fail(row, "the same key, another body", self.box.call(**request), 409,
                      "IDEMPOTENCY_KEY_REUSED")

    def form(self, row):
        """Bodies that are none, and methods that are not."""
        if row["method"] != "GET" and row["body"] is not None:
            for name, body in (("no JSON", "{"), ("an array", "[]"), ("a text", '"x"')):
                answer = self.call(row, body=body)
                self.fail(row, f"body is {name}", answer, 400, "VALIDATION_ERROR")
        key = {"payor": self.world.value("session")}.get(row["surface"], row["surface"])
        answer = self.box.call("PATCH", self.path(row, {}), key if key != "any" else "merchant")
        self.fail(row, "PATCH", answer, 405, "METHOD_NOT_ALLOWED")
        check(self.label(row, "Allow"), row["method"] in answer.headers.get("allow", ""),
              answer.headers)

    def by_curl(self, row):
        if row["method"] != "GET":
            return
        request = self.request(row, {})
        ours = self.box.call(**request)
        status, body = self.box.curl(request["path"], request["key"], request["query"])
        moves = ("session-details", "}/session", "/search", "/offers", "/products/")  # they tell the time
        same = body == ours.raw or any(m in row["path"] for m in moves)
        check(self.label(row, "by curl"), status == ours.status and same, status, body[:200],
              ours)

    def page(self, row, **query):
        answer = self.call(row, {"query": {**(row["query"] or {}), **query}})
        body = answer.body or {}
        return answer, body.get("data", {}) if row["envelope"] == "success/data" else body

    def bad_page(self, row, **query):
        answer, _ = self.page(row, **query)
        self.fail(row, f"page {query}", answer, 400, "VALIDATION_ERROR")

    def cursors(self, row):
        if row["page"] != "cursor":
            return
        if row.get("needs"):
            self.world.value(row["needs"])
        if "refunds" in row["path"]:
            self.world.value("refunded_invoice")
        member = row.get("id", "id")
        for limit in ("0", "101", "-1", "x", "1.5", ""):
            self.bad_page(row, limit=limit)
        _, all_rows = self.page(row, limit="100")
        rows = all_rows.get("data", [])
        ids = [r[member] for r in rows]
        check(self.label(row, "has rows to page through"), len(ids) >= 3, len(ids))
        if len(ids) < 3:
            return
        _, default = self.page(row)
        check(self.label(row, "10 by default"), [r[member] for r in default["data"]] == ids[:10],
              len(default["data"]))
        _, one = self.page(row, limit="1")
        check(self.label(row, "limit 1"), [r[member] for r in one["data"]] == ids[:1] and
              one["has_more"] is True, one)
        times = [r.get("created", r.get("created_at")) for r in rows]
        check(self.label(row, "newest first"), None in times or
              times == sorted(times, reverse=True), times[:10])
        seen, step = ids[:1], max(1, len(ids) // 4)
        for _ in range(len(ids)):
            _, page = self.page(row, limit=str(step), starting_after=seen[-1])
            seen += [r[member] for r in page["data"]]
            if not page["has_more"] or len(seen) >= len(ids):
                break
        check(self.label(row, "pages lose and repeat nothing"), seen[:len(ids)] == ids,
              len(seen), len(ids))
        _, newer = self.page(row, limit="100", ending_before=ids[2])
        check(self.label(row, "ending_before"), [r[member] for r in newer["data"]] == ids[:2] and
              newer["has_more"] is False, newer)
        _, next_to = self.page(row, limit="1", ending_before=ids[2])
        check(self.label(row, "ending_before takes the nearest"),
              [r[member] for r in next_to["data"]] == [ids[1]] and next_to["has_more"] is True,
              next_to)
        _, older = self.page(row, limit="100", starting_after=self.last(row, member))
        check(self.label(row, "after the last"), older["data"] == [] and
              older["has_more"] is False, older)
        for cursor in ("no-such-id", "00000000-0000-4000-8000-000000000001"):
            self.bad_page(row, starting_after=cursor)
            self.bad_page(row, ending_before=cursor)
        self.bad_page(row, starting_after=ids[0], ending_before=ids[1])
        _, none = self.page(row, **row["empty"])
        check(self.label(row, "an empty page"), none["data"] == [] and none["has_more"] is False,
              none)

    def last(self, row, member):
        cursor = {}
        while True:
            _, page = self.page(row, limit="100", **cursor)
            cursor = {"starting_after": page["data"][-1][member]}
            if not page["has_more"]:
                return cursor["starting_after"]

    def offsets(self, row):
        if row["page"] != "offset":
            return
        for query in ({"limit": "0"}, {"limit": "101"}, {"limit": "x"}, {"offset": "-1"},
                      {"offset": "x"}):
            self.bad_page(row, **query)
        _, full = self.page(row, limit="100")
        ids = [o["orderId"] for o in full["orders"]]
        _, default = self.page(row)
        check(self.label(row, "20 by default"), [o["orderId"] for o in default["orders"]] ==
              ids[:20] and default["pagination"]["limit"] == 20 and
              default["pagination"]["offset"] == 0, default["pagination"])
        _, part = self.page(row, limit="2", offset="1")
        check(self.label(row, "limit 2, offset 1"), [o["orderId"] for o in part["orders"]] ==
              ids[1:3] and part["pagination"] == {"limit": 2, "offset": 1, "count": 2},
              part["pagination"])
        _, none = self.page(row, offset="1000000")
        check(self.label(row, "after the last"), none["orders"] == [] and
              none["pagination"]["count"] == 0, none)
        _, empty = self.page(row, **row["empty"])
        check(self.label(row, "an empty page"), empty["orders"] == [], empty)


def check_routes(box, world, rows):
    caller = Caller(box, world)
    parts = (caller.cases, caller.unknown, caller.keys, caller.repeats, caller.form,
             caller.by_curl, caller.cursors, caller.offsets)
    for row in rows:
        if row["surface"] == "control":
            answer = box.call(row["method"], re.sub(r"\{\w+\}", "quiet", row["path"]), body=row[
                "body"])
            check(caller.label(row, "not there by default"), answer.status == 404, answer)
            continue
        for part in parts:
            try:
                part(row)
            except Exception as error:  # a row that cannot be run is a failure, not the end
                check(f"{caller.label(row)}: {part.__name__} can run", False,
                      f"{type(error).__name__}: {error}")


def check_control(box, world, rows):
    """The control surface, in a sandbox that serves it."""
    caller = Caller(box, world)
    for row in rows:
        if row["surface"] == "control":
            try:
                caller.cases(row)
            except Exception as error:
                check(f"{caller.label(row)} can run", False, f"{type(error).__name__}: {error}")
            box.call("DELETE", "/_sandbox/faults")


def check_unserved(box, rows):
    """What the table knows and routes.h has not is not half there either."""
    for row in rows:
        path = re.sub(r"\{\w+\}", "x", row["path"])
        answer = box.call(row["method"], path, idempotency=str(uuid.uuid4()))
        check(f"{row['method']} {row['path']} is not served yet",
              answer.status in (403, 404, 405), answer)
