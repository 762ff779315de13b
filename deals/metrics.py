"""The deals wing's figures. Each is one query, by partner organisation."""

from collections import defaultdict
from decimal import Decimal
from statistics import median
from typing import Any

from django.conf import settings
from django.db.models import Avg, Case, Count, DecimalField, F, Min, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Least, Now, NullIf
from django.utils.translation import gettext_lazy as _

from deals.cases.models import DirectCase
from deals.cases.states import CaseState
from deals.protections.models import Protection
from deals.registrations.models import Registration
from deals.registrations.states import State
from partners.models import RevenueFact
from partners.states import RevenueKind
from prm.accounts.models import Organisation
from prm.clocks.calendar import Calendar
from prm.metrics.registry import Metric, Period, declare

PARTNER = "partner__organisation_id"
HOUR = 3600
Figures = dict[int, Decimal]


def registrations_submitted(organisation_ids: list[int] | None, period: Period) -> Figures:
    rows = _of(Registration.objects.filter(_within("submitted_at", period)), organisation_ids)
    return _by_partner(rows, Count("pk"))


def pipeline_open(organisation_ids: list[int] | None, period: Period) -> Figures:
    """What was open when the period ended, or is open now."""
    end = period.end
    rejected = Q(state=State.REJECTED, decided_at__lt=end)
    rows = Registration.objects.filter(submitted_at__lt=end, currency=settings.PRM_CURRENCY).exclude(rejected)
    living = rows.filter(Q(ended_at=None) | Q(ended_at__gte=end))
    return _by_partner(_of(living, organisation_ids), Sum("value"))


def decided(organisation_ids: list[int] | None, period: Period) -> dict[str, Figures]:
    """What is told of every decision, in one query."""
    rows = _of(Registration.objects.filter(_within("decided_at", period)), organisation_ids)
    asked = {
        "approval_share": _share_of(~Q(state=State.REJECTED)),
        "decisions_in_time": _share_of(Q(decided_at__lte=F("decision_due_at"))),
        "overrides": Count("pk", filter=~Q(override_reason="")),
        "early_wins": Count("pk", filter=~Q(early_reason="")),
    }
    return _together(rows, asked)


def decision_hours(organisation_ids: list[int] | None, period: Period) -> Figures:
    """The median of each partner; hours of business days in the calendar of the account manager, 24 a day."""
    vendor = Organisation.objects.filter(kind=Organisation.Kind.VENDOR).values("time_zone")[:1]
    zone = Coalesce(NullIf(F("partner__pam__time_zone"), Value("")), Subquery(vendor), Value("UTC"))
    rows = _of(Registration.objects.filter(_within("decided_at", period)), organisation_ids)
    hours: dict[int, list[float]] = defaultdict(list)
    for partner, name, start, end in rows.annotate(zone=zone).values_list(
        PARTNER, "zone", "submitted_at", "decided_at"
    ):
        hours[partner].append(Calendar(name).business_time(start, end).total_seconds() / HOUR)
    return {partner: Decimal(str(round(median(each), 2))) for partner, each in hours.items()}


def late(organisation_ids: list[int] | None, period: Period) -> dict[str, Figures]:
    """What followed where a decision missed its date, in one query. Few are late: their index is short."""
    escalated, protected = _within("escalated_at", period), _within("provisional_at", period)
    rows = Registration.objects.filter(escalated | protected, escalated_at__isnull=False)
    asked = {
        "escalations": Count("pk", filter=escalated),
        "provisional_protections": Count("pk", filter=protected),
    }
    return _together(_of(rows, organisation_ids), asked)


def protections_respected(organisation_ids: list[int] | None, period: Period) -> Figures:
    """Of the cases that our own sales opened at protected customers, those that ended without a breach."""
    rows = DirectCase.objects.filter(_within("decided_at", period))
    partner = f"registration__{PARTNER}"
    return _share(_of(rows, organisation_ids, partner), ~Q(state=CaseState.BREACH), partner)


def protections_active(organisation_ids: list[int] | None, period: Period) -> Figures:
    """Deals whose protection held when the period ended, or holds now."""
    moment = Least(Value(period.end), Now())
    held = Protection.objects.filter(period__contains=moment)
    rows = _of(held, organisation_ids, f"registration__{PARTNER}")
    return _by_partner(rows, Count("registration", distinct=True), f"registration__{PARTNER}")


def won_revenue(organisation_ids: list[int] | None, period: Period) -> Figures:
    rows = RevenueFact.objects.filter(on__gte=period.start.date(), on__lt=period.end.date())
    rows = rows.filter(currency=settings.PRM_CURRENCY)
    won = Coalesce(Sum("amount", filter=Q(kind=RevenueKind.WON)), Decimal(0))
    reversed_ = Coalesce(Sum("amount", filter=Q(kind=RevenueKind.REVERSED)), Decimal(0))
    return _by_partner(_of(rows, organisation_ids), won - reversed_)


