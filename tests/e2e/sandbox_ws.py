#!/usr/bin/python3
"""The sandbox's event streams, read by a stock WebSocket client (websockets 10.4)
and by bare sockets where a well-behaved client would not go. Nothing of our own
client takes part. Takes the binary from $BUILD (default build)."""
import asyncio
import base64
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid

import websockets  # python3-websockets; its absence is a failure, not a skip

SANDBOX = os.path.join(os.environ.get("BUILD", "build"), "pepay-sandbox")
ENV = {k: v for k, v in os.environ.items() if not k.startswith("PEPAY_")}
passed = failed = 0


def check(name, condition, *detail):
    global passed, failed
    if condition:
        passed += 1
    else:
        failed += 1
        print("FAILED:", name, *[str(d)[:600] for d in detail])


class Sandbox:
    def __init__(self, *options):
        self.process = subprocess.Popen([SANDBOX, *options], stdout=subprocess.PIPE, env=ENV)
        ready = json.loads(self.process.stdout.readline())
        self.base, self.ws = ready["base_url"], ready["ws_url"]
        self.merchant, self.commerce = ready["merchant_key"], ready["commerce_key"]
        host, port = self.base[len("http://"):].rsplit(":", 1)
        self.address = (host, int(port))

    def rest(self, method, path, body=None, key=None, idempotency=None):
        """Status and parsed body."""
        request = urllib.request.Request(self.base + path, method=method)
        request.add_header("x-api-key", key or self.merchant)
        if method == "POST":
            request.add_header("Idempotency-Key", idempotency or str(uuid.uuid4()))
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def make_invoice(self, cents=100, **more):
        status, body = self.rest("POST", "/api/v1/invoices",
                                 {"amount_usd": cents / 100, **more})
        assert status == 201, body
        return json.loads(body)["invoice_id"]

    def cancel_invoice(self, invoice):
        return self.rest("POST", f"/api/v1/invoices/{invoice}/cancel")

    def events(self, query=""):
        """All events, oldest first."""
        got, after = [], ""
        while True:
            _, body = self.rest("GET", f"/api/v1/events?limit=100{query}{after}")
            page = json.loads(body)["data"]
            got += page["data"]
            if not page["has_more"]:
                return got[::-1]
            after = "&starting_after=" + got[-1]["id"]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def stream(self, path="/ws/merchant/events", header="x-api-key", key=None):
        if key is None:
            key = self.commerce if "/commerce/" in path else self.merchant
        return websockets.connect(self.ws + path, extra_headers={header: key} if key else {},
                                  max_size=1 << 20)


async def read(stream, seconds=60):
    return await asyncio.wait_for(stream.recv(), seconds)


async def read_object(stream, seconds=60):
    return json.loads(await read(stream, seconds))


async def silent(stream, seconds=0.3):
    try:
        return await asyncio.wait_for(stream.recv(), seconds)
    except asyncio.TimeoutError:
        return None


async def call(function, *args, **named):
    return await asyncio.get_event_loop().run_in_executor(None, lambda: function(*args, **named))


async def upgrade_status(stream):
    try:
        async with stream:
            return 101
    except websockets.InvalidStatusCode as error:
        return error.status_code


async def test_auth(box):
    merchant, commerce = "/ws/merchant/events", "/ws/commerce/events"
    for path, header, key, want in (
            (merchant, "x-api-key", "", 401), (merchant, "x-api-key", "pk_wrong_key", 401),
            (merchant, "x-api-key", box.merchant, 101), (merchant, "x-api-key", box.commerce, 403),
            (merchant, "x-commerce-api-key", box.commerce, 403),
            (commerce, "x-api-key", "", 401), (commerce, "x-commerce-api-key", "ck_wrong", 401),
            (commerce, "x-commerce-api-key", box.commerce, 101),
            (commerce, "x-api-key", box.commerce, 101), (commerce, "x-api-key", box.merchant, 403),
            (merchant + "?token=abc", "x-api-key", box.merchant, 401),
            ("/ws/payment?token=abc", "x-api-key", box.merchant, 401),
            ("/ws/other", "x-api-key", box.merchant, 404)):
        got = await upgrade_status(box.stream(path, header, key))
        check(f"upgrade {path} with {header}: {key[:8]}", got == want, got, want)


