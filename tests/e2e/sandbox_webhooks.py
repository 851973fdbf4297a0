#!/usr/bin/python3
"""Webhook deliveries, taken by Python's http.server and verified with its hmac.
Takes the binary from $BUILD (default build)."""
import hashlib
import hmac
import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import uuid

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


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end and not condition():
        time.sleep(0.02)
    return bool(condition())


class Receiver:
    """An endpoint that keeps what it gets; `answers` are given in turn, then 200."""

    def __init__(self, answers=(), hang=0.0):
        self.got, self.answers, self.hang = [], list(answers), hang
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((time.monotonic(), self.path, dict(self.headers), body))
                status = receiver.answers.pop(0) if receiver.answers else 200
                if receiver.hang:
                    time.sleep(receiver.hang)
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", f"http://127.0.0.1:{receiver.port}/elsewhere")
                self.end_headers()
                self.wfile.write(b'{"ok":true}')

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *peer: None  # a sandbox that was killed hung up
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/hooks?x=1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def ids(self):
        return [headers["X-Pepay-Event-ID"] for _, _, headers, _ in self.got]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Sandbox:
    def __init__(self, *options, env=None):
        self.process = subprocess.Popen([SANDBOX, *options], stdout=subprocess.PIPE,
                                        env={**ENV, **(env or {})})
        self.ready = json.loads(self.process.stdout.readline())
        self.base, self.key = self.ready["base_url"], self.ready["merchant_key"]

    def call(self, method, path, body=None, timeout=60):
        request = urllib.request.Request(self.base + path, method=method)
        request.add_header("x-api-key", self.key)
        request.add_header("Idempotency-Key", str(uuid.uuid4()))
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def hook(self, url, **more):
        status, body = self.call("POST", "/_sandbox/webhooks", {"url": url, **more})
        assert status == 201, body
        return body

    def show(self, hook):
        return self.call("GET", "/_sandbox/webhooks/" + hook["id"])[1]

    def make_invoice(self):
        status, body = self.call("POST", "/api/v1/invoices", {"amount_usd": 2.5})
        assert status == 201, body
        return body["invoice_id"]

    def cancel(self, invoice):
        return self.call("POST", f"/api/v1/invoices/{invoice}/cancel", {})

    def events(self, count):
        return [e["id"] for e in
                self.call("GET", f"/api/v1/events?limit={count}")[1]["data"]["data"]][::-1]

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.wait(timeout=60)


def signature(secret, headers, body):
    return hmac.new(secret.encode(), headers["X-Pepay-Timestamp"].encode() + b"." + body,
                    hashlib.sha256).hexdigest()


def test_a_delivery(box):
    receiver = Receiver()
    hook = box.hook(receiver.url)
    check("a secret is made", hook["secret"].startswith("whsec_") and len(hook["secret"]) > 40)
    invoice = box.make_invoice()
    check("delivered", until(lambda: receiver.got))
    _, path, headers, body = receiver.got[0]
    event = json.loads(body)
    check("where it was to go", path == "/hooks?x=1" and
          headers["Host"] == f"127.0.0.1:{receiver.port}")
    check("the event's own bytes", event["data"]["object"]["id"] == invoice and
          event["id"] == box.events(1)[0])
    check("which event", headers["X-Pepay-Event"] == "invoice.created" == event["type"] and
          headers["X-Pepay-Event-ID"] == event["id"])
    check("the signature", headers["X-Pepay-Signature"] ==
          signature(hook["secret"], headers, body), headers)
    check("signed now", abs(int(headers["X-Pepay-Timestamp"]) / 1000 - time.time()) < 5)
    check("no previous one", "X-Pepay-Signature-Previous" not in headers)
    check("the environment", headers["X-Pepay-Network-Environment"] == "devnet" and
          headers["Content-Type"] == "application/json")
    check("counted", until(lambda: box.show(hook)["delivered"] == 1) and
          box.show(hook)["pending"] == 0, box.show(hook))
    check("the secret is not shown again", "secret" not in box.show(hook) and "secret" not in
          json.dumps(box.call("GET", "/_sandbox/webhooks")[1]))

    _, rotated = box.call("POST", f"/_sandbox/webhooks/{hook['id']}/rotate",
                          {"previous_for_s": 600})
    check("a new secret", rotated["secret"] != hook["secret"] and rotated["rotating"])
    _, ping = box.call("POST", f"/_sandbox/webhooks/{hook['id']}/ping")
    check("a ping", until(lambda: len(receiver.got) == 2))
    _, _, headers, body = receiver.got[1]
    check("is a test.ping", headers["X-Pepay-Event"] == "test.ping" == json.loads(body)["type"] and
          json.loads(body)["id"] == ping["event_id"] == headers["X-Pepay-Event-ID"])
    check("signed with both", headers["X-Pepay-Signature"] ==
          signature(rotated["secret"], headers, body) and
          headers["X-Pepay-Signature-Previous"] == signature(hook["secret"], headers, body))
    box.call("POST", f"/_sandbox/webhooks/{hook['id']}/rotate", {"previous_for_s": 1})
    time.sleep(1.1)
    box.call("POST", f"/_sandbox/webhooks/{hook['id']}/ping")
    check("after rotation", until(lambda: len(receiver.got) == 3) and
          "X-Pepay-Signature-Previous" not in receiver.got[2][2])
    box.call("DELETE", "/_sandbox/webhooks/" + hook["id"])
    box.make_invoice()
    time.sleep(0.3)
    check("deleted", len(receiver.got) == 3 and
          box.call("DELETE", "/_sandbox/webhooks/" + hook["id"])[0] == 404)
    receiver.stop()


