"""Which views a person finds above a list."""

from collections.abc import Sequence

from django.db.models import Q

from prm.accounts.models import User
from prm.filters.lists import form_of
from prm.filters.models import SavedFilter, SavedFilterQuerySet
from prm.rows import one_or_none

# Colleagues may share more than a list has room for.
MOST_SHARED = 20


def views_of(user: User, name: str) -> tuple[Sequence[SavedFilter], Sequence[SavedFilter]]:
    """The own ones in the order of their places, and those that colleagues share, by name."""
    rows = SavedFilter.objects.visible_to(user).filter(list_name=name)
    own = list(rows.filter(created_by_id=user.pk).order_by("place"))
    shared = rows.exclude(created_by_id=user.pk).select_related("created_by").order_by("name", "pk")
    return own, list(shared[:MOST_SHARED])


def default_of(user: User, name: str) -> SavedFilter | None:
    return one_or_none(SavedFilter.objects.own(user).filter(list_name=name, is_default=True))


def found_by(user: User) -> SavedFilterQuerySet:
    """Everything the person may know of: nothing of a colleague's for a list that the person cannot open."""
    rows = SavedFilter.objects.visible_to(user)
    names = rows.order_by().values_list("list_name", flat=True).distinct()
    opened = [name for name in names if form_of(name, user) is not None]
    return rows.filter(Q(created_by_id=user.pk) | Q(list_name__in=opened)).select_related("created_by", "organisation")
