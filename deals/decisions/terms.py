"""The terms that an approval freezes: what was promised stays promised."""

from collections.abc import Sequence
from copy import copy
from decimal import Decimal
from typing import Any

from deals.holds.rules import Held
from deals.holds.selectors import written as written_holds
from deals.products.models import ProductLine
from deals.registrations.models import Registration
from deals.registrations.quotes import YEARLY, QuoteLine, lines
from deals.rulebook import DealRules
from prm.ledger.rules import split


def frozen_terms(
    registration: Registration, deal_rules: DealRules, prices: Sequence[tuple[ProductLine, Held]] = ()
) -> dict[str, Any]:
    """{engagement, motion, opportunity, rate (share, text), value, earns (money), lines [{what, rate, base, amount}],
    shares [{organisation (public id), share}], payable_after_days}; `rate` and `earns` are those of the first line.
    Where prices are held, holds [{product, price, until}]; where something comes each year, while_of_record: the year
    is paid for the days on which the partner is partner of record. Terms of before that was a rule do not have it."""
    value = registration.value or Decimal("0.00")
    kept = lines(
        value=value,
        currency=registration.currency,
        recurring=registration.recurring,
        motion=registration.motion,
        opportunity=registration.opportunity,
        engagement=registration.engagement,
        deal_rules=deal_rules,
    )
    written = [_written(line, registration.currency) for line in kept]
    return {
        "engagement": registration.engagement,
        "motion": registration.motion,
        "opportunity": registration.opportunity,
        "rate": written[0]["rate"],
        "value": _money(value, registration.currency),
        "earns": written[0]["amount"],
        "lines": written,
        "shares": [{"organisation": registration.partner.organisation.public_id, "share": "1"}],
        "payable_after_days": deal_rules.payable_after_days,
        **({"while_of_record": True} if any(line.what == YEARLY for line in kept) else {}),
        **({"holds": written_holds(prices)} if prices else {}),
    }


def shared_terms(
    registration: Registration, like: Registration, engagement: str, share: Decimal, deal_rules: DealRules
) -> dict[str, Any]:
    """Of one holder of a shared protection: the rates of the registration that is decided, of what the own one says.

    `share` is the holder's, and `earns` its part. Who the others are is written when they have agreed.
    """
    own = copy(registration)
    own.motion, own.opportunity, own.engagement = like.motion, like.opportunity, engagement
    terms = frozen_terms(own, deal_rules)
    whole = Decimal(terms["earns"]["amount"])
    part = split(whole, [share, 1 - share], registration.currency)[0]
    return terms | {"share": str(share), "earns": _money(part, registration.currency), "shares": []}


def _written(line: QuoteLine, currency: str) -> dict[str, Any]:
    return {
        "what": line.what,
        "rate": str(line.rate.normalize()),
        "base": _money(line.base, currency),
        "amount": _money(line.amount, currency),
    }


def _money(amount: Decimal | None, currency: str) -> dict[str, str]:
    return {"amount": str(amount), "currency": currency}
