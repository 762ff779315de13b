"""One question to the web at a time, without waiting for its answer."""

import contextlib
import socket
import time

QUESTION = b"GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n"
AGAIN_SECONDS = 0.5


class Probe:
    """The listening socket is ours, so a question is queued even while no worker is there to take it."""

    def __init__(self, family: int, host: str, port: int) -> None:
        self._target = (family, host, port)
        self._line: socket.socket | None = None
        self._heard = b""
        self._due = 0.0

    def look(self) -> int:
        """The status of an answer that has come since the last look, else 0."""
        if self._line is None:
            if time.monotonic() >= self._due:
                self._ask()
            return 0
        with contextlib.suppress(BlockingIOError):
            return self._listen(self._line)
        return 0

    def _ask(self) -> None:
        self._due = time.monotonic() + AGAIN_SECONDS
        family, host, port = self._target
        line = socket.socket(family)
        try:
            line.settimeout(1)
            line.connect((host, port))
            line.sendall(QUESTION)
        except OSError:
            line.close()
            return
        line.setblocking(False)
        self._line, self._heard = line, b""

    def _listen(self, line: socket.socket) -> int:
        try:
            piece = line.recv(4096)
        except ConnectionError:
            piece = b""
        self._heard += piece
        if piece and b"\r\n" not in self._heard:
            return 0
        self.close()
        words = self._heard.split()
        return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0

    def close(self) -> None:
        if self._line:
            self._line.close()
        self._line = None
