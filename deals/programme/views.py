"""Pages about the programme itself: its rules, and how it does."""

from itertools import groupby

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from deals.programme import selectors
from deals.programme.selectors import Figure
from deals.programme.writing import quarter, written
from deals.rulebook import SCHEMA, DealRules, clauses
from prm.accounts.roles import Permission as P
from prm.clocks.database import database_now
from prm.metrics.registry import Metric, Period
from prm.policy.clauses import Clause
from prm.policy.models import PolicyVersion
from prm.policy.selectors import current, reading, values_of
from prm.portal.charts import Row
from prm.portal.exports import download
from prm.portal.guards import MemberRequest, requires
from prm.portal.listings import Cell

CHAPTERS = {
    "1": _("Registering"),
    "2": _("Deciding"),
    "3": _("Who prevails"),
    "4": _("Protection"),
    "5": _("Earnings"),
}


@require_GET
@requires(P.RULES_READ)
def rules(request: MemberRequest, number: int | None = None) -> HttpResponse:
    """The rules in force; with a number the version that a decision cites."""
    now = database_now()
    in_force = current(SCHEMA, DealRules, now=now).version
    version = in_force
    if number is not None:
        version = get_object_or_404(PolicyVersion.objects.standing(SCHEMA), number=number)
    context = {
        "version": version,
        "in_force": in_force,
        "is_planned": version.is_planned(now),
        "reading": reading(version, request.user),
        "chapters": _chapters(clauses(values_of(version, DealRules))),
    }
    return render(request, "deals/rules.html", context)


def _chapters(found: list[Clause]) -> list[tuple[object, list[Clause]]]:
    grouped = groupby(found, key=lambda clause: clause.number.partition(".")[0])
    return [(CHAPTERS.get(number, number), list(rest)) for number, rest in grouped]


@require_GET
@requires(P.METRICS_READ_ALL)
def insight(request: MemberRequest) -> HttpResponse:
    period, offered = _asked(request)
    found = selectors.figures(period)
    context = {
        "period": period,
        "periods": offered,
        "figures": found,
        "partners": selectors.by_partner(found),
        "charts": _charts(found, period),
    }
    return render(request, "deals/insight.html", context)


@require_GET
@requires(P.METRICS_READ_ALL)
def export(request: MemberRequest) -> HttpResponseBase:
    """By partner, in whole figures, the programme's own first."""
    period, _offered = _asked(request)
    found = selectors.figures(period)
    rows: list[list[Cell]] = [["Programme", *(figure.total for figure in found)]]
    rows += [[partner.name, *(value for value, _metric in cells)] for partner, cells in selectors.by_partner(found)]
    header = ("Partner", *(str(figure.metric.title) for figure in found))
    return download(request, f"insight {period.label}", header, rows)


def _asked(request: MemberRequest) -> tuple[Period, list[Period]]:
    offered = selectors.quarters(database_now())
    wanted = request.GET.get("period", offered[0].label)
    period = next((period for period in offered if period.label == wanted), None)
    if period is None:
        raise Http404
    return period, offered


def _charts(found: list[Figure], period: Period) -> list[tuple[Metric, list[Row]]]:
    """One leading and one lagging figure over the last quarters, money before counts."""
    by_weight = sorted(found, key=lambda figure: figure.metric.unit != "money")
    firsts = [next((one for one in by_weight if one.metric.leading is leading), None) for leading in (True, False)]
    return [(figure.metric, _bars(figure, period)) for figure in firsts if figure]


def _bars(figure: Figure, period: Period) -> list[Row]:
    bars = selectors.over_time(figure, period)
    return [Row(quarter(label), value, written(value, figure.metric)) for label, value in bars]
