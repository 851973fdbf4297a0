#!/usr/bin/python3
"""What the sandbox lets in and what it says to whom it does not: stream tokens,
replay windows, slow readers, limits of rate, the older revision, TLS. Stock clients
only: websockets, http.client and curl. Takes the binary from $BUILD (default build)."""
import asyncio
import base64
import hashlib
import hmac
import http.client
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import uuid

import websockets

SANDBOX = os.path.join(os.environ.get("BUILD", "build"), "pepay-sandbox")
ENV = {k: v for k, v in os.environ.items() if not k.startswith("PEPAY_")}
ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
passed = failed = 0


def check(name, condition, *detail):
    global passed, failed
    if condition:
        passed += 1
    else:
        failed += 1
        print("FAILED:", name, *[str(d)[:600] for d in detail])


def same(name, got, want):
    check(name, got == want, "got", got, "wanted", want)


class Box:
    def __init__(self, *options, context=None):
        self.process = subprocess.Popen([SANDBOX, *options], stdout=subprocess.PIPE, env=ENV)
        ready = json.loads(self.process.stdout.readline())
        self.base, self.ws = ready["base_url"], ready["ws_url"]
        self.merchant, self.commerce = ready["merchant_key"], ready["commerce_key"]
        host, port = self.base.split("//")[1].rsplit(":", 1)
        self.host, self.port, self.context = host, int(port), context

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        same("exit status", self.process.wait(timeout=60), 0)

    def connect(self):
        if self.context:
            return http.client.HTTPSConnection(self.host, self.port, timeout=60,
                                               context=self.context)
        return http.client.HTTPConnection(self.host, self.port, timeout=60)

    def ask(self, method, path, body=None, **headers):
        """Status, headers, bytes."""
        line = self.connect()
        headers = {k.replace("_", "-"): v for k, v in headers.items()}
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        line.request(method, path, body, headers)
        answer = line.getresponse()
        got = answer.status, answer.headers, answer.read()
        line.close()
        return got

    def rest(self, method, path, body=None, key=None):
        text = None if body is None else json.dumps(body)
        status, _, got = self.ask(method, path, text, x_api_key=key or self.merchant,
                                  Idempotency_Key=str(uuid.uuid4()))
        return status, json.loads(got) if got else None

    def make_invoices(self, count, **more):
        """Over one connection."""
        line = self.connect()
        for _ in range(count):
            line.request("POST", "/api/v1/invoices", json.dumps({"amount_usd": 1, **more}),
                         {"x-api-key": self.merchant, "Content-Type": "application/json",
                          "Idempotency-Key": str(uuid.uuid4())})
            answer = line.getresponse()
            made = answer.read()
            assert answer.status in (200, 201), made
        line.close()

    def events(self):
        """Ids, oldest first."""
        got, after = [], ""
        while True:
            page = self.rest("GET", "/api/v1/events?limit=100" + after)[1]["data"]
            got += [e["id"] for e in page["data"]]
            if not page["has_more"]:
                return got[::-1]
            after = "&starting_after=" + got[-1]

    def token(self, scope="merchant", **more):
        key = self.merchant if scope == "merchant" else self.commerce
        return self.rest("POST", "/api/v1/ws/token", {"scope": scope, **more}, key)[1]["data"]

    def stream(self, query="", path="/ws/merchant/events", key=None):
        return websockets.connect(self.ws + path + query, max_size=1 << 22, ssl=self.context,
                                  extra_headers={"x-api-key": key} if key else {})


async def refusal(stream):
    try:
        async with stream:
            return 101
    except websockets.InvalidStatusCode as error:
        return error.status_code


async def frame(stream, seconds=60):
    return json.loads(await asyncio.wait_for(stream.recv(), seconds))


async def frames_until(stream, object_type):
    got = []
    while not got or got[-1].get("type") != object_type:
        got.append(await frame(stream))
    return got


