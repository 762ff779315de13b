"""Questions about leads that span tables."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, F, Max, Q

from deals.leads import rules
from deals.leads.models import Lead, LeadOffer
from deals.leads.rulebook import SCHEMA, LeadRules
from deals.leads.rules import Candidate, Place
from deals.leads.states import OfferState
from partners.capabilities.selectors import competencies_of, with_proofs
from partners.models import Partner
from partners.states import Size
from prm.calendars.rules import Settings, combined
from prm.clocks.calendar import Calendar
from prm.policy.selectors import current

YEAR = timedelta(days=365)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Ranked:
    partner: Partner
    place: Place


def ranked(lead: Lead, now: datetime) -> list[Ranked]:
    """Every active partner, those who can be asked first, in their order. Three queries."""
    rows = with_proofs(Partner.objects.active().select_related("organisation"), now)
    partners = {partner.public_id: partner for partner in rows}
    most_open = current(SCHEMA, LeadRules, now=now).values.most_open_offers
    places = rules.ranking(_candidates(partners.values(), lead), lead.wanted, most_open)
    return [Ranked(partners[place.candidate.partner], place) for place in places]


def _candidates(partners: Iterable[Partner], lead: Lead) -> list[Candidate]:
    """An offer that we took back counts for nobody: whoever had it keeps the turn."""
    standing = LeadOffer.objects.exclude(state=OfferState.WITHDRAWN).order_by()
    counted = standing.values_list("partner").annotate(
        last=Max("offered_at"), waiting=Count("pk", filter=Q(state=OfferState.OPEN))
    )
    history = {partner: (last, waiting) for partner, last, waiting in counted}
    asked = set(LeadOffer.objects.filter(lead=lead, round=lead.round).values_list("partner", flat=True))
    return [_candidate(partner, *history.get(partner.pk, (None, 0)), partner.pk in asked) for partner in partners]


def _candidate(partner: Partner, last: datetime | None, waiting: int, asked: bool) -> Candidate:
    return Candidate(
        partner=partner.public_id,
        model=partner.model,
        regions=frozenset(partner.regions),
        segments=frozenset(partner.segments),
        competencies=competencies_of(partner),
        last_offered=last,
        open_offers=waiting,
        asked=asked,
    )


def calendar_of_partner(partner: Partner) -> Calendar:
    """Business days where the partner is: its own wall, its country's weekends and public holidays."""
    organisation = partner.organisation
    return combined(organisation.time_zone or "UTC", Settings(country=organisation.country), Settings())


@dataclass(frozen=True)
class Spread:
    """What partners of one size were offered in a year. Shares are of what is answered or lapsed."""

    size: Size
    partners: int
    offers: int
    accepted: int
    declined: int
    lapsed: int
    hours: Decimal | None

    @property
    def share(self) -> Decimal | None:
        ended = self.accepted + self.declined + self.lapsed
        return Decimal(self.accepted) / ended if ended else None

    @property
    def per_partner(self) -> Decimal | None:
        return Decimal(self.offers) / self.partners if self.partners else None


def spread(now: datetime) -> list[Spread]:
    """By the size of partners. Two queries."""
    sizes = dict(Partner.objects.active().order_by().values_list("size").annotate(Count("pk")))
    answered = Q(state__in=[OfferState.ACCEPTED, OfferState.DECLINED])
    counted = LeadOffer.objects.filter(offered_at__gt=now - YEAR).order_by().values("partner__size")
    found = counted.annotate(
        offers=Count("pk", filter=~Q(state=OfferState.WITHDRAWN)),
        accepted=Count("pk", filter=Q(state=OfferState.ACCEPTED)),
        declined=Count("pk", filter=Q(state=OfferState.DECLINED)),
        lapsed=Count("pk", filter=Q(state=OfferState.LAPSED)),
        time=Avg(F("answered_at") - F("offered_at"), filter=answered),
    )
    by_size: dict[str, dict[str, Any]] = {row["partner__size"]: {**row} for row in found}
    return [_spread(size, sizes.get(size, 0), by_size.get(size, {})) for size in Size]


def _spread(size: Size, partners: int, row: dict[str, Any]) -> Spread:
    time = row.get("time")
    offers, accepted, declined, lapsed = (row.get(name, 0) for name in ("offers", "accepted", "declined", "lapsed"))
    hours = Decimal(str(round(time / HOUR, 1))) if time is not None else None
    return Spread(size, partners, offers, accepted, declined, lapsed, hours)
