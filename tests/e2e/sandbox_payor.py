#!/usr/bin/python3
"""A payor's way through the sandbox: session, quote, hosted page, half and rest,
the payor's stream; and what must be refused. http.client and a stock WebSocket
client (websockets 10.4); nothing of our own client takes part. Takes the binary
from $BUILD (default build)."""
import asyncio
import base64
import hashlib
import hmac
import html.parser
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import uuid

import websockets  # python3-websockets; its absence is a failure, not a skip

SANDBOX = os.path.join(os.environ.get("BUILD", "build"), "pepay-sandbox")
ENV = {k: v for k, v in os.environ.items() if not k.startswith("PEPAY_")}
HOSTILE = "<script>alert(1)</script>\"'&\x1b[31m\u202e\u009b</p><img src=x>"
passed = failed = 0


def check(name, condition, *detail):
    global passed, failed
    if condition:
        passed += 1
    else:
        failed += 1
        print("FAILED:", name, *[str(d)[:900] for d in detail])


class Answer:
    def __init__(self, response):
        self.status, self.headers = response.status, response.headers
        self.text = response.read().decode()
        is_json = self.headers.get("content-type") == "application/json"
        self.json = json.loads(self.text) if is_json and self.text else None


class Sandbox:
    def __init__(self, *options):
        self.process = subprocess.Popen([SANDBOX, "--scenario", "quiet", *options],
                                        stdout=subprocess.PIPE, env=ENV)
        ready = json.loads(self.process.stdout.readline())
        self.base, self.ws = ready["base_url"], ready["ws_url"]
        self.merchant, self.commerce = ready["merchant_key"], ready["commerce_key"]
        self.address = self.base[len("http://"):]

    def send(self, method, path, headers=None, body=None, kind="application/json"):
        connection = http.client.HTTPConnection(self.address, timeout=60)
        headers = dict(headers or {})
        if body is not None:
            headers["Content-Type"] = kind
            body = body if isinstance(body, str) else json.dumps(body)
        connection.request(method, path, body, headers)
        answer = Answer(connection.getresponse())
        connection.close()
        return answer

    def invoice(self, amount, **more):
        answer = self.send("POST", "/api/v1/invoices",
                           {"x-api-key": self.merchant, "Idempotency-Key": str(uuid.uuid4())},
                           {"amount_usd": amount, **more})
        assert answer.status == 201, answer.text
        return answer.json

    def page(self, made):
        return self.send("GET", made["payment_url"][len(self.base):])

    def submit(self, made, **fields):
        form = {"session": made["session_token"], "signature": made["signature"],
                "action": "pay", **fields}
        return self.send("POST", "/pay", body=urllib.parse.urlencode(form),
                         kind="application/x-www-form-urlencoded")

    def until(self, made, path, accept, seconds=60):
        """The payor's GET, again until it is accepted."""
        end = time.monotonic() + seconds
        while True:
            answer = self.send("GET", path, made["payment_session_headers"])
            if accept(answer.json) or time.monotonic() > end:
                return answer.json
            time.sleep(0.05)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(5)
        self.process.stdout.close()



DETAILS = "/api/v1/payments/session-details"
STATUS = "/api/v1/payments/payment-status"
TOKENS = "/api/v1/payments/available-tokens"
ADDRESS = "/api/v1/payments/payment-addresses"
PAYOR_ROUTES = [("GET", DETAILS), ("GET", TOKENS), ("POST", ADDRESS), ("GET", STATUS),
                ("GET", "/api/v1/payments/customer-email"),
                ("POST", "/api/v1/payments/customer-email"),
                ("GET", "/api/v1/payments/invoice-questions"),
                ("POST", "/api/v1/payments/submit-form"),
                ("GET", "/api/v1/invoice/x/verify"), ("POST", "/api/v1/invoice/x/verify")]


