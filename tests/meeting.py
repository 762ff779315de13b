"""Callers that wait for each other at one place of the code, so that a race is run whenever it can be."""

from collections.abc import Callable
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Meeting:
    """Where `of` callers come together before any of them goes on.

    Whoever waits longer than `patience` seconds goes on alone, and so does everybody after that: a lock that keeps the
    others away is not a fault of the test, and a control that nobody else came to fails by what it finds.
    """

    def __init__(self, of: int, patience: float = 20) -> None:
        self._barrier, self._patience = Barrier(of), patience

    def before(self, work: Callable[P, T]) -> Callable[P, T]:
        """`work`, which nobody begins before all have come."""

        def late(*args: P.args, **kwargs: P.kwargs) -> T:
            self._wait()
            return work(*args, **kwargs)

        return late

    def after(self, work: Callable[P, T]) -> Callable[P, T]:
        """`work`, with whose answer nobody goes on before all have theirs."""

        def held(*args: P.args, **kwargs: P.kwargs) -> T:
            found = work(*args, **kwargs)
            self._wait()
            return found

        return held

    def _wait(self) -> None:
        with suppress(BrokenBarrierError):
            self._barrier.wait(timeout=self._patience)
