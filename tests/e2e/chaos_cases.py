#!/usr/bin/python3
"""One fault at a time, told apart: what the dashboard says of it, and that nothing is missing
afterwards. Rows of the fault matrix are named N1 to N30. Each case has a sandbox, a proxy and a
dashboard of its own; they run several at once, because they mostly wait."""
import concurrent.futures
import json
import os
import shutil
import signal
import socket
import sqlite3
import sys
import tempfile
import threading
import time
import traceback

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "chaos"))
import lab  # noqa: E402
from lab import Trouble, until  # noqa: E402

with open(os.path.join(lab.BUILD, "flags")) as flags:
    SANITIZED = "-fsanitize" in flags.read()
SLOW = 3 if SANITIZED else 1
lab.PATIENCE *= 4 * SLOW  # until a case fails; what is promised in seconds is not stretched so


class Case:
    """Where a case happens, and what it found."""

    def __init__(self, name):
        self.name, self.good, self.bad = name, 0, []
        self.folder = tempfile.mkdtemp(prefix=f"chaos-{name}-")
        self.parts = []
        self.sandbox = self.proxy = self.client = None

    def check(self, what, condition, *detail):
        if condition:
            self.good += 1
        else:
            self.bad.append(" ".join([what] + [str(d)[:700] for d in detail]))

    def open(self, *commands, speed=None, scenario="busy", events=None, client=(), seed="3",
             options=(), **more):
        speed = speed or ("1" if SANITIZED else "2")
        limit = ["--events", str(events)] if events else []
        self.sandbox = self.part(lab.Sandbox(self.folder, "--seed", seed, "--scenario", scenario,
                                             "--speed", "0.1", *limit, *options))
        self.proxy = self.part(lab.Proxy(self.folder, self.sandbox.address, 5, *commands))
        if client is not None:
            self.join(*client, **more)
            # A history begins with the newest thousand: it is to begin before there are more.
            self.client.wait(30, proof="complete")
        self.sandbox.control("/speed", {"speed": int(speed)})

    def part(self, part):
        self.parts.append(part)
        return part

    def join(self, *options, **more):
        self.client = self.part(lab.Client(self.folder, self.sandbox, self.proxy.port, *options,
                                           **more))
        return self.client

    def events(self):
        return self.sandbox.state()["events"]["count"]

    def more_events(self, count):
        start = self.events()
        until(f"{count} more events", 20, lambda: self.events() >= start + count)

    def pause(self):
        name = self.sandbox.state()["scenario"]["name"]
        self.sandbox.control(f"/scenarios/{name}/pause")
        time.sleep(0.1)

    def whole(self, prove=True):
        """Everything is there, by its own word first and by the disk then."""
        self.pause()
        if prove:
            self.client.prove()
        truth = self.sandbox.events()
        claims = self.client.ask("on-disk", "unknown", "alarms", "bad-frames")
        self.check("it says how many", claims["on-disk"] == len(truth), claims, len(truth))
        self.check("it claims no loss", claims["unknown"] == claims["alarms"] == 0, claims)
        self.objects(truth)
        self.check("it ends well", self.client.quit() == 0, self.client.process.name)
        for complaint in lab.compare_events(os.path.join(self.folder, "history.db"), truth):
            self.check("the history", False, complaint)
        self.check("the history was compared", True)
        status, said = lab.verify(self.folder, self.sandbox, self.proxy.port)
        self.check("verify agrees", status == 0, status, said)
        return truth

    def objects(self, truth):
        told, lists = lab.told_by_events(truth), lab.told_by_lists(self.sandbox)
        have = {(o["kind"], o["id"]): o["status"] for o in self.client.dump("objects")}
        wrong = [(k, s, told.get(k), lists.get(k)) for k, s in have.items()
                 if s != told.get(k, lists.get(k)) or s != lists.get(k, s)]
        absent = [k for k in lab.told_by_events(truth[-100:]) if k not in have]
        self.check("objects are the server's", have and not wrong, len(have), wrong[:5])
        self.check("no recent object is unknown", not absent, absent[:5])

    def end(self):
        for part in reversed(self.parts):
            try:
                if part.process.alive():
                    part.process.kill()
            except Exception:
                pass
        if not self.bad:
            shutil.rmtree(self.folder, ignore_errors=True)