def test_who_may_call(box):
    made, other = box.invoice(10), box.invoice(20)
    good = made["payment_session_headers"]
    check("a session opens its invoice", box.send("GET", DETAILS, good).status == 200)
    check("signature has its documented form",
          re.fullmatch(r"[0-9a-f]{64}\.\d{13}", made["signature"]), made["signature"])
    for method, path in PAYOR_ROUTES:
        for header, key in (("x-api-key", box.merchant), ("x-commerce-api-key", box.commerce)):
            for more in ({}, good):
                got = box.send(method, path, {header: key, **more},
                               {} if method == "POST" else None)
                check(f"{method} {path} refuses {header}", got.status == 403, got.status, got.text)
        got = box.send(method, path, {}, {} if method == "POST" else None)
        check(f"{method} {path} wants a session", got.status == 401, got.status)
    token, signature = good["x-session-token"], good["x-signature"]
    last = "0" if signature[0] != "0" else "1"
    for name, headers, want in (
            ("no signature", {"x-session-token": token}, 401),
            ("no token", {"x-signature": signature}, 401),
            ("an invented token", {"x-session-token": "pst_abc", "x-signature": signature}, 401),
            ("a token with another proof", {"x-session-token": token[:-1] + (
                "0" if token[-1] != "0" else "1"), "x-signature": signature}, 401),
            ("a token of an invoice that never was", {"x-session-token": "pst_" + "0" * 96,
                                                      "x-signature": signature}, 401),
            ("a malformed signature", {"x-session-token": token, "x-signature": "sig_1"}, 401),
            ("a forged hash", {"x-session-token": token,
                               "x-signature": last + signature[1:]}, 403),
            ("a forged time", {"x-session-token": token,
                               "x-signature": signature[:-13] + "1799999999999"}, 403),
            ("another invoice's signature", {"x-session-token": token,
                                             "x-signature": other["signature"]}, 403)):
        got = box.send("GET", DETAILS, headers)
        check(name, got.status == want, got.status, got.text)
    got = box.send("GET", f"/api/v1/invoice/{other['invoice_id']}/verify", good)
    check("another invoice's verification", got.status == 403, got.status)
    got = box.send("GET", DETAILS + "?invoice_id=" + other["invoice_id"], good)
    check("another invoice by parameter", got.status == 403, got.status)
    got = box.send("GET", DETAILS + "?invoice_id=" + made["invoice_id"], good)
    check("its own invoice by parameter", got.status == 200, got.status)
    for path in ("/api/v1/invoices", "/api/v1/events", "/api/commerce/merchant/orders"):
        got = box.send("GET", path, good)
        check(f"a session does not open {path}", got.status == 401, got.status)


def test_expired(box):
    made = box.invoice(5, expires_in=1000)
    got = box.until(made, DETAILS, lambda d: d.get("invoice_status") == "expired")
    check("details say expired", got.get("invoice_status") == "expired" and
          got["remaining_time"] == 0 and got["remaining_seconds"] == 0, got)
    headers = made["payment_session_headers"]
    got = box.send("POST", "/api/v1/payments/customer-email", headers, {"email": "a@b.example"})
    check("an e-mail is too late", got.status == 410, got.text)
    got = box.send("POST", ADDRESS, headers, {"network": "base", "tokenId": 112})
    check("an address is too late", got.status == 400, got.text)
    check("the page says so", "time to pay is over" in box.page(made).text)
    check("and takes nothing", box.submit(made, token="112", share="full").status == 409)


class Safety(html.parser.HTMLParser):
    """Tags, attributes and text as a browser would read them."""
    def __init__(self, text):
        super().__init__()
        self.tags, self.texts, self.attributes = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.texts.append(data)


