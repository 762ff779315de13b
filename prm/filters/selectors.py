"""Which views a person finds above a list."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, F, Q, Value, When

from prm.accounts.models import User
from prm.filters.lists import form_of
from prm.filters.models import SavedFilter, SavedFilterQuerySet
from prm.filters.rules import MOST

# Colleagues may share more than a list has room for.
MOST_SHARED = 20


@dataclass(frozen=True)
class Views:
    """The own ones in the order of their places, and those that colleagues share, by name."""

    own: Sequence[SavedFilter]
    shared: Sequence[SavedFilter]

    @property
    def default(self) -> SavedFilter | None:
        return next((saved for saved in self.own if saved.is_default), None)


def views_of(user: User, name: str) -> Views:
    """One query."""
    place = Case(When(created_by=user, then=F("place")), default=Value(MOST + 1))
    rows = SavedFilter.objects.visible_to(user).filter(list_name=name).select_related("created_by")
    found = list(rows.order_by(place, "name", "pk")[: MOST + MOST_SHARED])
    own = [saved for saved in found if saved.created_by_id == user.pk]
    return Views(own, found[len(own) :][:MOST_SHARED])


def found_by(user: User) -> SavedFilterQuerySet:
    """Everything the person may know of: nothing of a colleague's for a list that the person cannot open."""
    rows = SavedFilter.objects.visible_to(user)
    names = rows.order_by().values_list("list_name", flat=True).distinct()
    opened = [name for name in names if form_of(name, user) is not None]
    return rows.filter(Q(created_by_id=user.pk) | Q(list_name__in=opened)).select_related("created_by", "organisation")
