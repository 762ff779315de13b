"""The verbs of selling together: one side asks, the other accepts or declines, either ends it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from deals.cosell import notices, policies, selectors
from deals.cosell.events import record_co_sell
from deals.cosell.holding import change, check_discreet, held, locked_deal
from deals.cosell.models import CoSell
from deals.cosell.rules import NextStep
from deals.cosell.states import ENDED_BY, SAID, CoSellState, Help, Party, Refusal, Role
from deals.cosell.stepping import note_steps
from deals.decisions.discretion import check_names_nobody
from deals.leads.selectors import calendar_of_partner
from deals.registrations.locking import conflict
from deals.registrations.models import Registration
from deals.registrations.selectors import calendar_of
from deals.registrations.states import OPEN
from deals.rulebook import SCHEMA, DealRules
from prm.accounts.models import User
from prm.audit.kinds import Noted
from prm.audit.models import Event
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices import doorbell
from prm.policy.selectors import current


@transaction.atomic
def ask(
    *,
    registration: Registration,
    help: str,
    message: str,
    roles: Mapping[str, str],
    person: User | None = None,
    steps: Sequence[NextStep] = (),
    by: User,
    now: datetime,
) -> CoSell:
    """Ask the other side to sell together on an open registration. `roles` says which side takes which role.

    `person` is who does it for the asking side: whoever asks unless another one is named. Raises InvalidInput for what
    is missing, StateConflict when the registration is not open or there is a request or a co-sell already.
    """
    registration = locked_deal(registration.pk)
    if not policies.acts_for_own_side(by, registration):
        raise NotAllowed(_("Your role does not allow this for this registration."))
    if registration.state not in OPEN:
        raise conflict(registration)
    _check_asked(help, message.strip(), roles)
    side = policies.side_of(by)
    version = current(SCHEMA, DealRules, now=now)
    calendar = calendar_of(registration.partner, now)
    if side == Party.VENDOR:
        check_names_nobody(registration, message)
        calendar = calendar_of_partner(registration.partner)
    found = CoSell(
        registration=registration,
        asked_side=side,
        help=help,
        message=message.strip(),
        partner_roles=sorted(role for role, taker in roles.items() if taker == Party.PARTNER),
        vendor_roles=sorted(role for role, taker in roles.items() if taker == Party.VENDOR),
        asked_at=now,
        asked_by=by,
        due_at=calendar.due(now, version.values.co_sell_business_days),
        policy=version.version,
    )
    _name(found, side, person, by)
    _keep(found)
    note_steps(found, steps, by=by, now=now, path="steps")
    record_co_sell("asked", found, by=by, now=now, due_at=found.due_at)
    notices.asked(found, now=now)
    doorbell.ring_after_commit()
    return found


def _check_asked(help: str, message: str, roles: Mapping[str, str]) -> None:
    errors: dict[str, list[str]] = {}
    if help not in Help.values:
        errors["help"] = [_("Choose what is wanted from the list.")]
    if not message:
        errors["message"] = [_("Say what it is about.")]
    unknown = set(roles) - set(Role.values) or set(roles.values()) - set(Party.values)
    if unknown or not roles:
        errors["roles"] = [_("Say for at least one role which side takes it.")]
    if errors:
        raise InvalidInput(errors)


def _keep(found: CoSell) -> None:
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError as error:
        there = CoSell.objects.open().get(registration=found.registration)
        said = _("There is one on this registration already: %(state)s.") % {"state": there.get_state_display()}
        raise StateConflict(said, state=there.state, code="open_already") from error


@transaction.atomic
def accept(*, found: CoSell, person: User | None = None, text: str = "", by: User, now: datetime) -> CoSell:
    """Yes, with the person who does it: whoever answers unless another one is named."""
    found = held(found, by, policies.can_answer, CoSellState.ASKED)
    check_discreet(found, text, by)
    side = policies.side_of(by)
    _name(found, side, person, by)
    found.state, found.text = CoSellState.ACTIVE, text.strip()
    found.answered_at, found.answered_by = now, by
    change(found, "state", "text", "answered_at", "answered_by", "partner_person", "vendor_person")
    record_co_sell("accepted", found, by=by, now=now)
    notices.answered(found, now=now)
    notices.accepted_for(found, by=by, now=now)
    doorbell.ring_after_commit()
    return found


@transaction.atomic
def decline(*, found: CoSell, reason: str, text: str = "", by: User, now: datetime) -> CoSell:
    """No, with a reason; another reason needs a text."""
    found = held(found, by, policies.can_answer, CoSellState.ASKED)
    if reason not in Refusal.values:
        raise InvalidInput({"reason": [_("Choose a reason from the list.")]})
    if reason == Refusal.OTHER and not text.strip():
        raise InvalidInput({"text": [_("Say why, in a few words.")]})
    check_discreet(found, text, by)
    found.state, found.reason, found.text = CoSellState.DECLINED, reason, text.strip()
    found.answered_at, found.answered_by = now, by
    change(found, "state", "reason", "text", "answered_at", "answered_by")
    record_co_sell("declined", found, by=by, now=now)
    notices.answered(found, now=now)
    doorbell.ring_after_commit()
    return found


@transaction.atomic
def withdraw(*, found: CoSell, by: User, now: datetime) -> CoSell:
    """For the side that asked, while nobody has answered."""
    found = held(found, by, policies.can_withdraw, CoSellState.ASKED)
    found.state, found.ended_at, found.ended_by = CoSellState.WITHDRAWN, now, by
    change(found, "state", "ended_at", "ended_by")
    record_co_sell("withdrawn", found, by=by, now=now)
    notices.withdrawn(found, now=now)
    doorbell.ring_after_commit()
    return found


@transaction.atomic
def hand_over(*, found: CoSell, person: User, by: User, now: datetime) -> CoSell:
    """Another person of the own side goes on with it; a seller of ours who is replaced reads the deal no more."""
    found = held(found, by, policies.can_work, CoSellState.ACTIVE)
    side = policies.side_of(by)
    if found.person_of(side) == person:
        raise StateConflict(_("This person does it already."), state=found.state, code="same_person")
    _name(found, side, person, by)
    change(found, "partner_person", "vendor_person")
    record_co_sell("handed_over", found, by=by, now=now)
    notices.handed_over(found, side, by=by, now=now)
    doorbell.ring_after_commit()
    return found


@transaction.atomic
def end(*, found: CoSell, result: str, text: str = "", by: User, now: datetime) -> CoSell:
    """Say what came of it; either side may."""
    found = held(found, by, policies.can_work, CoSellState.ACTIVE)
    if result not in SAID:
        raise InvalidInput({"result": [_("Choose what came of it from the list.")]})
    check_discreet(found, text, by)
    found.text = text.strip() or found.text
    _end(found, result, by, now)
    doorbell.ring_after_commit()
    return found


def end_with_deals(kind: str, noted: Noted) -> None:
    """What becomes of a registration ends what is open on it, in the same transaction; a whole batch at once."""
    deals = {subject: event for event, _kind, subject in noted}
    rows = CoSell.objects.open().with_nouns().filter(registration__public_id__in=deals).order_by("pk")
    for found in rows.select_for_update(of=("self",)):
        event = Event.objects.get(public_id=deals[found.registration.public_id])
        _end(found, ENDED_BY[kind], User.objects.filter(pk=event.actor_id or 0).first(), event.at)


def _end(found: CoSell, result: str, by: User | None, now: datetime) -> None:
    found.state, found.result = CoSellState.ENDED, result
    found.ended_at, found.ended_by = now, by
    change(found, "state", "result", "text", "ended_at", "ended_by")
    record_co_sell("ended", found, by=by, now=now, result=str(result))
    notices.ended(found, by=by, now=now)


def _name(found: CoSell, side: Party, person: User | None, by: User) -> None:
    chosen = selectors.nameable(found.registration, by).filter(pk=(person or by).pk).first()
    if chosen is None:
        raise InvalidInput({"person": [_("Name somebody of your side who can sell on this registration.")]})
    if side == Party.PARTNER:
        found.partner_person = chosen
    else:
        found.vendor_person = chosen
