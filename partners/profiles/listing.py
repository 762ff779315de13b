"""The list of partners as a file."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import QueryDict

from partners.profiles.forms import PartnerFilterForm
from partners.profiles.models import Partner
from partners.profiles.selectors import filtered
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.portal.listings import LISTINGS, Cell, Listing

HEADER = ("Partner", "Country", "Business model", "Size", "State", "Partner account manager", "Joined on")
ORDER = ("organisation__name", "pk")


def narrowed(user: User, form: PartnerFilterForm) -> QuerySet[Partner]:
    return filtered(Partner.objects.visible_to(user).select_related("organisation", "pam"), form.wanted())


def _found(user: User, asked: QueryDict) -> QuerySet[Partner]:
    return narrowed(user, PartnerFilterForm(asked, reader=user)).order_by(*ORDER)


def _cells(rows: QuerySet[Partner], _reader: User) -> Iterator[list[Cell]]:
    for row in rows.iterator(chunk_size=1000):
        shown = [row.get_model_display(), row.get_size_display(), row.get_state_display()]
        pam = str(row.pam) if row.pam else ""
        yield [row.organisation.name, row.organisation.country, *shown, pam, row.joined_on]


LISTING = LISTINGS.register(
    "partners", Listing("partners", HEADER, (P.PARTNERS_READ, P.PARTNERS_DIRECTORY), _found, _cells)
)
