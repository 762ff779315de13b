"""Certifications, certificates and proofs for these tests, and days that pass."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from enablement.certificates.actions import award
from enablement.certificates.models import Certificate
from enablement.certification.actions import create_certification
from enablement.certification.models import Certification
from enablement.claims.actions import Given, hand_in
from enablement.claims.models import Claim
from prm.accounts.models import User
from prm.clocks.database import database_now
from tests.factories import Cast

SHOWN = "Certificate number 4711, passed with 92 of 100 points."
_numbers = count(1)


def make_certification(by: User, **changes: Any) -> Certification:
    """Each with a title and a competency of its own, unless they are named."""
    number = next(_numbers)
    prerequisites = changes.pop("prerequisites", ())
    values = {"title": f"Fleet engineer {number}", "competency": f"fleet-{number}", "level": "associate", **changes}
    return create_certification(values=values, prerequisites=prerequisites, by=by, now=database_now())


def awarded(cast: Cast, user: User, certification: Certification | None = None, **given: Any) -> Certificate:
    """Earned today, unless another day is given."""
    now = given.pop("now", None) or database_now()
    about = {"earned_on": now.date(), "by": cast.admin, "now": now, **given}
    return award(certification=certification or make_certification(cast.admin), user=user, **about)[0]


def moved(row: Certificate, ends_in: int) -> Certificate:
    """As if it had been earned so long ago that it ends in so many days."""
    by = timedelta(days=(row.ends_on - database_now().date()).days - ends_in)
    for name in ("earned_on", "ends_on", "renewal_opens_at", "ends_at", "grace_ends_at", "next_reminder_at"):
        value = getattr(row, name)
        setattr(row, name, value and value - by)
    row.save()
    return row


def proof(**changes: Any) -> Given:
    about: dict[str, Any] = {"issuer": "Transport Academy", "earned_on": database_now().date(), "text": SHOWN}
    return Given(**{**about, **changes})


def claimed(user: User, certification: Certification, *, now: datetime | None = None, **changes: Any) -> Claim:
    return hand_in(certification=certification, given=proof(**changes), by=user, now=now or database_now())


def noon(day: date) -> datetime:
    return database_now().replace(year=day.year, month=day.month, day=day.day, hour=12, minute=0)