def test_filters(box):
    cases = ((["invoice.created"], None, ["invoice.created"]),
             (["invoice.*"], "devnet", ["invoice.created", "invoice.updated"]),
             (["commerce.order.*", "test.ping"], None, []),
             (None, "mainnet", []),
             (None, None, ["invoice.created", "invoice.updated"]))
    receivers = [Receiver() for _ in cases]
    hooks = [box.hook(r.url, enabled_events=events, environment=environment)
             for r, (events, environment, _) in zip(receivers, cases)]
    box.cancel(box.make_invoice())
    until(lambda: len(receivers[-1].got) == 2)
    time.sleep(0.3)
    for receiver, (events, environment, want) in zip(receivers, cases):
        got = sorted(h["X-Pepay-Event"] for _, _, h, _ in receiver.got)
        check(f"{events} {environment}", got == want, got)
    for hook in hooks:
        box.call("DELETE", "/_sandbox/webhooks/" + hook["id"])
    for receiver in receivers:
        receiver.stop()


def test_refusals(box):
    for url in ("https://127.0.0.1/", "http://example.com/", "http://127.0.0.1.example.com/",
                "http://10.0.0.1/", "http://user@127.0.0.1/", "http://127.0.0.1:0/",
                "http://127.0.0.1:99999/", "http://127.0.0.1:80x/", "http://0.0.0.0/",
                "http://127.1/", "http://2130706433/", "http://[::]/", "http://127.0.0.1/a b",
                "http://127.0.0.1/\r\nX: y", "ftp://127.0.0.1/", "http://", "", "x" * 600,
                "http://169.254.169.254/", "http://127.0.0.1#@example.com/"):
        status, body = box.call("POST", "/_sandbox/webhooks", {"url": url})
        check(f"url {url[:40]!r}", status == 400, status, body)
    good = "http://127.0.0.1:9/"
    for more in ({"enabled_events": ["nope"]}, {"enabled_events": []}, {"enabled_events": "*"},
                 {"enabled_events": [1]}, {"environment": "prod"}, {"secret": "short"},
                 {"secret": "with a space in it"}):
        check(f"{more}", box.call("POST", "/_sandbox/webhooks", {"url": good, **more})[0] == 400)
    check("nothing is registered", box.call("GET", "/_sandbox/webhooks")[1]["data"] == [])
    for url in ("http://localhost:9/x", "http://[::1]:9", "http://127.0.0.1", "http://127.8.9.1:9"):
        hook = box.hook(url)
        check(f"taken: {url}", box.call("DELETE", "/_sandbox/webhooks/" + hook["id"])[0] == 200)


def test_retries(box):
    receiver = Receiver(answers=[500, 302, 404])
    hook = box.hook(receiver.url, secret="a-secret-of-mine")
    box.make_invoice()
    check("tried until taken", until(lambda: len(receiver.got) == 4), len(receiver.got))
    times = [t for t, _, _, _ in receiver.got]
    gaps = [b - a for a, b in zip(times, times[1:])]
    check("twice as long each time", all(want - 0.1 < gap < want + 10 for gap, want in
                                         zip(gaps, (1, 2, 4))), gaps)
    check("the same event", len(set(receiver.ids())) == 1)
    check("redirects are not followed", all(path != "/elsewhere" for _, path, _, _ in
                                            receiver.got))
    check("signed anew each time", len({h["X-Pepay-Timestamp"] for _, _, h, _ in
                                        receiver.got}) == 4 and
          all(h["X-Pepay-Signature"] == signature("a-secret-of-mine", h, b)
              for _, _, h, b in receiver.got))
    check("then no more", until(lambda: box.show(hook)["pending"] == 0) and
          box.show(hook)["last_error"]["error"] == "HTTP status 404", box.show(hook))
    box.call("DELETE", "/_sandbox/webhooks/" + hook["id"])
    receiver.stop()