async def test_bad_filters(box):
    for query, want in (
            ("types=bogus", 400), ("types=", 400), ("types=invoice.*,bogus.*", 400),
            ("types=invoice.*", 101), ("types=*", 101), ("types=invoice.created,ramp.*", 101),
            ("format=event_v1", 101), ("format=event_v2", 400), ("environment=devnet", 101),
            ("environment=moon", 400), ("invoice_type=gift", 400), ("order_id=o", 400),
            ("nonsense=1", 400), ("since=%zz", 400), ("since=%00", 400), ("since=", 400),
            ("types=invoice.*&types=ramp.*", 400)):
        got = await upgrade_status(box.stream("/ws/merchant/events?" + query))
        check(f"merchant filter {query}", got == want, got, want)
    for query, want in (("order_id=o", 101), ("types=ramp.*", 400),
                        ("types=commerce.order.*,invoice.*", 101), ("environment=devnet", 400),
                        ("wallet_network=bsc", 400), ("wallet_address=0x1&wallet_network=bsc", 101)):
        got = await upgrade_status(box.stream("/ws/commerce/events?" + query))
        check(f"commerce filter {query}", got == want, got, want)


async def test_live_frames_are_the_events(box):
    async with box.stream() as stream:
        check("no extension is agreed on", stream.extensions == [], stream.extensions)
        check("nothing before the first event", await silent(stream) is None)
        invoice = await call(box.make_invoice, customer_id="ws-1")
        created = await read(stream)
        await call(box.cancel_invoice, invoice)
        updated = await read(stream)
        for frame, kind, status in ((created, "invoice.created", "unpaid"),
                                    (updated, "invoice.updated", "canceled")):
            event = json.loads(frame)
            check(f"{kind} arrives", event["type"] == kind and
                  event["data"]["object"]["id"] == invoice and
                  event["data"]["object"]["status"] == status, frame)
            _, body = await call(box.rest, "GET", "/api/v1/events/" + event["id"])
            check(f"{kind} frame is byte for byte what REST serves",
                  f'"data":{frame}'.encode() in body, frame, body)
        check("what it was is told",
              json.loads(updated)["data"]["previous_attributes"].get("status") == "unpaid", updated)
        _, body = await call(box.rest, "GET", "/api/v1/invoices/" + invoice)
        check("the event holds the resource as REST serves it",
              json.loads(updated)["data"]["object"] == json.loads(body), updated, body)
        pong = await stream.ping()
        await asyncio.wait_for(pong, 60)
        check("ping is answered", True)


async def test_order_cancel_reaches_both_streams(box):
    _, body = await call(box.rest, "GET", "/api/commerce/merchant/orders?limit=100",
                         key=box.commerce)
    orders = [o for o in json.loads(body)["data"]["orders"] if o["actions"]["canCancel"]]
    check("an order can be canceled", orders)
    if not orders:
        return
    order = orders[0]["orderId"]
    async with box.stream("/ws/commerce/events?types=commerce.order.*") as commerce, \
            box.stream("/ws/commerce/events?order_id=" + order) as own, \
            box.stream("/ws/merchant/events?types=commerce.*") as merchant:
        status, answer = await call(
            box.rest, "POST", f"/api/commerce/merchant/orders/{order}/cancel",
            {"refundDestinationWalletAddressBsc": "0x52908400098527886E0F7030069857D2E4169EE7"},
            key=box.commerce)
        check("order cancel is accepted", status == 200, status, answer)
        linked = await read_object(own)
        check("the order's own stream carries its invoice too",
              linked["type"] == "invoice.updated" and
              linked["data"]["object"]["commerce_order_id"] == order and
              linked["data"]["object"]["status"] == "canceled", linked)
        frames = [await read(s) for s in (commerce, own, merchant)]
        event = json.loads(frames[0])
        check("commerce.order.updated arrives", event["type"] == "commerce.order.updated" and
              order in frames[0], frames[0])
        check("all three streams carry the same bytes", len(set(frames)) == 1, *frames)


async def test_filters(box):
    async with box.stream("/ws/merchant/events?types=invoice.updated") as by_type, \
            box.stream("/ws/merchant/events?customer_id=ws-f") as by_customer, \
            box.stream("/ws/merchant/events?environment=mainnet") as by_environment, \
            box.stream("/ws/merchant/events?invoice_type=commerce") as by_kind, \
            box.stream("/ws/commerce/events") as commerce:
        first = await call(box.make_invoice, customer_id="ws-f")
        second = await call(box.make_invoice, customer_id="ws-g")
        async with box.stream("/ws/merchant/events?invoice_id=" + second) as by_invoice:
            await call(box.cancel_invoice, first)
            await call(box.cancel_invoice, second)
            events = [await read_object(by_type), await read_object(by_type)]
            check("types", [(e["type"], e["data"]["object"]["id"]) for e in events] ==
                  [("invoice.updated", first), ("invoice.updated", second)], events)
            events = [await read_object(by_customer), await read_object(by_customer)]
            check("customer_id", [e["data"]["object"]["id"] for e in events] == [first, first])
            event = await read_object(by_invoice)
            check("invoice_id", event["data"]["object"]["id"] == second, event)
            for name, stream in (("types", by_type), ("customer_id", by_customer),
                                 ("invoice_id", by_invoice), ("environment", by_environment),
                                 ("invoice_type", by_kind), ("commerce scope", commerce)):
                frame = await silent(stream, 0.15)
                check(f"{name}: nothing else", frame is None, frame)


