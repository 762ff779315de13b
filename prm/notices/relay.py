"""The relay: leases due promises, delivers them, and looks after whatever else waits behind a commit."""

import logging
import smtplib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.signing import Signer
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from prm.branding.selectors import memory as branding
from prm.clocks.database import database_now
from prm.notices.kinds import group_of
from prm.notices.models import DIGEST, Notice, NoticeQuerySet
from prm.questions import Change, Question
from prm.registry import Registry

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
BATCH = 50
IDLE_SECONDS = 2.0
ATTEMPTS = 10
FIRST_RETRY = timedelta(seconds=15)
LONGEST_RETRY = timedelta(hours=2)
LINK_SALT = "prm.notices.link"
CHOICES_PATH = "/profile/notifications/"

# What else waits behind a commit: each entry does a bounded amount and returns how much it did.
WORK: Registry[Callable[[datetime | None], int]] = Registry("relay work")
# As above, for what comes one by one: as long as it is less than BATCH, whoever looks steadily lets it gather.
ARRIVALS: Registry[Callable[[datetime | None], int]] = Registry("relay work that arrives")
# Under a burst a round costs as much for one arrival as for many; nobody misses a mail for a second.
GATHERED_SECONDS = 1.0

# Links that are themselves a key, by kind of notice: made when the mail is written, so that none rests in the table.
LINKS: Registry[Callable[[Notice], str]] = Registry("link by kind of notice")


def run(now: datetime | None = None) -> int:
    """One pass over everything that waits. Returns how much was done. Safe in any number, in parallel."""
    return _long_work(now) + _arrivals(now)


class Rounds:
    """Of one who looks again and again."""

    def __init__(self) -> None:
        self.gathers_until = 0.0

    def look(self) -> float:
        """One pass, without what arrived just after the last one. Returns in how many seconds there may be more."""
        more = _long_work() > 0
        left = self.gathers_until - monotonic()
        if left > 0:
            return 0.0 if more else left
        done = _arrivals()
        pause = GATHERED_SECONDS if 0 < done < BATCH else 0.0
        self.gathers_until = monotonic() + pause
        if more or done >= BATCH:
            return 0.0
        return pause or IDLE_SECONDS


def _long_work(now: datetime | None = None) -> int:
    return sum(_guarded(work, now) for work in WORK)


def _arrivals(now: datetime | None = None) -> int:
    return sum(_guarded(work, now) for work in (*ARRIVALS, deliver_due))


def _guarded(work: Callable[[datetime | None], int], now: datetime | None) -> int:
    """One kind of work that fails must not keep the others waiting."""
    try:
        return work(now)
    except Exception:
        log.exception("Relay work failed")
        return 0


_due = Question(
    lambda now: (
        Notice.objects.deliverable(now)
        .order_by("due_at", "pk")
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("user")[:BATCH]
    ),
    datetime,
    planned_anew=True,
)


def _held(pk: int, leased_until: datetime | None) -> NoticeQuerySet:
    """The notice, unless the lease ran out and another relay has it."""
    return Notice.objects.undelivered().filter(pk=pk, leased_until=leased_until)


_sent = Change(
    lambda pk, until: (_held(pk, until), {"sent_at": Now(), "leased_until": None, "last_error": ""}), int, datetime
)


def deliver_due(now: datetime | None = None) -> int:
    """Lease up to BATCH due notices and deliver them over one connection. Returns how many were sent."""
    started = monotonic()
    notices = _lease(now or database_now())
    sent = 0
    connection = get_connection()
    try:
        while notices:
            sent += _deliver(notices.pop(0), connection)
            # A slow server must not outlast the lease, nor keep a worker long from what the scheduler asks for.
            if monotonic() - started > LEASE.total_seconds() / 6:
                break
    finally:
        _give_back(notices)
        _hang_up(connection)
    return sent