# --- the cases ---------------------------------------------------------------------------------

def n1_drop_at_every_byte_of_a_frames_start(c):
    """A frame's head, and the first bytes of its message: the stream ends after k of them."""
    c.open()
    c.client.wait(10, state="live")
    for k in list(range(14)) + [30, 100, 300]:
        before = c.proxy.stats()["cut_mid_frame"]
        c.proxy.do(f"drop-at {k}")
        until(f"a frame cut at {k}", 10, lambda: c.proxy.stats()["cut_mid_frame"] > before)
        c.client.refresh()
        c.client.wait(10, state="live")
    c.check("nothing was misread", c.client.ask("bad-frames")["bad-frames"] == 0)
    c.whole()


def n3_half_open_is_noticed_without_a_key(c):
    c.open()
    c.client.wait(10, state="live")
    c.proxy.do("half 60000")
    began = time.monotonic()
    c.client.wait(25, state=lambda s: s != "live")
    stale = time.monotonic() - began
    c.check("not LIVE any more within 15 s", stale <= 20 * SLOW, stale)  # 8 on a quiet machine
    until("the dead connection is given up", 25, lambda: c.proxy.stats()["cut_half_open"] >= 1)
    dead = time.monotonic() - began
    c.check("hung up within some 15 s", dead <= 30 * SLOW, dead)
    c.client.wait(25, state="live")
    c.check("live again soon", time.monotonic() - began <= 60 * SLOW,
            time.monotonic() - began)
    c.whole()


def swallowing(c, chance):
    """With the merchant's stream alone, so that what is swallowed is swallowed for good. What a
    stream is expected to bring are the types of event it has brought before."""
    path = os.path.join(c.folder, "history.db")
    c.open(commerce="")
    c.client.wait(10, state="live")
    c.client.prove()
    c.more_events(150)
    known = {json.loads(body)["type"] for _, via, body in lab.history_rows(path) if via == lab.LIVE}
    c.proxy.do(f"gap {chance}")
    c.more_events(150)
    c.pause()
    newest = c.sandbox.events()[-1]["id"]
    until("all came as far as the proxy", 20, lambda: newest in c.proxy.swallowed() or
          newest in {i for i, _, _ in lab.history_rows(path)})
    c.proxy.do("gap 0")
    c.check("it looks healthy", c.client.ask("state")["state"] == "live")
    swallowed = c.proxy.swallowed()
    truth = {e["id"]: e["type"] for e in c.sandbox.events()}
    expected = {i for i in swallowed if truth[i] in known}
    c.client.prove()
    c.check("messages were swallowed", len(expected) >= 5, len(swallowed), known)
    repaired = {i for i, via, _ in lab.history_rows(path) if via == lab.REPAIRED}
    c.check("those are repaired, and no others", expected <= repaired <= set(swallowed),
            len(expected), len(repaired), len(swallowed))
    c.client.wait(15, repaired=len(repaired), unknown=0)
    incidents = c.client.dump("incidents")
    skipped = [i for i in incidents if i["kind"].startswith("skipped")]
    c.check("the record says skipped, and repaired",
            skipped and all(i["state"] == "repaired" for i in skipped), incidents)
    c.check("and how many", sum(i["recovered"] for i in skipped) == len(repaired), skipped)
    c.check("the screen says so", "repair" in c.client.screen(), c.client.screen()[:300])


def n4_a_stream_that_only_answers_pings(c):
    swallowing(c, 1)
    c.whole()


def n9_a_stream_that_skips_some(c):
    swallowing(c, 0.2)
    c.whole()


def n7_every_event_up_to_six_times(c):
    c.open("duplicate 1 5")
    c.client.wait(10, state="live")
    c.more_events(200)
    c.proxy.do("cut")
    c.client.refresh()
    c.more_events(100)
    c.check("they were duplicated", c.proxy.stats()["duplicated"] > 100, c.proxy.stats())
    c.whole()


def n8_reordered(c):
    c.open("reorder 0.5 5")
    c.client.wait(10, state="live")
    c.more_events(200)
    c.proxy.do("cut")
    c.client.refresh()
    c.more_events(100)
    c.check("they were reordered", c.proxy.stats()["reordered"] > 20, c.proxy.stats())
    c.pause()
    c.client.wait(15, on_disk=c.events())  # and REST was not asked about any object
    c.objects(c.sandbox.events())
    c.whole()


