"""Until when a price is held, on every wall: zone, moment of the approval in UTC, months, end in UTC."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from deals.holds.rules import held
from deals.incentives import PriceHold

TABLE = """
    Europe/Berlin 2026-11-21T12:00 1 2026-12-21T22:59:59
    Europe/Berlin 2026-11-21T12:00 6 2027-05-21T21:59:59
    Europe/Berlin 2026-11-21T12:00 12 2027-11-21T22:59:59
    Europe/Berlin 2026-11-21T12:00 24 2028-11-21T22:59:59
    Europe/Berlin 2026-12-31T23:30 1 2027-02-01T22:59:59
    Europe/Berlin 2026-12-31T23:30 6 2027-07-01T21:59:59
    Europe/Berlin 2026-12-31T23:30 12 2028-01-01T22:59:59
    Europe/Berlin 2026-12-31T23:30 24 2029-01-01T22:59:59
    Europe/Berlin 2027-01-31T00:10 1 2027-02-28T22:59:59
    Europe/Berlin 2027-01-31T00:10 6 2027-07-31T21:59:59
    Europe/Berlin 2027-01-31T00:10 12 2028-01-31T22:59:59
    Europe/Berlin 2027-01-31T00:10 24 2029-01-31T22:59:59
    Europe/Berlin 2028-02-29T09:00 1 2028-03-29T21:59:59
    Europe/Berlin 2028-02-29T09:00 6 2028-08-29T21:59:59
    Europe/Berlin 2028-02-29T09:00 12 2029-02-28T22:59:59
    Europe/Berlin 2028-02-29T09:00 24 2030-02-28T22:59:59
    Europe/Berlin 2027-03-28T01:30 1 2027-04-28T21:59:59
    Europe/Berlin 2027-03-28T01:30 6 2027-09-28T21:59:59
    Europe/Berlin 2027-03-28T01:30 12 2028-03-28T21:59:59
    Europe/Berlin 2027-03-28T01:30 24 2029-03-28T21:59:59
    Europe/Berlin 2026-08-31T22:15 1 2026-10-01T21:59:59
    Europe/Berlin 2026-08-31T22:15 6 2027-03-01T22:59:59
    Europe/Berlin 2026-08-31T22:15 12 2027-09-01T21:59:59
    Europe/Berlin 2026-08-31T22:15 24 2028-09-01T21:59:59
    America/New_York 2026-11-21T12:00 1 2026-12-22T04:59:59
    America/New_York 2026-11-21T12:00 6 2027-05-22T03:59:59
    America/New_York 2026-11-21T12:00 12 2027-11-22T04:59:59
    America/New_York 2026-11-21T12:00 24 2028-11-22T04:59:59
    America/New_York 2026-12-31T23:30 1 2027-02-01T04:59:59
    America/New_York 2026-12-31T23:30 6 2027-07-01T03:59:59
    America/New_York 2026-12-31T23:30 12 2028-01-01T04:59:59
    America/New_York 2026-12-31T23:30 24 2029-01-01T04:59:59
    America/New_York 2027-01-31T00:10 1 2027-03-01T04:59:59
    America/New_York 2027-01-31T00:10 6 2027-07-31T03:59:59
    America/New_York 2027-01-31T00:10 12 2028-01-31T04:59:59
    America/New_York 2027-01-31T00:10 24 2029-01-31T04:59:59
    America/New_York 2028-02-29T09:00 1 2028-03-30T03:59:59
    America/New_York 2028-02-29T09:00 6 2028-08-30T03:59:59
    America/New_York 2028-02-29T09:00 12 2029-03-01T04:59:59
    America/New_York 2028-02-29T09:00 24 2030-03-01T04:59:59
    America/New_York 2027-03-28T01:30 1 2027-04-28T03:59:59
    America/New_York 2027-03-28T01:30 6 2027-09-28T03:59:59
    America/New_York 2027-03-28T01:30 12 2028-03-28T03:59:59
    America/New_York 2027-03-28T01:30 24 2029-03-28T03:59:59
    America/New_York 2026-08-31T22:15 1 2026-10-01T03:59:59
    America/New_York 2026-08-31T22:15 6 2027-03-01T04:59:59
    America/New_York 2026-08-31T22:15 12 2027-09-01T03:59:59
    America/New_York 2026-08-31T22:15 24 2028-09-01T03:59:59
    Asia/Kolkata 2026-11-21T12:00 1 2026-12-21T18:29:59
    Asia/Kolkata 2026-11-21T12:00 6 2027-05-21T18:29:59
    Asia/Kolkata 2026-11-21T12:00 12 2027-11-21T18:29:59
    Asia/Kolkata 2026-11-21T12:00 24 2028-11-21T18:29:59
    Asia/Kolkata 2026-12-31T23:30 1 2027-02-01T18:29:59
    Asia/Kolkata 2026-12-31T23:30 6 2027-07-01T18:29:59
    Asia/Kolkata 2026-12-31T23:30 12 2028-01-01T18:29:59
    Asia/Kolkata 2026-12-31T23:30 24 2029-01-01T18:29:59
    Asia/Kolkata 2027-01-31T00:10 1 2027-02-28T18:29:59
    Asia/Kolkata 2027-01-31T00:10 6 2027-07-31T18:29:59
    Asia/Kolkata 2027-01-31T00:10 12 2028-01-31T18:29:59
    Asia/Kolkata 2027-01-31T00:10 24 2029-01-31T18:29:59
    Asia/Kolkata 2028-02-29T09:00 1 2028-03-29T18:29:59
    Asia/Kolkata 2028-02-29T09:00 6 2028-08-29T18:29:59
    Asia/Kolkata 2028-02-29T09:00 12 2029-02-28T18:29:59
    Asia/Kolkata 2028-02-29T09:00 24 2030-02-28T18:29:59
    Asia/Kolkata 2027-03-28T01:30 1 2027-04-28T18:29:59
    Asia/Kolkata 2027-03-28T01:30 6 2027-09-28T18:29:59
    Asia/Kolkata 2027-03-28T01:30 12 2028-03-28T18:29:59
    Asia/Kolkata 2027-03-28T01:30 24 2029-03-28T18:29:59
    Asia/Kolkata 2026-08-31T22:15 1 2026-10-01T18:29:59
    Asia/Kolkata 2026-08-31T22:15 6 2027-03-01T18:29:59
    Asia/Kolkata 2026-08-31T22:15 12 2027-09-01T18:29:59
    Asia/Kolkata 2026-08-31T22:15 24 2028-09-01T18:29:59
    Pacific/Kiritimati 2026-11-21T12:00 1 2026-12-22T09:59:59
    Pacific/Kiritimati 2026-11-21T12:00 6 2027-05-22T09:59:59
    Pacific/Kiritimati 2026-11-21T12:00 12 2027-11-22T09:59:59
    Pacific/Kiritimati 2026-11-21T12:00 24 2028-11-22T09:59:59
    Pacific/Kiritimati 2026-12-31T23:30 1 2027-02-01T09:59:59
    Pacific/Kiritimati 2026-12-31T23:30 6 2027-07-01T09:59:59
    Pacific/Kiritimati 2026-12-31T23:30 12 2028-01-01T09:59:59
    Pacific/Kiritimati 2026-12-31T23:30 24 2029-01-01T09:59:59
    Pacific/Kiritimati 2027-01-31T00:10 1 2027-02-28T09:59:59
    Pacific/Kiritimati 2027-01-31T00:10 6 2027-07-31T09:59:59
    Pacific/Kiritimati 2027-01-31T00:10 12 2028-01-31T09:59:59
    Pacific/Kiritimati 2027-01-31T00:10 24 2029-01-31T09:59:59
    Pacific/Kiritimati 2028-02-29T09:00 1 2028-03-29T09:59:59
    Pacific/Kiritimati 2028-02-29T09:00 6 2028-08-29T09:59:59
    Pacific/Kiritimati 2028-02-29T09:00 12 2029-02-28T09:59:59
    Pacific/Kiritimati 2028-02-29T09:00 24 2030-02-28T09:59:59
    Pacific/Kiritimati 2027-03-28T01:30 1 2027-04-28T09:59:59
    Pacific/Kiritimati 2027-03-28T01:30 6 2027-09-28T09:59:59
    Pacific/Kiritimati 2027-03-28T01:30 12 2028-03-28T09:59:59
    Pacific/Kiritimati 2027-03-28T01:30 24 2029-03-28T09:59:59
    Pacific/Kiritimati 2026-08-31T22:15 1 2026-10-01T09:59:59
    Pacific/Kiritimati 2026-08-31T22:15 6 2027-03-01T09:59:59
    Pacific/Kiritimati 2026-08-31T22:15 12 2027-09-01T09:59:59
    Pacific/Kiritimati 2026-08-31T22:15 24 2028-09-01T09:59:59
    UTC 2026-11-21T12:00 1 2026-12-21T23:59:59
    UTC 2026-11-21T12:00 6 2027-05-21T23:59:59
    UTC 2026-11-21T12:00 12 2027-11-21T23:59:59
    UTC 2026-11-21T12:00 24 2028-11-21T23:59:59
    UTC 2026-12-31T23:30 1 2027-01-31T23:59:59
    UTC 2026-12-31T23:30 6 2027-06-30T23:59:59
    UTC 2026-12-31T23:30 12 2027-12-31T23:59:59
    UTC 2026-12-31T23:30 24 2028-12-31T23:59:59
    UTC 2027-01-31T00:10 1 2027-02-28T23:59:59
    UTC 2027-01-31T00:10 6 2027-07-31T23:59:59
    UTC 2027-01-31T00:10 12 2028-01-31T23:59:59
    UTC 2027-01-31T00:10 24 2029-01-31T23:59:59
    UTC 2028-02-29T09:00 1 2028-03-29T23:59:59
    UTC 2028-02-29T09:00 6 2028-08-29T23:59:59
    UTC 2028-02-29T09:00 12 2029-02-28T23:59:59
    UTC 2028-02-29T09:00 24 2030-02-28T23:59:59
    UTC 2027-03-28T01:30 1 2027-04-28T23:59:59
    UTC 2027-03-28T01:30 6 2027-09-28T23:59:59
    UTC 2027-03-28T01:30 12 2028-03-28T23:59:59
    UTC 2027-03-28T01:30 24 2029-03-28T23:59:59
    UTC 2026-08-31T22:15 1 2026-09-30T23:59:59
    UTC 2026-08-31T22:15 6 2027-02-28T23:59:59
    UTC 2026-08-31T22:15 12 2027-08-31T23:59:59
    UTC 2026-08-31T22:15 24 2028-08-31T23:59:59
    Australia/Lord_Howe 2026-11-21T12:00 1 2026-12-21T12:59:59
    Australia/Lord_Howe 2026-11-21T12:00 6 2027-05-21T13:29:59
    Australia/Lord_Howe 2026-11-21T12:00 12 2027-11-21T12:59:59
    Australia/Lord_Howe 2026-11-21T12:00 24 2028-11-21T12:59:59
    Australia/Lord_Howe 2026-12-31T23:30 1 2027-02-01T12:59:59
    Australia/Lord_Howe 2026-12-31T23:30 6 2027-07-01T13:29:59
    Australia/Lord_Howe 2026-12-31T23:30 12 2028-01-01T12:59:59
    Australia/Lord_Howe 2026-12-31T23:30 24 2029-01-01T12:59:59
    Australia/Lord_Howe 2027-01-31T00:10 1 2027-02-28T12:59:59
    Australia/Lord_Howe 2027-01-31T00:10 6 2027-07-31T13:29:59
    Australia/Lord_Howe 2027-01-31T00:10 12 2028-01-31T12:59:59
    Australia/Lord_Howe 2027-01-31T00:10 24 2029-01-31T12:59:59
    Australia/Lord_Howe 2028-02-29T09:00 1 2028-03-29T12:59:59
    Australia/Lord_Howe 2028-02-29T09:00 6 2028-08-29T13:29:59
    Australia/Lord_Howe 2028-02-29T09:00 12 2029-02-28T12:59:59
    Australia/Lord_Howe 2028-02-29T09:00 24 2030-02-28T12:59:59
    Australia/Lord_Howe 2027-03-28T01:30 1 2027-04-28T13:29:59
    Australia/Lord_Howe 2027-03-28T01:30 6 2027-09-28T13:29:59
    Australia/Lord_Howe 2027-03-28T01:30 12 2028-03-28T12:59:59
    Australia/Lord_Howe 2027-03-28T01:30 24 2029-03-28T12:59:59
    Australia/Lord_Howe 2026-08-31T22:15 1 2026-10-01T13:29:59
    Australia/Lord_Howe 2026-08-31T22:15 6 2027-03-01T12:59:59
    Australia/Lord_Howe 2026-08-31T22:15 12 2027-09-01T13:29:59
    Australia/Lord_Howe 2026-08-31T22:15 24 2028-09-01T13:29:59
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]
ZONES = sorted({row[0] for row in ROWS})


@pytest.mark.parametrize("zone", ZONES)
def test_price_is_held_to_the_end_of_its_last_day(zone: str) -> None:
    mine = [row for row in ROWS if row[0] == zone]
    found = []
    for _zone, moment, months, _end in mine:
        kept = held(
            listed=(Decimal("120.00"), "EUR"),
            running=None,
            product="fleet-cloud",
            opportunity="new",
            model="msp",
            rules=PriceHold(months_msp=int(months)),
            approved_at=datetime.fromisoformat(moment).replace(tzinfo=UTC),
            time_zone=zone,
        )
        found.append(f"{kept.until:%Y-%m-%dT%H:%M:%S}" if kept else "")

    assert found == [end for _zone, _moment, _months, end in mine]
