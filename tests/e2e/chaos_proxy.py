#!/usr/bin/python3
"""The proxy that misbehaves does what it says, and counts it: seen by a stock WebSocket client and
by bare sockets, without our own client."""
import asyncio
import http.client
import json
import os
import socket
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "chaos"))
import lab  # noqa: E402
import websockets  # noqa: E402  python3-websockets

passed = failed = 0


def check(name, condition, *detail):
    global passed, failed
    if condition:
        passed += 1
    else:
        failed += 1
        print("FAILED:", name, *[str(d)[:600] for d in detail])


async def listen(box, proxy, seconds=30, count=10 ** 9, since=None, raw=False, got=None):
    """Ids of the events that came, until so many are there or it is silent for so long, and how it
    ended."""
    got, end = [] if got is None else got, "open"
    path = "/ws/merchant/events" + (f"?since={since}" if since else "")
    try:
        async with websockets.connect(f"ws://127.0.0.1:{proxy.port}{path}", close_timeout=0.1,
                                      extra_headers={"x-api-key": box.merchant}) as stream:
            while len(got) < count:
                text = await asyncio.wait_for(stream.recv(), seconds * lab.PATIENCE)
                event = json.loads(text)
                if event["object"] == "event":
                    got.append(text if raw else event["id"])
    except asyncio.TimeoutError:
        pass
    except websockets.ConnectionClosed as why:
        end = "closed"
    except websockets.InvalidStatusCode as why:
        end = why.status_code
    except websockets.InvalidURI:
        end = 302  # it wanted to follow
    except OSError as why:
        end = type(why).__name__
    except websockets.InvalidHandshake as why:
        end = "handshake"
    return got, end


def request(proxy, key, path="/api/v1/events?limit=20"):
    link = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=60)
    try:
        link.request("GET", path, headers={"x-api-key": key})
        answer = link.getresponse()
        return answer.status, answer.headers, answer.read()
    except (OSError, http.client.HTTPException) as why:
        return 0, {}, type(why).__name__
    finally:
        link.close()


def fresh(proxy, *commands):
    proxy.do("quiet", *commands)
    return proxy.stats()


def did(proxy, before, name):
    return proxy.stats()[name] - before[name]


def messages(box, proxy, truth):
    """Faults of whole messages, on a replay of a hundred known events."""
    since, want = truth[-101], truth[-100:]

    def play(*commands, **more):
        before = fresh(proxy, *commands)
        got, end = asyncio.run(listen(box, proxy, since=since, **more))
        return got, end, before

    got, end, _ = play(count=100)
    check("quiet changes nothing", got == want and end == "open", len(got), end)
    got, _, before = play("duplicate 1 4", seconds=1)
    check("every event comes again", set(got) == set(want) and
          all(got.count(i) >= 2 for i in want), len(got))
    check("as often as counted", did(proxy, before, "duplicated") == 100)
    got, _, before = play("gap 0.3", seconds=1)
    check("some are swallowed", len(got) == 100 - did(proxy, before, "swallowed") < 90, len(got))
    check("the others are in order", got == [i for i in want if i in set(got)])
    got, _, before = play("reorder 0.5 3", seconds=1)
    check("all come, in another order", sorted(got) == sorted(want) and got != want, len(got))
    check("some waited", 5 < did(proxy, before, "reordered") < 60)
    late = max(got.index(i) - want.index(i) for i in want)
    check("not behind more than they may", 1 <= late <= 3 + 1, late)
    for k in (0, 1, 5, 77):
        got, end, before = play(f"drop-at {k}", seconds=30)
        check(f"the stream ends {k} bytes into a frame", got == [] and end == "closed", got, end)
        check("it is counted", did(proxy, before, "cut_mid_frame") == 1)
    got, end, before = play("drop 0.05", seconds=30)
    check("a stream ends somewhere", got == want[:len(got)] and end == "closed", len(got), end)
    got, end, before = play("drop-rst 0.05", seconds=30)
    check("or with RST", got == want[:len(got)] and end == "closed" and
          did(proxy, before, "cut_mid_frame_rst") == 1, len(got), end)


def bytes_(box, proxy, truth):
    since, want = truth[-21], truth[-20:]
    for name, commands, least in (("slices", ["slice 1"], 0), ("latency", ["latency 300"], 0.3),
                                  ("bandwidth", ["bandwidth 20000"], 0.5)):
        fresh(proxy, *commands)
        began = time.monotonic()
        got, _ = asyncio.run(listen(box, proxy, since=since, count=20))
        check(f"{name}: the same bytes", got == want, len(got))
        check(f"{name}: later", time.monotonic() - began >= least, time.monotonic() - began)