async def test_replay(box):
    async with box.stream() as stream:
        invoice = await call(box.make_invoice)
        seen = [(await read_object(stream))["id"]]
    missed = 0
    for i in range(70):  # more than the server reads at once
        await call(box.make_invoice, 100 + i)
        missed += 1
    async with box.stream("/ws/merchant/events?since=" + seen[-1]) as stream:
        started = await read_object(stream)
        check("replay_started", started["object"] == "ws_control" and
              started["type"] == "replay_started" and started["since"] == seen[-1] and
              started["snapshot"] is False, started)
        await call(box.cancel_invoice, invoice)
        frames = [await read_object(stream) for _ in range(missed)]
        seen += [f.get("id") for f in frames]
        completed = await read_object(stream)
        check("replay_completed after the last of them", completed["object"] == "ws_control" and
              completed["type"] == "replay_completed", completed)
        live = await read_object(stream)
        check("then live", live["object"] == "event" and
              live["data"]["object"]["id"] == invoice, live)
        seen.append(live["id"])
        check("nothing after that", await silent(stream) is None)
    want = [e["id"] for e in await call(box.events)]
    check("no gap, no duplicate, in order", seen == want[want.index(seen[0]):], seen, want)
    async with box.stream("/ws/merchant/events?since=" + seen[-1]) as stream:
        kinds = [(await read_object(stream))["type"] for _ in range(2)]
        check("an empty replay", kinds == ["replay_started", "replay_completed"], kinds)
    async with box.stream("/ws/merchant/events?since=" + want[0] + "&types=ramp.*") as stream:
        kinds = []
        while "replay_completed" not in kinds:
            kinds.append((await read_object(stream))["type"])
        check("a filtered replay", kinds[0] == "replay_started" and
              all(k.startswith("ramp.") for k in kinds[1:-1]), kinds)


async def test_unknown_since(box):
    events = await call(box.events)
    async with box.stream("/ws/merchant/events?since=evt_1-1") as stream:
        control = await read_object(stream)
        check("resync_required", control["object"] == "ws_control" and
              control["type"] == "resync_required" and control["since"] == "evt_1-1" and
              control["oldest_event_id"] == events[0]["id"] and
              control["latest_event_id"] == events[-1]["id"], control)
        invoice = await call(box.make_invoice)
        live = await read_object(stream)
        check("live after a resync", live["data"]["object"]["id"] == invoice, live)


def raw_upgrade(box, query=""):
    sock = socket.create_connection(box.address, timeout=60)
    key = base64.b64encode(os.urandom(16)).decode()
    sock.sendall((f"GET /ws/merchant/events{query} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                  f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
                  f"Sec-WebSocket-Extensions: permessage-deflate, permessage-deflate\r\n"
                  f"x-api-key: {box.merchant}\r\n\r\n").encode())
    head = b""
    while b"\r\n\r\n" not in head:
        head += sock.recv(1)
    assert b" 101 " in head, head
    return sock, head


def masked(first, payload, length=None):
    length = len(payload) if length is None else length
    if length < 126:
        head = bytes([first, 0x80 | length])
    elif length < 65536:
        head = bytes([first, 0xfe]) + struct.pack(">H", length)
    else:
        head = bytes([first, 0xff]) + struct.pack(">Q", length)
    return head + b"\0\0\0\0" + payload


def close_code(sock):
    """The code of the close frame the server answers with, after which it hangs up."""
    data = b""
    while chunk := sock.recv(4096):
        data += chunk
    return struct.unpack(">H", data[2:4])[0] if data[:1] == b"\x88" and len(data) >= 4 else data


