#!/usr/bin/python3
"""A stock client: Python's websockets, json and a dict by id. usage: peer_python.py PORT COUNT
Prints "COUNT BYTES SECONDS", from the connect to the last event."""
import asyncio
import json
import sys
import time

import websockets


async def run(port, count):
    began, size, seen = time.monotonic(), 0, {}
    async with websockets.connect(f"ws://127.0.0.1:{port}/ws/merchant/events", compression=None,
                                  max_queue=1024) as stream:
        while len(seen) < count:
            text = await stream.recv()
            size += len(text)
            event = json.loads(text)
            seen[event["id"]] = event
        print(len(seen), size, f"{time.monotonic() - began:.6f}")


asyncio.run(run(int(sys.argv[1]), int(sys.argv[2])))
