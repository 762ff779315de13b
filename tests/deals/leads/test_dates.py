"""Until when partners of many places have to answer: written down from calendars of these countries."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from deals.leads.rules import dates_of_offer
from deals.leads.selectors import calendar_of_partner
from partners.models import Partner
from prm.accounts.models import Organisation

# Country, zone, offered on the wall there, business days to answer; then the day and hour of the due date there.
KNOWN = """
    DE Europe/Berlin       2026-11-16T10:00 2 2026-11-18T10:00
    DE Europe/Berlin       2026-11-19T10:00 2 2026-11-23T10:00
    DE Europe/Berlin       2026-11-20T17:30 1 2026-11-23T17:30
    DE Europe/Berlin       2026-11-21T09:00 1 2026-11-23T09:00
    DE Europe/Berlin       2026-11-22T09:00 2 2026-11-24T09:00
    DE Europe/Berlin       2026-12-23T15:00 2 2026-12-28T15:00
    DE Europe/Berlin       2026-12-24T15:00 2 2026-12-29T15:00
    DE Europe/Berlin       2026-12-31T12:00 1 2027-01-04T12:00
    DE Europe/Berlin       2026-04-02T09:00 1 2026-04-07T09:00
    DE Europe/Berlin       2026-04-30T09:00 1 2026-05-04T09:00
    DE Europe/Berlin       2026-05-13T09:00 1 2026-05-15T09:00
    DE Europe/Berlin       2026-10-02T09:00 1 2026-10-05T09:00
    DE Europe/Berlin       2026-03-27T08:00 1 2026-03-30T08:00
    DE Europe/Berlin       2026-10-23T08:00 1 2026-10-26T08:00
    AT Europe/Vienna       2026-10-23T08:00 1 2026-10-27T08:00
    AT Europe/Vienna       2026-12-07T08:00 1 2026-12-09T08:00
    CH Europe/Zurich       2026-07-31T08:00 1 2026-08-03T08:00
    FR Europe/Paris        2026-07-13T11:00 1 2026-07-15T11:00
    FR Europe/Paris        2026-11-10T11:00 1 2026-11-12T11:00
    FR Europe/Paris        2026-05-07T11:00 1 2026-05-11T11:00
    GB Europe/London       2026-04-02T16:00 1 2026-04-06T16:00
    GB Europe/London       2026-05-22T16:00 1 2026-05-26T16:00
    US America/New_York    2026-11-25T09:00 1 2026-11-27T09:00
    US America/New_York    2026-07-02T09:00 1 2026-07-06T09:00
    US America/New_York    2026-01-16T09:00 1 2026-01-20T09:00
    US America/Los_Angeles 2026-09-04T09:00 2 2026-09-09T09:00
    JP Asia/Tokyo          2026-05-01T10:00 1 2026-05-07T10:00
    JP Asia/Tokyo          2026-09-18T10:00 1 2026-09-24T10:00
    PL Europe/Warsaw       2026-11-10T10:00 1 2026-11-12T10:00
    NL Europe/Amsterdam    2026-04-24T10:00 1 2026-04-28T10:00
    IT Europe/Rome         2026-06-01T10:00 1 2026-06-03T10:00
    ES Europe/Madrid       2026-10-09T10:00 1 2026-10-13T10:00
    SE Europe/Stockholm    2026-01-05T10:00 1 2026-01-07T10:00
    AU Australia/Sydney    2026-01-23T10:00 1 2026-01-27T10:00
    FR Europe/Paris        2026-11-16T09:00 2 2026-11-18T09:00
    GB Europe/London       2026-11-16T09:00 2 2026-11-18T09:00
    US America/New_York    2026-11-16T09:00 2 2026-11-18T09:00
    JP Asia/Tokyo          2026-11-16T09:00 2 2026-11-18T09:00
    PL Europe/Warsaw       2026-11-16T09:00 2 2026-11-18T09:00
    AU Australia/Sydney    2026-11-16T09:00 2 2026-11-18T09:00
    XX UTC                 2026-12-24T10:00 1 2026-12-25T10:00
"""


def known() -> list[list[str]]:
    return [line.split() for line in KNOWN.strip().splitlines()]


@pytest.mark.parametrize(("country", "zone", "offered", "days", "due"), known())
def test_answer_is_due_at_the_same_hour_on_a_business_day_there(
    country: str, zone: str, offered: str, days: str, due: str
) -> None:
    wall = ZoneInfo(zone)
    partner = Partner(organisation=Organisation(country=country, time_zone=zone))
    start = datetime.fromisoformat(offered).replace(tzinfo=wall).astimezone(UTC)

    found, _recalled = dates_of_offer(start, calendar_of_partner(partner), answer_days=int(days), remind_days=0)

    assert found.astimezone(wall).replace(tzinfo=None).isoformat(timespec="minutes") == due


def test_partner_without_a_zone_works_by_utc() -> None:
    assert calendar_of_partner(Partner(organisation=Organisation(country="", time_zone=""))).time_zone == "UTC"
