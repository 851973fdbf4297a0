"""kill -9 at random moments of writing: what was acknowledged or shown is still there."""
import json
import os
import random
import tempfile
import threading
import time
import uuid

from box import Box
from frames import Frames
from tally import check

KILLS = 12


class Writer(threading.Thread):
    """Makes invoices until the server dies; each under a key and a customer of its own."""

    def __init__(self, box, name):
        super().__init__(daemon=True)
        self.base, self.keys, self.name = box.host, box.keys("merchant"), name
        self.acknowledged, self.open = [], None

    def run(self):
        import http.client
        connection = http.client.HTTPConnection(self.base, timeout=5)
        for n in range(100000):
            key, customer = str(uuid.uuid4()), f"{self.name}_{n}"
            body = json.dumps({"amount_usd": (n + 1) / 100, "customer_id": customer})
            self.open = (key, body, customer)
            try:
                connection.request("POST", "/api/v1/invoices", body, {
                    **self.keys, "Idempotency-Key": key, "Content-Type": "application/json"})
                answer = connection.getresponse()
                raw = answer.read()
            except (OSError, http.client.HTTPException):
                return
            if answer.status != 201:
                return
            self.acknowledged.append((json.loads(raw)["invoice_id"], customer, (n + 1) * 10,
                                      key, body, raw))
            self.open = None


def check_kills(seed):
    rng = random.Random(seed)
    shown, made = {}, 0
    # What a kill may lose is the process's, not the disk's, so memory serves as well.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        options = ("--db", os.path.join(folder, "ledger.db"), "--seed", "7", "--scenario", "busy",
                   "--speed", "4")
        box = Box(*options)
        for turn in range(KILLS):
            writers = [Writer(box, f"kill_{turn}_{i}") for i in range(2)]
            stream = Frames(box)
            with stream:
                for writer in writers:
                    writer.start()
                time.sleep(rng.uniform(0.05, 0.45))
                box.kill()
                for writer in writers:
                    writer.join(5)
            made += sum(len(w.acknowledged) for w in writers)
            box = Box(*options)
            check_survivors(box, writers, rng)
            check_shown(box, stream.all, shown)
        check("there was something to lose", made > KILLS * 5, made)
        check("and something was shown", len(shown) > KILLS * 5, len(shown))
        check_last_stand(box, shown)
        box.stop()


def check_survivors(box, writers, rng):
    for writer in writers:
        rows = writer.acknowledged
        for ident, customer, amount, key, body, raw in rows[-3:] + rng.sample(
                rows, min(3, len(rows))):
            answer = box.call("GET", "/api/v1/invoices/" + ident)
            check("an acknowledged invoice survives", answer.status == 200 and
                  answer.body["customer_id"] == customer and answer.body["amount"] == amount,
                  answer)
            again = box.call("POST", "/api/v1/invoices", body=body, idempotency=key)
            check("its key still replays the first answer", again.raw == raw and
                  again.headers.get("idempotent-replayed") == "true", again)
        if not writer.open:
            continue
        key, body, customer = writer.open
        again = box.call("POST", "/api/v1/invoices", body=body, idempotency=key)
        check("what was in flight can be asked again", again.status == 201, again)
        held = box.get("/api/v1/invoices", customer_id=customer)["data"]
        check("and was done exactly once", len(held) == 1, held)


def check_shown(box, frames, shown):
    """What a stream showed is in the ledger, as it was shown; no id ever has two bodies."""
    for frame in frames:
        event = json.loads(frame)
        if event["object"] != "event":
            continue
        check("no id twice with different bodies", shown.get(event["id"], frame) == frame, frame)
        shown[event["id"]] = frame
    for frame in frames[-2:]:
        event = json.loads(frame)
        answer = box.call("GET", "/api/v1/events/" + event["id"])
        check("the last event shown before a kill was kept, byte for byte",
              answer.raw == b'{"success":true,"data":' + frame.encode() + b"}", answer, frame)


def check_last_stand(box, shown):
    held = {e["id"]: e for e in box.events()}
    lost = [i for i in shown if i not in held]
    check("no event that was ever shown is lost", not lost, lost[:3])
    differ = [i for i, frame in shown.items() if i in held and json.loads(frame) != held[i]]
    check("no event that was ever shown is another now", not differ, differ[:3])
    objects = {}
    for event in held.values():
        told = event["data"]["object"]
        if told["object"] == "invoice":
            objects.setdefault(told["id"], []).append(event["type"])
    twice = [i for i, types in objects.items() if types.count("invoice.created") != 1]
    check("every invoice was created once", not twice, twice[:3])
