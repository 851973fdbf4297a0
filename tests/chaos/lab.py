"""What a chaos run is made of: a sandbox that can be killed and started again on its
ledger, the proxy, the dashboard driven over its script's standard input, and the
server's truth to compare with. Standard library only."""
import http.client
import json
import os
import selectors
import signal
import socket
import sqlite3
import subprocess
import time

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
ENV = {k: v for k, v in os.environ.items()
       if not k.startswith(("PEPAY", "XDG_")) and not k.lower().endswith("_proxy")}
ENV.update(LC_ALL="C.UTF-8", TERM="xterm-256color")
# Sanitizers make everything slower; so do other tests at the same time.
PATIENCE = float(os.environ.get("CHAOS_PATIENCE", "1"))


class Trouble(Exception):
    """The run cannot go on: what is wrong in one line."""


def until(what, seconds, condition, step=0.05):
    """The first true value of condition()."""
    deadline = time.monotonic() + seconds * PATIENCE
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Trouble(f"not within {seconds * PATIENCE:g} s: {what}")
        time.sleep(step)


class Process:
    """A child whose lines on stdout are read with a deadline."""

    def __init__(self, argv, folder, name, env=None, pipe_in=True):
        self.name = name
        self.err = open(os.path.join(folder, name + ".err"), "ab")
        self.child = subprocess.Popen(argv, stdin=subprocess.PIPE if pipe_in else subprocess.DEVNULL,
                                      stdout=subprocess.PIPE, stderr=self.err, cwd=folder,
                                      env=env or ENV)
        self.buffer = b""
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.child.stdout, selectors.EVENT_READ)

    def line(self, seconds=10):
        deadline = time.monotonic() + seconds * PATIENCE
        while b"\n" not in self.buffer:
            left = deadline - time.monotonic()
            if left <= 0:
                raise Trouble(f"{self.name}: silent for {seconds * PATIENCE:g} s")
            if not self.selector.select(left):
                continue
            more = os.read(self.child.stdout.fileno(), 65536)
            if not more:
                raise Trouble(f"{self.name}: ended with {self.child.wait()}: {self.words()}")
            self.buffer += more
        one, self.buffer = self.buffer.split(b"\n", 1)
        return one.decode()

    def say(self, text):
        try:
            self.child.stdin.write(text.encode() + b"\n")
            self.child.stdin.flush()
        except OSError:
            raise Trouble(f"{self.name}: is gone, status {self.child.poll()}: {self.words()}")

    def words(self):
        """The end of what it said on stderr."""
        with open(self.err.name, "rb") as f:
            return f.read()[-2000:].decode(errors="replace").strip()

    def alive(self):
        return self.child.poll() is None

    def kill(self, how=signal.SIGKILL):
        if self.alive():
            self.child.send_signal(how)
        return self.close()

    def close(self, seconds=20):
        """Ends its input, waits for it to end and gives its status."""
        if self.child.stdin:
            try:
                self.child.stdin.close()
            except OSError:
                pass
        try:
            status = self.child.wait(seconds * PATIENCE)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
            status = None
        self.selector.close()
        self.child.stdout.close()
        self.err.close()
        return status

    def memory(self, what="VmHWM"):
        """In KiB: the most it ever had resident, or VmRSS for now."""
        with open(f"/proc/{self.child.pid}/status") as f:
            for line in f:
                if line.startswith(what + ":"):
                    return int(line.split()[1])
        return 0