def test_hostile_texts(box):
    made = box.invoice(12.5, description=HOSTILE, invoice_title=HOSTILE, invoice_footer=HOSTILE,
                       payment_return_url="https://shop.example/\"><script>x</script>",
                       payment_return_url_enabled=True)
    page = box.page(made)
    seen = Safety(page.text)
    check("the page is HTML", page.headers["content-type"] == "text/html; charset=utf-8")
    policy = page.headers["content-security-policy"] or ""
    check("and shut in", policy.startswith("default-src 'none'; style-src 'unsafe-inline'") and
          "form-action 'self'" in policy, policy)
    check("its address goes nowhere", page.headers["referrer-policy"] == "no-referrer")
    check("no tag but ours", not {"script", "img", "link", "iframe"} & set(seen.tags), seen.tags)
    check("no handler", not [a for a, _ in seen.attributes if a.startswith("on")])
    check("nothing from outside", "http" not in re.sub(r"https?://shop\.example", "", page.text)
          .replace("http-equiv", ""), page.text)
    check("the text is there, as text",
          "".join(seen.texts).count("<script>alert(1)</script>\"'&") >= 3, page.text)
    check("no control characters", not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", page.text))
    got = box.submit(made, token="\"><script>", share="full")
    check("a hostile choice", got.status == 400 and "<script>" not in got.text, got.status)
    for query in ("", "?session=x&signature=<script>", "?session=%22%3E%3Cscript%3E&signature=x",
                  "?session=" + made["session_token"] + "&signature=sig_x"):
        got = box.send("GET", "/pay" + query)
        check(f"/pay{query[:30]}", got.status in (400, 401) and "<script" not in got.text,
              got.status, got.text)
    got = box.send("POST", "/pay", body="{}", kind="application/json")
    check("only forms", got.status == 415, got.status)
    got = box.send("POST", "/pay", body="session=a%zz",
                   kind="application/x-www-form-urlencoded")
    check("only good forms", got.status == 400, got.status)
    got = box.send("DELETE", "/pay")
    check("GET and POST only", got.status == 405 and
          {"GET", "POST"} <= set(got.headers["allow"].split(", ")))


async def upgrade_status(uri, **options):
    try:
        async with websockets.connect(uri, **options):
            return 101
    except websockets.InvalidStatusCode as error:
        return error.status_code


class Listener:
    """Everything a stream sends, until it is stopped."""
    def __init__(self, uri):
        self.uri, self.frames = uri, []

    async def __aenter__(self):
        self.connection = await websockets.connect(self.uri)
        self.task = asyncio.ensure_future(self.read())
        return self

    async def read(self):
        try:
            async for message in self.connection:
                self.frames.append(json.loads(message))
        except websockets.ConnectionClosed:
            pass

    async def __aexit__(self, *_):
        await self.connection.close()
        await self.task

    def events(self, kind=None):
        return [f for f in self.frames if f["object"] == "event" and
                (kind is None or f["type"] == kind)]

    async def until(self, accept, seconds=60):
        end = time.monotonic() + seconds
        while not accept(self) and time.monotonic() < end:
            await asyncio.sleep(0.05)
        return accept(self)


async def call(function, *args, **more):
    return await asyncio.get_running_loop().run_in_executor(
        None, lambda: function(*args, **more))


def invoice_states(listener):
    return [e["data"]["object"]["status"] for e in listener.events("invoice.updated")]


async def test_half_and_rest(box):
    made = box.invoice(49.99, description="Two chairs", customer_id="cust_secret",
                       metadata={"note": "not for payors"})
    stranger = box.invoice(7)
    headers = made["payment_session_headers"]
    quote = await call(box.send, "POST", ADDRESS, headers, {"network": "base", "tokenId": 112})
    q = quote.json
    check("a quote", quote.status == 200 and q["success"] is True and q["quote_status"] ==
          "available" and q["status_code"] == "ok" and q["usd_amount"] == 49.99 and
          q["quote_expires_in_seconds"] == 300 and q["network"] == "base" and
          q["supported_token_id"] == 112 and q["quote_valid_until"] -
          q["quote_last_updated_at"] == 300 and float(q["estimated_token_amount"]) > 49.99, q)
    ws = q["ws_connection"]
    check("a way to listen", ws["endpoint"] == "/ws/payment" and ws["format"] == "event_v1" and
          ws["ws_url"] == "/ws/payment?format=event_v1", ws)
    stream = box.ws + ws["ws_url"] + "&token=" + ws["token"]
    await test_stream_doors(box, ws["token"])
    async with Listener(stream) as ears, Listener(stream + "&since=" + box.first_event()) as late:
        again = await call(box.send, "POST", ADDRESS, headers, {"network": "base", "tokenId": 112})
        check("asking again rotates", again.json["temp_address"] != q["temp_address"])
        await call(box.send, "POST", ADDRESS, stranger["payment_session_headers"],
                   {"network": "solana", "tokenId": 122})
        sent = await call(box.submit, made, token="112", share="part", amount="25")
        check("half is sent, and the page shown again", sent.status == 303 and
              sent.headers["location"] == made["payment_url"][len(box.base):], sent.status,
              sent.headers["location"])
        page = await call(box.send, "GET", sent.headers["location"])
        check("it is on its way", "25.00 USD was sent on base" in page.text and
              'http-equiv="refresh"' in page.text, page.text)
        twice = await call(box.submit, made, token="112", share="part", amount="24.99")
        check("not twice", twice.status == 409 and "on its way" in twice.text, twice.text)
        check("underpaid", await ears.until(lambda e: "underpaid" in invoice_states(e)),
              ears.frames)
        await test_locked(box, made, again.json["temp_address"])
        rest = await call(box.submit, made, token="112", share="full")
        check("the rest is sent", rest.status == 303, rest.text)
        check("paid", await ears.until(lambda e: "paid" in invoice_states(e)), ears.frames)
        check("late listeners hear the same", await late.until(
            lambda e: "paid" in invoice_states(e)), late.frames)
        test_what_was_heard(ears, late, made)
    page = await call(box.page, made)
    check("the page says paid", "Paid. Thank you." in page.text and "<form" not in page.text)
    status = (await call(box.send, "GET", STATUS, headers)).json
    check("so does the status", status["status"] == "paid" and status["paid_at"] > 0, status)
    got = await call(box.send, "POST", "/api/v1/payments/customer-email", headers,
                     {"email": "a@b.example"})
    check("an e-mail is no longer taken", got.status == 400, got.text)
    settled = lambda d: d["latest_payment"]["settlement_status"] == "settled"
    await test_settles(box, made, settled)


async def test_settles(box, made, settled):
    path = f"/api/v1/invoices/{made['invoice_id']}/status"
    end = time.monotonic() + 15
    while True:
        answer = (await call(box.send, "GET", path, {"x-api-key": box.merchant})).json
        if settled(answer) or time.monotonic() > end:
            break
        await asyncio.sleep(0.05)
    check("it settles", settled(answer), answer)
    events = (await call(box.send, "GET", "/api/v1/events?limit=100&invoice_id=" +
                         made["invoice_id"], {"x-api-key": box.merchant})).json
    types = {e["type"] for e in events["data"]["data"]}
    check("quotes are no merchant's events", "payment_quote.updated" not in types and
          "invoice.updated" in types, types)


async def test_locked(box, made, address):
    headers = made["payment_session_headers"]
    details = (await call(box.send, "GET", DETAILS, headers)).json
    check("locked in", (details["locked_network"], details["locked_token_id"],
                        details["locked_payment_address"], details["amount_remaining_usd"]) ==
          ("base", 112, address, 24.99), details)
    tokens = (await call(box.send, "GET", TOKENS + "?mode=all", headers)).json
    check("one token is left", [t["id"] for t in tokens] == [112], tokens)
    got = await call(box.send, "POST", ADDRESS, headers, {"network": "solana", "tokenId": 122})
    check("no other one is quoted", got.status == 400 and "locked" in got.text, got.text)
    got = await call(box.submit, made, token="122", share="full")
    check("nor taken", got.status == 400, got.status)
    page = await call(box.page, made)
    check("nor offered", page.text.count("<option") == 1 and "Still due" in page.text and
          "24.99 USD" in page.text, page.text)


def test_what_was_heard(ears, late, made):
    heard = ears.events()
    allowed = {"invoice.updated", "invoice_payment.created", "invoice_payment.updated",
               "payment_quote.updated"}
    check("types of a session", {e["type"] for e in heard} <= allowed)
    check("of this invoice only", all(
        made["invoice_id"] in (e["data"]["object"].get("id"), e["data"]["object"].get("invoice_id"))
        for e in heard), heard)
    check("nothing of the merchant's", not re.search(
        "cust_secret|not for payors|merchant_id|settlement|metadata|customer_id",
        json.dumps(ears.frames)), ears.frames)
    quotes = ears.events("payment_quote.updated")
    check("quotes are told", len(quotes) >= 2 and quotes[0]["data"]["object"]["network"] == "base"
          and quotes[0]["data"]["object"]["amount_remaining"] == 49990, quotes)
    check("one of each id", len({e["id"] for e in heard}) == len(heard))
    controls = [f["type"] for f in late.frames if f["object"] == "ws_control"]
    check("replay is framed", controls == ["replay_started", "replay_completed"], controls)
    ids = [e["id"] for e in late.events()]
    check("replay and live agree", ids[-len(heard):] == [e["id"] for e in heard] and
          len(ids) >= len(heard) + 1, ids, heard)


async def test_stream_doors(box, token):
    def forged(claims, head=None, key=b"guess"):
        part = lambda o: base64.urlsafe_b64encode(json.dumps(o).encode()).rstrip(b"=")
        signed = part(head or {"alg": "HS256", "typ": "JWT"}) + b"." + part(claims)
        mac = hmac.new(key, signed, hashlib.sha256).digest()
        return (signed + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")).decode()

    head, body, mac = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    check("the token expires", claims["exp"] > claims["iat"], claims)
    check("it is HS256", json.loads(base64.urlsafe_b64decode(head + "=="))["alg"] == "HS256")
    later = base64.urlsafe_b64encode(json.dumps({**claims, "exp": 9999999999}).encode())
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    path = box.ws + "/ws/payment"
    for name, uri, headers, want in (
            ("a good one", path + "?token=" + token, {}, 101),
            ("none", path, {}, 401), ("nonsense", path + "?token=x", {}, 401),
            ("forged", path + "?token=" + forged(claims), {}, 401),
            ("longer lived", f"{path}?token={head}.{later.rstrip(b'=').decode()}.{mac}", {}, 401),
            ("of algorithm none", f"{path}?token={none}.{body}.", {}, 401),
            ("cut off", path + "?token=" + token[:-1], {}, 401),
            ("an API key instead", path, {"x-api-key": box.merchant}, 401),
            ("on the merchant's stream", box.ws + "/ws/merchant/events?token=" + token, {}, 403),
            ("with a filter", path + "?types=invoice.*&token=" + token, {}, 400),
            ("with another format", path + "?format=event_v0&token=" + token, {}, 400)):
        got = await upgrade_status(uri, extra_headers=headers)
        check(f"upgrade with {name} token", got == want, got, want)


def test_restart(directory):
    """Sessions, quotes and payments under way outlive the process."""
    database = os.path.join(directory, "ledger.db")
    box = Sandbox("--db", database, "--speed", "1")
    made = box.invoice(30)
    sent = box.submit(made, token="101", share="full")  # ethereum: 24 s to confirm
    check("sent before", sent.status == 303, sent.text)
    box.stop()
    box = Sandbox("--db", database, "--speed", "40")
    headers = made["payment_session_headers"]
    got = box.send("GET", DETAILS, headers)
    check("the session is good after", got.status == 200 and got.json["invoice_id"] ==
          made["invoice_id"], got.text)
    made["payment_url"] = box.base + urllib.parse.urlsplit(made["payment_url"]).path + "?" + \
        urllib.parse.urlsplit(made["payment_url"]).query
    got = box.until(made, STATUS, lambda s: s["status"] == "paid")
    check("the payment confirms after", got["status"] == "paid", got)
    box.stop()


def test_verification(box):
    made = box.invoice(15)
    headers = made["payment_session_headers"]
    path = f"/api/v1/invoice/{made['invoice_id']}/verify"
    check("no job yet", box.send("GET", path, headers).status == 404)
    check("nothing to verify yet", box.send("POST", path, headers, {}).status == 400)
    sent = box.submit(made, token="112", share="full", unnoticed="yes")
    check("sent unnoticed", sent.status == 303, sent.text)
    check("the page offers to verify", "verify it" in box.page(made).text)
    got = box.send("POST", path, headers, {"network": "bsc"})
    check("another network", got.status == 400, got.text)
    got = box.send("POST", path, headers, {"network": "base"})
    job = got.json["data"]
    check("a job", got.status == 200 and job["object"] == "invoice_manual_verification" and
          job["job_status"] == job["status"] == "pending" and job["attempt_count"] == 0 and
          job["network"] == "base" and job["completed_at"] is None, job)
    done = box.until(made, path, lambda a: a["data"]["job_status"] == "completed")["data"]
    check("it finds the money", done["result"]["payment_found"] is True and
          done["result"]["invoice_status"] == "paid" and done["attempt_count"] == 1, done)
    check("paid", box.send("GET", STATUS, headers).json["status"] == "paid")


def test_log_keeps_secrets(directory):
    log = os.path.join(directory, "requests.log")
    box = Sandbox("--log", log)
    made = box.invoice(10)
    box.page(made)
    box.submit(made, token="112")
    box.stop()
    with open(log, encoding="utf-8") as file:
        text = file.read()
    check("pages are logged", "/pay" in text, text)
    check("without their sessions", made["session_token"] not in text and
          made["signature"] not in text, text)


def first_event(box):
    answer = box.send("GET", "/api/v1/events?limit=1", {"x-api-key": box.merchant}).json
    return answer["data"]["data"][0]["id"]


Sandbox.first_event = first_event


def main():
    box = Sandbox("--speed", "20")
    try:
        test_who_may_call(box)
        test_hostile_texts(box)
        test_expired(box)
        test_verification(box)
    finally:
        box.stop()
    slow = Sandbox("--speed", "8")
    try:
        asyncio.run(test_half_and_rest(slow))
    finally:
        slow.stop()
    with tempfile.TemporaryDirectory() as directory:
        test_restart(directory)
        test_log_keeps_secrets(directory)
    print(f"sandbox_payor: {passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
