"""Verbs about long exports: ask, fetch, forget. The work itself is in portions.py."""

from datetime import datetime

from django.db import connection, transaction
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from prm.accounts.models import Organisation, User
from prm.audit.actions import record
from prm.errors import InvalidInput, NotAllowed, StateConflict, TooOften
from prm.exports import policies
from prm.exports.models import Export
from prm.exports.states import Kind
from prm.jobs.actions import start
from prm.portal.exports import most_rows
from prm.portal.listings import LISTINGS, Listing, is_longer
from prm.portal.places import MOST_AT_ONCE, TRY_AGAIN_SECONDS

# The number of the lock under which an organisation's exports are counted.
COUNTED = 7_300_060
LONGEST_QUERY = 2_000
FORGOTTEN_AT_ONCE = 100


@transaction.atomic
def ask(*, listing: str, file: str, query: str, organisation: Organisation, by: User, now: datetime) -> Export:
    """Have the file of a list made. Asked again while it is being made, it is the same one."""
    wanted = _checked(listing, file, query, by)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [COUNTED, organisation.pk % 2**31])
    mine = Export.objects.making().filter(created_by=by, organisation=organisation, listing=listing, file=file)
    if (present := mine.filter(query=query).first()) is not None:
        return present
    if Export.objects.making().filter(organisation=organisation).count() >= MOST_AT_ONCE:
        raise TooOften(_("Your organisation is exporting already; try again later."), wait_seconds=TRY_AGAIN_SECONDS)
    made = Export.objects.create(
        listing=listing, file=file, query=query, organisation=organisation, created_at=now, created_by=by
    )
    if wanted.written is not None:
        wanted.written(by, QueryDict(query))
    _record("asked", made, by, now)
    # How many portions there are is found out with the first of them.
    start(kind="export", subject_id=made.public_id, total=1, by=by, now=now)
    return made


def _checked(name: str, file: str, query: str, by: User) -> Listing:
    """The list, if this person may take away what is asked for of it."""
    listing = LISTINGS.get(name)
    if listing is None or file not in Kind.values or len(query) > LONGEST_QUERY:
        raise Http404
    if not listing.is_open_to(by):
        raise NotAllowed(_("Your roles do not include this list."))
    most = most_rows(file)
    if is_longer(listing.found(by, QueryDict(query)), most):
        raise InvalidInput({"": [_("More than %(rows)d rows: filter the list first.") % {"rows": most}]})
    return listing


@transaction.atomic
def fetch(*, export: Export, by: User, now: datetime) -> Export:
    """Write down that it is taken away. Raises StateConflict for one that is not there, or no more."""
    if not policies.can_take(by, export):
        raise NotAllowed(_("Your roles do not include this list any more."))
    if not export.can_be_fetched(now):
        raise StateConflict(_("This file is not there; ask for it again."), state=export.state)
    _record("fetched", export, by, now)
    return export


def _record(what: str, export: Export, by: User, now: datetime) -> None:
    data = {"list": export.listing, "file": export.file}
    subject = ("export", export.public_id)
    record(f"export.{what}", by=by, now=now, organisation_id=export.organisation_id, subject=subject, data=data)


def forget_old(*, now: datetime) -> int:
    """Delete what waited long enough, and what nobody finished. Returns how many."""
    forgotten = 0
    while keys := list(Export.objects.forgettable(now).values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]):
        forgotten += Export.objects.filter(pk__in=keys).delete()[1].get("exports.Export", 0)
    return forgotten
