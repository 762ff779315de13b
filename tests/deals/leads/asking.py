"""What tests of leads ask again and again."""

from datetime import UTC, datetime, timedelta

from deals.leads.models import Lead, LeadOffer
from prm.accounts.models import User
from prm.audit.models import Event
from prm.notices.models import Notice
from tests.factories import Cast

# A Monday, so that two business days later is the Wednesday.
MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
WEDNESDAY = MONDAY + timedelta(days=2)
TICK = timedelta(microseconds=1)


def asked(lead: Lead) -> list[tuple[str, str]]:
    """Who was asked in turn, with the state of each offer."""
    rows = lead.offers.order_by("pk").values_list("partner__organisation__name", "state")
    return list(rows)


def rep_of(cast: Cast, offer: LeadOffer) -> User:
    return cast.helix.rep if offer.partner == cast.helix.partner else cast.orbit.rep


def kinds(about: str) -> list[str]:
    return list(Event.objects.filter(subject_id=about).order_by("pk").values_list("kind", flat=True))


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=f"lead.{kind}").values_list("user__email", flat=True))
