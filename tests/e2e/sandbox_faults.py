#!/usr/bin/python3
"""Faults on demand and control, seen by a stock WebSocket client and by bare
sockets. Nothing of our own client takes part. Takes the binary from $BUILD
(default build)."""
import asyncio
import base64
import email.utils
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


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


OPENER = urllib.request.build_opener(NoRedirect)


class Sandbox:
    def __init__(self, *options):
        self.process = subprocess.Popen([SANDBOX, *options], stdout=subprocess.PIPE, env=ENV)
        ready = json.loads(self.process.stdout.readline())
        self.base, self.ws = ready["base_url"], ready["ws_url"]
        self.merchant, self.commerce = ready["merchant_key"], ready["commerce_key"]
        host, port = self.base[len("http://"):].rsplit(":", 1)
        self.address = (host, int(port))

    def call(self, method, path, body=None, headers=None, timeout=60):
        """Status, headers and raw body."""
        request = urllib.request.Request(self.base + path, method=method)
        request.add_header("x-api-key", self.merchant)
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with OPENER.open(request, timeout=timeout) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def control(self, method, path, body=None):
        status, _, raw = self.call(method, "/_sandbox" + path, body)
        return status, json.loads(raw)

    def fault(self, name, **params):
        status, answer = self.control("POST", "/faults", {"fault": name, **params})
        assert status == 201, answer
        return answer["id"]

    def faults(self):
        return self.control("GET", "/faults")[1]["data"]

    def clear(self):
        self.control("DELETE", "/faults")

    def make_invoice(self, key=None, timeout=60):
        return self.call("POST", "/api/v1/invoices", {"amount_usd": 1.25},
                         {"Idempotency-Key": key or str(uuid.uuid4())}, timeout)

    def event_ids(self):
        _, _, raw = self.call("GET", "/api/v1/events?limit=100")
        return [e["id"] for e in json.loads(raw)["data"]["data"]][::-1]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def stream(self, path="/ws/merchant/events", **more):
        return websockets.connect(self.ws + path, extra_headers={"x-api-key": self.merchant},
                                  max_size=1 << 20, **more)

    def bare(self, path="/ws/merchant/events"):
        """A bare socket past the handshake, and what came with it."""
        s = socket.create_connection(self.address, timeout=60)
        key = base64.b64encode(os.urandom(16)).decode()
        s.sendall((f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                   f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
                   f"Sec-WebSocket-Version: 13\r\nx-api-key: {self.merchant}\r\n\r\n").encode())
        head = b""
        while b"\r\n\r\n" not in head:
            more = s.recv(4096)
            if not more:
                break
            head += more
        return s, head


async def run(function, *args, **named):
    return await asyncio.get_event_loop().run_in_executor(None, lambda: function(*args, **named))


async def ids(stream, count, seconds=60):
    got = []
    try:
        while len(got) < count:
            got.append(json.loads(await asyncio.wait_for(stream.recv(), seconds))["id"])
    except (asyncio.TimeoutError, websockets.ConnectionClosed) as why:
        got.append(repr(why))
    return got


def drain(s, seconds=60):
    """Everything until the end, and how it ended: "eof", "reset" or "open"."""
    got = b""
    s.settimeout(seconds)
    try:
        while True:
            more = s.recv(65536)
            if not more:
                return got, "eof"
            got += more
    except ConnectionResetError:
        return got, "reset"
    except socket.timeout:
        return got, "open"


# --- control ------------------------------------------------------------------

def test_without_the_flag():
    box = Sandbox("--scenario", "quiet")
    for method, path in (("GET", "/_sandbox/state"), ("GET", "/_sandbox/faults"),
                         ("POST", "/_sandbox/faults"), ("POST", "/_sandbox/speed"),
                         ("DELETE", "/_sandbox/state"), ("GET", "/_sandbox/webhooks")):
        status, _, raw = box.call(method, path)
        check(f"{method} {path} is not there", status == 404, status, raw)
    box.stop()


def test_who_may_control(box):
    check("a web page may not", box.call("GET", "/_sandbox/state", None,
                                         {"Origin": "http://evil.example"})[0] == 403)
    for host, want in (("evil.example", 403), ("127.0.0.1.evil.example", 403),
                       ("127.evil:80", 403), ("localhost:1", 200), ("127.0.0.1", 200),
                       ("[::1]:80", 200)):
        status, _, raw = box.call("GET", "/_sandbox/state", None, {"Host": host})
        check(f"Host {host}", status == want, status, raw)
    check("no key is asked for",
          box.call("GET", "/_sandbox/scenarios", None, {"x-api-key": "wrong"})[0] == 200)


