"""Who is partner of record of which customer, and for how much of a year."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from deals.records.models import PartnerOfRecord, waits_for_answer
from deals.records.rules import Period, share_of
from partners.models import Account
from prm.clocks.calendar import local_date


def of_record_at(accounts: list[int], now: datetime) -> dict[int, tuple[int, datetime]]:
    """By account the partner and the end of its year. Always one query, so that the time taken tells of nobody."""
    standing = PartnerOfRecord.objects.standing().filter(account__in=accounts).order_by("account", "since")
    rows: Any = standing.select_related("partner__organisation").annotate(waits=waits_for_answer())
    return {
        row.account_id: (row.partner_id, row.ends_at)
        for row in rows
        if row.is_in_force(local_date(now, row.partner.organisation.time_zone), waits=row.waits)
    }


def periods_at(account: Account) -> list[Period]:
    """Of everybody who is or was partner of record there."""
    return list(PartnerOfRecord.objects.with_period().filter(account=account).values_list("since", "until"))


def share_of_year(account: Account | None, partners: Iterable[int], year: tuple[date, date]) -> Decimal:
    """What part of the year, both days included, one of these partners was the customer's partner of record."""
    rows = PartnerOfRecord.objects.with_period().filter(account=account, partner__in=partners)
    return share_of(year, rows.values_list("since", "until"))