async def test_tokens(box):
    for scope, path, environment in (("merchant", "/ws/merchant/events", None),
                                     ("commerce", "/ws/commerce/events", "devnet")):
        data = box.token(scope, ttl_seconds=120)
        same(f"{scope}: members", sorted(data), ["expires_at", "merchant_id",
             "network_environment", "scope", "token", "ws_url"])
        same(f"{scope}: ws_url", data["ws_url"], box.ws + path)
        same(f"{scope}: environment", data["network_environment"], environment)
        check(f"{scope}: expires_at", abs(data["expires_at"] - time.time() - 120) < 5,
              data["expires_at"])
        async with websockets.connect(data["ws_url"] + "?token=" + data["token"]):
            check(f"{scope}: a token is enough", True)
        other = "/ws/commerce/events" if scope == "merchant" else "/ws/merchant/events"
        same(f"{scope}: on the other stream",
             await refusal(box.stream("?token=" + data["token"], other)), 403)
        same(f"{scope}: on a payor's", await refusal(
            box.stream("?token=" + data["token"], "/ws/payment")), 401)
        same(f"{scope}: with a bad filter", await refusal(
            box.stream("?types=bogus&token=" + data["token"], path)), 400)
    head, payload, mac = box.token()["token"].split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    check("claims", {"scope", "iat", "exp"} <= set(claims), claims)
    same("default life", claims["exp"] - claims["iat"], 60)

    def made(header, body, secret=b""):
        text = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
                        for part in (header, body))
        proof = hmac.new(secret, text.encode(), hashlib.sha256).digest() if secret else b""
        return text + "." + base64.urlsafe_b64encode(proof).rstrip(b"=").decode()

    for name, token in (
            ("cut", f"{head}.{payload}"), ("without proof", f"{head}.{payload}."),
            ("other proof", f"{head}.{payload}.{mac[::-1]}"), ("word", "abc"),
            ("alg none", made({"alg": "none", "typ": "JWT"}, {**claims, "exp": 1 << 33})),
            ("own secret", made({"alg": "HS256", "typ": "JWT"}, claims, b"guess")),
            ("longer life", ".".join([head, made({}, {**claims, "exp": 1 << 33}).split(".")[1],
                                      mac]))):
        same(f"forged: {name}", await refusal(box.stream("?token=" + token)), 401)
        same(f"forged, beside a key: {name}",
             await refusal(box.stream("?token=" + token, key=box.merchant)), 401)
    for body, want in (({}, 400), ({"scope": "admin"}, 400), ({"scope": "commerce"}, 400),
                       ({"scope": 1}, 400), ({"scope": "merchant", "ttl_seconds": 9}, 400),
                       ({"scope": "merchant", "ttl_seconds": 10}, 200),
                       ({"scope": "merchant", "ttl_seconds": 3600}, 200),
                       ({"scope": "merchant", "ttl_seconds": 3601}, 400),
                       ({"scope": "merchant", "ttl_seconds": "60"}, 400),
                       ({"scope": "merchant", "ttl_seconds": None}, 200)):
        status, answer = box.rest("POST", "/api/v1/ws/token", body)
        same(f"asked with {body}", status, want)
        if want == 400:
            same(f"asked with {body}: code", answer["error"]["code"], "VALIDATION_ERROR")
    same("asked without a key", box.ask("POST", "/api/v1/ws/token", '{"scope":"merchant"}')[0], 401)


async def test_token_ends(box):
    """At ten virtual seconds a second."""
    token = box.token(ttl_seconds=20)["token"]
    async with box.stream("?token=" + token) as stream:
        try:
            last = await asyncio.wait_for(stream.recv(), 6)
            same("what an ended token is told", {k: v for k, v in json.loads(last).items()
                 if k != "message"}, {"object": "ws_error", "code": "TOKEN_EXPIRED"})
            await asyncio.wait_for(stream.recv(), 3)
            check("an ended token is let go on", False)
        except websockets.ConnectionClosed as closed:
            same("close code of an ended token", closed.code, 1008)
    same("an ended token, again", await refusal(box.stream("?token=" + token)), 401)


