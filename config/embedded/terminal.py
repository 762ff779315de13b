"""What the supervisor says and hears at its terminal, without ever waiting for it."""

import contextlib
import os
import select
import signal
import sys

# Up to this many bytes a pipe that is ready takes at once.
PIECE = 4000


class Speaker:
    """A reader who stops reading loses lines; the application does not stop with him."""

    def __init__(self) -> None:
        self._patience = 0.2

    def __call__(self, name: str, line: str) -> None:
        text = f"{name:<9} | {line}\n" if name else f"{line}\n"
        with contextlib.suppress(OSError, ValueError):
            heard = bool(select.select([], [sys.stdout.fileno()], [], self._patience)[1])
            # One wait per silence: a thousand lines must not wait a thousand times.
            self._patience = 0.2 if heard else 0.0
            if heard:
                os.write(sys.stdout.fileno(), text.encode(errors="replace")[:PIECE])


say = Speaker()


class Farewell:
    """Whether somebody wants us to stop: a signal, or a terminal that was closed.

    When `make` leads the terminal's session, only make is told of the hang-up, so we look ourselves; but only
    at a terminal: the end of a file or of /dev/null means nothing.
    """

    def __init__(self) -> None:
        self.signals: list[int] = []
        numbers = [signal.SIGINT, signal.SIGTERM]
        heeds_hangup = signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN  # nohup says: stay
        if heeds_hangup:
            numbers.append(signal.SIGHUP)
        for number in numbers:
            signal.signal(number, lambda received, _frame: self.signals.append(received))
        self._poll = select.poll()
        with contextlib.suppress(OSError, ValueError):
            if heeds_hangup and os.isatty(0):
                self._poll.register(0, 0)

    @property
    def said(self) -> bool:
        return bool(self.signals) or bool(self._poll.poll(0))

    @property
    def twice(self) -> bool:
        return len(self.signals) > 1