def test_state():
    options = ("--enable-control", "--seed", "9", "--epoch", "2026-01-15T12:00:00Z",
               "--events", "40", "--speed", "1000", "--scenario", "demo")
    states = []
    for _ in range(2):
        box = Sandbox(*options)
        for _ in range(1000):
            state = box.control("GET", "/state")[1]
            if state["scenario"]["state"] == "frozen":
                break
            time.sleep(0.05)
        states.append(state)
        rest = box.event_ids()
        check("the last event is the last of REST", rest[-1] == state["events"]["last_id"])
        _, _, raw = box.call("GET", "/api/v1/invoices?status=paid&limit=100")
        check("counts are those of REST",
              len(json.loads(raw)["data"]) == min(100, state["objects"]["invoice"]["paid"]))
        before = state["truth_sha256"]
        check("asking again changes nothing",
              box.control("GET", "/state")[1]["truth_sha256"] == before)
        box.make_invoice()
        check("a write changes the hash",
              box.control("GET", "/state")[1]["truth_sha256"] != before)
        box.stop()
    check("the same seed has the same truth",
          states[0]["truth_sha256"] == states[1]["truth_sha256"] and
          states[0]["objects"] == states[1]["objects"], states)


def test_scenario():
    box = Sandbox("--enable-control", "--scenario", "demo", "--seed", "4", "--speed", "20")
    status, paused = box.control("POST", "/scenarios/demo/pause")
    time.sleep(0.5)
    _, later = box.control("GET", "/state")
    check("paused", status == 200 and later["scenario"]["state"] == "paused", later)
    check("time stands still", later["now_ms"] == paused["now_ms"], paused, later)
    check("nothing happens", later["events"]["count"] == paused["events"])
    counts = [later["events"]["count"]]
    for _ in range(5):
        status, step = box.control("POST", "/scenarios/demo/step")
        counts.append(step["events"])
        check("a step", status == 200 and step["state"] == "paused", step)
    check("every step tells something", counts == sorted(set(counts)), counts)
    check("another's pause", box.control("POST", "/scenarios/quiet/pause")[0] == 409)
    check("an unknown one", box.control("POST", "/scenarios/nope/start")[0] == 404)
    check("go on", box.control("POST", "/scenarios/demo/start")[1]["state"] == "running")
    check("speed", box.control("POST", "/speed", {"speed": 200})[1]["speed"] == 200)
    for bad in ({"speed": 0}, {"speed": 1001}, {"speed": "5"}, {}):
        check(f"speed {bad}", box.control("POST", "/speed", bad)[0] == 400)
    time.sleep(1)
    _, fast = box.control("GET", "/state")
    check("200 times as fast", fast["now_ms"] - later["now_ms"] > 60000, fast["now_ms"])
    check("busy", box.control("POST", "/scenarios/busy/start")[1]["name"] == "busy")
    listed = {s["name"]: s["state"] for s in box.control("GET", "/scenarios")[1]["data"]}
    check("the list knows", listed["busy"] == "running" and listed["demo"] == "idle", listed)
    box.stop()


# --- REST faults ---------------------------------------------------------------

def test_statuses(box):
    for name, status in (("401", 401), ("403", 403), ("429", 429), ("500", 500), ("502", 502),
                         ("503", 503), ("504", 504), ("5xx", 500)):
        box.fault(name)
        got, _, raw = box.call("GET", "/api/v1/capabilities")
        check(f"fault {name}", got == status and json.loads(raw)["success"] is False, got, raw)
        check(f"only once {name}", box.call("GET", "/api/v1/capabilities")[0] == 200)
    for text in ("7", "0", "-1", "1000000000000", "soon"):
        box.fault("http", status=429, retry_after=text)
        _, headers, _ = box.call("GET", "/api/v1/capabilities")
        check(f"Retry-After {text}", headers["Retry-After"] == text, headers)
    box.fault("429")
    check("no Retry-After", box.call("GET", "/api/v1/events")[1]["Retry-After"] is None)
    box.fault("http", status=503, retry_after="date:30")
    _, headers, _ = box.call("GET", "/api/v1/events")
    ahead = (email.utils.parsedate_to_datetime(headers["Retry-After"]) -
             email.utils.parsedate_to_datetime(headers["Date"])).total_seconds()
    check("Retry-After as a date", 29 <= ahead <= 31, ahead)


