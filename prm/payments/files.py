"""The files of a run: to the bank, and back. The same run makes the same file, so that a bank knows it again."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from sepaxml import SepaTransfer

from prm.errors import InvalidInput
from prm.payments.models import Payment, PaymentRun
from prm.payments.rules import Result

SCHEMA = "pain.001.001.09"
HEADER = ("Payment", "Partner", "Account holder", "IBAN", "BIC", "Amount", "Currency", "To be paid on")
MOST_BYTES, MOST_ROWS = 1_000_000, 10_000
COLUMNS = ("payment", "result", "paid_on", "reason")


class _Transfer(SepaTransfer):  # type: ignore[misc]
    """With ids and the moment of the run instead of drawn ones."""

    def __init__(self, run: PaymentRun) -> None:
        self.run = run
        payer = {"name": settings.PRM_PAYER_NAME, "IBAN": settings.PRM_PAYER_IBAN.replace(" ", "")}
        bank = {"BIC": settings.PRM_PAYER_BIC} if settings.PRM_PAYER_BIC else {}
        super().__init__({**payer, **bank, "batch": True, "currency": run.currency}, schema=SCHEMA, clean=True)

    def _create_header(self) -> None:
        super()._create_header()
        header = self._xml.find("CstmrCdtTrfInitn/GrpHdr")
        header.find("MsgId").text = self.run.public_id
        header.find("CreDtTm").text = f"{self.run.exported_at:%Y-%m-%dT%H:%M:%S}"

    def _finalize_batch(self) -> None:
        super()._finalize_batch()
        for number, node in enumerate(self._xml.iter("PmtInfId"), start=1):
            node.text = f"{self.run.public_id}-{number}"


def payments_of(run: PaymentRun) -> Iterator[Payment]:
    yield from run.payments.select_related("organisation", "payee").order_by("pk")


def sepa(run: PaymentRun) -> bytes:
    """A SEPA credit transfer that is valid against its schema, in the euros of the run."""
    transfer = _Transfer(run)
    for payment in payments_of(run):
        transfer.add_payment(_credit(run, payment))
    made: bytes = transfer.export(validate=True)
    return made


def _credit(run: PaymentRun, payment: Payment) -> dict[str, Any]:
    payee = payment.payee
    return {
        "name": payee.holder,
        "IBAN": payee.iban,
        **({"BIC": payee.bic} if payee.bic else {}),
        "amount": int(payment.amount * 100),
        "execution_date": run.due_on,
        "description": f"{settings.PRM_NAME} {payment.public_id}",
        "endtoend_id": payment.public_id,
    }


def rows(run: PaymentRun) -> Iterator[tuple[str | Decimal | date, ...]]:
    """For banks that take tables, in any currency."""
    for payment in payments_of(run):
        payee = payment.payee
        yield (
            *(payment.public_id, payment.organisation.name, payee.holder, payee.iban, payee.bic),
            *(payment.amount, run.currency, run.due_on),
        )


def read_results(content: bytes) -> list[Result]:
    """Columns payment, result (paid or failed), paid_on and reason; the last two may be absent. InvalidInput else."""
    if len(content) > MOST_BYTES:
        raise _unreadable(_("The file is too large: at most 1 MB, please."))
    try:
        text = content.decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise _unreadable(_("This is no CSV file in UTF-8.")) from None
    header = [cell.strip().lower() for cell in lines[0]] if lines else []
    if header[:2] != list(COLUMNS[:2]) or not set(header) <= set(COLUMNS) or len(set(header)) < len(header):
        raise _unreadable(_("The first row must name the columns: payment, result, paid_on, reason."))
    if not 1 <= len(lines) - 1 <= MOST_ROWS:
        raise _unreadable(_("Give from 1 to 10,000 rows."))
    return [_result(number, dict(zip(header, cells, strict=False))) for number, cells in enumerate(lines[1:], start=2)]


def _result(row: int, cells: dict[str, str]) -> Result:
    text = cells.get("paid_on", "").strip()
    try:
        on = date.fromisoformat(text) if text else None
    except ValueError:
        raise _unreadable(_("Row %(row)d: give the day as 2026-11-21.") % {"row": row}) from None
    reason = " ".join(cells.get("reason", "").replace("\0", " ").split())
    return Result(row, cells.get("payment", "").strip(), cells.get("result", "").strip().lower(), on, reason)


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _unreadable(sentence: str) -> InvalidInput:
    return InvalidInput({"file": [sentence]})
