"""Advisory file locks: the kernel lets go of them when their holder dies, however it dies."""

import contextlib
import fcntl
import os
import time
from pathlib import Path

from config.embedded.errors import EngineError


class Lock:
    """One file, one descriptor. The file's text is for whoever finds it taken."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise EngineError(f"{path} cannot be opened: {error.strerror}.") from error

    def take(self) -> bool:
        """Alone, without waiting. A share we held is lost when this fails."""
        try:
            fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def share(self, seconds: float) -> bool:
        """Together with others; waits for someone who holds it alone."""
        until = time.monotonic() + seconds
        while True:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(self.fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
                return True
            if time.monotonic() >= until:
                return False
            time.sleep(0.02)

    def free(self) -> None:
        fcntl.flock(self.fd, fcntl.LOCK_UN)

    def write(self, text: str) -> None:
        os.ftruncate(self.fd, 0)
        os.pwrite(self.fd, text.encode(), 0)

    def read(self) -> str:
        return os.pread(self.fd, 1000, 0).decode(errors="replace")

    def close(self) -> None:
        os.close(self.fd)


def taken(path: Path) -> bool:
    """Does someone hold it alone right now?"""
    if not os.path.exists(path):  # unlike Path.exists, a path that cannot be is no error
        return False
    lock = Lock(path)
    try:
        return not lock.share(0)
    finally:
        lock.close()
