"""The verbs of direct sales. What meets a protection opens a case in the same transaction."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.cases.actions import open_cases, stand_back
from deals.conflicts.models import Finding
from deals.direct import policies, rules
from deals.direct.attaching import attach, closed, record_opportunity, save
from deals.direct.models import DirectOpportunity, DirectTouch
from deals.direct.states import ENDS, OPEN_STAGES, Part, Stage
from deals.products.models import ProductLine
from deals.registrations.locking import look_again
from deals.registrations.models import Registration
from deals.rulebook import SCHEMA, DealRules
from partners.models import Account, Partner
from prm.accounts.models import User
from prm.audit.actions import record
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.ledger.shown import today_of
from prm.policy.selectors import current

FIELDS = ("stage", "value", "currency", "expected_close", "external_id")
TAKEN = "external_id_once"
FLAWS = {
    "needed": gettext_lazy("Give the value together with its currency."),
    "future": gettext_lazy("Give a day that is not in the future."),
    "too_old": gettext_lazy("Give a day of the last 12 months."),
}


@transaction.atomic
def create_opportunity(
    *, account: Account, values: Mapping[str, Any], products: Iterable[ProductLine] = (), by: User, now: datetime
) -> DirectOpportunity:
    """The person who enters it is its seller. What is undecided for the customer is checked again."""
    _check_enters(by)
    _check_values(values)
    opportunity = DirectOpportunity(account=account, seller=by, created_at=now, created_by=by)
    _write(opportunity, values)
    opportunity.products.set(products)
    record_opportunity("direct.opened", opportunity, by=by, now=now, account=account.public_id)
    _look_again(account)
    open_cases(occasion=opportunity, by=by, now=now)
    return opportunity


@transaction.atomic
def change_opportunity(
    *,
    opportunity: DirectOpportunity,
    values: Mapping[str, Any],
    products: Iterable[ProductLine] | None = None,
    by: User,
    now: datetime,
) -> DirectOpportunity:
    """Of an open one the given fields. More products may meet another protection."""
    opportunity = _open_one(opportunity, by)
    _check_values({name: getattr(opportunity, name) for name in FIELDS} | dict(values))
    opportunity.version += 1
    _write(opportunity, values)
    changed = sorted(values)
    if products is not None:
        opportunity.products.set(products)
        changed.append("products")
    record_opportunity("direct.changed", opportunity, by=by, now=now, fields=changed)
    _look_again(opportunity.account)
    open_cases(occasion=opportunity, by=by, now=now)
    return opportunity


@transaction.atomic
def attach_partner(
    *, opportunity: DirectOpportunity, partner: Partner, part: str = Part.CO_SELL, by: User, now: datetime
) -> DirectOpportunity:
    """Bring a partner in. While a case is open that is what the account manager decides: an answer for one partner
    and not for another would tell the seller who protects the customer."""
    opportunity = _open_one(opportunity, by)
    if opportunity.cases.open().exists():
        sentence = _("The customer is protected: the account manager decides the case first.")
        raise StateConflict(sentence, state=opportunity.stage, code="case_open")
    attach(opportunity, partner, part, by=by, now=now)
    return opportunity


@transaction.atomic
def close_opportunity(
    *,
    opportunity: DirectOpportunity,
    stage: str,
    closed_on: date,
    value: Decimal | None = None,
    by: User,
    now: datetime,
) -> DirectOpportunity:
    """Won, lost, or the seller stands back, which closes its cases. A win with a partner freezes the uplift."""
    opportunity = _open_one(opportunity, by)
    if value is not None:
        opportunity.value = value
    _check_end(opportunity, stage, closed_on, today_of(by, now))
    opportunity.stage, opportunity.closed_on = stage, closed_on
    opportunity.ended_at, opportunity.ended_by = now, by
    if stage == Stage.WON and opportunity.partner_id is not None:
        _freeze(opportunity, now)
    save(
        opportunity,
        *("stage", "closed_on", "ended_at", "ended_by", "value", "uplift_rate", "uplift", "policy"),
    )
    record_opportunity("direct.closed", opportunity, by=by, now=now, stage=stage)
    if stage == Stage.WITHDRAWN:
        stand_back(occasion=opportunity, by=by, now=now)
    _look_again(opportunity.account)
    return opportunity


@transaction.atomic
def add_touch(
    *, account: Account, kind: str, on: date, note: str = "", external_id: str = "", by: User, now: datetime
) -> DirectTouch:
    """Note that the seller was in touch with the customer on that day."""
    _check_enters(by)
    if flaws := rules.flaws_of_touch(on, today_of(by, now)):
        raise InvalidInput({flaw.field: [str(FLAWS[flaw.code])] for flaw in flaws})
    given = {"kind": kind, "on": on, "note": note.strip(), "external_id": external_id}
    touch = DirectTouch(account=account, seller=by, created_at=now, created_by=by, **given)
    _save_once(touch)
    _record_touch("direct.touched", touch, by, now)
    _look_again(account)
    open_cases(occasion=touch, by=by, now=now)
    return touch


@transaction.atomic
def change_touch(*, touch: DirectTouch, kind: str, on: date, note: str = "", by: User, now: datetime) -> DirectTouch:
    """What was noted wrongly is put right; on another day it may meet another protection."""
    touch = _standing_one(touch, by)
    if flaws := rules.flaws_of_touch(on, today_of(by, now)):
        raise InvalidInput({flaw.field: [str(FLAWS[flaw.code])] for flaw in flaws})
    touch.kind, touch.on, touch.note = kind, on, note.strip()
    touch.save(update_fields=["kind", "on", "note"])
    _record_touch("direct.touch_changed", touch, by, now)
    _look_again(touch.account)
    open_cases(occasion=touch, by=by, now=now)
    return touch


@transaction.atomic
def withdraw_touch(*, touch: DirectTouch, by: User, now: datetime) -> DirectTouch:
    """It was none, or the seller stands back: its cases are closed. A second time is StateConflict."""
    touch = _standing_one(touch, by)
    touch.withdrawn_at, touch.withdrawn_by = now, by
    touch.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _record_touch("direct.touch_withdrawn", touch, by, now)
    stand_back(occasion=touch, by=by, now=now)
    _look_again(touch.account)
    return touch


def _check_enters(by: User) -> None:
    if not policies.can_enter(by):
        raise NotAllowed(_("Your role does not allow this."))


def _standing_one(touch: DirectTouch, by: User) -> DirectTouch:
    """As it is now, locked until the transaction ends."""
    rows = DirectTouch.objects.select_for_update(of=("self",)).select_related("account", "seller")
    touch = rows.get(pk=touch.pk)
    if not policies.can_change(by, touch):
        raise NotAllowed(_("This touch is a colleague's."))
    if touch.withdrawn_at is not None:
        raise StateConflict(_("This is taken back already."), state="withdrawn")
    return touch


def _open_one(opportunity: DirectOpportunity, by: User) -> DirectOpportunity:
    """As it is now, locked until the transaction ends."""
    rows = DirectOpportunity.objects.select_for_update(of=("self",)).select_related("account", "seller")
    opportunity = rows.get(pk=opportunity.pk)
    if not policies.can_change(by, opportunity):
        raise NotAllowed(_("This opportunity is a colleague's."))
    if not opportunity.is_open:
        raise closed(opportunity)
    return opportunity


def _check_values(values: Mapping[str, Any]) -> None:
    if values.get("stage", Stage.PROSPECTING) not in OPEN_STAGES:
        raise InvalidInput({"stage": [_("An opportunity is closed by a step of its own.")]})
    if flaws := rules.flaws_of_opportunity(values):
        raise InvalidInput({flaw.field: [str(FLAWS[flaw.code])] for flaw in flaws})


def _check_end(opportunity: DirectOpportunity, stage: str, closed_on: date, today: date) -> None:
    if stage not in ENDS:
        raise InvalidInput({"stage": [_("Choose one of: %(known)s.") % {"known": ", ".join(ENDS)}]})
    if flaws := rules.flaws_of_touch(closed_on, today):
        raise InvalidInput({"closed_on": [str(FLAWS[flaw.code]) for flaw in flaws]})
    if opportunity.value is not None and not opportunity.currency:
        raise InvalidInput({"value": [str(FLAWS["needed"])]})
    if stage == Stage.WON and opportunity.value is None:
        raise InvalidInput({"value": [_("Give the value that was won.")]})


def _freeze(opportunity: DirectOpportunity, now: datetime) -> None:
    version = current(SCHEMA, DealRules, now=now)
    opportunity.uplift_rate, opportunity.policy = version.values.seller_uplift, version.version
    opportunity.uplift = rules.uplift(opportunity.value or Decimal(0), version.values.seller_uplift)


def _write(opportunity: DirectOpportunity, values: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in values:
            setattr(opportunity, name, values[name])
    _save_once(opportunity)


def _save_once(noun: DirectOpportunity | DirectTouch) -> None:
    try:
        with transaction.atomic():
            noun.save()
    except IntegrityError as error:
        if TAKEN not in str(error):
            raise
        raise InvalidInput({"external_id": [_("Another one has this id.")]}) from error


def _record_touch(kind: str, touch: DirectTouch, by: User, now: datetime) -> None:
    data = {"account": touch.account.public_id, "on": touch.on.isoformat()}
    record(kind, by=by, now=now, organisation_id=None, subject=("touch", touch.public_id), data=data)


def _look_again(account: Account) -> None:
    """What is undecided and knows of the customer is checked once more."""
    knowing = Finding.objects.filter(subject_type="account", subject_id=account.public_id).values("registration")
    look_again(Registration.objects.undecided().filter(pk__in=knowing))