def upgrades(box, proxy, truth):
    for how, want in (("503", 503), ("500", 500), ("401", 401), ("403", 403), ("429", 429),
                      ("html", 200), ("redirect http://127.0.0.1:1/", 302), ("close", None)):
        before = fresh(proxy, f"refuse 1 {how}")
        _, end = asyncio.run(listen(box, proxy))
        check(f"upgrades are refused: {how}", end == want if want else end in
              ("ConnectionResetError", "handshake", "closed"), end)
        check("and counted", did(proxy, before, "refused") == 1)
    fresh(proxy, "deny 60000")
    _, end = asyncio.run(listen(box, proxy))
    check("nobody listens", end == "ConnectionRefusedError", end)
    fresh(proxy, "deny 300")
    time.sleep(0.5)
    got, end = asyncio.run(listen(box, proxy, since=truth[-3], count=2))
    check("and then someone does again", got == truth[-2:], got, end)


def commands(box, proxy, truth):
    async def while_open(command, seconds):
        came = []
        task = asyncio.ensure_future(listen(box, proxy, seconds=seconds, since=truth[-3], got=came))
        while len(came) < 2 and not task.done():
            await asyncio.sleep(0.02)
        proxy.do(command)
        began = time.monotonic()
        got, end = await task
        return got, end, time.monotonic() - began

    for command, counter in (("cut", "cut_fin"), ("rst", "cut_rst"), ("half 500", "cut_half_open")):
        before = fresh(proxy)
        got, end, _ = asyncio.run(while_open(command, 30))
        check(f"{command} ends it", got == truth[-2:] and end == "closed", got, end)
        check("it is counted", did(proxy, before, counter) == 1, proxy.stats())
        check("as a disconnect", did(proxy, before, "disconnects") == 1)
    before = fresh(proxy)
    got, end, _ = asyncio.run(while_open("stall 300", 1.5))
    check("a stall does not", end == "open" and did(proxy, before, "stalled") == 1, end)
    before = fresh(proxy, "storm 100 200 cut rst")
    for _ in range(3):
        asyncio.run(listen(box, proxy, seconds=30))
    check("a storm ends stream after stream", did(proxy, before, "disconnects") == 3,
          proxy.stats())
    proxy.process.say("no such thing")
    check("what is not a command is an error", proxy.process.line() == "error no such thing")
    for wrong in ("gap 2", "gap x", "half", "storm 1", "refuse 1 999", "slice -1"):
        proxy.process.say(wrong)
        check(f"so is {wrong}", proxy.process.line() == f"error {wrong}")


def rest(box, proxy):
    fresh(proxy)
    status, _, whole = request(proxy, box.merchant)
    check("requests go through", status == 200 and len(json.loads(whole)["data"]["data"]) == 20)
    fresh(proxy, "rest-429 1 7")
    status, headers, _ = request(proxy, box.merchant)
    check("429 with Retry-After", status == 429 and headers["Retry-After"] == "7", status)
    fresh(proxy, "rest-500 1")
    check("500", request(proxy, box.merchant)[0] == 500)
    before = fresh(proxy, "rest-cut 1")
    ends = [request(proxy, box.merchant) for _ in range(30)]
    check("answers end early", all(e[2] != whole for e in ends) and
          did(proxy, before, "rest_cut") == 30, [e[2] for e in ends][:3])
    check("inside the body too", any(e[2] == "IncompleteRead" for e in ends))
    fresh(proxy)
    check("and then no more", request(proxy, box.merchant)[2] == whole)


def same_again(box, folder, truth):
    """The same seed meets the same messages with the same fate."""
    fates = []
    for seed in (11, 11, 12):
        proxy = lab.Proxy(folder, box.address, seed, "gap 0.3", "duplicate 0.2 3", "reorder 0.2 3")
        fates.append(asyncio.run(listen(box, proxy, seconds=1, since=truth[-101]))[0])
        proxy.stop()
    check("a seed repeats itself", fates[0] == fates[1] and len(fates[0]) > 20, len(fates[0]))
    check("another is another", fates[0] != fates[2])


def main():
    with tempfile.TemporaryDirectory() as folder:
        box = lab.Sandbox(folder, "--scenario", "quiet", "--seed", "2", durable=False)
        proxy = lab.Proxy(folder, box.address, 1)
        truth = [e["id"] for e in box.events()]
        for part in (messages, bytes_, upgrades, commands):
            part(box, proxy, truth)
        rest(box, proxy)
        counters = proxy.stop()
        check("it says what it did at the end", counters["streams"] > 15 and counters["seed"] == 1)
        check("all that was swallowed is in its log",
              len(proxy.swallowed()) == counters["swallowed"] > 0)
        same_again(box, folder, truth)
        box.stop()
    print(f"chaos_proxy: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
