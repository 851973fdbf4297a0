#!/usr/bin/python3
"""docs/CONTRACT.md out of the tables: `contract_doc.py > docs/CONTRACT.md`.

The end-to-end test compares the file with this, so it cannot drift."""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from checks import split_table  # noqa: E402
from routes import ROUTES  # noqa: E402
from shapes import (COUNTRY, EVENT, LIFECYCLES, ORDER, ORDER_ROW, QUOTE, RESOURCES,  # noqa: E402
                    PAYMENT_QUOTE, SAVED_ADDRESS, SHIP_TO, TOKEN, Maybe, OneOf)

HEAD = """\
# The contract, route by route

What `pepay-sandbox` answers, held against what Pepay publishes. Made from the tables in
`tests/conformance` (`contract_doc.py`); `tests/e2e/sandbox_conformance.py` runs every row of them with
`http.client`, curl and a stock WebSocket client, and fails when this file says something else.

- **Documented**: Pepay's public documentation says so.
- **Inferred**: it does not, or shows one sample; what the sandbox does there is a guess a client must not rely on.
- **Ours**: local extension. A real Pepay has no such route.

A member marked `+` is not in Pepay's documents; one marked `?` may be absent; *null* may be null.
Errors are `{"success":false,"error":{"code","message"}}` everywhere; the codes other than `API_KEY_INVALID`,
`VALIDATION_ERROR`, `RATE_LIMIT_EXCEEDED` and `INTERNAL_SERVER_ERROR` are ours, because Pepay lists no others.

## Who may call

| Surface | Accepted | Refused |
|---|---|---|
| merchant | `x-api-key` with a merchant key | 401 none or unknown; 403 a commerce key |
| commerce | `x-commerce-api-key`, or `x-api-key` with a commerce key | 401 none or unknown; 403 a merchant key |
| any | either key | 401 none or unknown |
| payor | `x-session-token` + `x-signature` | 401 missing or malformed; 403 another signature, or any API key |
| control | a program on this machine, and only under `--enable-control` | 404 otherwise |

Streams: `/ws/merchant/events` and `/ws/commerce/events` take the key of their surface in the upgrade's headers, or
`?token=` of `POST /api/v1/ws/token`; `/ws/payment` takes only the token of `ws_connection`. A frame is byte for byte the
`data` that `GET /api/v1/events/{eventId}` answers. `ws_control` and `ws_error` frames are ours beyond their `object`.

## Every write

An `Idempotency-Key` (v4 UUID) is required or honoured as each route says. Repeated with the same request it gives the
first answer again, marked `Idempotent-Replayed: true`; with another body `409 IDEMPOTENCY_KEY_REUSED`. Pepay documents the
header and the 409; the marking is ours. A body that is no JSON object is `400`; a method the path has not is `405` with
`Allow`.
"""

PARTS = {"event": EVENT, "order": ORDER, "order row": ORDER_ROW, "token": TOKEN,
         "shipping address": SHIP_TO, "saved address": SAVED_ADDRESS, "ramp quote": QUOTE,
         "country": COUNTRY,
         "payment quote (events of payors)": PAYMENT_QUOTE}

WORDS = {"str": "string", "text": "string", "int": "integer", "num": "number", "bool": "boolean",
         "obj": "object", "any": "any", "time": "epoch seconds", "second": "epoch seconds", "iso": "ISO time",
         "uuid": "UUID", "dec3": "decimal string, 3 places", "dec2": "decimal string, 2 places",
         "decimal": "decimal string", "jwt": "JWT", "event_id": "`evt_<ms>-<n>`",
         "true": "`true`", "false": "`false`", "resource": "a resource, see below"}


def named(shape):
    """The name of a resource's shape, so that it is told once."""
    for name, known in {**RESOURCES, **PARTS}.items():
        if shape is known:
            return f"*{name}*"
    return None