def test_html_and_redirect(box):
    box.fault("html-200")
    status, headers, raw = box.call("GET", "/api/v1/invoices")
    check("a page", status == 200 and headers["Content-Type"] == "text/html" and
          raw.startswith(b"<!DOCTYPE"), status, headers, raw)
    for status in (301, 302, 307, 308):
        box.fault("redirect", status=status, host="127.0.0.1:1")
        got, headers, _ = box.call("GET", "/api/v1/invoices")
        check(f"redirect {status}", got == status and
              headers["Location"] == "http://127.0.0.1:1/api/v1/invoices", got, headers)
    for bad in ({"fault": "redirect"}, {"fault": "redirect", "host": "a\r\nb"},
                {"fault": "http", "status": 418}, {"fault": "nope"}, {},
                {"fault": "429", "probability": 0}, {"fault": "429", "probability": 1.5},
                {"fault": "429", "count": 0}, {"fault": "slice", "bytes": 0},
                {"fault": "429", "retry_after": "1\r\nx: y"}):
        check(f"refused: {bad}", box.control("POST", "/faults", bad)[0] == 400)


def test_hang(box):
    """Nothing applied, and then applied, with no answer either way."""
    for name, applied in (("hang-before", 0), ("apply-then-hang", 1)):
        before = box.control("GET", "/state")[1]["objects"]["invoice"]["total"]
        key = str(uuid.uuid4())
        box.fault(name, method="POST")
        began = time.monotonic()
        try:
            answer = box.make_invoice(key, timeout=0.7)
        except (socket.timeout, TimeoutError, urllib.error.URLError) as why:
            answer = why
        check(f"{name}: no answer", not isinstance(answer, tuple) and
              time.monotonic() - began > 0.6, answer)
        after = box.control("GET", "/state")[1]["objects"]["invoice"]["total"]
        check(f"{name}: {applied} applied", after - before == applied, before, after)
        status, headers, _ = box.make_invoice(key)
        check(f"{name}: the same key", status == 201 and
              (headers["Idempotent-Replayed"] == "true") == bool(applied), status, headers)
        total = box.control("GET", "/state")[1]["objects"]["invoice"]["total"]
        check(f"{name}: one effect", total - before == 1, before, total)
    box.fault("apply-then-hang")
    check("reading is not applying", box.call("GET", "/api/v1/invoices")[0] == 200)
    box.clear()


def test_cut_answers(box):
    for reset in (False, True):
        for k in (0, 1, 40, 200):
            box.fault("drop", on="http", bytes=k, reset=reset)
            s = socket.create_connection(box.address, timeout=60)
            s.sendall((f"GET /api/v1/invoices HTTP/1.1\r\nHost: x\r\nx-api-key: {box.merchant}"
                       "\r\n\r\n").encode())
            got, end = drain(s)
            s.close()
            check(f"an answer of {k} bytes, reset {reset}",
                  end == ("reset" if reset else "eof") and (len(got) == k or reset and
                                                            len(got) <= k), end, len(got))


def test_decisions_repeat(box):
    """The same seed decides the same; another seed does not."""
    def outcome(seed):
        fault = box.fault("http", status=503, probability=0.5, seed=seed)
        got = [box.call("GET", "/api/v1/capabilities")[0] for _ in range(40)]
        check("asked each time", [f for f in box.faults() if f["id"] == fault][0]["asked"] == 40)
        box.control("DELETE", "/faults/" + fault)
        return got
    first = outcome(5)
    check("both happen", 5 < first.count(503) < 35, first)
    check("the same again", outcome(5) == first)
    check("another seed", outcome(6) != first)
    check("an unknown fault", box.control("DELETE", "/faults/flt_999")[0] == 404)
    check("control is spared", box.control("GET", "/faults")[0] == 200)
    box.clear()
    box.fault("500", for_ms=60000)
    check("while it lasts", [box.call("GET", "/api/v1/events")[0] for _ in range(3)] == [500] * 3)
    box.clear()
    box.fault("500", for_ms=100)
    time.sleep(0.15)
    check("then not", box.call("GET", "/api/v1/events")[0] == 200 and box.faults() == [])
    box.fault("500", path="/api/v1/invoices", count=3)
    check("elsewhere", box.call("GET", "/api/v1/events")[0] == 200)
    check("there", box.call("GET", "/api/v1/invoices/totals")[0] == 500)
    box.clear()


