"""A month that is over is told of: each statement once, however often and by however many it is looked for."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from prm.accounts.models import Organisation
from prm.audit.actions import record
from prm.clocks.calendar import local_date
from prm.ledger import notices
from prm.ledger.events import STATEMENT
from prm.ledger.models import IssuedStatement
from prm.ledger.rules import month_before, next_month
from prm.ledger.selectors import to_issue

BATCH = 200
# Where a month is over first.
EARLIEST = timedelta(hours=14)


def issue_statements(*, now: datetime) -> int:
    """For the month before this one, on each organisation's own wall; the scheduler looks hourly. How many."""
    month = month_before((now + EARLIEST).date().replace(day=1))
    # A scheduler that was away over the turn of a month finds the one before, too.
    issued = 0
    while found := [row for row in to_issue([month_before(month), month], BATCH) if _is_over(*row, now)]:
        issued += sum(_issue(organisation, which, now) for organisation, which in found)
    return issued


def _is_over(organisation: Organisation, month: date, now: datetime) -> bool:
    return next_month(month) <= local_date(now, organisation.time_zone)


def _issue(organisation: Organisation, month: date, now: datetime) -> bool:
    """Whether it was this one who did it."""
    try:
        with transaction.atomic():
            IssuedStatement.objects.create(organisation=organisation, month=month, issued_at=now)
            about = (STATEMENT, organisation.public_id)
            data = {"month": f"{month:%Y-%m}"}
            record("statement.issued", by=None, now=now, organisation_id=organisation.pk, subject=about, data=data)
            notices.issued(organisation, month, now=now)
    except IntegrityError as error:
        if "statement_issued_once" not in str(error):
            raise
        # Another worker was quicker.
        return False
    return True
