"""The verbs of cases: our own sales open them without being asked, the seller may stand back, the PAM decides."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from deals.cases import notices, policies, rules, selectors
from deals.cases.models import DirectCase
from deals.cases.states import VERDICTS, CaseState
from deals.cosell.models import CoSell
from deals.decisions.discretion import check_names_nobody
from deals.direct.attaching import attach
from deals.direct.models import DirectOpportunity, DirectTouch
from deals.direct.states import Part
from deals.registrations.events import record_deal
from deals.registrations.models import Registration
from deals.registrations.selectors import calendar_of
from deals.rulebook import SCHEMA, DealRules
from prm.accounts.models import User
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices import doorbell
from prm.policy.selectors import current


@transaction.atomic
def open_cases(*, occasion: DirectTouch | DirectOpportunity, by: User, now: datetime) -> list[DirectCase]:
    """One for each protection that the touch or opportunity meets; what has one already gets no second."""
    if isinstance(occasion, DirectTouch):
        met = selectors.met_by_touch(occasion, by, now)
        about: dict[str, DirectTouch | DirectOpportunity] = {"touch": occasion}
    else:
        met = selectors.met_by_opportunity(occasion, now)
        about = {"opportunity": occasion}
    together = _selling_on(met, occasion.seller)
    met = {key: until for key, until in met.items() if key not in together}
    known = set(occasion.cases.filter(registration__in=met).values_list("registration", flat=True))
    rows = Registration.objects.with_people().filter(pk__in=met.keys() - known).order_by("pk")
    return [_open(registration, about, met, occasion.seller, by, now) for registration in rows]


def _selling_on(met: Mapping[int, datetime | None], seller: User | None) -> set[int]:
    """Whoever sells together with the partner is at the customer with its consent."""
    together = CoSell.objects.active().filter(registration__in=met, vendor_person=seller)
    return set(together.values_list("registration", flat=True)) if met and seller else set()


def _open(
    registration: Registration,
    about: Mapping[str, DirectTouch | DirectOpportunity],
    met: Mapping[int, datetime | None],
    seller: User | None,
    by: User,
    now: datetime,
) -> DirectCase:
    days = current(SCHEMA, DealRules, now=now).values.case_business_days
    case = DirectCase(
        registration=registration,
        seller=seller,
        protected_until=met[registration.pk],
        opened_at=now,
        opened_by=by,
        due_at=calendar_of(registration.partner, now).due(now, days),
    )
    for name, occasion in about.items():
        setattr(case, name, occasion)
    case.save()
    data = {"case": case.public_id, "due_at": case.due_at}
    record_deal("direct.case_opened", registration, by=by, now=now, data=data)
    notices.opened(case, now=now)
    doorbell.ring_after_commit()
    return case


@transaction.atomic
def stand_back(*, occasion: DirectTouch | DirectOpportunity, by: User, now: datetime) -> int:
    """Close what the occasion has opened, because the seller takes it back. Returns how many cases."""
    rows = DirectCase.objects.open().with_nouns().filter(pk__in=occasion.cases.values("pk"))
    cases = list(rows.select_for_update(of=("self",)).order_by("pk"))
    for case in cases:
        _close(case, CaseState.WITHDRAWN, by, now)
        record_deal("direct.case_withdrawn", case.registration, by=by, now=now, data={"case": case.public_id})
    return len(cases)


@transaction.atomic
def decide_case(
    *, case: DirectCase, outcome: str, reason: str = "", message: str = "", by: User, now: datetime
) -> DirectCase:
    """Say what comes of it. `reason` stays in the house, the partner reads `message` and the outcome.

    Raises InvalidInput for an outcome without the reason that it needs or a text that says what its reader must not
    know, StateConflict when the case is closed, or the opportunity cannot take the partner any more.
    """
    # Whoever closes an opportunity holds it before its cases, and so does this.
    opportunity = DirectOpportunity.objects.select_for_update(of=("self",)).filter(cases=case).first()
    case = DirectCase.objects.with_nouns().select_for_update(of=("self",)).get(pk=case.pk)
    if not policies.can_decide(by, case):
        raise NotAllowed(_("Your role does not allow this for this case."))
    if not case.is_open:
        said = _("This case is closed: %(state)s.") % {"state": case.get_state_display()}
        raise StateConflict(said, state=case.state)
    _check(case, outcome, reason.strip(), message.strip())
    if outcome == CaseState.ATTACHED and opportunity is not None:
        attach(opportunity, case.registration.partner, Part.CO_SELL, by=by, now=now)
    case.reason, case.message = reason.strip(), message.strip()
    _close(case, outcome, by, now)
    data = {"case": case.public_id, "outcome": outcome}
    record_deal("direct.case_decided", case.registration, by=by, now=now, data=data)
    notices.decided(case, now=now)
    doorbell.ring_after_commit()
    return case


def _check(case: DirectCase, outcome: str, reason: str, message: str) -> None:
    if outcome not in VERDICTS:
        known = ", ".join(VERDICTS)
        raise InvalidInput({"outcome": [_("Choose one of: %(known)s.") % {"known": known}]})
    if rules.needs_reason(outcome) and not reason:
        raise InvalidInput({"reason": [_("Say why.")]})
    holder = case.registration.partner.organisation.name
    if outcome != CaseState.ATTACHED and holder.casefold() in reason.casefold():
        raise InvalidInput({"reason": [_("The seller reads this: give the reason without naming the partner.")]})
    check_names_nobody(case.registration, message)


def _close(case: DirectCase, state: str, by: User, now: datetime) -> None:
    case.state, case.decided_at, case.decided_by = state, now, by
    case.version += 1
    case.save(update_fields=["state", "reason", "message", "decided_at", "decided_by", "version"])
