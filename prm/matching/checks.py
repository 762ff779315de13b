"""What the locks of decisions need of a server, said by `upgrade` and `check --database default`."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connection

# Locks that fit into the server's table, for all connections together. A decision takes some ten, a merge of customers
# with many names up to a hundred, beside those of its tables and indexes; PostgreSQL's default is 6,400.
ROOM = 16_000
_ASKED = """
    select current_setting('max_locks_per_transaction')::int * current_setting('max_connections')::int,
        current_setting('default_transaction_isolation')
"""


@register(Tags.database)
def check_server(*, databases: Sequence[str] | None = None, **_about: Any) -> list[CheckMessage]:
    if not databases:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_ASKED)
        room, isolation = cursor.fetchone()
    found: list[CheckMessage] = []
    if room < ROOM:
        hint = "Set max_locks_per_transaction = 256 in postgresql.conf and start the server again."
        found.append(Warning(f"The server has room for {room:,} locks; busy times may need more.", hint, id="prm.W001"))
    if not isolation.startswith("read "):
        hint = "Set default_transaction_isolation = 'read committed' for the server, the role and the address."
        sentence = f"Transactions are {isolation} by default: every approval would be refused."
        found.append(Error(sentence, hint, id="prm.E001"))
    return found
