"""The statement of a month as a PDF. What is written on it is handed over as data and never read as markup."""

import json
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from babel.dates import format_date
from django.conf import settings
from django.utils.translation import gettext as _

from prm.ledger.models import Entry
from prm.ledger.selectors import Statement, Total
from prm.portal import formats
from prm.rates.shown import sentence

SHEET = Path(__file__).parent / "templates" / "ledger" / "statement.typ"


def statement_pdf(statement: Statement) -> bytes:
    """The same bytes for the same statement, in the reader's way of writing dates and amounts."""
    made = _compiler().compile(
        SHEET.read_bytes(), format="pdf", sys_inputs={"data": json.dumps(_data(statement))}, timestamp=0
    )
    if not isinstance(made, bytes):
        raise TypeError("one document makes one file")
    return made


@lru_cache
def _compiler() -> typst.Compiler:
    """Its fonts come with it: a machine's own would make every paper look different."""
    return typst.Compiler(ignore_system_fonts=True)


def _data(statement: Statement) -> dict[str, Any]:
    month = formats.month(statement.month)
    return {
        "programme": settings.PRM_NAME,
        "organisation": statement.organisation.name,
        "title": _("Statement %(month)s") % {"month": month},
        "note": "" if statement.is_final else _("The month is not over: more may be booked into it."),
        "empty": _("Nothing was booked in this month."),
        "headers": [_("Booked"), _("What"), _("About"), _("Rate"), _("Amount")],
        "lines": [_line(entry) for entry in statement.entries],
        "sum_headers": [_("Currency"), _("Brought forward"), _("Earned"), _("Taken back"), _("Paid"), _("Balance")],
        "sums": [_sums(total) for total in statement.sums],
        "together": sentence(statement.together),
    }


def _line(entry: Entry) -> list[str]:
    rate = formats.rate(entry.rate) if entry.rate is not None else ""
    booked = _day(entry.booked_on)
    return [booked, entry.get_kind_display(), entry.label, rate, formats.money(entry.amount, entry.currency)]


def _sums(total: Total) -> list[str]:
    amounts = (total.opening, total.earned, total.reversed, total.paid, total.closing)
    return [total.currency, *(formats.money(amount, total.currency) for amount in amounts)]


def _day(value: date) -> str:
    return str(format_date(value, "medium", locale=formats.current()))
