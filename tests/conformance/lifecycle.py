"""A seeded walk through everything a client can do, looked at from outside."""
import json
import random

from box import Box
from frames import Frames
from matching import misfits
from routes import BANK, BSC
from shapes import EVENT, LIFECYCLES
from tally import check
from world import World

STEPS, MOST_STEPS = 150, 600


class Walk:
    def __init__(self, box, seed):
        self.box, self.world, self.rng = box, World(box), random.Random(seed)
        self.orders, self.payouts, self.deposits, self.customers = [], [], [], []
        self.status, self.seen, self.bodies = {}, set(), {}
        self.done = {}

    # --- the steps; each answers whether it was accepted ---

    def accepted(self, method, path, body=None, key="merchant"):
        answer = self.box.call(method, path, key, body=body,
                               idempotency=str(self.world_uuid()))
        check(f"{method} {path} {body} is answered", answer.status in (200, 201, 400, 403, 409),
              answer)
        return answer.body if answer.status < 300 else None

    def world_uuid(self):
        n = self.rng.getrandbits(128) & ~(0xf000 << 64) | 0x4000 << 64
        text = f"{n & ~(0xc000 << 48) | 0x8000 << 48:032x}"
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))

    def pick(self, rows):
        return self.rng.choice(rows) if rows else None

    def step_create(self):
        return self.world.invoice(amount_usd=self.rng.randint(1, 50000) / 100,
                                  expires_in=self.rng.choice([60000, 600000, 43200000]))

    def step_cancel(self):
        rows = self.box.get("/api/v1/invoices", limit="20")["data"]
        return self.accepted("POST", f"/api/v1/invoices/{self.pick(rows)['id']}/cancel", {})

    def step_refund(self):
        rows = self.box.get("/api/v1/invoices", status="paid,underpaid", limit="100")["data"]
        row = self.pick(rows)
        body = {"destination_wallet_address": BSC, "destination_wallet_network": "bsc"}
        if self.rng.random() < 0.7:
            body["amount"] = self.rng.randint(1, max(1, row["amount_paid"] * 2))
        return self.accepted("POST", f"/api/v1/invoices/{row['id']}/refund", body)

    def step_checkout(self):
        self.orders.append(self.world.checkout()["orderId"])
        return True

    def step_simulate(self):
        order = self.pick(self.orders[-4:])
        return order and self.accepted(
            "POST", f"/api/commerce/devnet/orders/{order}/simulate",
            {"transitionTo": self.rng.choice(
                ["payment_confirmed", "payment_settled", "placed", "shipped",
                 "delivery_confirmed", "failed", "cancelled", "refunded"])}, "commerce")

    def step_on(self):
        """The next step of the documented happy path."""
        order = self.pick(self.orders[-6:])
        if not order:
            return None
        now = self.box.get("/api/commerce/merchant/orders/" + order, "commerce")["data"]
        step = {"pending_payment": "payment_confirmed", "placed": "shipped",
                "shipped": "delivery_confirmed",
                "processing": "placed" if now["substatus"] else "payment_settled"}.get(
                    now["status"])
        return step and self.accepted("POST", f"/api/commerce/devnet/orders/{order}/simulate",
                                      {"transitionTo": step}, "commerce")

    def step_cancel_order(self):
        order = self.pick(self.orders)
        return order and self.accepted("POST", f"/api/commerce/merchant/orders/{order}/cancel",
                                       {"refundDestinationWalletAddressBsc": BSC}, "commerce")

    def step_submit(self):
        self.customers.append(f"cust_walk_{len(self.customers)}")
        return self.accepted("POST", "/api/v1/ramps/kyc/" + self.customers[-1],
                             {"country": "DE", "legal_name": "Ada"})

    def step_review(self):
        customer = self.pick(self.customers)
        return customer and self.accepted(
            "POST", f"/api/v1/ramps/devnet/kyc/{customer}/simulate",
            {"transitionTo": self.rng.choice(["approved", "rejected", "expired", "pending"])})

    def step_payout(self):
        customer = self.pick(self.customers + [self.world.value("approved_customer")])
        body = {"quote_id": self.world.quote(customer), "bank_account": BANK}
        made = self.accepted("POST", "/api/v1/ramps/payouts", body)
        if made:
            self.payouts.append(made["id"])
        return made

    def step_move_payout(self):
        payout = self.pick(self.payouts[-5:])
        return payout and self.accepted(
            "POST", f"/api/v1/ramps/devnet/payouts/{payout}/simulate",
            {"transitionTo": self.rng.choice(["processing", "paid", "failed", "returned"])})

    def step_cancel_payout(self):
        payout = self.pick(self.payouts)
        return payout and self.accepted("POST", f"/api/v1/ramps/payouts/{payout}/cancel", {})

    def step_deposit(self):
        made = self.accepted("POST", "/api/v1/ramps/deposits", {
            "customer_id": self.world.value("approved_customer"), "amount": 50000})
        if made:
            self.deposits.append(made["id"])
        return made

    def step_move_deposit(self):
        deposit = self.pick(self.deposits[-5:])
        return deposit and self.accepted(
            "POST", f"/api/v1/ramps/devnet/deposits/{deposit}/simulate",
            {"transitionTo": self.rng.choice(["received", "confirmed", "failed", "returned"])})

    # --- what must hold after each ---

    def last_event(self):
        return self.box.get("/api/v1/events", limit="1")["data"]["data"][0]

    def still(self, read):
        """What `read` tells while nothing happens: the clock may act between two requests."""
        for _ in range(20):
            before = self.last_event()
            told = read(before)
            if self.last_event()["id"] == before["id"]:
                return told
        return None

    def resource(self, event):
        """data.object, and the same by GET."""
        told = event["data"]["object"]
        kind, ident = told["object"], told.get("id") or told.get("customer_id")
        if kind == "commerce_order":
            held = self.box.get("/api/commerce/merchant/orders/" + ident, "commerce")["data"]
            return {k: v for k, v in told.items() if k not in ("object", "id")}, held
        if kind == "invoice_payment":
            rows = self.box.get("/api/v1/invoices/" + told["invoice_id"], expand="payments",
                                payments_limit="100")["payments"]["data"]
            return told, next((r for r in rows if r["id"] == ident), None)
        path = {"invoice": "/api/v1/invoices/", "refund": "/api/v1/refunds/",
                "ramp_kyc": "/api/v1/ramps/kyc/", "ramp_deposit": "/api/v1/ramps/deposits/",
                "ramp_payout": "/api/v1/ramps/payouts/"}[kind]
        return told, self.box.get(path + ident)

    def check_last(self, step):
        pair = self.still(self.resource)
        check(f"after {step} the last event's object is what GET answers",
              pair is not None and pair[0] == pair[1], *(pair or ()))

    def check_totals(self, step):
        def read(_):
            return (self.box.pages("/api/v1/invoices"),
                    self.box.get("/api/v1/invoices/totals")["totals"])
        told = self.still(read)
        if not check(f"after {step} the world stands still for a moment", told):
            return
        rows, totals = told
        for name, bucket in totals.items():
            some = [r["amount"] for r in rows if name in ("all", r["status"])]
            check(f"after {step} totals.{name} is the sum of the list",
                  bucket["count"] == len(some) and bucket["amount"] == sum(some), bucket,
                  len(some), sum(some))

    def follow(self, events):
        """Statuses move along the lifecycle, event by event."""
        for event in events:
            check("no event twice", event["id"] not in self.seen, event["id"])
            self.seen.add(event["id"])
            told = event["data"]["object"]
            kind = told["object"]
            ident = (kind, told.get("id") or told.get("customer_id"))
            before, now = self.status.get(ident), told["status"]
            wrong = misfits(EVENT, event, event["type"])
            check("every event has its shape", not wrong, *wrong[:3])
            allowed = now == before or now in LIFECYCLES[kind].get(before, ())
            check(f"{kind} may go from {before} to {now}", allowed, event["id"])
            if before is not None and now != before:
                was = event["data"]["previous_attributes"].get("status")
                check(f"{kind} tells that it was {before}", was == before, event)
            self.status[ident] = now


