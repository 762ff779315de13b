"""The people of the tests, written once for all tests that follow each other and begin with them.

They stand in a transaction around those of the tests and are never committed: what a test does to them is undone
with the test. A test of another beginning ends that transaction first.
"""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from tests.factories import Cast, make_cast


class Founding:
    def __init__(self) -> None:
        self._standing: transaction.Atomic | None = None
        self._cast = b""

    def begin(self) -> None:
        """What a test broke off, with its connection or an error, is not built on."""
        if self._standing and (connection.needs_rollback or not connection.in_atomic_block):
            self.end()
        if self._standing is None:
            self._standing = transaction.atomic()
            self._standing.__enter__()
            with connection.cursor() as cursor:
                # Tests without a database may come between two with one.
                cursor.execute("set local idle_in_transaction_session_timeout = 0")
            cast = make_cast()
            for user in [*cast.vendor_staff, *cast.helix.people, *cast.orbit.people]:
                # They know from the start where they belong, as they do in a request.
                user.membership  # noqa: B018
            self._cast = pickle.dumps(cast)

    def end(self) -> None:
        standing, self._standing = self._standing, None
        if standing and connection.in_atomic_block:
            transaction.set_rollback(True)
            standing.__exit__(None, None, None)

    @contextmanager
    def another(self) -> Iterator[None]:
        """A beginning of another kind, for the tests of a place; it is never committed either."""
        self.end()
        with transaction.atomic():
            yield
            self.end()
            transaction.set_rollback(True)

    def cast(self) -> Cast:
        """Fresh objects: what a test changes in them, or what they remember, stays with that test."""
        if self._standing is None:
            return make_cast()
        found: Any = pickle.loads(self._cast)
        assert isinstance(found, Cast)
        return found