def test_nobody_waits_for_a_receiver_that_hangs(box):
    slow, quick = Receiver(hang=20), Receiver()
    hooks = [box.hook(slow.url), box.hook(quick.url)]
    began = time.monotonic()
    for _ in range(3):
        box.make_invoice()
    check("REST goes on", time.monotonic() - began < 15, time.monotonic() - began)
    check("others are told", until(lambda: len(quick.got) == 3, 15), len(quick.got))
    for hook in hooks:
        box.call("DELETE", "/_sandbox/webhooks/" + hook["id"])
    refused = socket.socket()
    refused.bind(("127.0.0.1", 0))
    dead = box.hook(f"http://127.0.0.1:{refused.getsockname()[1]}/")
    box.make_invoice()
    check("nobody listens", until(lambda: box.show(dead)["last_error"]) and
          box.show(dead)["last_error"]["error"] == "connection refused", box.show(dead))
    box.call("DELETE", "/_sandbox/webhooks/" + dead["id"])
    garbage = socket.create_server(("127.0.0.1", 0))
    odd = box.hook(f"http://127.0.0.1:{garbage.getsockname()[1]}/")
    box.make_invoice()
    peer, _ = garbage.accept()
    peer.recv(65536)
    peer.sendall(b"SSH-2.0-OpenSSH_9\r\n\r\n")
    peer.close()
    check("no HTTP", until(lambda: box.show(odd)["last_error"]) and
          "not HTTP" in box.show(odd)["last_error"]["error"], box.show(odd))
    box.call("DELETE", "/_sandbox/webhooks/" + odd["id"])
    garbage.close()
    refused.close()
    slow.stop()
    quick.stop()


def test_many(box):
    fds = f"/proc/{box.process.pid}/fd"
    before = len(os.listdir(fds))
    receiver = Receiver()
    hook = box.hook(receiver.url, enabled_events=["invoice.created"])
    for _ in range(100):
        box.make_invoice()
    check("100 events", until(lambda: len(receiver.got) >= 100), len(receiver.got))
    check("each of them", sorted(set(receiver.ids())) == sorted(box.events(100)))
    check("no descriptor is left", until(lambda: len(os.listdir(fds)) <= before + 1),
          len(os.listdir(fds)), before)
    box.call("DELETE", "/_sandbox/webhooks/" + hook["id"])
    receiver.stop()


def test_nothing_is_lost_by_a_crash():
    """kill -9 with deliveries pending, and events that nobody looked at yet."""
    with tempfile.TemporaryDirectory() as folder:
        options = ("--enable-control", "--scenario", "quiet", "--db", os.path.join(folder, "l.db"))
        receiver = Receiver(answers=[503] * 10)
        box = Sandbox(*options, "--webhook", receiver.url)
        hook = box.ready["webhooks"][0]
        for _ in range(10):
            box.make_invoice()
        want = box.events(10)
        until(lambda: len(receiver.got) >= 4)
        box.stop(signal.SIGKILL)
        receiver.answers = []
        early = len(receiver.got)
        box = Sandbox(*options, "--webhook", receiver.url)
        check("the same endpoint", box.ready["webhooks"][0]["id"] == hook["id"] and
              box.ready["webhooks"][0]["secret"] == hook["secret"], box.ready, hook)
        check("everything arrives", until(lambda: set(receiver.ids()[early:]) >= set(want)),
              len(receiver.got))
        check("with good signatures", all(h["X-Pepay-Signature"] ==
                                          signature(hook["secret"], h, b)
                                          for _, _, h, b in receiver.got))
        check("nothing else", set(receiver.ids()) == set(want))
        check("nothing pending", until(lambda: box.show(hook)["pending"] == 0))
        check("a clean end", box.stop() == 0)
        receiver.stop()


def test_command_line():
    receiver = Receiver()
    box = Sandbox("--scenario", "demo", "--speed", "200", "--webhook", receiver.url,
                  env={"PEPAY_WEBHOOK_SECRET": "from-the-environment"})
    check("a living scenario", until(lambda: len(receiver.got) >= 20), len(receiver.got))
    check("signed with the secret given", all(
        h["X-Pepay-Signature"] == signature("from-the-environment", h, b)
        for _, _, h, b in receiver.got[:20]))
    began = time.monotonic()
    check("stops while busy", box.stop() == 0 and time.monotonic() - began < 1.5)
    receiver.stop()
    bad = subprocess.run([SANDBOX, "--webhook", "http://example.com/"], stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, env=ENV, timeout=60)
    check("another host is refused", bad.returncode == 2 and b"loopback" in bad.stderr, bad)


def main():
    box = Sandbox("--enable-control", "--scenario", "quiet")
    for test in (test_a_delivery, test_filters, test_refusals, test_retries,
                 test_nobody_waits_for_a_receiver_that_hangs, test_many):
        test(box)
    check("stops", box.stop() == 0)
    test_nothing_is_lost_by_a_crash()
    test_command_line()
    print(f"sandbox_webhooks: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
