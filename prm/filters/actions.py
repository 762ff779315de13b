"""Saving, changing and deleting a view of a list."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from prm.accounts.actions import concerned
from prm.accounts.models import User
from prm.audit.actions import record
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.filters import policies
from prm.filters.models import SavedFilter
from prm.filters.rules import MOST, first_free
from prm.rows import one_or_none


@transaction.atomic
def save_view(
    *, name: str, list_name: str, query: str, is_default: bool = False, shared: bool = False, by: User, now: datetime
) -> SavedFilter:
    """A new view of the list. `query` is canonical and not empty. The same once more is the one that is there."""
    _lock(by.pk)
    organisation = by.organisation
    if organisation is None:
        raise NotAllowed(_("Only members of an organisation save views."))
    if shared and not policies.can_share(by):
        raise NotAllowed(_("Your roles do not include sharing views."))
    mine = SavedFilter.objects.own(by).filter(list_name=list_name)
    known = _named(mine, name)
    if known is not None and known.query == query:
        return known
    _check_free(known)
    place = first_free(set(mine.values_list("place", flat=True)))
    if place is None:
        raise StateConflict(
            _("You have %(most)d views of this list, as many as there can be. Delete one first.") % {"most": MOST}
        )
    if is_default:
        mine.update(is_default=False)
    saved = SavedFilter.objects.create(
        organisation=organisation,
        list_name=list_name,
        name=name,
        query=query,
        place=place,
        is_default=is_default,
        shared=shared,
        created_at=now,
        created_by=by,
    )
    _record("filter.saved", saved, by, now)
    return saved


@transaction.atomic
def change_view(
    *, saved: SavedFilter, name: str, is_default: bool, shared: bool, by: User, now: datetime
) -> SavedFilter:
    """Name, default and sharing. Nothing is written for no difference; a default is its owner's alone."""
    _lock(saved.created_by_id)
    saved = _allowed(saved, by)
    wanted = {"name": name, "is_default": is_default, "shared": shared}
    changed = [field for field, value in wanted.items() if getattr(saved, field) != value]
    if "is_default" in changed and by.pk != saved.created_by_id:
        raise NotAllowed(_("Only whoever saved a view makes it their default."))
    if "shared" in changed and not policies.can_share(by):
        raise NotAllowed(_("Your roles do not include sharing views."))
    others = _beside(saved)
    _check_free(_named(others, name))
    if not changed:
        return saved
    if is_default:
        others.update(is_default=False)
    for field in changed:
        setattr(saved, field, wanted[field])
    saved.save(update_fields=changed)
    _record("filter.changed", saved, by, now, {"fields": changed})
    return saved


@transaction.atomic
def delete_view(*, saved: SavedFilter, by: User, now: datetime) -> None:
    """What is gone already stays gone."""
    _lock(saved.created_by_id)
    row = SavedFilter.objects.filter(pk=saved.pk).first()
    if row is None:
        return
    row = _allowed(row, by)
    _record("filter.deleted", row, by, now)
    row.delete()


def _lock(owner_id: int) -> None:
    """One change of a person's views at a time."""
    User.objects.select_for_update(no_key=True).get(pk=owner_id)


def _allowed(saved: SavedFilter, by: User) -> SavedFilter:
    row = SavedFilter.objects.filter(pk=saved.pk).first()
    if row is None:
        raise StateConflict(_("This view has been deleted meanwhile."))
    if not policies.can_change(by, row):
        raise NotAllowed(_("Only whoever saved a view changes it."))
    return row


def _beside(saved: SavedFilter) -> QuerySet[SavedFilter]:
    """The other views of its owner for the same list."""
    mine = {"created_by": saved.created_by_id, "organisation": saved.organisation_id, "list_name": saved.list_name}
    return SavedFilter.objects.filter(**mine).exclude(pk=saved.pk)


def _named(rows: QuerySet[SavedFilter], name: str) -> SavedFilter | None:
    """Compared as the constraint does."""
    same = rows.alias(lowered=Lower("name")).filter(lowered=Lower(Value(name)))
    return one_or_none(same)


def _check_free(known: SavedFilter | None) -> None:
    if known is not None:
        raise InvalidInput({"name": [_("You have a view of this name for the list. Choose another name.")]})


def _record(kind: str, saved: SavedFilter, by: User, now: datetime, data: dict[str, Any] | None = None) -> None:
    about = {"list": saved.list_name, "shared": saved.shared, **(data or {})}
    subject = ("filter", saved.public_id)
    record(kind, by=by, now=now, organisation_id=concerned(saved.organisation), subject=subject, data=about)
