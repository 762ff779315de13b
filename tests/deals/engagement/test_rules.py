"""Which confirmed part is smaller than the registered one, and what is earned beyond what was booked."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deals.earnings.rules import once_due, once_more
from deals.engagement.rules import ORDER, is_lowered
from deals.rulebook import DealRules

RULES = DealRules()
UPSIDE_DOWN = DealRules(rate_assisted=Decimal("0.3"))


@pytest.mark.parametrize(("claimed", "confirmed"), list(product(("", *ORDER, "alone"), repeat=2)))
def test_lowered_is_what_was_registered_as_more(claimed: str, confirmed: str) -> None:
    expected = {("shared", "assisted"), ("independent", "assisted"), ("independent", "shared")}
    about = {"motion": "resale", "opportunity": "new"}

    assert is_lowered(claimed, confirmed, rules=RULES, **about) is ((claimed, confirmed) in expected)
    # Where less is paid for more, nothing is won by an appeal; where all are paid alike, the part still counts.
    assert not is_lowered(claimed, "assisted", rules=UPSIDE_DOWN, **about)
    assert is_lowered("shared", "assisted", rules=UPSIDE_DOWN, motion="referral", opportunity="renewal")


def terms(rate: str, *shares: str) -> dict[str, object]:
    return {"rate": rate, "shares": [{"organisation": f"org_{i}", "share": s} for i, s in enumerate(shares)]}


@given(
    low=st.decimals("0", "1", places=3),
    high=st.decimals("0", "1", places=3),
    value=st.decimals("0", "1000000", places=2),
    currency=st.sampled_from(["EUR", "JPY"]),
    share=st.sampled_from(["1", "0.6", "0.35"]),
)
def test_what_is_booked_beyond_adds_up_to_the_terms(
    low: Decimal, high: Decimal, value: Decimal, currency: str, share: str
) -> None:
    shares = [share] if share == "1" else [share, str(1 - Decimal(share))]
    before, after = terms(str(low), *shares), terms(str(high), *shares)
    known = {"won_value": value, "currency": currency, "holder": "org_0"}

    more = once_more(before, after, **known)  # type: ignore[arg-type]

    if high <= low:
        assert more is None
    else:
        booked, due = once_due(before, **known), once_due(after, **known)  # type: ignore[arg-type]
        assert booked is not None
        assert due is not None
        assert more is not None
        assert (more.rate, more.base) == (high - low, value)
        assert {who: booked.parts[who] + more.parts[who] for who in due.parts} == due.parts
        assert min(more.parts.values()) >= 0 or len(shares) > 1


def test_nothing_is_owed_beyond_terms_that_pay_nothing() -> None:
    known = {"won_value": Decimal(100), "currency": "EUR", "holder": "org_0"}
    assert once_more({}, terms("0.2"), **known) is None
    assert once_more(terms("0.2"), {}, **known) is None
