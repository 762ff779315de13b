"""The terms that an approval freezes: what was promised stays promised."""

from typing import Any

from deals.registrations import rules
from deals.registrations.models import Registration
from deals.rulebook import DealRules


def frozen_terms(registration: Registration, deal_rules: DealRules) -> dict[str, Any]:
    """{engagement, motion, opportunity, rate (share, text), value {amount, currency}, earns {amount, currency}}."""
    share = rules.rate(
        motion=registration.motion,
        engagement=registration.engagement,
        opportunity=registration.opportunity,
        rules=deal_rules,
    )
    value = registration.value or rules.CENT * 0
    return {
        "engagement": registration.engagement,
        "motion": registration.motion,
        "opportunity": registration.opportunity,
        "rate": str(share.normalize()),
        "value": {"amount": str(value), "currency": registration.currency},
        "earns": {"amount": str(rules.earnings(value, share)), "currency": registration.currency},
    }
