"""What partners earn: the ledger, and the statement of a month on the screen, on paper and as a file."""

from datetime import date

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from prm.accounts.models import Organisation
from prm.clocks.database import database_now
from prm.ledger import policies, selectors
from prm.ledger.forms import EarningsFilter
from prm.ledger.listing import HEADER, LISTING, ORDER, cells, filter_of, rows_of
from prm.ledger.papers import statement_pdf
from prm.ledger.rules import month_of
from prm.ledger.shown import said_together, shown, today_of
from prm.portal.exports import download, listed
from prm.portal.guards import MemberRequest, requires
from prm.portal.lists import narrowed_by, page_of
from prm.rates.shown import sentence

MONTHS, DEALS = 12, 10
reads = requires(*policies.READERS)
reads_statements = requires(*policies.STATEMENT_READERS)


@require_GET
@reads
@narrowed_by(EarningsFilter)
def earnings(request: MemberRequest) -> HttpResponse:
    today = today_of(request.user, database_now())
    form = filter_of(request.user, request.GET)
    rows = form.narrowed(rows_of(request.user), today)
    page = page_of(request, rows, order=ORDER)
    balances = selectors.balances(rows, today)
    context = {
        "page": page,
        "form": form,
        "entries": shown(page.rows, request.user, today),
        "balances": balances,
        "together": said_together(selectors.figures(balances, today)),
        "months": selectors.months(rows, MONTHS, today),
        "deals": selectors.by_deal(rows, DEALS),
        "reads_statements": request.user.may(*policies.STATEMENT_READERS),
    }
    return render(request, "ledger/_earnings.html" if request.htmx else "ledger/earnings.html", context)


@require_GET
@reads
def export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)


@require_GET
@reads_statements
def statement(request: MemberRequest, public_id: str) -> HttpResponse:
    organisation, first = _asked(request, public_id)
    today = today_of(request.user, database_now())
    made = selectors.statement(organisation, first, today)
    context = {
        "statement": made,
        "together": sentence(made.together),
        "entries": shown(made.entries, request.user, today),
        "code": f"{first:%Y-%m}",
    }
    return render(request, "ledger/statement.html", context)


@require_GET
@reads_statements
def statement_export(request: MemberRequest, public_id: str) -> HttpResponseBase:
    organisation, first = _asked(request, public_id)
    rows = cells(selectors.lines_of(organisation, first), request.user)
    return download(request, f"statement-{first:%Y-%m}", HEADER, rows)


@require_GET
@reads_statements
def statement_paper(request: MemberRequest, public_id: str) -> HttpResponse:
    organisation, first = _asked(request, public_id)
    made = selectors.statement(organisation, first, today_of(request.user, database_now()))
    response = HttpResponse(statement_pdf(made), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="statement-{first:%Y-%m}.pdf"'
    return response


def _asked(request: MemberRequest, public_id: str) -> tuple[Organisation, date]:
    """Whose statement, and of which month: of this one unless the address says another. 404 for what the person may
    not see, as if it were not there."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), public_id=public_id)
    today = today_of(request.user, database_now())
    first = month_of(request.GET["month"]) if "month" in request.GET else today.replace(day=1)
    if first is None or not policies.can_read_statement(request.user, organisation):
        raise Http404
    return organisation, first