# --- streams ------------------------------------------------------------------

async def three(box, fault, **params):
    """Three invoices made under one fault; what a subscriber got, and what there is."""
    async with box.stream() as stream:
        before = len(await run(box.event_ids))
        await run(box.fault, fault, **params)
        for _ in range(3):
            await run(box.make_invoice)
        want = (await run(box.event_ids))[-3:]
        got = await ids(stream, 8, 1.6)
        await run(box.clear)
        return want, got[:-1], got[-1]


async def test_sequence(box):
    want, got, _ = await three(box, "duplicate", times=2)
    check("the first thrice", got == [want[0]] * 3 + want[1:], want, got)
    want, got, _ = await three(box, "gap")
    check("one is missing on the wire, not in REST", got == want[1:] and len(want) == 3, got)
    want, got, _ = await three(box, "reorder", window=2)
    check("the first comes last", got == want[1:] + want[:1], want, got)
    want, got, _ = await three(box, "reorder", window=16)
    check("nothing overtakes it: it comes all the same", sorted(got) == sorted(want), got)
    want, got, _ = await three(box, "fragment", bytes=7, count=3)
    check("fragments with pings between", got == want, want, got)
    want, got, _ = await three(box, "slice", bytes=1, for_ms=60000)
    check("a byte at a time", got == want, want, got)
    began = time.monotonic()
    want, got, _ = await three(box, "delay", ms=400, count=1)
    check("late", got == want and time.monotonic() - began > 0.4, got)


async def test_token_expiry(box):
    async with box.stream() as stream:
        await run(box.fault, "token-expiry")
        await run(box.make_invoice)
        frame = json.loads(await asyncio.wait_for(stream.recv(), 3))
        check("says why", frame["object"] == "ws_error" and frame["code"] == "TOKEN_EXPIRED")
        try:
            await asyncio.wait_for(stream.recv(), 3)
            check("closed", False)
        except websockets.ConnectionClosed as closed:
            check("1008", closed.code == 1008, closed)


async def test_bad_frames(box):
    """A stock client takes each for what it is: a broken protocol."""
    for frame, code in (("rsv", 1002), ("continuation", 1002), ("utf8", 1007), ("masked", 1002),
                        ("length", (1002, 1009)), ("oversized", 1009), ("control-long", 1002),
                        ("control-split", 1002), ("opcode", 1002)):
        async with box.stream(close_timeout=0.3) as stream:
            await run(box.fault, "bad-frame", frame=frame)
            await run(box.make_invoice)
            try:
                got = await asyncio.wait_for(stream.recv(), 3)
            except Exception as why:  # whatever the client calls it
                got = why
            sent = got.sent if isinstance(got, websockets.ConnectionClosed) else None
            want = code if isinstance(code, tuple) else (code,)
            check(f"bad frame {frame}", sent is not None and sent.code in want, got, sent)


async def test_upgrades(box):
    for fault, params in (("wrong-accept", {}), ("extension", {"times": 1}),
                          ("extension", {"times": 40})):
        await run(box.fault, fault, **params)
        try:
            async with box.stream(compression=None):
                got = "accepted"
        except websockets.InvalidHandshake as why:
            got = why
        check(f"{fault} {params}", isinstance(got, websockets.InvalidHandshake), got)
    for status in (401, 403, 429, 503):
        await run(box.fault, str(status), path="/ws/")
        try:
            async with box.stream():
                got = 101
        except websockets.InvalidStatusCode as why:
            got = why.status_code
        check(f"upgrade refused {status}", got == status, got)


async def test_retention(box):
    known = (await run(box.event_ids))[-2]
    await run(box.fault, "retention")
    for want in ("resync_required", "replay_started"):
        async with box.stream(f"/ws/merchant/events?since={known}") as stream:
            frame = json.loads(await asyncio.wait_for(stream.recv(), 3))
            check(f"since: {want}", frame["type"] == want and frame["since"] == known, frame)


