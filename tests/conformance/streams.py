"""The three event streams by a stock WebSocket client: who may listen, and what a payor hears."""
import asyncio
import json
import time

import websockets

from box import Box
from frames import Frames
from matching import misfits
from shapes import EVENT, PAYMENT_QUOTE, RESOURCES
from tally import check
from world import World

MERCHANT, COMMERCE, PAYOR = "/ws/merchant/events", "/ws/commerce/events", "/ws/payment"

# "Payor-safe" (10): nothing that is the merchant's business. Which members that leaves is inferred.
PRIVATE = {"merchant_id", "customer_id", "commerce_order_id", "metadata", "settlement"}
PAYOR_SEES = {"payment_quote": PAYMENT_QUOTE,
              **{name: {k + "?": v for k, v in RESOURCES[name].items() if k not in PRIVATE}
                 for name in ("invoice", "invoice_payment")}}
PAYOR_EVENT = {**EVENT, "data": {"object": "obj", "previous_attributes": "obj"}}


def upgrade(box, path, token, headers):
    """The status an upgrade is answered with."""
    async def dial():
        try:
            async with websockets.connect(box.ws + path + (f"?token={token}" if token else ""),
                                          extra_headers=headers):
                return 101
        except websockets.InvalidStatusCode as error:
            return error.status_code
    return asyncio.new_event_loop().run_until_complete(dial())


def check_who(box, tokens):
    keys = {"none": {}, "wrong": {"x-api-key": "pk_wrong"}, "merchant": box.keys("merchant"),
            "commerce": box.keys("commerce"), "commerce in x-api-key": {"x-api-key": box.commerce}}
    merchant = {"none": 401, "wrong": 401, "merchant": 101, "commerce": 403,
                "commerce in x-api-key": 403}
    commerce = {"none": 401, "wrong": 401, "merchant": 403, "commerce": 101,
                "commerce in x-api-key": 101}
    payor = {name: 401 for name in keys}
    for path, expected in ((MERCHANT, merchant), (COMMERCE, commerce), (PAYOR, payor)):
        for name, status in expected.items():
            got = upgrade(box, path, None, keys[name])
            check(f"{path} by key: {name}", got == status, got, status)
    by_token = {MERCHANT: {"merchant": {101}}, COMMERCE: {"commerce": {101}},
                PAYOR: {"payor": {101}}}
    for path, good in by_token.items():
        for name, token in tokens.items():
            want = good.get(name, {401, 403})
            got = upgrade(box, path, token, {})
            check(f"{path} by token: {name}", got in want, got, want)


def tokens_of(box, address):
    minted = {scope: box.write("POST", "/api/v1/ws/token", {"scope": scope}, scope)["data"]
              for scope in ("merchant", "commerce")}
    for scope, data in minted.items():
        check(f"a {scope} token tells where it serves", data["scope"] == scope and
              data["ws_url"] == f"{box.ws}/ws/{scope}/events", data)
    payor = address["ws_connection"]["token"]
    head, claims, proof = minted["merchant"]["token"].split(".")
    return {"merchant": minted["merchant"]["token"], "commerce": minted["commerce"]["token"],
            "payor": payor, "garbage": "a.b.c", "nothing": "x",
            "unsigned": f"{head}.{claims}.", "forged": f"{head}.{claims}.{proof[::-1]}",
            "of other claims": f"{head}.{payor.split('.')[1]}.{proof}"}


def check_payor(box, world, made, token, base_token):
    """A payor hears of its own invoice, and of nothing else."""
    session = made["payment_session_headers"]
    with Frames(box, f"{PAYOR}?token={token}&format=event_v1", "") as stream:
        other = world.invoice()["invoice_id"]
        box.write("POST", f"/api/v1/invoices/{other}/cancel", {})
        box.write("POST", "/api/v1/payments/payment-addresses",
                  {"network": "base", "tokenId": base_token}, session)
        box.write("POST", f"/api/v1/invoices/{made['invoice_id']}/cancel", {})
        until = time.monotonic() + 5
        while time.monotonic() < until and not any("canceled" in f for f in stream.all):
            time.sleep(0.01)
        told = [json.loads(f) for f in stream.all]
    events = [e for e in told if e["object"] == "event"]
    for event in events:
        subject = event["data"]["object"]
        wrong = misfits(PAYOR_EVENT, {**event, "data": {**event["data"], "object": {}}})
        wrong += misfits(PAYOR_SEES[subject["object"]], subject)
        check(f"the payor's {event['type']} has its shape", not wrong, *wrong[:4])
        check("a payor hears only of its invoice", made["invoice_id"] in (
            subject.get("id"), subject.get("invoice_id")), event)
    types = [e["type"] for e in events]
    check("a payor hears of the quote and of the end", "payment_quote.updated" in types and
          types[-1:] == ["invoice.updated"], types)


def check_streams():
    box = Box("--seed", "7", "--scenario", "quiet")
    try:
        world = World(box)
        made = world.invoice()
        session = made["payment_session_headers"]
        world.choose_base(session)
        base = world.found["base_token"]
        address = box.write("POST", "/api/v1/payments/payment-addresses",
                            {"network": "base", "tokenId": base}, session)
        tokens = tokens_of(box, address)
        check_who(box, tokens)
        check_payor(box, world, made, tokens["payor"], base)
    finally:
        box.stop()
