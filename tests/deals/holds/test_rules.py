"""How long a price is held, and which: every case by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from deals.holds.rules import Held, held, months_later
from deals.incentives import PriceHold

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LISTED = (Decimal("120.00"), "EUR")
RUNNING = Held(Decimal("100.00"), "EUR", datetime(2027, 3, 1, 22, 59, 59, tzinfo=UTC))
BOTH = PriceHold(months_msp=12, months_mssp=24)
SOME = PriceHold(months_msp=12, products=("telematics",))


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2026-11-21", 1, "2026-12-21"),
        ("2026-11-21", 2, "2027-01-21"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-12-31", 60, "2031-12-31"),
        ("2026-01-31", 1, "2026-02-28"),
    ],
)
def test_months_later_is_the_same_day_or_the_last(day: str, months: int, later: str) -> None:
    assert months_later(date.fromisoformat(day), months).isoformat() == later


@pytest.mark.parametrize(
    ("model", "opportunity", "running", "rules", "product", "expected"),
    [
        ("msp", "new", None, BOTH, "fleet-cloud", ("120.00", "2027-11-21")),
        ("mssp", "new", None, BOTH, "fleet-cloud", ("120.00", "2028-11-21")),
        ("var", "new", None, BOTH, "fleet-cloud", None),
        ("msp", "new", None, PriceHold(), "fleet-cloud", None),
        ("msp", "new", None, SOME, "fleet-cloud", None),
        (
            "msp",
            "new",
            None,
            SOME,
            "telematics",
            ("120.00", "2027-11-21"),
        ),
        ("msp", "renewal", RUNNING, BOTH, "fleet-cloud", ("100.00", "2027-03-01")),
        ("msp", "expansion", RUNNING, BOTH, "fleet-cloud", ("100.00", "2027-03-01")),
        ("msp", "renewal", None, BOTH, "fleet-cloud", ("120.00", "2027-11-21")),
        ("msp", "new", RUNNING, BOTH, "fleet-cloud", ("120.00", "2027-11-21")),
        # What was promised is kept, whatever the rules say now, or the partner has become.
        ("msp", "renewal", RUNNING, PriceHold(), "fleet-cloud", ("100.00", "2027-03-01")),
        ("var", "expansion", RUNNING, PriceHold(), "fleet-cloud", ("100.00", "2027-03-01")),
    ],
)
def test_price_that_an_approval_holds(
    model: str, opportunity: str, running: Held | None, rules: PriceHold, product: str, expected: Any
) -> None:
    found = held(
        listed=LISTED,
        running=running,
        product=product,
        opportunity=opportunity,
        model=model,
        rules=rules,
        approved_at=NOW,
        time_zone="Europe/Berlin",
    )

    assert (found and (str(found.price), found.until.date().isoformat())) == expected
    assert found is None or found.until.time().isoformat() == "22:59:59"
