"""What must hold before a registration is submitted, answered or won; looked at before anything is written."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from deals.registrations.models import Registration
from deals.registrations.winning import hours_since_approval, is_early
from deals.rulebook import DealRules
from prm import matching
from prm.clocks.calendar import local_date
from prm.errors import InvalidInput, StateConflict
from prm.policy.selectors import Current, has_acknowledged


def check_acknowledged(registration: Registration, in_force: Current[DealRules]) -> None:
    if not in_force.values.acknowledgement_needed:
        return
    if not has_acknowledged(registration.partner.organisation_id, in_force.version):
        sentence = _("An admin of your organisation acknowledges version %(number)d of the rules first.")
        about = {"number": in_force.version.number}
        raise StateConflict(sentence % about, state=registration.state, code="rules_not_acknowledged")


def check_answer(registration: Registration, values: Mapping[str, Any], fields: list[str]) -> None:
    errors = {path: [_("This was not asked.")] for path in fields if path not in registration.asked_fields}
    if errors:
        raise InvalidInput(errors)
    before = matching.strong_keys(matching.normalise(registration.identity))
    for name, value in values.items():
        setattr(registration, name, value)
    if matching.strong_keys(matching.normalise(registration.identity)) != before:
        sentence = _("This would be another customer. Please register it anew.")
        raise InvalidInput({path: [sentence] for path in fields if path.startswith("customer.")})


def check_win(registration: Registration, closed_on: date, currency: str, early_reason: str, now: datetime) -> None:
    """InvalidInput by API path."""
    errors: dict[str, list[str]] = {}
    if closed_on > local_date(now, registration.partner.organisation.time_zone):
        errors["closed_on"] = [_("This day is still to come.")]
    elif (now.date() - closed_on).days > 3650:
        errors["closed_on"] = [_("This day is too long ago.")]
    if currency and currency != registration.currency:
        errors["value"] = [_("Give the value in %(currency)s, as registered.") % {"currency": registration.currency}]
    if not early_reason.strip() and is_early(registration, now):
        sentence = _("It was approved %(hours)d hours ago: say why the customer has bought so soon.")
        errors["early_reason"] = [sentence % {"hours": hours_since_approval(registration, now)}]
    if errors:
        raise InvalidInput(errors)
