"""Receipts of a programme that grows."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from prm.accounts.models import User
from prm.signing.keys import store_key
from prm.signing.models import Link, Root, SigningKey

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def grow_receipts(deal: str, numbers: Sequence[int]) -> None:
    """More steps of one registration, each of another day."""
    first = Link.objects.filter(subject_id=deal).earliest("seq")
    about = {"subject_type": first.subject_type, "subject_id": deal, "kind": first.kind, "jws": first.jws}
    Link.objects.bulk_create(
        Link(
            **about,
            seq=number + 10,
            cause=f"grown-{number}",
            digest=f"{number:064}",
            key=first.key,
            issued_at=START,
            day=START.date() + timedelta(days=number),
        )
        for number in numbers
    )


def grow_roots(numbers: Sequence[int], makers: Sequence[User]) -> None:
    """Each of a day with receipts, and signed with another key, which somebody else has made."""
    secret = SigningKey.objects.latest("pk").secret
    for number, maker in zip(numbers, makers, strict=True):
        made_at = START - timedelta(minutes=number)
        key = store_key(signs_from=made_at, secret=secret, by=maker, now=made_at)
        kept = {"root": f"{number:064}", "digest": f"{number:064}", "salt": "x", "jws": "x.y.z"}
        Root.objects.create(**kept, seq=number, day=START + timedelta(days=number), key=key, published_at=made_at)