def check_lifecycle(seed):
    box = Box("--seed", str(seed), "--epoch", "2026-01-15T12:00:00Z", "--scenario", "quiet",
              "--speed", "10")
    walk = Walk(box, seed)
    steps = sorted(n for n in dir(walk) if n.startswith("step_"))
    weights = [3 if n in ("step_on", "step_checkout", "step_create") else 1 for n in steps]
    try:
        walk.follow(box.events())
        with Frames(box) as stream, Frames(box, "/ws/commerce/events", box.commerce) as commerce:
            first = walk.last_event()["id"]
            for i in range(MOST_STEPS):
                missing = [s for s in steps if s not in walk.done]
                if i >= STEPS and not missing:
                    break
                step = walk.rng.choices(steps, weights)[0]
                if i >= STEPS and i % 2:  # what was always refused until now
                    step = walk.rng.choice(missing)
                if getattr(walk, step)():
                    walk.done[step] = walk.done.get(step, 0) + 1
                walk.check_last(step)
                if i % 5 == 0:
                    walk.check_totals(step)
            check("every kind of step was accepted at least once", len(walk.done) == len(steps),
                  sorted(set(steps) - set(walk.done)))
            compare_streams(box, walk, stream, commerce, first)
    finally:
        check("the walked one stops", box.stop() == 0)


def compare_streams(box, walk, stream, commerce, first):
    for _ in range(20):
        events = box.events()
        check("frames arrive", stream.wait_for(events[-1]["id"]), events[-1]["id"])
        if len(box.events()) == len(events):
            break
    ids = [e["id"] for e in events]
    live = events[ids.index(first) + 1:]
    walk.follow(live)
    frames = stream.all[:len(live)]
    check("as many frames as events", len(frames) == len(live), len(frames), len(live))
    check("frames are the events, in order", [json.loads(f) for f in frames] == live)
    for event, frame in zip(live[::3], frames[::3]):
        raw = box.call("GET", "/api/v1/events/" + event["id"]).raw
        check("frames are the events, byte for byte",
              raw == b'{"success":true,"data":' + frame.encode() + b"}", raw, frame)
    theirs = [e["id"] for e in box.pages("/api/v1/events", "commerce", inside=True)][::-1]
    told = [json.loads(f)["id"] for f in commerce.all]
    check("the commerce stream is a part of the commerce list, in order",
          told == [i for i in theirs if i in set(told)] and len(told) > 10, len(told))
    check("no frame of a stream is unknown to REST", set(told) <= set(ids))