def test_drop(box):
    for reset in (False, True):
        for k in (0, 1, 2, 3, 60):
            s, _ = box.bare()
            box.fault("drop", bytes=k, reset=reset)
            box.make_invoice()
            got, end = drain(s)
            s.close()
            check(f"{k} bytes of a frame, reset {reset}",
                  end == ("reset" if reset else "eof") and
                  (len(got) == k or reset and len(got) <= k), end, len(got))
    lengths = []
    for _ in range(2):
        s, _ = box.bare()
        box.fault("drop", seed=77)
        box.make_invoice()
        got, end = drain(s)
        s.close()
        lengths.append(len(got))
    check("a random length is the seed's", lengths[0] == lengths[1], lengths)


def test_half_open(box):
    s, _ = box.bare()
    fault = box.fault("half-open")
    box.make_invoice()
    s.sendall(b"\x89\x80\0\0\0\0")  # a ping
    got, end = drain(s, 1)
    check("silent and open", got == b"" and end == "open", got, end)
    box.make_invoice()
    got, end = drain(s, 0.5)
    check("still", got == b"" and end == "open", got, end)
    other, _ = box.bare()
    box.make_invoice()
    check("others are not touched", drain(other, 2)[0] != b"")
    other.close()
    box.control("DELETE", "/faults/" + fault)
    check("let go of", drain(s, 60)[1] in ("eof", "reset"))
    s.close()


def test_fragments_on_the_wire(box):
    s, _ = box.bare()
    box.fault("fragment", bytes=100)
    box.make_invoice()
    got, _ = drain(s, 0.7)
    s.close()
    kinds, at = [], 0
    while at < len(got):
        length, head = got[at + 1] & 0x7f, 2
        if length == 126:
            length, head = struct.unpack(">H", got[at + 2:at + 4])[0], 4
        kinds.append(got[at])
        at += head + length
    check("text first, pings between, FIN last",
          kinds[0] == 0x01 and kinds[1] == 0x89 and kinds[2] == 0x00 and kinds[-1] == 0x80 and
          len(kinds) > 5, [hex(k) for k in kinds])


async def test_convergence(box):
    """Whatever the wire does, reconnecting with `since` ends with everything REST has."""
    start = (await run(box.event_ids))[-1]
    for i, (name, params) in enumerate((("drop", {"probability": 0.2}),
                                        ("duplicate", {"probability": 0.3, "times": 3}),
                                        ("reorder", {"probability": 0.3, "window": 3}),
                                        ("fragment", {"probability": 0.3}),
                                        ("slice", {"bytes": 100, "for_ms": 60000}))):
        await run(box.fault, name, seed=100 + i, **params)
    for _ in range(40):
        await run(box.make_invoice)
    want = await run(box.event_ids)
    want = want[want.index(start) + 1:]
    seen, connections = set(), 0
    while not seen >= set(want) and connections < 60:
        connections += 1
        whole = 0
        while whole < len(want) and want[whole] in seen:
            whole += 1
        since = want[whole - 1] if whole else start
        try:
            async with box.stream(f"/ws/merchant/events?since={since}") as stream:
                while True:
                    frame = json.loads(await asyncio.wait_for(stream.recv(), 2))
                    if frame["object"] == "event":
                        seen.add(frame["id"])
        except (websockets.ConnectionClosed, asyncio.TimeoutError):
            pass
    check("nothing lost, nothing invented", seen == set(want), connections, len(seen), len(want))
    check("it did break", connections > 1, connections)
    await run(box.clear)


async def main():
    await run(test_without_the_flag)
    await run(test_state)
    await run(test_scenario)
    box = Sandbox("--enable-control", "--scenario", "quiet", "--seed", "2")
    for test in (test_who_may_control, test_statuses, test_html_and_redirect, test_hang,
                 test_cut_answers, test_decisions_repeat):
        await run(test, box)
    for test in (test_sequence, test_token_expiry, test_bad_frames, test_upgrades,
                 test_retention):
        await test(box)
    for test in (test_drop, test_half_open, test_fragments_on_the_wire):
        await run(test, box)
    await test_convergence(box)
    began = time.monotonic()
    check("stops", await run(box.stop) == 0 and time.monotonic() - began < 1.5)
    print(f"sandbox_faults: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