async def test_retention(box):
    box.make_invoices(160)
    ids = box.events()
    kept = 120
    check("enough events", len(ids) > kept + 5, len(ids))
    async with box.stream("?since=" + ids[-11], key=box.merchant) as stream:
        got = await frames_until(stream, "replay_completed")
        same("inside the window", [f["id"] for f in got[1:-1]], ids[-10:])
        same("inside the window: control", (got[0]["type"], got[0]["snapshot"]),
             ("replay_started", False))
        same("oldest kept", got[0]["oldest_event_id"], ids[-kept])
        same("latest", got[0]["latest_event_id"], ids[-1])
    async with box.stream("?since=" + ids[-kept - 1], key=box.merchant) as stream:
        got = await frames_until(stream, "replay_completed")
        same("right before the window", [f["id"] for f in got[1:-1]], ids[-kept:])
    async with box.stream("?since=" + ids[0], key=box.merchant) as stream:
        got = await frames_until(stream, "replay_completed")
        same("too old: control", (got[0]["object"], got[0]["type"], got[0]["snapshot"],
             got[0]["since"]), ("ws_control", "resync_required", True, ids[0]))
        same("too old: the newest hundred", [f["id"] for f in got[1:-1]], ids[-100:])
        same("too old: end", got[-1]["snapshot"], True)
        box.make_invoices(1)
        same("too old: then live", (await frame(stream))["type"], "invoice.created")
    async with box.stream(f"?types=ramp.kyc.updated&since={ids[0]}", key=box.merchant) as stream:
        got = await frames_until(stream, "replay_completed")
        same("too old, nothing matches", len(got), 2)
    async with box.stream("?since=evt_1-1", key=box.merchant) as stream:
        got = await frame(stream)
        same("unknown", (got["type"], got["snapshot"]), ("resync_required", False))
    same("REST keeps all", len(box.events()), len(ids) + 1)


