"""The verbs of an extension: the partner asks, the account manager decides.

While nobody has decided, the protection goes on as if it were granted: it never ends because the vendor is slow.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from psycopg.errors import ExclusionViolation

from deals.decisions.discretion import check_names_nobody
from deals.decisions.locks import lock_decision
from deals.extensions import notices, rules
from deals.extensions.models import Extension
from deals.protections.models import Protection
from deals.registrations import policies
from deals.registrations.locking import change, locked
from deals.registrations.models import Registration
from deals.registrations.rules import decision_due, next_reminder
from deals.registrations.selectors import calendar_of
from deals.registrations.states import Verb
from deals.rulebook import SCHEMA, DealRules
from deals.teaming.closing import extend_with, mates, record_for_all
from deals.teaming.ending import hold
from deals.teaming.selectors import team_keys
from prm.accounts.models import User
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices import doorbell
from prm.policy.selectors import current
from prm.rows import insert, update

SHORTEST_PROOF = 20


@transaction.atomic
def ask_extension(*, registration: Registration, proof: str, by: User, now: datetime) -> Registration:
    """Ask once, before the protection ends. It goes on until the decision, at most to the end that is asked for.

    Raises InvalidInput for a proof that says too little, StateConflict when it was asked before, when the
    protection has ended, or when somebody else has protected the customer in the moment it ended.
    """
    proof = proof.strip()
    if len(proof) < SHORTEST_PROOF:
        sentence = _("Tell what has happened since the approval, in at least %(count)d characters.")
        raise InvalidInput({"proof": [sentence % {"count": SHORTEST_PROOF}]})
    if not policies.can_act_for_partner(by, registration):
        raise NotAllowed(_("Your role does not allow this for this registration."))
    lock_decision(registration, registration.account, now=now)
    hold(registration)
    registration = locked(registration, verb=Verb.EXTEND, may=policies.can_act_for_partner, by=by)
    _check_not_asked(registration)
    before = registration.protected_until
    if before is None:
        raise StateConflict(_("There is no protection that could be made longer."), state=registration.state)
    if before <= now:
        raise StateConflict(_("The protection has ended; it cannot be made longer."), state=registration.state)
    version = current(SCHEMA, DealRules, now=now)
    calendar = calendar_of(registration.partner, now)
    extension = Extension(
        registration=registration,
        proof=proof,
        before=before,
        until=rules.extended_end(before, version.values, registration.partner.organisation.time_zone),
        asked_at=now,
        asked_by=by,
        due_at=decision_due(now, version.values, calendar),
        policy=version.version,
    )
    extended = _protect_until(registration, extension.until, version.values, now)
    insert(extension)
    record_for_all(
        *("deal.extension_asked", extended),
        by=by,
        now=now,
        data={"until": extension.until, "due_at": extension.due_at},
    )
    notices.asked(registration, extension, now=now)
    doorbell.ring_after_commit()
    return registration


@transaction.atomic
def decide_extension(
    *, registration: Registration, accept: bool, message: str = "", by: User, now: datetime
) -> Registration:
    """Grant or refuse what was asked. A refusal needs a message; so does whoever decides in the place of the PAM."""
    hold(registration)
    registration = locked(registration, verb=Verb.EXTENSION, may=policies.can_decide, by=by)
    extension = Extension.objects.filter(registration=registration).first()
    if extension is None or extension.decided_at is not None:
        raise StateConflict(_("No extension waits for a decision."), state=registration.state)
    _check_message(registration, accept, message, by)
    told = [registration, *mates(registration)]
    if not accept:
        end = rules.refused_end(extension.before, now)
        told = _protect_until(registration, end, current(SCHEMA, DealRules, now=now).values, now)
    extension.granted, extension.message = accept, message.strip()
    extension.decided_at, extension.decided_by = now, by
    update(extension, "granted", "message", "decided_at", "decided_by")
    kind = "deal.extension_granted" if accept else "deal.extension_refused"
    record_for_all(kind, told, by=by, now=now, data={"until": registration.protected_until})
    for row in told:
        notices.decided(row, extension, now=now)
    doorbell.ring_after_commit()
    registration.extension = extension
    return registration


def _check_not_asked(registration: Registration) -> None:
    if Extension.objects.filter(registration__in=team_keys(registration)).exists():
        sentence = _("An extension was asked for already; there is one for each protection.")
        raise StateConflict(sentence, state=registration.state, code="asked_before")


def _check_message(registration: Registration, accept: bool, message: str, by: User) -> None:
    if not message.strip():
        if not accept:
            raise InvalidInput({"message": [_("Tell the partner why.")]})
        if policies.must_give_reason(by, registration):
            raise InvalidInput({"message": [_("You decide in the place of the account manager: give a reason.")]})
    check_names_nobody(registration, message)


def _protect_until(
    registration: Registration, until: datetime, deal_rules: DealRules, now: datetime
) -> list[Registration]:
    """Move the end, and with it the reminders, for all who hold it; returns them, the given one first.

    The exclusion constraint is the wall behind the lock.
    """
    zone = registration.partner.organisation.time_zone
    try:
        with transaction.atomic():
            Protection.objects.filter(registration__in=team_keys(registration)).end_at(until)
    except IntegrityError as error:
        if not isinstance(error.__cause__, ExclusionViolation):
            raise
        raise StateConflict(
            _("The protection has ended; it cannot be made longer."), state=registration.state
        ) from error
    registration.protected_until = until
    registration.next_reminder_at = next_reminder(until, deal_rules.reminder_days, zone, now)
    change(registration, "protected_until", "next_reminder_at")
    return [registration, *extend_with(registration, deal_rules, now)]
