"""Saying when somebody works. Each change is a version of its own; nothing that was promised moves."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from prm.accounts.models import Organisation, User
from prm.audit.actions import record
from prm.calendars import policies, rules
from prm.calendars.models import WorkCalendar
from prm.calendars.selectors import Owner, deputies_for, newest, zone_of
from prm.calendars.sentences import REFUSED
from prm.clocks.calendar import local_date
from prm.clocks.holidays import countries, subdivisions
from prm.errors import InvalidInput, NotAllowed, StateConflict

FIELDS = ("country", "subdivision", "weekend", "deputy")


@transaction.atomic
def change(
    *, owner: Owner, values: Mapping[str, Any], version: int | None = None, by: User, now: datetime
) -> WorkCalendar:
    """Set some of country, subdivision, weekend (weekday numbers, Monday 0) and deputy (a User or None).

    Another country without a subdivision leaves the old one behind. Raises InvalidInput at the field, StateConflict
    for a `version` that is not the newest any more; no difference writes nothing.
    """
    before = _locked(owner, by)
    if version is not None and version != before.number:
        raise StateConflict(_("Somebody else has changed this meanwhile; see below. Save again to set yours."))
    wanted = {name: values[name] for name in FIELDS if name in values}
    if wanted.get("country", before.country) != before.country:
        wanted.setdefault("subdivision", "")
    if "weekend" in wanted:
        wanted["weekend"] = sorted(set(wanted["weekend"]))
    _check({name: getattr(before, name) for name in FIELDS} | wanted, owner)
    if all(getattr(before, name) == value for name, value in wanted.items()):
        return before
    made = _next(before, by, now, **wanted)
    deputy = made.deputy.public_id if made.deputy else ""
    about = {"country": made.country, "subdivision": made.subdivision, "weekend": made.weekend, "deputy": deputy}
    return _recorded("calendar.changed", made, about, by, now)


@transaction.atomic
def take_off(*, owner: Owner, first: date, last: date, by: User, now: datetime) -> WorkCalendar:
    """From the first to the last day nobody is there; from today on. StateConflict when all of them are off already."""
    before = _locked(owner, by)
    today = local_date(now, zone_of(owner))
    _check_span(first, last, from_day=today)
    days = rules.kept(before.days_off, today)
    wanted = days | rules.days_between(first, last)
    if wanted == days:
        raise StateConflict(_("These days are off already."))
    if len(wanted) > rules.MOST_DAYS:
        raise InvalidInput({"last": [_("Not more than %(most)d days can be kept.") % {"most": rules.MOST_DAYS}]})
    made = _next(before, by, now, days_off=sorted(wanted))
    return _recorded("calendar.days_taken_off", made, {"first": first, "last": last}, by, now)


@transaction.atomic
def work(*, owner: Owner, first: date, last: date, by: User, now: datetime) -> WorkCalendar:
    """Take days off back, from tomorrow on. StateConflict when none of them is off."""
    before = _locked(owner, by)
    today = local_date(now, zone_of(owner))
    _check_span(first, last, from_day=today + timedelta(days=1))
    days = rules.kept(before.days_off, today)
    wanted = days - rules.days_between(first, last)
    if wanted == days:
        raise StateConflict(_("None of these days is off."))
    made = _next(before, by, now, days_off=sorted(wanted))
    return _recorded("calendar.days_given_back", made, {"first": first, "last": last}, by, now)


def _locked(owner: Owner, by: User) -> WorkCalendar:
    """The newest version, while nobody else makes one."""
    if not policies.can_change(by, owner):
        raise NotAllowed(_("You may not change these business days."))
    rows = User.objects if isinstance(owner, User) else Organisation.objects
    rows.select_for_update(no_key=True, of=("self",)).get(pk=owner.pk)
    return newest(owner)


def _check(values: Mapping[str, Any], owner: Owner) -> None:
    errors: dict[str, list[str]] = {}
    if values["country"] and values["country"] not in countries():
        errors["country"] = [_("The public holidays of this country are not known.")]
    elif values["subdivision"] and values["subdivision"] not in subdivisions(values["country"]):
        errors["subdivision"] = [_("Choose a part of the country.")]
    if not set(values["weekend"]) < set(range(7)):
        errors["weekend"] = [_("Choose days of the week, and leave one to work on.")]
    if values["deputy"] is not None and values["deputy"] not in deputies_for(owner):
        errors["deputy"] = [_("Choose another account manager.")]
    if errors:
        raise InvalidInput(errors)


def _check_span(first: date, last: date, *, from_day: date) -> None:
    found = rules.refused(first, last, from_day=from_day)
    if found:
        about = {"from": from_day.isoformat(), "most": rules.LONGEST_SPAN}
        raise InvalidInput({name: [str(REFUSED[code]) % about] for name, code in found.items()})


def _next(before: WorkCalendar, by: User, now: datetime, **changes: Any) -> WorkCalendar:
    same = {name: getattr(before, name) for name in ("user", "organisation", "days_off", *FIELDS)}
    return WorkCalendar.objects.create(**{**same, **changes}, number=before.number + 1, created_at=now, created_by=by)


def _recorded(kind: str, made: WorkCalendar, about: Mapping[str, Any], by: User, now: datetime) -> WorkCalendar:
    subject = ("user" if made.user_id else "organisation", made.public_id)
    data = {name: value.isoformat() if isinstance(value, date) else value for name, value in about.items()}
    record(kind, by=by, now=now, organisation_id=None, subject=subject, data=data)
    return made
