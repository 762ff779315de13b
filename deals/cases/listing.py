"""The list of cases as a file."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, QueryDict

from deals.cases.forms import CaseFilter
from deals.cases.models import DirectCase, DirectCaseQuerySet
from deals.cases.policies import can_see_partner
from deals.cosell.models import CoSell
from deals.direct.policies import READERS
from prm.accounts.models import User
from prm.portal.listings import LISTINGS, Cell, Listing

HEADER = (
    *("Case", "Customer", "Seller", "Occasion", "Opened at", "Protected until", "Due", "State", "Decided at"),
    *("Reason", "Registration", "Partner"),
)
NEWEST = ("-opened_at", "-pk")


def cases_of(user: User) -> DirectCaseQuerySet:
    """With whether the seller who reads it sells that registration together with its partner."""
    together = CoSell.objects.active().filter(vendor_person=user, registration=OuterRef("registration"))
    return DirectCase.objects.visible_to(user).with_nouns().annotate(co_selling=Exists(together))


def filter_of(user: User, asked: QueryDict) -> CaseFilter:
    form = CaseFilter(asked, reader=user)
    if not form.is_valid():
        raise Http404
    return form


def _found(user: User, asked: QueryDict) -> QuerySet[DirectCase]:
    return filter_of(user, asked).narrowed(cases_of(user)).order_by(*NEWEST)


def _cells(rows: QuerySet[DirectCase], reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=500):
        deal = row.registration
        whose = (deal.reference, deal.partner.organisation.name) if can_see_partner(reader, row) else ("", "")
        yield (
            *(row.public_id, row.account.name, str(row.seller or ""), str(row.occasion), row.opened_at),
            *(row.protected_until, row.due_at, row.get_state_display(), row.decided_at, row.reason, *whose),
        )


LISTING = LISTINGS.register("direct-cases", Listing("direct-cases", HEADER, READERS, _found, _cells))
