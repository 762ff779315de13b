"""Publishing rules, taking back what has not begun, acknowledging."""

from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from prm.accounts.models import User
from prm.audit.actions import record
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.policy import notices
from prm.policy.clauses import digest
from prm.policy.models import Acknowledgement, PolicyVersion
from prm.policy.papers import text_of
from prm.policy.policies import can_acknowledge, can_manage, can_read
from prm.policy.schemas import SCHEMAS, checked

# Defaults are in force from before anything could have been recorded.
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
SUBJECT = "policy"


def publish_defaults(*, schema: str, now: datetime) -> PolicyVersion:
    """Version 1 of a schema, made once, by whoever needs it first."""
    values = SCHEMAS[schema]().model_dump(mode="json")
    PolicyVersion.objects.bulk_create(
        [PolicyVersion(schema=schema, number=1, values=values, effective_from=BEGINNING, published_at=now)],
        ignore_conflicts=True,
    )
    return PolicyVersion.objects.get(schema=schema, number=1)


@transaction.atomic
def publish(
    *,
    schema: str,
    values: dict[str, Any],
    effective_from: datetime,
    note: str = "",
    after: int | None = None,
    by: User,
    now: datetime,
) -> PolicyVersion:
    """A new version; what is decided before `effective_from` keeps the version it used. Partners are told of theirs.

    Raises InvalidInput with the field's path when a value does not fit the schema, or when the version would begin in
    the past; StateConflict when `after`, the newest version that was read, is not the newest any more.
    """
    if effective_from < now:
        raise InvalidInput({"effective_from": ["A version cannot begin in the past."]})
    fitting = checked(schema, values)
    _queue(schema, now)
    last = PolicyVersion.objects.filter(schema=schema).aggregate(last=Max("number"))["last"]
    if after is not None and last != after:
        sentence = _("Version %(number)d was published meanwhile. Look at it before you publish another.")
        raise StateConflict(sentence % {"number": last}, state=str(last), code="published_meanwhile")
    version = PolicyVersion.objects.create(
        schema=schema,
        number=last + 1,
        values=fitting.model_dump(mode="json"),
        effective_from=effective_from,
        note=note,
        published_at=now,
        published_by=by,
    )
    _record("policy.published", version, by, now)
    notices.published(version, now=now)
    return version


@transaction.atomic
def publish_version(
    *,
    schema: str,
    values: dict[str, Any],
    effective_from: datetime | None = None,
    note: str = "",
    after: int,
    by: User,
    now: datetime,
) -> PolicyVersion:
    """Like `publish`, for whoever runs the programme; without a moment it begins at once."""
    if not can_manage(by):
        raise NotAllowed(_("Your role does not allow this."))
    begins = now if effective_from is None else effective_from
    return publish(schema=schema, values=values, effective_from=begins, note=note, after=after, by=by, now=now)


@transaction.atomic
def take_back(*, version: PolicyVersion, by: User, now: datetime) -> PolicyVersion:
    """A planned version never begins. One that has begun, or is taken back already, is StateConflict."""
    if not can_manage(by):
        raise NotAllowed(_("Your role does not allow this."))
    _queue(version.schema, now)
    version = PolicyVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if version.withdrawn_at is not None:
        raise StateConflict(_("This version is taken back already."), state="withdrawn")
    if not version.is_planned(now):
        raise StateConflict(
            _("This version has begun: decisions may rest on it. Publish another instead."), state="begun"
        )
    version.withdrawn_at, version.withdrawn_by = now, by
    version.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _record("policy.taken_back", version, by, now)
    notices.taken_back(version, now=now)
    return version


@transaction.atomic
def acknowledge(*, version: PolicyVersion, read: str, by: User, now: datetime) -> Acknowledgement:
    """The person's organisation has read the version. `read` is the digest of the text that was shown.

    A second time, for another text or for a version that was taken back: StateConflict.
    """
    if not can_acknowledge(by) or not can_read(by, version) or by.organisation is None:
        raise NotAllowed(_("Your role does not allow this."))
    version = PolicyVersion.objects.select_for_update(of=("self",), no_key=True).get(pk=version.pk)
    if version.withdrawn_at is not None:
        raise StateConflict(_("This version was taken back. There is nothing to acknowledge."), state="withdrawn")
    if read != digest(text_of(version)):
        raise StateConflict(_("The text reads differently now. Please read it again."), state="changed")
    made, is_new = Acknowledgement.objects.get_or_create(
        version=version,
        organisation=by.organisation,
        defaults={"digest": read, "acknowledged_at": now, "acknowledged_by": by},
    )
    if not is_new:
        raise StateConflict(_("Your organisation has acknowledged this version already."), state="acknowledged")
    _record("policy.acknowledged", version, by, now, organisation_id=by.organisation.pk)
    return made


def _queue(schema: str, now: datetime) -> None:
    """Whoever publishes or takes back waits for those before, on the first version's row."""
    first = publish_defaults(schema=schema, now=now)
    PolicyVersion.objects.select_for_update().get(pk=first.pk)


def _record(kind: str, version: PolicyVersion, by: User, now: datetime, *, organisation_id: int | None = None) -> None:
    record(
        kind,
        by=by,
        now=now,
        organisation_id=organisation_id,
        subject=(SUBJECT, version.public_id),
        data={"schema": version.schema, "number": version.number},
    )
