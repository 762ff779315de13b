"""Which lower terms are proposed, what they say, and until when they are answered."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deals.amendments.rules import answer_due, lowered, rates_of, wrong
from deals.earnings.rules import once_due, year_due
from deals.rulebook import DealRules
from prm.clocks.calendar import Calendar

NOTHING: frozenset[str] = frozenset()


def money(amount: str, currency: str = "EUR") -> dict[str, str]:
    return {"amount": amount, "currency": currency}


def terms(once: str = "0.2", yearly: str = "0.05", value: str = "10000.00", currency: str = "EUR") -> dict[str, Any]:
    lines = [{"what": "once", "rate": once, "base": money(value, currency), "amount": money("2000.00", currency)}]
    if yearly:
        base = money("1200.00", currency)
        lines.append({"what": "yearly", "rate": yearly, "base": base, "amount": money("60.00", currency)})
    return {
        "engagement": "independent",
        "rate": once,
        "value": money(value, currency),
        "earns": money("2000.00", currency),
        "lines": lines,
        "shares": [{"organisation": "org_0", "share": "1"}],
        "payable_after_days": 30,
        "holds": [{"product": "x"}],
    }


@pytest.mark.parametrize(
    ("rates", "earned", "expected"),
    [
        ({"once": "0.15", "yearly": None}, [], {}),
        ({"once": "0", "yearly": "0"}, [], {}),
        ({"once": None, "yearly": "0.0499"}, ["once"], {}),
        ({"once": "0.2", "yearly": "0.06"}, [], {"once": "not_lower", "yearly": "not_lower"}),
        ({"once": "-0.1", "yearly": "1.01"}, [], {"once": "out_of_range", "yearly": "out_of_range"}),
        ({"once": "0.1", "yearly": "0.01"}, ["once", "yearly"], {"once": "earned", "yearly": "earned"}),
        ({"once": "0.3", "yearly": None}, ["once"], {"once": "not_lower"}),
        ({"once": None, "yearly": None}, [], {}),
    ],
)
def test_only_lower_shares_of_what_is_to_come_are_proposed(
    rates: dict[str, str | None], earned: list[str], expected: dict[str, str]
) -> None:
    given_ = {what: None if rate is None else Decimal(rate) for what, rate in rates.items()}

    assert wrong(terms(), given_, earned=frozenset(earned)) == expected


def test_what_the_terms_do_not_pay_is_not_lowered() -> None:
    assert wrong(terms(yearly=""), {"yearly": Decimal("0.01")}, earned=NOTHING) == {"yearly": "not_paid"}
    assert wrong({}, {"once": Decimal("0.01")}, earned=NOTHING) == {"once": "not_paid"}
    assert (rates_of(terms(yearly="")), rates_of({})) == ({"once": Decimal("0.2")}, {})


def test_lower_terms_say_everything_else_as_before() -> None:
    before = terms()
    after = lowered(before, {"once": Decimal("0.1500"), "yearly": None})

    assert before == terms()
    assert {name for name in before if before[name] != after[name]} == {"rate", "earns", "lines"}
    assert (after["rate"], after["earns"]) == ("0.15", money("1500.00"))
    assert after["lines"] == [{**before["lines"][0], "rate": "0.15", "amount": money("1500.00")}, before["lines"][1]]
    only = lowered(before, {"once": None, "yearly": Decimal(0)})
    assert {name for name in before if before[name] != only[name]} == {"lines"}
    assert only["lines"][1] == {**before["lines"][1], "rate": "0", "amount": money("0.00")}
    # Of before there were lines.
    old = {name: value for name, value in before.items() if name != "lines"}
    assert set(lowered(old, {"once": Decimal("0.1")})) == set(old)


@given(
    once=st.decimals("0.0001", "1", places=4),
    yearly=st.decimals("0.0001", "1", places=4),
    parts=st.tuples(st.integers(0, 999), st.integers(0, 999)),
    value=st.decimals("0", "1000000", places=2),
    currency=st.sampled_from(["EUR", "JPY"]),
)
def test_lower_terms_never_pay_more(
    once: Decimal, yearly: Decimal, parts: tuple[int, int], value: Decimal, currency: str
) -> None:
    before = terms(str(once.normalize()), str(yearly.normalize()), str(value), currency)
    less = (once * parts[0] / 1000).quantize(Decimal("0.0001")), (yearly * parts[1] / 1000).quantize(Decimal("0.0001"))
    after = lowered(before, {"once": less[0], "yearly": less[1]})

    assert rates_of(after) == {"once": less[0], "yearly": less[1]}
    known = {"won_value": value, "currency": currency, "holder": "org_0"}
    for due in (lambda said: once_due(said, **known), lambda said: year_due(said, refunded=Decimal(0), **known)):
        old, new = due(before), due(after)
        assert old is not None
        assert new is not None
        assert new.base == old.base
        assert new.parts["org_0"] <= old.parts["org_0"]


def test_answer_is_due_after_the_business_days_of_the_rules() -> None:
    berlin = Calendar("Europe/Berlin")
    monday = datetime(2026, 11, 23, 9, tzinfo=UTC)

    assert answer_due(monday, DealRules(), berlin) == datetime(2026, 12, 7, 9, tzinfo=UTC)
    assert answer_due(monday, DealRules(consent_business_days=1), berlin) == datetime(2026, 11, 24, 9, tzinfo=UTC)
