"""The root of each UTC day, published when the day is over."""

from datetime import UTC, date, datetime, timedelta
from secrets import token_hex

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Min

from prm.audit.actions import record
from prm.signing import jws, merkle
from prm.signing.keys import KeyUnreadable, Signer, await_writers, current_signer
from prm.signing.models import Link, Root

TYP = "daily-root"
# Advisory lock number; never reused for another purpose.
PUBLISHERS = 7_300_022


def publish_roots(*, now: datetime) -> int:
    """Publish what is missing, day by day up to yesterday, also of days on which nothing was issued.

    Safe at any time, any number of times, in parallel. Returns how many were published.
    """
    today, done = now.astimezone(UTC).date(), 0
    if _next_before(today)[0] is not None:
        # Only then: whoever writes a link waits meanwhile.
        await_writers()
    while _publish_next(today):
        done += 1
    return done


def _next_before(today: date) -> tuple[date | None, Root | None]:
    """The first day that is over and has no root, and the root before it."""
    last = Root.objects.order_by("-seq").first()
    day: date | None = last.day + timedelta(days=1) if last else Link.objects.aggregate(first=Min("day"))["first"]
    return (day if day is not None and day < today else None), last


@transaction.atomic
def _publish_next(today: date) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [PUBLISHERS])
    day, last = _next_before(today)
    if day is None:
        return False
    try:
        _publish(day, last, current_signer())
    except KeyUnreadable:
        return False
    return True


def _publish(day: date, last: Root | None, signer: Signer) -> Root:
    salt = token_hex(32)
    digests = Link.objects.filter(day=day).order_by("digest").values_list("digest", flat=True)
    top, seq = merkle.root(merkle.tree(digests, salt)), last.seq + 1 if last else 1
    claims = {"iss": settings.PRM_BASE_URL, "seq": seq, "prev": last.digest if last else None, "kind": "root"}
    claims |= {"day": day.isoformat(), "root": top, "iat": int(signer.now.timestamp())}
    text = jws.compact(claims, typ=TYP, kid=signer.kid, key=signer.key)
    kept = {"jws": text, "digest": jws.digest(text), "key_id": signer.pk, "published_at": signer.now}
    root = Root.objects.create(seq=seq, day=day, root=top, salt=salt, **kept)
    data = {"day": day.isoformat(), "root": top}
    record(
        "signing.root_published",
        by=None,
        now=signer.now,
        organisation_id=None,
        subject=("signing", "roots"),
        data=data,
    )
    return root
