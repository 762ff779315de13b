"""The verbs of offers in marketplaces: entered by hand, from a file or over the API, always the same way."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.marketplace import notices, policies, rules
from deals.marketplace.events import record_offer
from deals.marketplace.models import MarketplaceOffer
from deals.marketplace.states import ENDED, MarketState
from deals.registrations.models import Registration
from deals.registrations.rules import next_reminder
from deals.sheets import Change
from prm.accounts.models import User
from prm.clocks.calendar import end_of_day, local_date
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices import doorbell

NAMES = ("marketplace", "marketplace_name", "offer_id")
FIELDS = ("buyer", "amount", "currency", "expires_on", "state", "co_sell")
TAKEN = "marketplace_offer_id_once"
SENTENCES = {
    "unnamed": gettext_lazy("Say which marketplace it is."),
    "named_twice": gettext_lazy("A name is needed for another marketplace alone."),
    "needed": gettext_lazy("Give the last day on which the buyer can accept."),
    "past": gettext_lazy("Give a day that is not over."),
    "not_over": gettext_lazy("Its last day is not over; withdraw it, or give the day."),
}


@transaction.atomic
def add_offer(*, registration: Registration, values: Mapping[str, Any], by: User, now: datetime) -> MarketplaceOffer:
    """An offer for a registration that is decided, worked on or won. StateConflict for an offer id that is known."""
    registration = _registration(registration, by)
    offer = MarketplaceOffer(
        registration=registration,
        partner=registration.partner,
        created_at=now,
        created_by=by,
        **{name: values.get(name, "") for name in NAMES},
    )
    given = {name: values[name] for name in FIELDS if name in values}
    _check(offer, given, {*given, "state"}, now)
    _set(offer, given, by, now)
    _insert(offer)
    record_offer("added", offer, by=by, now=now, marketplace=offer.marketplace, state=offer.state)
    _tell(offer, {name for name in ("state", "co_sell") if name in given}, by, now)
    return offer


@transaction.atomic
def change_offer(*, offer: MarketplaceOffer, values: Mapping[str, Any], by: User, now: datetime) -> MarketplaceOffer:
    """What is given becomes so, the rest stays; what stands there already changes nothing. More time opens an expired
    one again."""
    offer = _locked(offer, by)
    _become(offer, {name: values[name] for name in FIELDS if name in values}, by, now)
    return offer


@transaction.atomic
def move_offer(*, offer: MarketplaceOffer, state: str, by: User, now: datetime) -> MarketplaceOffer:
    """Sent, accepted or withdrawn; a second time is StateConflict."""
    offer = _locked(offer, by)
    if offer.state == state:
        raise _conflict(offer)
    _become(offer, {"state": state}, by, now)
    return offer


@transaction.atomic
def put_offer(
    *, registration: Registration, values: Mapping[str, Any], by: User, now: datetime
) -> tuple[MarketplaceOffer, Change]:
    """The offer with this id in this marketplace as it is given: entered, changed or left as it is."""
    _check_may(by, registration)
    known = MarketplaceOffer.objects.filter(
        partner=registration.partner_id, **{name: values.get(name, "") for name in NAMES}
    ).first()
    if known is None:
        return add_offer(registration=registration, values=values, by=by, now=now), Change.NEW
    if known.registration_id != registration.pk:
        raise StateConflict(_("This offer belongs to another registration of the partner."), code="known")
    before = known.version
    changed = change_offer(offer=known, values=values, by=by, now=now)
    return changed, Change.CHANGED if changed.version > before else Change.UNCHANGED


def _become(offer: MarketplaceOffer, given: Mapping[str, Any], by: User, now: datetime) -> None:
    state = rules.revived(offer.state, given, _today(offer, now))
    wanted = {**given, "state": state}
    changed = {name for name, value in wanted.items() if getattr(offer, name) != value}
    if not changed:
        return
    fits = "state" not in changed or rules.may_become(offer.state, state)
    if not fits or not rules.may_change(offer.state, changed - {"state"}):
        raise _conflict(offer)
    _check(offer, wanted, changed, now)
    _set(offer, wanted, by, now)
    offer.version += 1
    offer.save()
    terms = sorted(changed & rules.TERMS)
    if terms:
        record_offer("changed", offer, by=by, now=now, fields=terms)
    _tell(offer, changed, by, now)


def _check(offer: MarketplaceOffer, given: Mapping[str, Any], changed: set[str], now: datetime) -> None:
    about = {name: getattr(offer, name) for name in (*NAMES, *FIELDS)} | dict(given)
    if flaws := rules.flaws(about, changed, _today(offer, now)):
        raise InvalidInput({flaw.field: [str(SENTENCES[flaw.code])] for flaw in flaws})


def _set(offer: MarketplaceOffer, given: Mapping[str, Any], by: User, now: datetime) -> None:
    """With what follows from it: until when, reminded when, ended when and by whom."""
    before = offer.state
    for name, value in given.items():
        setattr(offer, name, value)
    zone = offer.partner.organisation.time_zone
    offer.expires_at = end_of_day(offer.expires_on, zone) if offer.expires_on else None
    reminded = offer.is_sent and offer.expires_at is not None
    offer.next_reminder_at = (
        next_reminder(offer.expires_at, rules.REMINDED_DAYS, zone, now) if reminded and offer.expires_at else None
    )
    if offer.state not in ENDED:
        offer.ended_at = offer.ended_by = None
    elif before != offer.state or offer.ended_at is None:
        offer.ended_at, offer.ended_by = now, by


def _tell(offer: MarketplaceOffer, changed: set[str], by: User, now: datetime) -> None:
    """One event for each thing that became of it."""
    if "state" in changed and offer.state != MarketState.DRAFT:
        record_offer(offer.state, offer, by=by, now=now)
        if offer.state == MarketState.ACCEPTED:
            notices.accepted(offer, by=by, now=now)
    if "co_sell" in changed:
        record_offer("co_sell", offer, by=by, now=now, co_sell=offer.co_sell)
        notices.co_sell(offer, by=by, now=now)
    doorbell.ring_after_commit()


def _today(offer: MarketplaceOffer, now: datetime) -> date:
    return local_date(now, offer.partner.organisation.time_zone)


def _registration(registration: Registration, by: User) -> Registration:
    """As it is now, locked until the transaction ends."""
    rows = Registration.objects.select_for_update(of=("self",)).select_related("partner__organisation", "partner__pam")
    registration = rows.get(pk=registration.pk)
    _check_may(by, registration)
    if registration.state not in policies.OFFERED_FOR:
        shown = {"state": registration.get_state_display()}
        raise StateConflict(_("The registration is now: %(state)s.") % shown, state=registration.state)
    return registration


def _locked(offer: MarketplaceOffer, by: User) -> MarketplaceOffer:
    offer = MarketplaceOffer.objects.select_for_update(of=("self",)).with_nouns().get(pk=offer.pk)
    _check_may(by, offer.registration)
    return offer


def _check_may(by: User, registration: Registration) -> None:
    if not policies.can_write(by, registration):
        raise NotAllowed(_("Your role does not allow this for this registration."))


def _conflict(offer: MarketplaceOffer) -> StateConflict:
    return StateConflict(_("This offer is now: %(state)s.") % {"state": offer.get_state_display()}, state=offer.state)


def _insert(offer: MarketplaceOffer) -> None:
    try:
        with transaction.atomic():
            offer.save()
    except IntegrityError as error:
        if TAKEN not in str(error):
            raise
        raise StateConflict(_("An offer with this id is known already."), code="known") from error
