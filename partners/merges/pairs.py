"""Verbs about pairs of customers that look alike: look for them, say that they are two."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from partners.customers.models import Account
from partners.merges import policies
from partners.merges.models import AlikePair, PairKind
from prm.accounts.models import User
from prm.audit.actions import record
from prm.errors import NotAllowed, StateConflict
from prm.jobs.actions import start
from prm.jobs.models import Job

KIND, SUBJECT = "accounts.alike", "accounts-alike"
# Ids in each portion; one is done in about a second.
PORTION = 200


@transaction.atomic
def search(*, by: User, now: datetime) -> Job:
    """Have every customer compared with the others. A StateConflict while that is being done."""
    _check_may(by)
    last = Account.objects.aggregate(last=Max("pk"))["last"] or 0
    job = start(kind=KIND, subject_id=SUBJECT, total=-(-last // PORTION), by=by, now=now)
    record("accounts.alike_searched", by=by, now=now, organisation_id=None, subject=("job", job.public_id))
    return job


@transaction.atomic
def dismiss(*, pair: AlikePair, by: User, now: datetime) -> AlikePair:
    """They are two, and are not suggested again."""
    _check_may(by)
    found = AlikePair.objects.select_for_update(of=("self",)).select_related("one", "other").get(pk=pair.pk)
    if found.dismissed_at is not None:
        raise StateConflict(_("Somebody has said already that these are not the same."), state="dismissed")
    found.dismissed_at, found.dismissed_by = now, by
    found.save(update_fields=["dismissed_at", "dismissed_by"])
    _record(found, by, now)
    return found


@transaction.atomic
def dismiss_two(*, account: Account, other: Account, by: User, now: datetime) -> AlikePair:
    """The same for two that no search has found yet."""
    _check_may(by)
    one, two = sorted((account, other), key=lambda row: row.pk)
    about = {"kind": PairKind.SAME, "score": 0, "found_at": now}
    pair, _made = AlikePair.objects.get_or_create(one=one, other=two, defaults=about)
    return dismiss(pair=pair, by=by, now=now)


def _check_may(by: User) -> None:
    if not policies.can_merge(by):
        raise NotAllowed(_("You may not merge customers."))


def _record(pair: AlikePair, by: User, now: datetime) -> None:
    for account, other in ((pair.one, pair.other), (pair.other, pair.one)):
        subject, data = ("account", account.public_id), {"other": other.public_id}
        record("account.not_the_same", by=by, now=now, organisation_id=None, subject=subject, data=data)