def n6_a_byte_at_a_time(c):
    c.open("slice 1", speed="1")
    c.client.wait(20, state="live")
    c.more_events(60)
    c.whole()


def n10_streams_forget_but_rest_does_not(c):
    c.open(options=("--retention-events", "40"))
    c.client.prove()
    c.client.kill()
    c.more_events(300)
    c.join()
    c.client.wait(15, state="live")
    c.whole()


def forget(c, keep):
    """The server keeps its newest events only, as one that retains for 30 days does."""
    c.sandbox.process.kill()
    base = sqlite3.connect(os.path.join(c.folder, "ledger.db"))
    base.execute("DELETE FROM events WHERE seq <= (SELECT max(seq) FROM events) - ?", (keep,))
    base.commit()
    base.close()
    c.sandbox.start()


def n10_the_server_has_forgotten_for_good(c):
    c.open()
    c.client.prove()
    c.client.kill()
    known = {row[0] for row in lab.history_rows(os.path.join(c.folder, "history.db"))}
    c.more_events(400)
    c.pause()
    missed = [e["id"] for e in c.sandbox.events() if e["id"] not in known]
    forget(c, 60)
    c.pause()
    c.join()
    c.client.wait(20, state="live", unknown=1, pending=0)
    incidents = [i for i in c.client.incidents("lost") if i["kind"].startswith("not to be had")]
    c.check("one stretch is lost", len(incidents) == 1, incidents)
    if incidents:
        kept = [e["id"] for e in c.sandbox.events()]
        c.check("and known from where to where",
                incidents[0]["from_id"] in known and incidents[0]["to_id"] == kept[0],
                incidents[0], kept[:1])
    c.check("the screen says so", "1 unknown" in c.client.screen(), c.client.screen()[:300])
    lists = lab.told_by_lists(c.sandbox)
    newest = {("invoice", i["id"]) for i in c.sandbox.call("GET", "/api/v1/invoices?limit=100")[1]["data"]}

    def stale(of):
        have = {(o["kind"], o["id"]): o["status"] for o in c.client.dump("objects")}
        return [(k, s, lists[k]) for k, s in have.items() if k in of and s != lists.get(k, s)]

    c.check("the newest objects are reconciled", not stale(newest), stale(newest)[:5])
    until("all objects are reconciled", 60, lambda: not stale(lists), 0.5)
    c.check("it ends well", c.client.quit() == 0)
    on_disk = {row[0] for row in lab.history_rows(os.path.join(c.folder, "history.db"))}
    c.check("what was known is kept", known <= on_disk)
    c.check("what the server still has is there", {e["id"] for e in c.sandbox.events()} <= on_disk)
    c.check("what is gone is not made up",
            on_disk <= known | set(missed) | {e["id"] for e in c.sandbox.events()})
    status, said = lab.verify(c.folder, c.sandbox, c.proxy.port)
    c.check("verify says 6", status == 6, status, said)
    c.join()
    c.client.wait(20, state="live", pending=0)
    c.check("it is remembered after a restart", c.client.ask("unknown")["unknown"] == 1 and
            incidents[0] in c.client.incidents("lost"))


def n11_a_history_of_another_account(c):
    c.open()
    c.client.prove()
    c.client.quit()
    before = lab.history_rows(os.path.join(c.folder, "history.db"))
    other = c.part(lab.Client(c.folder, c.sandbox, c.proxy.port, merchant="pk_sandbox_somebody_else"))
    status = other.process.close()
    c.check("refused", status not in (0, None), status)
    c.check("in words", "history.db" in other.process.words(), other.process.words())
    c.check("untouched", lab.history_rows(os.path.join(c.folder, "history.db")) == before)