def test_bad_frames(box):
    for name, frame, want in (
            ("not masked", b"\x81\x02hi", 1002), ("RSV1", masked(0xc1, b"hi"), 1002),
            ("reserved opcode", masked(0x83, b""), 1002),
            ("orphan continuation", masked(0x80, b"x"), 1002),
            ("fragmented ping", masked(0x09, b""), 1002),
            ("long ping", masked(0x89, b"p" * 126), 1002),
            ("text inside text", masked(0x01, b"a") + masked(0x81, b"b"), 1002),
            ("bad UTF-8", masked(0x81, b"\xc0\x80"), 1007),
            ("a length of 2^62, and nothing more", masked(0x81, b"", 1 << 62), 1009),
            ("a message too large", masked(0x82, b"x" * 5000), 1009),
            ("close code 1005", masked(0x88, struct.pack(">H", 1005)), 1002),
            ("a close", masked(0x88, struct.pack(">H", 4001) + b"bye"), 4001)):
        sock, _ = raw_upgrade(box)
        sock.sendall(frame)
        try:
            got = close_code(sock)
        except OSError as error:
            got = error
        check(f"frame: {name}", got == want, got, want)
        sock.close()
    sock, head = raw_upgrade(box)
    check("extensions are not answered", b"xtension" not in head, head)
    for byte in masked(0x89, b"slow"):
        sock.sendall(bytes([byte]))
        time.sleep(0.002)
    check("a ping that comes byte by byte", sock.recv(64) == b"\x8a\x04slow")
    sock.sendall(masked(0x81, b"ignored") + masked(0x89, b"x"))
    check("text from a client is ignored", sock.recv(64) == b"\x8a\x01x")
    sock.close()


async def test_slow_reader(box):
    """One client stops reading; the others and REST go on, and it catches up afterwards."""
    sock, _ = raw_upgrade(box)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    first = await call(box.make_invoice)
    async with box.stream() as quick:
        count = 600
        began = time.monotonic()
        filler = {str(i): "x" * 100 for i in range(40)}
        for _ in range(count):
            await call(box.make_invoice, metadata=filler)
        for _ in range(count):
            await read(quick)
        check("others are not held up", time.monotonic() - began < 60, time.monotonic() - began)
    data = b""
    ids = []
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    sock.settimeout(60)
    try:
        while len(ids) < count + 1:
            data += sock.recv(65536)
            while len(data) >= 4:
                length, start = data[1], 2
                if length == 126:
                    length, start = struct.unpack(">H", data[2:4])[0], 4
                if len(data) < start + length:
                    break
                if data[0] == 0x81:
                    ids.append(json.loads(data[start:start + length])["id"])
                data = data[start + length:]
    except socket.timeout:
        pass
    want = [e["id"] for e in await call(box.events)]
    check("the slow one lost nothing", ids == want[-(count + 1):], len(ids), first)
    sock.close()


async def test_a_dead_subscriber_goes_away(box):
    sock, _ = raw_upgrade(box)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()  # RST
    await call(box.make_invoice)
    status, _ = await call(box.rest, "GET", "/api/v1/capabilities")
    check("alive after a reset", status == 200)


async def test_stop(box):
    async with box.stream() as stream:
        idle = socket.create_connection(box.address)
        began = time.monotonic()
        box.process.send_signal(signal.SIGTERM)
        try:
            await read(stream)
            code = None
        except websockets.ConnectionClosed as closed:
            code = closed.rcvd and closed.rcvd.code
        check("1001 on SIGTERM", code == 1001, code)
        check("exit status 0", await call(box.process.wait, 5) == 0)
        check("within a second", time.monotonic() - began < 1, time.monotonic() - began)
        idle.close()
    check("nothing else on stdout", box.process.stdout.read() == b"")


async def test_a_living_scenario(options):
    """The director's own events reach a stream as they happen, in the ledger's order."""
    box = Sandbox(*options)
    async with box.stream() as stream:
        got = [await read_object(stream, 10) for _ in range(25)]
    want = [e["id"] for e in await call(box.events)]
    start = want.index(got[0]["id"])
    check("25 events in order", [e["id"] for e in got] == want[start:start + 25])
    check("virtual time goes forward",
          [e["created"] for e in got] == sorted(e["created"] for e in got))
    check("SIGTERM while busy", box.stop() == 0)


async def main():
    box = Sandbox("--scenario", "demo", "--seed", "3", "--events", "1", "--speed", "1000")
    await asyncio.sleep(1)  # frozen after one event: what follows is ours alone
    for _ in range(3):  # and each turn of its loop looks at what is due
        await call(box.rest, "GET", "/api/v1/capabilities")
    await test_auth(box)
    await test_bad_filters(box)
    await test_live_frames_are_the_events(box)
    await test_order_cancel_reaches_both_streams(box)
    await test_filters(box)
    await test_replay(box)
    await test_unknown_since(box)
    await call(test_bad_frames, box)
    await test_slow_reader(box)
    await test_a_dead_subscriber_goes_away(box)
    await test_stop(box)
    await test_a_living_scenario(["--scenario", "demo", "--speed", "200"])
    print(f"sandbox_ws: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