async def test_slow(box):
    """One that never reads what is replayed to it, beside one that does."""
    line = socket.create_connection((box.host, box.port))
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    ids = box.events()
    line.sendall((f"GET /ws/merchant/events?since={ids[0]} HTTP/1.1\r\nHost: x\r\n"
                  f"x-api-key: {box.merchant}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                  "\r\n").encode())
    # More than the kernel takes in for a reader that does not read.
    box.make_invoices(700, metadata={"filler": "x" * 30000})
    await asyncio.sleep(1.0)
    line.settimeout(60)
    got = b""
    try:
        while chunk := line.recv(1 << 16):
            got += chunk
    except (socket.timeout, ConnectionError) as error:
        check("a slow reader: the connection ends", False, error)
    line.close()
    check("a slow reader is told", b'"code":"SLOW_CONSUMER"' in got[-400:], got[-400:])
    check("a slow reader is closed with 1013", b"\x88\x02\x03\xf5" == got[-4:], got[-8:])
    check("a slow reader's frames are whole", got.count(b'"type":"invoice.created"') > 1)
    async with box.stream("?since=" + ids[0], key=box.merchant) as stream:
        got = await frames_until(stream, "replay_completed")
        same("who reads gets all, however long ago", len(got) - 2, len(box.events()) - 1)


def test_rate(box):
    answers = [box.ask("GET", "/api/v1/capabilities", x_api_key=box.merchant) for _ in range(6)]
    same("five a minute", [a[0] for a in answers], [200] * 5 + [429])
    status, head, body = answers[-1]
    body = json.loads(body)
    same("429: members", sorted(body), ["error_code", "message", "retry_after", "success"])
    same("429: code", (body["success"], body["error_code"]), (False, "RATE_LIMIT_EXCEEDED"))
    wait = int(head["Retry-After"])
    check("429: Retry-After", 1 <= wait <= 12, wait)
    check("429: for a person", re.match(r"\d+ seconds?$", body["retry_after"]), body)
    check("429: request id", head["x-request-id"], head)
    same("another key has its own", box.rest("GET", "/api/v1/events", key=box.commerce)[0], 200)
    same("no key is no 429", box.ask("GET", "/api/v1/capabilities")[0], 401)
    time.sleep(wait + 0.1)
    same("after Retry-After", box.rest("GET", "/api/v1/capabilities")[0], 200)
    same("and one only", box.rest("GET", "/api/v1/capabilities")[0], 429)


def times_of(value, found):
    if isinstance(value, dict):
        for key, v in value.items():
            if key.endswith("_at") or key.endswith("At"):
                found.append((key, v))
            times_of(v, found)
    elif isinstance(value, list):
        for v in value:
            times_of(v, found)
    return found


async def test_rev_a(old, new):
    """The same world in both revisions."""
    paths = [("/api/v1/invoices?limit=20", "merchant"), ("/api/v1/events?limit=20", "merchant"),
             ("/api/v1/ramps/payouts", "merchant"), ("/api/v1/ramps/kyc", "merchant"),
             ("/api/commerce/merchant/orders", "commerce")]
    for path, scope in paths:
        a = old.rest("GET", path, key=getattr(old, scope))[1]
        b = new.rest("GET", path, key=getattr(new, scope))[1]
        ours, theirs = times_of(a, []), times_of(b, [])
        check(f"{path}: has times", len(theirs) > 5, theirs)
        check(f"{path}: all are text", all(t is None or ISO.match(str(t)) for _, t in ours),
              [t for t in ours if t[1] and not ISO.match(str(t[1]))])
        same(f"{path}: and the same", [t and int(__import__("datetime").datetime.fromisoformat(
            t[:-1] + "+00:00").timestamp()) if isinstance(t, str) else t for _, t in ours],
            [t if not isinstance(t, str) else int(__import__("datetime").datetime.fromisoformat(
                t[:-1] + "+00:00").timestamp()) for _, t in theirs])
        same(f"{path}: money is as it was", re.findall(r'"amount_decimal": "[^"]*"', json.dumps(a)),
             re.findall(r'"amount_decimal": "[^"]*"', json.dumps(b)))
    event = old.rest("GET", "/api/v1/events?limit=1")[1]["data"]["data"][0]
    check("event.created is a number", isinstance(event["created"], int), event)
    check("a token's end", ISO.match(old.token()["expires_at"]))
    ids = old.events()
    async with old.stream("?since=" + ids[-4], key=old.merchant) as stream:
        got = (await frames_until(stream, "replay_completed"))[1:-1]
        for e in got:
            same("a frame is what REST says", e,
                 old.rest("GET", "/api/v1/events/" + e["id"])[1]["data"])


def curl(*arguments):
    return subprocess.run(["curl", "-s", "-m", "5", *arguments], capture_output=True, text=True)


async def test_tls(folder):
    cert, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    for name in ("", "other-"):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                        "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
                        "-keyout", os.path.join(folder, name + "key.pem"), "-out",
                        os.path.join(folder, name + "cert.pem")], check=True, capture_output=True)
    context = ssl.create_default_context(cafile=cert)

    def start(*options, **more):
        got = subprocess.run([SANDBOX, *options], capture_output=True, text=True, timeout=60,
                             env={**ENV, **more})
        return got.returncode, got.stderr

    pair = ["--tls-cert", cert, "--tls-key", key]
    os.chmod(key, 0o640)
    status, why = start(*pair)
    check("a key that others read", status == 2 and "others may read" in why, status, why)
    os.chmod(key, 0o600)
    for name, options, want, says in (
            ("a certificate alone", pair[:2], 2, "--tls-key"),
            ("a key alone", pair[2:], 2, "--tls-cert"),
            ("no such certificate", ["--tls-cert", cert + "x", "--tls-key", key], 1, "cannot read"),
            ("not a pair", ["--tls-cert", os.path.join(folder, "other-cert.pem"), "--tls-key", key],
             1, "TLS"),
            ("everywhere, in clear", ["--listen", "0.0.0.0:0"], 2, "loopback"),
            ("everywhere, keys by seed", [*pair, "--listen", "0.0.0.0:0"], 2, "seed"),
            ("everywhere, with control", [*pair, "--listen", "0.0.0.0:0", "--enable-control"], 2,
             "--enable-control")):
        status, why = start(*options)
        check(name, status == want and says in why, status, why)
    with Box(*pair, "--scenario", "quiet", context=context) as box:
        check("https and wss", box.base.startswith("https://") and box.ws.startswith("wss://"))
        got = curl("--cacert", cert, "-H", "x-api-key: " + box.merchant,
                   box.base + "/api/v1/capabilities")
        check("curl with that CA", '"object":"capabilities"' in got.stdout, got)
        same("curl without it", curl(box.base + "/").returncode, 60)
        plain = curl("http" + box.base[5:] + "/api/v1/capabilities")
        check("in clear: nothing", plain.returncode != 0 and not plain.stdout, plain)
        hung = [socket.create_connection((box.host, box.port)) for _ in range(20)]
        for line in hung[:10]:
            line.sendall(b"\x16\x03\x01")
        token = box.token()
        check("ws_url is wss", token["ws_url"].startswith("wss://"), token)
        async with box.stream("?token=" + token["token"]) as stream:
            box.make_invoices(30)
            got = [await frame(stream) for _ in range(30)]
            same("events through TLS", {e["type"] for e in got}, {"invoice.created"})
        first = box.events()[0]
        async with box.stream("?since=" + first, key=box.merchant) as stream:
            got = await frames_until(stream, "replay_completed")
            same("replay through TLS", len(got) - 2, len(box.events()) - 1)
        body = json.dumps({"amount_usd": 1, "description": "x" * 300000})
        same("a body too large through TLS",
             box.ask("POST", "/api/v1/invoices", body, x_api_key=box.merchant)[0], 413)
        for line in hung:
            line.close()


