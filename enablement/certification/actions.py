"""The verbs of whoever defines certifications."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from enablement.certification import policies, rules
from enablement.certification.models import SUBJECT, Certification
from partners.profiles.models import is_competency
from prm.accounts.models import User
from prm.audit.actions import record
from prm.errors import InvalidInput, NotAllowed, StateConflict

FIELDS = (
    *("title", "description", "kind", "competency", "level", "proof", "validity_months"),
    *("renewal_days", "grace_days", "reminder_days", "review_days"),
)
TITLE_TAKEN = "certification_title_once"


@transaction.atomic
def create_certification(
    *, values: Mapping[str, Any], prerequisites: Sequence[Certification] = (), by: User, now: datetime
) -> Certification:
    """InvalidInput for a title that is taken, or for days that do not fit together."""
    _check_may(by)
    made = Certification(created_at=now, created_by=by, **{name: values[name] for name in FIELDS if name in values})
    _check(made, prerequisites)
    _save(made)
    made.prerequisites.set(prerequisites)
    _record("created", made, by, now)
    return made


@transaction.atomic
def change_certification(
    *,
    certification: Certification,
    values: Mapping[str, Any],
    prerequisites: Sequence[Certification] | None = None,
    version: int | None = None,
    by: User,
    now: datetime,
) -> Certification:
    """What is given becomes so, for what is earned from now on; certificates keep the dates they have.

    StateConflict for a `version` that is no longer the present one. Competency and level stay as soon as somebody
    holds it: InvalidInput.
    """
    row = _locked(certification, by)
    if version is not None and version != row.version:
        raise StateConflict(_("Somebody else has changed this certification meanwhile."), state="changed")
    changed = sorted(name for name in FIELDS if name in values and getattr(row, name) != values[name])
    others = prerequisites is not None and set(row.prerequisites.all()) != set(prerequisites)
    if not changed and not others:
        return row
    _check_fixed(row, changed)
    for name in changed:
        setattr(row, name, values[name])
    _check(row, row.prerequisites.all() if prerequisites is None else prerequisites)
    row.version += 1
    _save(row)
    if prerequisites is not None and others:
        row.prerequisites.set(prerequisites)
    _record("changed", row, by, now, fields=[*changed, *(["prerequisites"] if others else [])])
    return row


@transaction.atomic
def archive_certification(*, certification: Certification, by: User, now: datetime) -> Certification:
    """Nobody earns or renews it from now on; who holds it holds it until its end."""
    row = _locked(certification, by)
    if not row.is_offered:
        raise StateConflict(_("This certification is archived already."), state=row.state)
    row.archived_at, row.archived_by = now, by
    return _moved("archived", row, by, now)


@transaction.atomic
def restore_certification(*, certification: Certification, by: User, now: datetime) -> Certification:
    """Offered again, unless another has its title by now."""
    row = _locked(certification, by)
    if row.is_offered:
        raise StateConflict(_("This certification is offered already."), state=row.state)
    row.archived_at = row.archived_by = None
    return _moved("restored", row, by, now)


def _moved(kind: str, row: Certification, by: User, now: datetime) -> Certification:
    row.version += 1
    _save(row)
    _record(kind, row, by, now)
    return row


def _check_may(by: User) -> None:
    if not policies.can_manage(by):
        raise NotAllowed(_("Your role does not define certifications."))


def _locked(certification: Certification, by: User) -> Certification:
    _check_may(by)
    return Certification.objects.select_for_update(of=("self",)).get(pk=certification.pk)


def _check_fixed(row: Certification, changed: Sequence[str]) -> None:
    fixed = [name for name in rules.FIXED if name in changed]
    if fixed and row.certificates.exists():
        sentence = _("Somebody holds it already: define another certification instead.")
        raise InvalidInput({name: [sentence] for name in fixed})


def _check(row: Certification, prerequisites: Sequence[Certification] | Any) -> None:
    errors = {}
    if not is_competency(row.competency):
        errors["competency"] = [_("Write it in small letters, digits and hyphens, such as fleet-migration.")]
    if rules.faulty_reminders(row.reminder_days, row.renewal_days):
        sentence = _("Give up to %(most)d different days within the renewal window, such as 90 30 7.")
        errors["reminder_days"] = [sentence % {"most": rules.MOST_REMINDERS}]
    if row.pk is not None and rules.leads_back(row.pk, {each.pk for each in prerequisites}, _needed()):
        errors["prerequisites"] = [_("One of these needs this certification itself.")]
    if errors:
        raise InvalidInput(errors)


def _needed() -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for one, other in Certification.prerequisites.through.objects.values_list("from_certification", "to_certification"):
        found[one].add(other)
    return found


def _save(row: Certification) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if TITLE_TAKEN not in str(error):
            raise
        raise InvalidInput({"title": [_("Another certification has this title.")]}) from error


def _record(kind: str, row: Certification, by: User, now: datetime, **data: Any) -> None:
    about = (SUBJECT, row.public_id)
    record(f"certification.{kind}", by=by, now=now, organisation_id=None, subject=about, data=data)
