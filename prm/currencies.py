"""Money as an amount and an ISO 4217 currency that is legal tender somewhere today."""

from dataclasses import dataclass
from decimal import Decimal

from babel.core import get_global

LARGEST = Decimal("1e11")
# What a column stores; currencies with three decimals are kept to two.
STORED_DIGITS = 2
# ISO 4217: these have no minor unit.
WITHOUT_MINOR_UNIT = frozenset(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split()  # noqa: SIM905 - reads as the list it is
)


def _current() -> frozenset[str]:
    """Tender of some territory, without an end: neither XXX nor gold, neither DEM nor HRK."""
    periods = (period for known in get_global("territory_currencies").values() for period in known)
    return frozenset(code for code, _start, end, is_tender in periods if is_tender and end is None)


CURRENCIES = _current()


def minor_digits(currency: str) -> int:
    return 0 if currency in WITHOUT_MINOR_UNIT else STORED_DIGITS


def coin_of(currency: str) -> Decimal:
    """The smallest amount of it that can be paid."""
    return Decimal(1).scaleb(-minor_digits(currency))


@dataclass(frozen=True)
class Money:
    amount: Decimal
    currency: str

    @property
    def plain(self) -> str:
        """The amount as JSON carries it: "86400.00" in euros, "86400" in yen."""
        return format(self.amount, f".{minor_digits(self.currency)}f")
