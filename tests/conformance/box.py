"""A sandbox of our own to talk to: the process, and HTTP from Python's library and curl."""
import http.client
import json
import os
import shutil
import signal
import subprocess
import urllib.parse
import uuid

SANDBOX = os.path.join(os.environ.get("BUILD", "build"), "pepay-sandbox")
ENV = {k: v for k, v in os.environ.items() if not k.startswith("PEPAY_")}
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Answer:
    def __init__(self, status, headers, raw):
        self.status, self.raw = status, raw
        self.headers = {k.lower(): v for k, v in headers}
        try:
            self.body = json.loads(raw)
        except ValueError:
            self.body = None

    def __str__(self):
        return f"{self.status} {self.raw[:400].decode(errors='replace')}"


class Box:
    """A running sandbox. `call` keeps one connection open."""

    def __init__(self, *options, log=None):
        self.process = subprocess.Popen([SANDBOX, "--die-with-parent", *options], env=ENV,
                                        stdout=subprocess.PIPE, stderr=log)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{SANDBOX} {options} did not start: {self.process.wait()}")
        ready = json.loads(line)
        self.base, self.ws = ready["base_url"], ready["ws_url"]
        self.merchant, self.commerce = ready["merchant_key"], ready["commerce_key"]
        self.host = self.base.split("//", 1)[1]
        self.connection = http.client.HTTPConnection(self.host, timeout=10)

    def keys(self, key):
        """The headers of a credential: merchant, commerce, a dict, or nothing."""
        if isinstance(key, dict):
            return dict(key)
        return {"merchant": {"x-api-key": self.merchant},
                "commerce": {"x-commerce-api-key": self.commerce}}.get(key, {})

    def call(self, method, path, key="merchant", query=None, body=None, idempotency=None,
             headers=None):
        if query:
            path += "?" + urllib.parse.urlencode(query)
        sent = self.keys(key)
        if idempotency:
            sent["Idempotency-Key"] = idempotency
        if body is not None:
            body = json.dumps(body) if not isinstance(body, (bytes, str)) else body
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        try:
            self.connection.request(method, path, body, sent)
            got = self.connection.getresponse()
            return Answer(got.status, got.getheaders(), got.read())
        except (http.client.HTTPException, OSError):
            self.connection.close()
            raise

    def get(self, path, key="merchant", **query):
        answer = self.call("GET", path, key, query)
        if answer.status != 200:
            raise RuntimeError(f"GET {path} {query}: {answer}")
        return answer.body

    def write(self, method, path, body=None, key="merchant", query=None):
        """A write that must succeed; its body."""
        answer = self.call(method, path, key, query, body, str(uuid.uuid4()))
        if answer.status not in (200, 201):
            raise RuntimeError(f"{method} {path} {body}: {answer}")
        return answer.body

    def curl(self, path, key="merchant", query=None):
        """The same GET by curl: status and body."""
        if query:
            path += "?" + urllib.parse.urlencode(query)
        command = [shutil.which("curl") or "curl", "-sS", "-g", "-w", "\n%{http_code}",
                   self.base + path]
        for name, value in self.keys(key).items():
            command += ["-H", f"{name}: {value}"]
        out = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=10).stdout
        body, _, status = out.rpartition(b"\n")
        return int(status), body

    def pages(self, path, key="merchant", inside=False, **query):
        """Every row of a cursor list, newest first."""
        rows, after = [], {}
        while True:
            page = self.get(path, key, limit="100", **query, **after)
            page = page["data"] if inside else page
            rows += page["data"]
            if not page["has_more"]:
                return rows
            after = {"starting_after": rows[-1].get("id") or rows[-1]["customer_id"]}

    def events(self):
        return self.pages("/api/v1/events", inside=True)[::-1]

    def stop(self):
        self.connection.close()
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=10)
        self.process.stdout.close()
        return status

    def kill(self):
        self.connection.close()
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