def n13_a_wrong_key_is_tried_once(c):
    c.open(client=None)
    c.join(merchant="pk_sandbox_wrong0000", commerce="ck_sandbox_wrong1111")
    c.client.wait(15, state="auth-failed")
    stats = c.proxy.stats()
    c.check("one attempt a stream at most", stats["upgrades"] <= 2, stats)
    time.sleep(4)
    later = c.proxy.stats()
    c.check("and none after it", later["upgrades"] == stats["upgrades"], stats, later)
    c.check("REST does not go on either", later["requests"] - stats["requests"] <= 2, stats, later)
    screen = c.client.screen()
    c.check("it says which key", "0000" in screen or "1111" in screen, screen)
    c.check("but not the key", "sandbox_wrong" not in screen)


def n15_retry_after_is_a_floor(c):
    """Told by REST, because the WebSocket library does not show a refusal's head."""
    c.open()
    c.client.prove()
    c.proxy.do("refuse 1 429", "rest-429 1 4", "cut")
    time.sleep(1)
    counts = []
    for _ in range(9):
        counts.append(c.proxy.stats()["upgrades"])
        time.sleep(1)
    c.check("at most one attempt in 4 s, of two streams", counts[-1] - counts[0] <= 6, counts)
    c.check("it is not LIVE", c.client.ask("state")["state"] != "live")
    c.proxy.do("quiet")
    time.sleep(4.5)
    c.client.refresh()
    c.client.wait(30, state="live")
    c.whole()


def n16_a_page_instead_of_an_answer(c):
    c.open()
    c.client.prove()
    c.sandbox.fault("html-200", count=10000, path="/api")
    c.proxy.do("refuse 1 html", "cut")
    c.client.wait(10, state=lambda s: s != "live")
    time.sleep(0.5)
    before = c.client.ask("on-disk")
    c.more_events(50)
    c.client.refresh()
    time.sleep(1.5)
    after = c.client.ask("on-disk", "state", "unknown", "alarms", "bad-frames")
    c.check("a page is not data", after["on-disk"] == before["on-disk"] and
            after["unknown"] == after["alarms"] == after["bad-frames"] == 0, before, after)
    c.check("it is not LIVE", after["state"] not in ("live", "polling"), after)
    c.sandbox.clear()
    c.proxy.do("quiet")
    c.client.refresh()
    c.client.wait(20, state="live")
    c.whole()