def test_edges(box):
    for method, path, body, headers, want in (
            ("GET", "/", None, {}, 404), ("OPTIONS", "/api/v1/invoices", None, {}, 405),
            ("OPTIONS", "/api/v1/ws/token", None, {}, 405),
            ("OPTIONS", "/ws/merchant/events", None, {}, 405),
            ("PATCH", "/api/v1/invoices", None, {}, 405), ("GET", "/api/v1/events", None, {}, 401),
            ("GET", "/ws/merchant/events", None, {}, 401),
            ("HEAD", "/api/v1/capabilities", None, {"x-api-key": box.merchant}, 200),
            ("HEAD", "/api/v1/invoices/none", None, {"x-api-key": box.merchant}, 404),
            ("HEAD", "/api/v1/ws/token", None, {"x-api-key": box.merchant}, 405),
            ("POST", "/api/v1/ws/token", "[" * 100 + "]" * 100, {"x-api-key": box.merchant}, 400),
            ("POST", "/api/v1/ws/token", '{"a":' * 33 + "1" + "}" * 33,
             {"x-api-key": box.merchant}, 400),
            ("POST", "/api/v1/ws/token", '{"scope":"merchant","a":' + '{"a":' * 30 + "1" + "}" * 31,
             {"x-api-key": box.merchant}, 200),
            ("POST", "/api/v1/ws/token", '{"scope":"merchant"' + " " * (256 * 1024 - 20) + "}",
             {"x-api-key": box.merchant}, 200),
            ("POST", "/api/v1/ws/token", '{"scope":"merchant"' + " " * (256 * 1024 - 19) + "}",
             {"x-api-key": box.merchant}, 413),
            ("POST", "/api/v1/ws/token", '{"scope":"merchant","scope":"merchant"}',
             {"x-api-key": box.merchant}, 400)):
        status, head, got = box.ask(method, path, body, Origin="https://example.com",
                                    Access_Control_Request_Method="POST", **headers)
        name = f"{method} {path} {(body or '')[:30]}"
        same(name, status, want)
        check(f"{name}: request id", head["x-request-id"], head)
        check(f"{name}: no CORS", not [h for h in head if h.lower().startswith("access-control")])
        if method == "HEAD":
            check(f"{name}: no body, its length", not got and
                  (status == 405 or int(head["Content-Length"]) > 0))
        elif status >= 400:
            check(f"{name}: an envelope", json.loads(got)["error"]["code"], got)
    line = socket.create_connection((box.host, box.port))
    line.sendall(b"nonsense\r\n\r\n")
    check("nonsense: request id", b"x-request-id: req_" in line.recv(4096))
    line.close()


async def test_log(folder):
    path = os.path.join(folder, "log")
    with Box("--scenario", "quiet", "--log", path) as box:
        token = box.token()["token"]
        for query in ("?token=" + token, "?%74oken=" + token, "?types=bogus&token=" + token):
            await refusal(box.stream(query))
    with open(path) as file:
        text = file.read()
    check("the log knows of the streams", text.count("/ws/merchant/events?") == 3, text)
    check("but not of tokens", token not in text and token.split(".")[2] not in text, text)


async def main():
    with tempfile.TemporaryDirectory() as folder:
        with Box("--scenario", "quiet") as box:
            await test_tokens(box)
            test_edges(box)
        with Box("--scenario", "quiet", "--speed", "10") as box:
            await test_token_ends(box)
        with Box("--scenario", "quiet", "--retention-events", "120") as box:
            await test_retention(box)
        with Box("--scenario", "quiet", "--max-lag", "300") as box:
            await test_slow(box)
        with Box("--scenario", "quiet", "--rate-limit", "5/60s") as box:
            test_rate(box)
        world = ("--seed", "3", "--epoch", "2026-01-15T12:00:00Z", "--events", "1", "--speed",
                 "100")
        with Box(*world, "--rev-a") as old, Box(*world) as new:
            await asyncio.sleep(1)
            for box in (old, new, old, new):  # each turn of its loop looks at what is due
                box.rest("GET", "/api/v1/capabilities")
            await test_rev_a(old, new)
        await test_tls(folder)
        await test_log(folder)
    print(f"sandbox_gate: {passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(asyncio.run(main()))
