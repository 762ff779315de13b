"""The list of people as a file."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import Http404, QueryDict

from prm.accounts.forms import PeopleFilter
from prm.accounts.models import Membership, User
from prm.accounts.roles import ROLES, Permission
from prm.accounts.selectors import named_like, people_visible_to
from prm.portal.listings import LISTINGS, Cell, Listing

HEADER = ("Name", "E-mail", "Organisation", "Roles", "Here since")
ORDER = ("user__name", "pk")


def filter_of(user: User, asked: QueryDict) -> PeopleFilter:
    form = PeopleFilter(asked, reader=user)
    if not form.is_valid():
        raise Http404
    return form


def narrowed(user: User, form: PeopleFilter) -> QuerySet[Membership]:
    members = named_like(people_visible_to(user), form.cleaned_data["q"])
    organisation = form.cleaned_data.get("organisation")
    return members.filter(organisation=organisation) if organisation else members


def _found(user: User, asked: QueryDict) -> QuerySet[Membership]:
    return narrowed(user, filter_of(user, asked)).order_by(*ORDER)


def _cells(rows: QuerySet[Membership], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=1000):
        roles = ", ".join(str(ROLES[slug].title) for slug in row.roles if slug in ROLES)
        yield row.user.name, row.user.email, row.organisation.name, roles, row.created_at


LISTING = LISTINGS.register(
    "people",
    Listing("people", HEADER, (Permission.PEOPLE_INVITE_ORGANISATION, Permission.PEOPLE_MANAGE_ALL), _found, _cells),
)
