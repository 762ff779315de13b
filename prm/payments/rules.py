"""Who is paid how much, and what a bank's answer changes: plain values in, plain values out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from stdnum import bic as bics
from stdnum import iban as ibans
from stdnum.exceptions import ValidationError

from prm.payments.states import RESULTS, PaymentState


def read_iban(text: str) -> str | None:
    """Without blanks and in capitals; None for what is no account number."""
    try:
        # Without the lists of banks that some countries keep: a bank that is new is none the less a bank.
        return str(ibans.validate(text, check_country=False))
    except ValidationError:
        return None


def read_bic(text: str) -> str | None:
    try:
        return str(bics.validate(text))
    except ValidationError:
        return None


def masked(last_four: str) -> str:
    return f"···· {last_four}"


@dataclass(frozen=True)
class Open:
    """An entry that could be paid now, by its key; `payee` is None while nobody knows where to pay to."""

    entry: int
    organisation: int
    amount: Decimal
    payee: int | None


@dataclass(frozen=True)
class Planned:
    organisation: int
    payee: int
    amount: Decimal
    entries: tuple[int, ...]


@dataclass(frozen=True)
class Plan:
    """`without_payee` and `too_little` are what is left out, by organisation."""

    payments: list[Planned]
    without_payee: dict[int, Decimal]
    too_little: dict[int, Decimal]

    @property
    def total(self) -> Decimal:
        return sum((payment.amount for payment in self.payments), Decimal("0.00"))


def plan(rows: Iterable[Open], least: Decimal) -> Plan:
    """One payment for each organisation: all that is open, less what was taken back; never less than nothing."""
    grouped: dict[int, list[Open]] = {}
    for row in rows:
        grouped.setdefault(row.organisation, []).append(row)
    found = Plan([], {}, {})
    for organisation, mine in grouped.items():
        amount, payee = sum((row.amount for row in mine), Decimal("0.00")), mine[0].payee
        if amount <= 0 or amount < least:
            found.too_little[organisation] = amount
        elif payee is None:
            found.without_payee[organisation] = amount
        else:
            found.payments.append(Planned(organisation, payee, amount, tuple(row.entry for row in mine)))
    return found


def needs_second(worth: Decimal | None, limit: Decimal) -> bool:
    """Both in the programme's currency. What nobody knows the worth of, because a rate is missing, needs two."""
    return worth is None or worth > limit


@dataclass(frozen=True)
class Result:
    """What the bank says of a payment: `row` is the line of the file, for whoever has to mend it."""

    row: int
    payment: str
    state: str
    on: date | None
    reason: str = ""


@dataclass(frozen=True)
class Known:
    """A payment of the run as it stands."""

    state: str


def faults_of(results: Iterable[Result], known: Mapping[str, Known], today: date) -> list[tuple[int, str]]:
    """(row, code): unknown, twice, state, day or contradiction. What a payment is already is no fault."""
    faults: list[tuple[int, str]] = []
    seen: set[str] = set()
    for result in results:
        code = _fault(result, known.get(result.payment), today, is_again=result.payment in seen)
        seen.add(result.payment)
        if code:
            faults.append((result.row, code))
    return faults


def _fault(result: Result, known: Known | None, today: date, *, is_again: bool) -> str:
    if known is None:
        return "unknown"
    if is_again:
        return "twice"
    if result.state not in RESULTS:
        return "state"
    if result.on is not None and result.on > today:
        return "day"
    return "" if known.state in {PaymentState.WAITING, result.state} else "contradiction"
