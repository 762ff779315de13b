"""The key that signs now, opened once in each process."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from secrets import token_hex
from typing import Any

from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection

from prm import sealing
from prm.accounts.models import User
from prm.questions import planned_once
from prm.signing import jws
from prm.signing.models import Due, Link, Root, SigningKey
from prm.signing.selectors import Head

PURPOSE = b"prm.signing"
# Advisory lock numbers; never reused for another purpose.
WRITERS, KEYS = 7_300_020, 7_300_021
# Whoever writes a link holds the shared lock until it is committed, and looks at the clock afterwards: when the
# publisher of roots has had it alone after midnight, nothing of the day before is still on its way.
CURRENT = f"""
    with known as materialized (select pg_advisory_xact_lock_shared(%(writers)s))
    select clock_timestamp(), (select max(day) from {Root._meta.db_table}), key.id, key.kid, key.sealed, key.secret,
        head.seq, head.digest, exists (
            select 1 from {Due._meta.db_table} due where due.subject_type = %(type)s and due.subject_id = %(id)s
        )
    from known left join lateral (
        select * from {SigningKey._meta.db_table} where signs_from <= clock_timestamp() order by signs_from desc limit 1
    ) key on true left join lateral (
        select seq, digest from {Link._meta.db_table} link
        where link.subject_type = %(type)s and link.subject_id = %(id)s order by seq desc limit 1
    ) head on true
"""  # noqa: S608 - names of tables


class KeyUnreadable(Exception):
    """The private half was sealed with another SECRET_KEY, or is gone."""


@dataclass(frozen=True)
class Signer:
    """`now` is the database's clock, `published` the last day with a root, `head` the end of the chain asked for."""

    pk: int
    kid: str
    key: Ed25519PrivateKey
    secret: str
    now: datetime
    published: date | None
    head: Head

    def day_of(self, moment: datetime) -> date:
        """The day in whose root a link of that moment will be: never one that is published."""
        day = moment.astimezone(UTC).date()
        return day if self.published is None else max(day, self.published + timedelta(days=1))


def current_signer(subject_type: str = "", subject_id: str = "") -> Signer:
    """For a transaction that writes links, and holds the subject; the first one makes the first key.

    Raises KeyUnreadable.
    """
    found = _current(subject_type, subject_id)
    if found[2] is None:
        make_first_key(now=found[0])
        found = _current(subject_type, subject_id)
    now, published, pk, kid, sealed, secret, *head = found
    if pk is None:
        raise KeyUnreadable
    return Signer(pk, kid, _private(sealed), secret, now, published, Head(head[0] or 0, *head[1:]))


def _current(subject_type: str, subject_id: str) -> tuple[Any, ...]:
    with connection.cursor() as cursor, planned_once():
        cursor.execute(CURRENT, {"writers": WRITERS, "type": subject_type, "id": subject_id})
        row: tuple[Any, ...] = cursor.fetchone()
    return row


@lru_cache(maxsize=8)
def _private(sealed: str) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(jws.unb64(sealing.unseal(sealed, purpose=PURPOSE)))
    except InvalidToken as error:
        raise KeyUnreadable from error


def forget_opened() -> None:
    _private.cache_clear()


def await_writers() -> None:
    """Return when every link that was begun before now is committed, or was given up."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s), pg_advisory_unlock(%s)", [WRITERS, WRITERS])


def hold_keys() -> None:
    """Whoever makes a key waits for the others who do, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [KEYS])


def make_first_key(*, now: datetime) -> None:
    """Once for an installation, however many ask at the same moment."""
    hold_keys()
    if not SigningKey.objects.exists():
        store_key(signs_from=now, secret=token_hex(32), by=None, now=now)


def store_key(*, signs_from: datetime, secret: str, by: User | None, now: datetime) -> SigningKey:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    sealed = sealing.seal(jws.b64(key.private_bytes_raw()), purpose=PURPOSE)
    return SigningKey.objects.create(
        kid=jws.thumbprint(public),
        public=jws.b64(public),
        sealed=sealed,
        secret=secret,
        signs_from=signs_from,
        created_at=now,
        created_by=by,
    )
