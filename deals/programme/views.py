"""Pages about the programme itself: its rules, and how it does."""

from itertools import groupby

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from deals.programme import selectors
from deals.programme.writing import quarter, written
from deals.rulebook import SCHEMA, Clause, DealRules, clauses
from prm.accounts.roles import Permission as P
from prm.clocks.database import database_now
from prm.metrics.registry import METRICS, Metric, Period
from prm.policy.models import PolicyVersion
from prm.policy.selectors import current, values_of
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
        version = get_object_or_404(PolicyVersion.objects.effective(SCHEMA, now), number=number)
    context = {
        "version": version,
        "in_force": in_force,
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
        "charts": _charts(period),
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


def _charts(period: Period) -> list[tuple[Metric, list[Row]]]:
    """One leading and one lagging figure over the last quarters, money before counts."""
    by_weight = sorted(METRICS, key=lambda metric: metric.unit != "money")
    firsts = [next((metric for metric in by_weight if metric.leading is leading), None) for leading in (True, False)]
    return [(metric, _bars(metric, period)) for metric in firsts if metric]


def _bars(metric: Metric, period: Period) -> list[Row]:
    return [Row(quarter(label), value, written(value, metric)) for label, value in selectors.over_time(metric, period)]
