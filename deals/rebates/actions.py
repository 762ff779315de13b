"""The verbs of the volume rebate: reckoned once when a period is over, and lowered by what is refunded later.

Both hold the partner's row while they read the volume, so that a refund is either in the sum or takes back its share.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from deals.incentives import currencies_of, steps_in
from deals.rebates import notices, rules
from deals.rebates.models import Rebate
from deals.rebates.rules import Period
from deals.rebates.selectors import BROUGHT, NOTHING, rules_of, volumes
from deals.registrations.models import Registration
from deals.rulebook import SCHEMA, DealRules
from deals.teaming.closing import mates
from partners.models import Partner
from prm.accounts.models import User
from prm.audit.actions import record
from prm.clocks.calendar import local_date
from prm.ledger.actions import Earning, earn, take_back
from prm.ledger.models import Entry
from prm.ledger.states import Kind
from prm.policy.selectors import Current, current, values_of

SUBJECT = "rebate"
# Until a period is over on every wall.
LATEST = timedelta(hours=12)


def reckon_due(*, now: datetime) -> int:
    """The rebates of the period that is over, each partner and currency once. How many rows."""
    length = current(SCHEMA, DealRules, now=now).values.volume_rebate.period
    period = rules.period_before(rules.period_with((now - LATEST).date(), length), length)
    in_force = rules_of(period)
    offered = currencies_of(in_force.values.volume_rebate)
    if not offered:
        return 0
    done = set(Rebate.objects.filter(first_day=period.first, last_day=period.last).values_list("partner", "currency"))
    return sum(_reckon(pk, currency, period, in_force, now) for pk in _sellers() for currency in offered
               if (pk, currency) not in done)  # fmt: skip


def _sellers() -> list[int]:
    """Partners who could have one and won anything at all."""
    won = Registration.objects.filter(state__in=BROUGHT).order_by().values("partner")
    rows = Partner.objects.filter(model__in=sorted(rules.REBATED), pk__in=won)
    return list(rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _reckon(pk: int, currency: str, period: Period, in_force: Current[DealRules], now: datetime) -> bool:
    """Whether it was this one who did it."""
    partner = _locked_partner(pk)
    about = {"partner": partner, "first_day": period.first, "last_day": period.last, "currency": currency}
    if Rebate.objects.filter(**about).exists():
        return False
    steps = steps_in(in_force.values.volume_rebate, currency)
    volume = max(NOTHING, volumes(partner, period).get(currency, NOTHING))
    step = rules.reached(volume, steps)
    row = Rebate.objects.create(
        **about,
        volume=volume,
        rate=step.rate if step else Decimal(0),
        amount=rules.rebate(volume, steps, currency),
        policy=in_force.version,
        reckoned_at=now,
    )
    if row.amount:
        _book(row, period, in_force.values.payable_after_days, now)
    return True


def _book(row: Rebate, period: Period, wait_days: int, now: datetime) -> None:
    [entry] = earn(
        organisation=row.partner.organisation,
        seller=None,
        subject=(SUBJECT, row.public_id),
        label=_("Volume rebate %(period)s") % {"period": period.code},
        earnings=[Earning(Kind.REBATE, f"rebate-{period.code}-{row.currency}", row.amount, row.rate, row.volume)],
        currency=row.currency,
        earned_on=period.last,
        wait_days=wait_days,
        by=None,
        now=now,
    )
    data = {"amount": str(row.amount), "currency": row.currency, "period": period.code}
    organisation = row.partner.organisation_id
    about = (SUBJECT, row.public_id)
    record("rebate.earned", by=None, now=now, organisation_id=organisation, subject=about, data=data)
    notices.earned(entry, now=now)


def lower_after_refund(registration: Registration, *, cause: str, by: User | None, now: datetime) -> list[Entry]:
    """Inside the refund's transaction, with the deal as it is after it: what its period's rebate is too high by, of
    everybody who shares it."""
    if registration.ended_at is None:
        return []
    sharing = sorted({row.partner_id for row in [registration, *mates(registration)]})
    lowered = (_lower(pk, registration.ended_at, registration.currency, cause, by, now) for pk in sharing)
    return [entry for entries in lowered for entry in entries]


def _lower(pk: int, won_at: datetime, currency: str, cause: str, by: User | None, now: datetime) -> list[Entry]:
    partner = _locked_partner(pk)
    day = local_date(won_at, partner.organisation.time_zone)
    rows = Rebate.objects.filter(partner=partner, currency=currency, amount__gt=0)
    row = rows.filter(first_day__lte=day, last_day__gte=day).select_related("policy").first()
    if row is None:
        return []
    volume = max(NOTHING, volumes(partner, Period(row.first_day, row.last_day)).get(row.currency, NOTHING))
    steps = steps_in(values_of(row.policy, DealRules).volume_rebate, row.currency)
    due = min(row.amount, rules.rebate(volume, steps, row.currency))
    Rebate.objects.filter(pk=row.pk).update(volume=volume)
    today = local_date(now, partner.organisation.time_zone)
    subject = (SUBJECT, row.public_id)
    return take_back(subject=subject, cause=cause, refunded=row.amount - due, of=row.amount, on=today, by=by, now=now)


def _locked_partner(pk: int) -> Partner:
    return Partner.objects.select_for_update(of=("self",), no_key=True).select_related("organisation").get(pk=pk)
