"""A mail server that takes everything and keeps nothing: for measurements, in which it must not be what takes time."""

import asyncio
import threading

from tests.notices.postbox import HOST

ANSWERS = {b"DATA": b"354 Go on\r\n", b"QUIT": b"221 Bye\r\n"}
END = b"\r\n.\r\n"


class _Line(asyncio.Protocol):
    def __init__(self, box: "Letterbox") -> None:
        self.box, self.heard, self.in_mail = box, b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b"220 letterbox\r\n")

    def data_received(self, data: bytes) -> None:
        self.heard += data
        end = END if self.in_mail else b"\r\n"
        while end in self.heard:
            said, _end, self.heard = self.heard.partition(end)
            self.transport.write(self._answer(said))
            end = END if self.in_mail else b"\r\n"

    def _answer(self, said: bytes) -> bytes:
        if self.in_mail:
            self.in_mail = False
            self.box.taken += 1
            return b"250 OK\r\n"
        verb = said[:4].upper()
        self.in_mail = verb == b"DATA"
        return ANSWERS.get(verb, b"250 OK\r\n")


class Letterbox:
    """`taken` is how many mails came."""

    def __init__(self) -> None:
        self.taken = self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def open(self) -> None:
        listening = self._loop.run_until_complete(self._loop.create_server(lambda: _Line(self), HOST, 0))
        self.port = listening.sockets[0].getsockname()[1]
        self._thread.start()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()
