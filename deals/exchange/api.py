"""Files of rates over REST."""

from django.db.models import QuerySet

from deals.exchange.sheet import SHEET
from deals.sheet_doors import SheetImport
from prm.rates import policies
from prm.rates.models import Rate


class RatesImport(SheetImport):
    """Take in rates from a CSV file or workbook, all of them or none: a row for each (date, base, quote, value,
    source), or as the ECB publishes them, with a column for each currency. Up to 500 rows. What is recorded already is
    left as it is, another value is a correction. With `dry_run=true` nothing is kept."""

    sheet = SHEET

    def rows(self) -> QuerySet[Rate]:
        return Rate.objects.visible_to(self.user)

    def may_create(self) -> bool:
        return policies.can_manage(self.user)
