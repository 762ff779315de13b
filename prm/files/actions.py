"""Keeping files, hanging them on what they belong to, and sweeping out what belongs to nothing."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from prm.accounts.models import User
from prm.audit.actions import record
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.files import keeping
from prm.files.checking import check
from prm.files.models import StoredFile
from prm.files.refusals import Refused
from prm.files.sockets import OWNERS

# Whoever fills in a form takes a while; a request that broke off left its bytes behind.
LOOSE_FOR = timedelta(days=1)
SWEPT_AT_ONCE = 200


@transaction.atomic
def store(*, name: str, content: bytes, by: User, now: datetime, field: str = "file") -> StoredFile:
    """Look at it and keep it, hung on nothing yet. InvalidInput at `field` for what is not taken, or is too much."""
    organisation = by.organisation
    if organisation is None:
        raise NotAllowed(_("Your roles do not include this."))
    try:
        checked = check(content, name)
    except Refused as error:
        raise InvalidInput({field: [str(error)]}) from error
    kept = StoredFile.objects.filter(organisation=organisation).aggregate(all=Sum("size"))["all"] or 0
    if kept + len(checked.data) > settings.PRM_FILES_BYTES_PER_ORGANISATION:
        raise InvalidInput({field: [_("Your organisation keeps as many files as it may. Ask the programme for room.")]})
    # The bytes first: a row never stands for nothing. What a rollback leaves behind is swept.
    key = keeping.put(checked.data)
    file = StoredFile.objects.create(
        key=key,
        name=checked.name,
        kind=checked.kind,
        size=len(checked.data),
        sha256=checked.sha256,
        organisation=organisation,
        created_at=now,
        created_by=by,
    )
    about = {"kind": file.kind, "size": file.size, "sha256": file.sha256}
    record("file.stored", by=by, now=now, organisation_id=None, subject=("file", file.public_id), data=about)
    return file


@transaction.atomic
def hang(*, file: StoredFile, subject: tuple[str, str], by: User, now: datetime) -> StoredFile:
    """On one subject, for good, by whoever sent it. A second time is StateConflict, an unknown kind a KeyError."""
    kind, public_id = subject
    OWNERS[kind]
    file = StoredFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if file.created_by_id != by.pk:
        raise NotAllowed(_("Somebody else has sent this file."))
    if file.subject_type:
        raise StateConflict(_("This file belongs to something already."), code="hung")
    file.subject_type, file.subject_id = kind, public_id
    file.save(update_fields=["subject_type", "subject_id"])
    about = {"on": public_id}
    record("file.hung", by=by, now=now, organisation_id=None, subject=("file", file.public_id), data=about)
    return file


def sweep(*, now: datetime) -> int:
    """Forget what was sent and hung on nothing, and bytes that no row stands for. How many of both."""
    before, swept = now - LOOSE_FOR, 0
    while found := _sweep_rows(before):
        swept += found
    for keys in keeping.keys_before(before):
        known = set(StoredFile.objects.filter(key__in=keys).values_list("key", flat=True))
        orphans = [key for key in keys if key not in known]
        keeping.drop_all(orphans)
        swept += len(orphans)
    return swept


@transaction.atomic
def _sweep_rows(before: datetime) -> int:
    """The bytes go when nothing can bring their row back."""
    rows = list(StoredFile.objects.loose(before).select_for_update(skip_locked=True)[:SWEPT_AT_ONCE])
    StoredFile.objects.filter(pk__in=[row.pk for row in rows]).delete()
    transaction.on_commit(lambda: keeping.drop_all([row.key for row in rows]))
    return len(rows)