def time_to_first_deal(organisation_ids: list[int] | None, period: Period) -> Figures:
    """From the day the partner joined to its first registration, for partners who made it in the period."""
    submitted = _of(Registration.objects.exclude(submitted_at=None), organisation_ids)
    first = submitted.order_by().values_list(PARTNER, "partner__joined_on").annotate(first=Min("submitted_at"))
    made = first.filter(_within("first", period))
    return {partner: Decimal(max(0, (moment.date() - joined).days)) for partner, joined, moment in made}


def _within(field: str, period: Period) -> Q:
    return Q(**{f"{field}__gte": period.start, f"{field}__lt": period.end})


def _of(rows: QuerySet[Any], organisation_ids: list[int] | None, partner: str = PARTNER) -> QuerySet[Any]:
    return rows if organisation_ids is None else rows.filter(**{f"{partner}__in": organisation_ids})


def _by_partner(rows: QuerySet[Any], figure: Any, partner: str = PARTNER) -> Figures:
    counted = rows.order_by().values_list(partner).annotate(figure=figure)
    return {organisation: Decimal(value) for organisation, value in counted if value is not None}


def _together(rows: QuerySet[Any], asked: dict[str, Any]) -> dict[str, Figures]:
    """Counts of nothing are left out, as they are where a metric counts alone."""
    found: dict[str, Figures] = {name: {} for name in asked}
    for row in rows.order_by().values(PARTNER).annotate(**asked):
        for name, value in row.items():
            if name in asked and (value or isinstance(value, Decimal)):
                found[name][row[PARTNER]] = Decimal(value).quantize(Decimal("0.0001"))
    return found


def _share(rows: QuerySet[Any], such: Q, partner: str = PARTNER) -> Figures:
    found = _by_partner(rows, _share_of(such), partner)
    return {whose: value.quantize(Decimal("0.0001")) for whose, value in found.items()}


def _share_of(such: Q) -> Any:
    return Avg(Case(When(such, then=Value(1)), default=Value(0)), output_field=DecimalField())


declare(
    Metric(
        "registrations_submitted",
        _("Registrations"),
        _("Registrations that took their place in line."),
        "count",
        True,
        registrations_submitted,
    ),
    Metric(
        "pipeline_open",
        _("Open pipeline"),
        _("Value of what was in review or protected at the end, in the programme's currency alone."),
        "money",
        True,
        pipeline_open,
    ),
    Metric(
        "protections_active",
        _("Protected deals"),
        _("Deals whose protection held at the end."),
        "count",
        True,
        protections_active,
    ),
    Metric.part(
        decided,
        "approval_share",
        _("Approved"),
        _("Share of the decisions that were approvals."),
        "share",
        True,
        "mean",
    ),
    Metric(
        "decision_hours",
        _("Time to decide"),
        _("Median hours on business days from the submission to the decision, questions included."),
        "hours",
        True,
        decision_hours,
        total="mean",
    ),
    Metric.part(
        decided,
        "decisions_in_time",
        _("Decided in time"),
        _("Share of the decisions that came by their due date."),
        "share",
        True,
        "mean",
    ),
    Metric.part(
        late,
        "escalations",
        _("Late decisions"),
        _("Registrations whose decision missed its date, by the day it was missed."),
        "count",
        True,
        "sum",
    ),
    Metric.part(
        late,
        "provisional_protections",
        _("Provisional protections"),
        _("Registrations that were protected because the decision was late for long."),
        "count",
        True,
        "sum",
    ),
    Metric(
        "protections_respected",
        _("Respected by our own sales"),
        _("Share of the cases that our own sales opened at protected customers which ended without a breach."),
        "share",
        True,
        protections_respected,
        total="mean",
    ),
    Metric(
        "time_to_first_deal",
        _("Time to first deal"),
        _("Days from joining to the first registration, for partners who made theirs in the period."),
        "days",
        True,
        time_to_first_deal,
        total="mean",
    ),
    Metric.part(
        decided,
        "overrides",
        _("Overrides"),
        _("Approvals that needed a reason: before an earlier registration, or in the account manager's place."),
        "count",
        False,
        "sum",
    ),
    Metric.part(
        decided,
        "early_wins",
        _("Wins soon after approval"),
        _("Deals that were won so soon after the approval that a reason was needed, by the day of the approval."),
        "count",
        False,
        "sum",
    ),
    Metric(
        "won_revenue",
        _("Won revenue"),
        _("Won less taken back, by the day of closing, in the programme's currency alone."),
        "money",
        False,
        won_revenue,
    ),
)
