"""Whether an approval has confirmed a smaller part than the partner registered; plain values."""

from deals.registrations.rules import rate
from deals.registrations.states import Engagement
from deals.rulebook import DealRules

# From the smallest part to the largest.
ORDER = (Engagement.ASSISTED.value, Engagement.SHARED.value, Engagement.INDEPENDENT.value)


def is_lowered(claimed: str, confirmed: str, *, motion: str, opportunity: str, rules: DealRules) -> bool:
    """A smaller part, and by those rules no better paid one. What is not known to be claimed was not lowered."""
    if claimed not in ORDER or confirmed not in ORDER or ORDER.index(claimed) <= ORDER.index(confirmed):
        return False
    earned, paid = (
        rate(motion=motion, engagement=part, opportunity=opportunity, rules=rules) for part in (claimed, confirmed)
    )
    return earned >= paid