@transaction.atomic
def _lease(now: datetime) -> list[Notice]:
    _park_what_ends_relays(now)
    notices = _due.all(now)
    for notice in notices:
        notice.leased_until = now + LEASE
        notice.attempts += 1
    leased = Notice.objects.filter(pk__in=[notice.pk for notice in notices])
    leased.update(leased_until=now + LEASE, attempts=F("attempts") + 1)
    return notices


def _park_what_ends_relays(now: datetime) -> None:
    """Whoever fails to deliver says so; a notice leased that often without a word takes the relay down with it."""
    silent = Notice.objects.deliverable(now).filter(attempts__gte=ATTEMPTS).select_for_update(skip_locked=True)
    Notice.objects.filter(pk__in=list(silent.values_list("pk", flat=True))).update(
        parked_at=now, leased_until=None, last_error="Every relay that tried to deliver this ended."
    )


def _give_back(untried: list[Notice]) -> None:
    """Nobody tried: it costs them no attempt, and the next pass finds them."""
    for notice in untried:
        _held(notice.pk, notice.leased_until).update(leased_until=None, attempts=notice.attempts - 1)


def _deliver(notice: Notice, connection: BaseEmailBackend) -> bool:
    if notice.user is not None and not notice.user.is_active:
        _held(notice.pk, notice.leased_until).update(parked_at=Now(), last_error="The person may no longer log in.")
        return False
    try:
        connection.open()
        message(notice, connection).send()
    except Exception as error:
        # Whatever one of them provokes, the others are delivered, over a connection of their own.
        _hang_up(connection)
        _reschedule(notice, error)
        return False
    return _sent.make(notice.pk, notice.leased_until) == 1


def _hang_up(connection: BaseEmailBackend) -> None:
    with suppress(OSError, smtplib.SMTPException):
        connection.close()


def _reschedule(notice: Notice, error: Exception) -> None:
    held = _held(notice.pk, notice.leased_until)
    text = f"{type(error).__name__}: {error}"[:300]
    log.warning("Notice %s was not delivered: %s", notice.public_id, type(error).__name__)
    if notice.attempts >= ATTEMPTS:
        held.update(parked_at=Now(), leased_until=None, last_error=text)
        return
    wait = min(FIRST_RETRY * 2 ** (notice.attempts - 1), LONGEST_RETRY)
    held.update(due_at=Now() + wait, leased_until=None, last_error=text)


def message(notice: Notice, connection: BaseEmailBackend | None = None) -> EmailMessage:
    """The mail of a notice. Its Message-ID is derived from the notice, so a repeated delivery is recognisable."""
    parts = [notice.body] if notice.body else []
    if notice.path or notice.kind in LINKS:
        parts.append(link(notice))
    parts.append(_footer(notice))
    return EmailMessage(
        subject=" ".join(notice.title.split()),
        body="\n\n".join(parts) + "\n",
        from_email=branding.current().sender,
        to=[notice.recipient],
        headers={"Message-ID": f"<{notice.public_id}@{settings.PRM_MAIL_DOMAIN}>", "Auto-Submitted": "auto-generated"},
        connection=connection,
    )


def _footer(notice: Notice) -> str:
    """Whoever may choose is told where."""
    text = _("You receive this because you take part in the partner programme.")
    if notice.kind != DIGEST and group_of(notice.kind) is None:
        return text
    where = _("Choose what comes by mail, and when: %(url)s") % {"url": settings.PRM_BASE_URL + CHOICES_PATH}
    return f"{text}\n{where}"


def link(notice: Notice) -> str:
    maker = LINKS.get(notice.kind)
    url = settings.PRM_BASE_URL + (maker(notice) if maker else notice.path)
    if not notice.signed_path:
        return url
    return f"{url}?key={sign(notice.path)}"


def sign(path: str) -> str:
    return Signer(salt=LINK_SALT).signature(path)


def is_signed(path: str, key: str) -> bool:
    return constant_time_compare(sign(path), key)