def told(shape):
    if isinstance(shape, Maybe):
        return told(shape.shape) + " or *null*"
    if isinstance(shape, OneOf):
        return str(shape).replace("null", "*null*")
    if isinstance(shape, list):
        return "[" + told(shape[0]) + "]"
    if isinstance(shape, dict):
        return named(shape) or "{" + "; ".join(member(k, v) for k, v in shape.items()) + "}"
    if shape.startswith("="):
        return f"`{shape[1:]}`"
    return WORDS[shape.rstrip("?")] + (" or *null*" if shape.endswith("?") else "")


def member(key, shape):
    mark = ("+" if key.startswith("+") else "") + ("?" if key.endswith("?") else "")
    return f"`{key.strip('+?')}`{mark} {told(shape)}"


def members(shape, indent=""):
    """One line a member of the outermost object."""
    if isinstance(shape, dict) and not named(shape):
        return [f"{indent}- {member(k, v)}" for k, v in shape.items()]
    return [f"{indent}- {told(shape)}"]


def envelope(row):
    if row["envelope"] == "success/data":
        more = "".join(f",{json.dumps(k.strip('?'))}" for k in row.get("top", {}))
        return f'`{{"success":true,"data":…{more}}}`'
    return {"bare": "bare", "top-level": "`success` at top level"}[row["envelope"]]


def errors(row):
    """Each error of the table once: 400 `CODE`: what."""
    kinds = {}
    for case in row["cases"]:
        if case["code"]:
            kinds.setdefault((case["status"], case["code"]), []).append(case["name"])
    return [f"- {status} `{code}`: {', '.join(names)}" for (status, code), names in kinds.items()]


def page(row):
    return {"cursor": "Cursors: `limit` 1..100 (10), `starting_after` older, `ending_before` newer; "
                      "newest first; 400 for a bad cursor, or for both.",
            "offset": "Offset: `limit` 1..100 (20), `offset` (0).", None: ""}[row["page"]]


def section(row):
    lines = [f"### `{row['method']} {row['path']}`", ""]
    status = row["status"] or "200 or 201"
    facts = [f"{row['surface']}", "Pepay" if row["origin"] == "pepay" else "local extension",
             f"contract {row['ref']}", f"{status}, {envelope(row)}"]
    if row["idem"]:
        facts.append(f"Idempotency-Key {row['idem']}")
    lines += [" · ".join(facts), ""]
    for title, key in (("Documented", "documented"), ("Inferred", "inferred"), ("Ours", "ours")):
        if row[key]:
            lines.append(f"- **{title}**: {row[key]}")
    if page(row):
        lines.append(f"- {page(row)}")
    lines += ["", "Answer:", "", *members(row["shape"]), ""]
    if errors(row):
        lines += ["Errors:", "", *errors(row), ""]
    return lines


def document():
    served, unserved = split_table()
    lines = [HEAD]
    for title, pick in (("Pepay's routes", "pepay"), ("Local extensions", "extension")):
        lines += [f"## {title}", ""]
        for row in served:
            if row["origin"] == pick:
                lines += section(row)
    lines += ["## Resources", ""]
    for name, shape in RESOURCES.items():
        lines += [f"### `{name}`", "",
                  *[f"- {member(k, v)}" for k, v in shape.items()], "", "Statuses:", "",
                  *[f"- {('`' + a + '`') if a else 'new'} → " + ", ".join(f"`{b}`" for b in sorted(to))
                    for a, to in LIFECYCLES[name].items() if to], ""]
    lines += ["## Their parts", "", "Not resources of events, but told in more than one place.", ""]
    for name, shape in PARTS.items():
        lines += [f"### {name}", "", *[f"- {member(k, v)}" for k, v in shape.items()], ""]
    lines += ["## Not served", ""]
    lines += [f"- `{r['method']} {r['path']}` (contract {r['ref']})" for r in unserved]
    lines += ["- Token management, settlement preferences, wallets, webhook and key management, environment access "
              "(contract 1, 11, 13)",
              ""]
    return "\n".join(lines)


assert all(r["documented"] or r["inferred"] or r["ours"] for r in ROUTES)
if __name__ == "__main__":
    sys.stdout.write(document())