def hold_port():
    """A port that is nobody else's while it is held. Nobody listens there; a server that sets
    SO_REUSEADDR, as the sandbox does, can."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    return held, held.getsockname()[1]


class Sandbox:
    def __init__(self, folder, *options, durable=True):
        self.folder, self.options = folder, list(options)
        if durable:
            self.options += ["--db", os.path.join(folder, "ledger.db")]
        self.process = None
        self.held, self.port = hold_port()
        self.kills = 0
        self.start()

    def start(self):
        argv = [os.path.join(BUILD, "pepay-sandbox"), "--enable-control", *self.options,
                "--listen", f"127.0.0.1:{self.port}"]
        self.process = Process(argv, self.folder, "sandbox", pipe_in=False)
        ready = json.loads(self.process.line(30))
        self.merchant, self.commerce = ready["merchant_key"], ready["commerce_key"]
        self.address = f"127.0.0.1:{self.port}"
        self.link = None

    def restart(self):
        """As a crash: kill -9, then the same ledger on the same port."""
        self.process.kill()
        self.kills += 1
        self.start()

    def call(self, method, path, body=None, key=None):
        headers = {"x-api-key": key or self.merchant}
        if body is not None:
            body = json.dumps(body)
            headers["Content-Type"] = "application/json"
        for last in (False, True):
            try:
                if self.link is None:
                    self.link = http.client.HTTPConnection("127.0.0.1", self.port,
                                                           timeout=30 * PATIENCE)
                self.link.request(method, path, body, headers)
                answer = self.link.getresponse()
                return answer.status, json.loads(answer.read() or b"null")
            except (OSError, http.client.HTTPException) as why:
                self.link.close()
                self.link = None
                if last:
                    raise Trouble(f"sandbox: {method} {path}: {why}: {self.process.words()}")

    def state(self):
        return self.call("GET", "/_sandbox/state")[1]

    def control(self, path, body=None):
        return self.call("POST", "/_sandbox" + path, body)

    def fault(self, name, **params):
        status, answer = self.control("/faults", {"fault": name, **params})
        if status != 201:
            raise Trouble(f"sandbox: fault {name}: {answer}")
        return answer["id"]

    def clear(self):
        self.call("DELETE", "/_sandbox/faults")

    def listed(self, path, key=None):
        """Everything a cursor list has, newest first."""
        found, cursor = [], ""
        while True:
            more = f"&starting_after={cursor}" if cursor else ""
            joint = "&" if "?" in path else "?"
            status, answer = self.call("GET", f"{path}{joint}limit=100{more}", key=key)
            if status != 200:
                raise Trouble(f"sandbox: {path}: {status} {answer}")
            page = answer["data"] if isinstance(answer["data"], dict) else answer
            found += page["data"]
            if not page["has_more"] or not page["data"]:
                return found
            cursor = page["data"][-1].get("id") or page["data"][-1]["customer_id"]

    def events(self):
        """All of GET /api/v1/events, oldest first."""
        return self.listed("/api/v1/events")[::-1]

    def orders(self):
        found = []
        while True:
            _, answer = self.call("GET", f"/api/commerce/merchant/orders?limit=100&offset={len(found)}",
                                  key=self.commerce)
            page = answer["data"]["orders"]
            found += page
            if not page:
                return found

    def stop(self):
        if self.link is not None:
            self.link.close()
            self.link = None
        return self.process.kill(signal.SIGTERM)


class Proxy:
    def __init__(self, folder, target, seed=1, *commands):
        self.log = os.path.join(folder, "proxy.log")
        argv = [os.path.join(BUILD, "chaos", "proxy"), "--to", target, "--seed", str(seed), "--log",
                self.log, *commands]
        self.process = Process(argv, folder, "proxy")
        self.port = json.loads(self.process.line())["port"]

    def do(self, *commands):
        for command in commands:
            self.process.say(command)
            answer = self.process.line()
            if answer != "ok":
                raise Trouble(f"proxy: {answer}")

    def stats(self):
        self.process.say("stats")
        return json.loads(self.process.line())

    def swallowed(self):
        """Ids of the events it kept to itself."""
        with open(self.log) as f:
            return [line.split()[3] for line in f if " swallowed " in line]

    def stop(self):
        self.process.child.stdin.close()
        counters = json.loads(self.process.line())
        self.process.close()
        return counters


class Client:
    """pepaytop, driven by lines on its standard input."""

    def __init__(self, folder, sandbox, port, *options, history="history.db", url=None,
                 merchant=None, commerce=None, name="client"):
        """commerce "": without that key."""
        script = os.path.join(folder, "follow.script")
        with open(script, "w") as f:
            f.write("follow\n")
        argv = [os.path.join(BUILD, "pepaytop"), "--script", script]
        if history is not None:
            argv += ["--history", os.path.join(folder, history)]
        base = url or f"127.0.0.1:{port}"
        env = dict(ENV, HOME=folder, XDG_STATE_HOME=folder, PEPAY_API_URL="http://" + base,
                   PEPAY_WS_URL="ws://" + base,
                   PEPAY_API_KEY=sandbox.merchant if merchant is None else merchant)
        if commerce != "":
            env["PEPAY_COMMERCE_API_KEY"] = commerce or sandbox.commerce
        self.folder = folder
        self.process = Process(argv + list(options), folder, name, env)
        self.dumps = 0

    def say(self, *lines):
        self.process.say("\n".join(lines))

    def ask(self, *names, seconds=20):
        """Values by name: numbers as int, the rest as words."""
        self.say("print " + " ".join(names))
        found = {}
        for _ in names:
            name, value = self.process.line(seconds).split(" ", 1)
            found[name] = int(value) if value.lstrip("-").isdigit() else value
        return found

    def refresh(self):
        self.say("key R")

    def wait(self, seconds, **wanted):
        """Until its values are these; an underscore stands for a dash."""
        names = [n.replace("_", "-") for n in wanted]
        seen = {}

        def there():
            seen.update(self.ask(*names))
            return all(seen[n] == v if not callable(v) else v(seen[n])
                       for n, v in zip(names, wanted.values()))
        try:
            until("", seconds, there)
        except Trouble as why:
            shown = {n: v for n, v in wanted.items() if not callable(v)}
            raise Trouble(f"{why} client wanted {shown}, has {seen}")
        return seen

    def prove(self, seconds=30):
        """Has it look, and waits until it says that everything up to now is there. It is believed:
        nothing is waited for but its own word."""
        asked = int(time.time() * 1000)
        self.refresh()
        return self.wait(seconds, proven=lambda t: t >= asked, proof="complete", pending=0,
                         state=lambda s: s in ("live", "polling"))

    def incidents(self, state):
        return [i for i in self.dump("incidents") if i["state"] == state]

    def closed(self, seconds=15):
        """What is still open in the ledger when it had the time to look into it."""
        try:
            until("", seconds, lambda: not self.incidents("open"), 0.2)
            return []
        except Trouble:
            return self.incidents("open")

    def dump(self, what):
        """What `objects` or `incidents` writes, as a list."""
        self.dumps += 1
        path = os.path.join(self.folder, f"{what}-{self.dumps}.ndjson")
        self.say(f"{what} {path}")
        self.ask("events")
        with open(path) as f:
            return [json.loads(line) for line in f]

    def screen(self):
        self.dumps += 1
        path = os.path.join(self.folder, f"screen-{self.dumps}.txt")
        self.say(f"snapshot {path}")
        self.ask("events")
        with open(path) as f:
            return f.read()

    def quit(self):
        self.say("quit")
        return self.process.close()

    def kill(self, how=signal.SIGKILL):
        return self.process.kill(how)


def verify(folder, sandbox, port=None, history="history.db"):
    """`pepaytop verify`: its exit status and what it said."""
    base = f"127.0.0.1:{port or sandbox.port}"
    env = dict(ENV, HOME=folder, XDG_STATE_HOME=folder, PEPAY_API_URL="http://" + base,
               PEPAY_WS_URL="ws://" + base, PEPAY_API_KEY=sandbox.merchant,
               PEPAY_COMMERCE_API_KEY=sandbox.commerce)
    done = subprocess.run([os.path.join(BUILD, "pepaytop"), "verify", "--history",
                           os.path.join(folder, history)], env=env, capture_output=True, cwd=folder,
                          timeout=300 * PATIENCE, stdin=subprocess.DEVNULL)
    return done.returncode, (done.stdout + done.stderr).decode(errors="replace")


# --- what is on disk, and what the server says ----------------------------------------------

def history_rows(path):
    """Every event row: id, via, body. Read by SQLite itself, not by our code."""
    base = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return base.execute("SELECT CASE WHEN id = '' THEN 'evt_' || ms || '-' || seq ELSE id END,"
                            " via, body FROM event ORDER BY row").fetchall()
    finally:
        base.close()


LIVE, REPAIRED = 0, 3  # enum event_via


def history_sound(path):
    base = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return base.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    finally:
        base.close()


def compare_events(path, truth, whole=True):
    """Complaints, none when the history and the server's events are the same. Not `whole`: the
    history may begin later than the server's events, but then has no hole."""
    bad = []
    want = {e["id"]: e for e in truth}
    rows = history_rows(path)
    have = {}
    for ident, _, body in rows:
        if ident in have:
            bad.append(f"twice in the history: {ident}")
        have[ident] = body
    order = [e["id"] for e in truth]
    if not whole:
        first = next((i for i, ident in enumerate(order) if ident in have), len(order))
        order = order[first:]
    missing = [i for i in order if i not in have]
    invented = [i for i in have if i not in want]
    if missing:
        bad.append(f"{len(missing)} of {len(order)} events are missing: {missing[:5]}")
    if invented:
        bad.append(f"{len(invented)} events the server does not have: {invented[:5]}")
    wrong = [i for i in have if i in want and json.loads(have[i]) != want[i]]
    if wrong:
        bad.append(f"{len(wrong)} bodies differ: {wrong[:5]}")
    if not order:
        bad.append("nothing to compare")
    return bad


ID_OF = {"ramp_kyc": "customer_id"}


def told_by_events(truth):
    """What every object is after all events, by (kind, id): its status."""
    last = {}
    for e in truth:
        o = e.get("data", {}).get("object")
        if not isinstance(o, dict) or "status" not in o:
            continue
        kind = o.get("object", "commerce_order")
        last[(kind, str(o.get("orderId") or o.get(ID_OF.get(kind, "id"))))] = o["status"]
    return last


def told_by_lists(sandbox):
    found = {}
    for kind, path in (("invoice", "/api/v1/invoices"), ("ramp_payout", "/api/v1/ramps/payouts"),
                       ("ramp_deposit", "/api/v1/ramps/deposits"), ("refund", "/api/v1/refunds"),
                       ("ramp_kyc", "/api/v1/ramps/kyc")):
        for o in sandbox.listed(path):
            found[(kind, str(o[ID_OF.get(kind, "id")]))] = o["status"]
    for o in sandbox.orders():
        found[("commerce_order", o["orderId"])] = o["status"]
    return found