class Capture(threading.Thread):
    """Another host: whatever is said to it is kept."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.create_server(("127.0.0.2", 0))
        self.address = "127.0.0.2:%d" % self.socket.getsockname()[1]
        self.heard = []
        self.start()

    def run(self):
        while True:
            peer, _ = self.socket.accept()
            peer.settimeout(1)
            try:
                self.heard.append(peer.recv(65536))
            except OSError:
                self.heard.append(b"")
            peer.close()


def n17_a_redirect_is_not_followed(c):
    other = Capture()
    c.open()
    c.client.prove()
    c.sandbox.fault("redirect", host=other.address, count=10000)
    c.proxy.do(f"refuse 1 redirect http://{other.address}/ws")
    c.proxy.do("cut")
    for _ in range(6):
        c.client.refresh()
        time.sleep(0.4)
    until("upgrades were redirected", 20, lambda: c.proxy.stats()["refused"] >= 2)
    c.check("nothing was said to the other host", not other.heard, other.heard)
    c.sandbox.clear()
    c.proxy.do("quiet")
    c.client.refresh()
    c.client.wait(20, state="live")
    c.check("still nothing", not other.heard, other.heard)
    c.whole()


def no_stream_at_all(c):
    """Upgrades are refused for good: the same events by polling."""
    c.open("refuse 1 503")
    c.client.wait(40, state="polling")
    before = c.client.ask("on-disk")["on-disk"]
    c.more_events(150)
    c.client.wait(30, on_disk=lambda n: n >= before + 150)
    c.check("it says so", "POLLING" in c.client.screen(), c.client.screen()[:200])
    c.check("no stream was to be had", c.proxy.stats()["streams"] == 0)
    c.whole()


def n22_a_flood_while_stopped(c):
    c.open(speed="1000", options=("--rate", "2000"))
    c.client.wait(10, state="live")
    c.client.process.child.send_signal(signal.SIGSTOP)
    c.more_events(2000)
    time.sleep(2)
    c.client.process.child.send_signal(signal.SIGCONT)
    c.more_events(500)
    c.pause()
    c.client.prove(60)
    memory = c.client.process.memory() // 1024
    c.check("memory is bounded", memory < (600 if SANITIZED else 120), memory)
    c.whole()


def n30_a_laptop_sleeps(c):
    """Longer than the silence that means death: first it looks, then it goes on."""
    c.open()
    c.client.prove()
    c.client.process.child.send_signal(signal.SIGSTOP)
    time.sleep(18)
    c.proxy.do("cut")
    c.client.process.child.send_signal(signal.SIGCONT)
    began = time.monotonic()
    c.client.wait(20, state=lambda s: s in ("reconnecting", "connecting", "live"))
    c.client.wait(20, state="live")
    c.check("live again without a key", time.monotonic() - began < 20 * SLOW)
    c.pause()
    c.client.wait(20, proof="complete")
    c.whole()


def restart_without_a_server(c):
    """What was seen is there again when the server cannot be reached at all."""
    c.open()
    c.client.prove()
    c.more_events(100)
    c.pause()
    c.client.prove()
    objects = c.client.dump("objects")
    count = c.client.ask("on-disk")["on-disk"]
    c.client.kill()
    c.proxy.do("deny 60000", "cut")
    c.join()
    c.client.wait(10, on_disk=count)
    c.client.wait(10, events=lambda n: n >= min(count, 300))
    until("the objects are there too", 10,
          lambda: not [o for o in objects if o not in c.client.dump("objects")], 0.3)
    c.check("no object was made up", len(c.client.dump("objects")) == len(objects))
    c.check("and it does not claim to be complete", c.client.ask("proof")["proof"] != "complete",
            c.client.ask("proof"))
    c.proxy.do("quiet")
    c.client.refresh()
    c.client.wait(20, state="live")
    c.whole()


def a_second_instance_looks_on(c):
    """One writes; the other shows, and says that it does not write."""
    c.open()
    c.client.prove()
    second = c.part(lab.Client(c.folder, c.sandbox, c.proxy.port, name="second"))
    seen = second.wait(15, history="view-only", state="live")
    c.check("it says so", seen["history"] == "view-only", seen)
    c.more_events(100)
    c.check("the second ends well", second.quit() == 0, second.process.words())
    c.whole()


# The longest first.
CASES = [n10_the_server_has_forgotten_for_good, n30_a_laptop_sleeps,
         n3_half_open_is_noticed_without_a_key, no_stream_at_all,
         n15_retry_after_is_a_floor, n1_drop_at_every_byte_of_a_frames_start,
         n22_a_flood_while_stopped, n4_a_stream_that_only_answers_pings,
         n9_a_stream_that_skips_some, n7_every_event_up_to_six_times, n8_reordered,
         n6_a_byte_at_a_time, n10_streams_forget_but_rest_does_not,
         n11_a_history_of_another_account, n13_a_wrong_key_is_tried_once,
         n16_a_page_instead_of_an_answer, n17_a_redirect_is_not_followed, restart_without_a_server, a_second_instance_looks_on]

# The others wait long, and test the same code.
if SANITIZED and len(sys.argv) == 1:
    CASES = [n3_half_open_is_noticed_without_a_key, no_stream_at_all, n9_a_stream_that_skips_some,
             n8_reordered, n10_the_server_has_forgotten_for_good, n11_a_history_of_another_account,
             n13_a_wrong_key_is_tried_once, n17_a_redirect_is_not_followed,
             a_second_instance_looks_on]


def play(function):
    case = Case(function.__name__)
    began = time.monotonic()
    try:
        function(case)
    except Trouble as why:
        case.bad.append(str(why))
    except Exception:
        case.bad.append(traceback.format_exc())
    case.end()
    case.seconds = time.monotonic() - began
    return case


def main():
    names = sys.argv[1:]
    chosen = [f for f in CASES if not names or any(n in f.__name__ for n in names)]
    good = bad = 0
    with concurrent.futures.ThreadPoolExecutor(3 if SANITIZED else 7) as pool:
        for case in pool.map(play, chosen):
            good += case.good
            bad += len(case.bad)
            if names or case.bad:
                print(f"{case.name}: {case.seconds:.1f} s")
            for why in case.bad:
                print(f"FAILED: {case.name}: {why}")
            if case.bad:
                print(f"   files: {case.folder}")
    print(f"chaos_cases: {good} passed, {bad} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
