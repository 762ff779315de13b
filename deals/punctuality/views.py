"""How we keep our word: the vendor's own punctuality, for everybody in the programme."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from deals.programme.writing import quarter
from deals.punctuality.selectors import Board, Kept, board
from deals.rulebook import SCHEMA, DealRules, clauses
from prm.accounts.roles import Permission as P
from prm.clocks.database import database_now
from prm.metrics.registry import Period
from prm.policy.selectors import current
from prm.portal import formats
from prm.portal.exports import download
from prm.portal.guards import MemberRequest, requires
from prm.portal.listings import Cell

Figure = Decimal | int | None
# What the page is about, clause by clause.
CLAUSES = {"2.1", "2.4", "2.5", "4.3"}
FIGURES: tuple[tuple[str | Promise, Callable[[Kept], Figure], str], ...] = (
    (_("Decisions"), lambda kept: kept.decisions, "count"),
    (_("In time"), lambda kept: kept.in_time, "share"),
    (_("Late"), lambda kept: kept.late, "count"),
    (_("Half of them within"), lambda kept: kept.median_hours, "hours"),
    (_("Nine of ten within"), lambda kept: kept.p90_hours, "hours"),
    (_("Went to a second account manager"), lambda kept: kept.escalated, "count"),
    (_("Protected provisionally meanwhile"), lambda kept: kept.provisional, "count"),
    (_("Questions asked before"), lambda kept: kept.asks, "count"),
)


@require_GET
@requires(P.RULES_READ)
def punctuality(request: MemberRequest) -> HttpResponse:
    now = database_now()
    found = board(request.user, now)
    deal_rules = current(SCHEMA, DealRules, now=now).values
    context = {
        "board": found,
        "periods": [_title(period) for period in found.periods],
        "tables": [(title, _written(rows)) for title, rows in _tables(found)],
        "hides": any(kept is None for kept in found.programme),
        "clauses": [clause for clause in clauses(deal_rules) if clause.number in CLAUSES],
    }
    return render(request, "deals/punctuality/page.html", context)


@require_GET
@requires(P.RULES_READ)
def export(request: MemberRequest) -> HttpResponseBase:
    found = board(request.user, database_now())
    rows: list[Sequence[Cell]] = [
        [str(title), str(name), *(figure(kept) if kept else None for kept in each)]
        for title, each in _tables(found)
        for name, figure, _unit in FIGURES
    ]
    return download(request, "punctuality", ("Whose", "Figure", *(period.label for period in found.periods)), rows)


def _tables(found: Board) -> list[tuple[str, Sequence[Kept | None]]]:
    """Own registrations come first."""
    tables: list[tuple[str, Sequence[Kept | None]]] = [(str(_("The whole programme")), found.programme)]
    if found.own is not None:
        tables.insert(0, (str(_("Your registrations")), found.own))
    return tables


def _written(rows: Sequence[Kept | None]) -> list[tuple[str, list[str]]]:
    return [
        (str(name), [_cell(figure(kept) if kept else None, unit) for kept in rows]) for name, figure, unit in FIGURES
    ]


def _cell(value: Figure, unit: str) -> str:
    if value is None:
        return "–"
    if unit == "share":
        return formats.percent(value)
    return str(_("%(n)s h")) % {"n": formats.number(value)} if unit == "hours" else formats.number(value)


def _title(period: Period) -> str:
    """`Q3 2026`, or the month as people write it."""
    return quarter(period.label) if "Q" in period.label else formats.month(period.start)
