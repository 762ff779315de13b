"""What sellers earn more with partners: the page and its file."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from deals.uplift.forms import UpliftFilter
from deals.uplift.listing import LISTING, filter_of
from deals.uplift.policies import READERS, can_read_all
from deals.uplift.selectors import by_seller
from deals.uplift.shown import said_together
from prm.clocks.database import database_now
from prm.ledger.shown import today_of
from prm.portal.exports import listed
from prm.portal.guards import MemberRequest, requires
from prm.portal.lists import narrowed_by

MOST = 500


@require_GET
@requires(*READERS)
@narrowed_by(UpliftFilter)
def uplift(request: MemberRequest) -> HttpResponse:
    form = filter_of(request.user, request.GET)
    rows = list(by_seller(request.user, form.wanted())[:MOST])
    context = {
        "form": form,
        "rows": rows,
        "together": said_together(rows, form.wanted(), today_of(request.user, database_now())),
        "reads_all": can_read_all(request.user),
    }
    return render(request, "deals/direct/_uplift.html" if request.htmx else "deals/direct/uplift.html", context)


@require_GET
@requires(*READERS)
def export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)
