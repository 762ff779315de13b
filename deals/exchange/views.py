"""The page that takes a file of rates."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from deals.exchange.sheet import SHEET
from deals.sheet_doors import sheet_page
from deals.sheets import TAKES
from prm.portal.guards import MemberRequest, requires
from prm.rates.policies import KEEPERS


@require_http_methods(["GET", "POST"])
@requires(*KEEPERS)
def take_in(request: MemberRequest) -> HttpResponse:
    return sheet_page(request, SHEET)


take_in.takes_bytes = TAKES  # type: ignore[attr-defined]
