"""A stock WebSocket client in a thread, keeping every frame it is sent."""
import asyncio
import threading
import time

import websockets  # python3-websockets; its absence is a failure, not a skip


class Frames:
    def __init__(self, box, path="/ws/merchant/events", key=None):
        self.url = box.ws + path
        self.headers = {"x-api-key": key or box.merchant} if key != "" else {}
        self.all, self.problem = [], None
        self.up = threading.Event()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def __enter__(self):
        if not self.up.wait(5):
            raise RuntimeError(f"no stream: {self.problem}")
        return self

    def __exit__(self, *_):
        self.close()

    def run(self):
        try:
            self.loop.run_until_complete(self.read())
        except Exception as error:  # the server was killed, or the test closed the stream
            self.problem = error

    async def read(self):
        async with websockets.connect(self.url, extra_headers=self.headers,
                                      max_size=1 << 20, max_queue=None) as self.stream:
            self.up.set()
            async for frame in self.stream:
                self.all.append(frame)

    def wait_for(self, event_id, seconds=5):
        """Until the frame of this event is here."""
        until = time.monotonic() + seconds
        mark = f'"id":"{event_id}"'
        while time.monotonic() < until:
            if any(mark in frame[:64] for frame in self.all[-200:]):
                return True
            time.sleep(0.01)
        return False

    def close(self):
        if self.up.is_set() and self.thread.is_alive():
            asyncio.run_coroutine_threadsafe(self.stream.close(), self.loop)
        self.thread.join(5)
