"""Whether there is something to appeal against and until when, and the help that we gave."""

from datetime import datetime

from deals.amendments.selectors import has_agreed
from deals.appeals.selectors import appealable_until as until_of
from deals.cosell.models import CoSell
from deals.cosell.states import Party
from deals.engagement import rules
from deals.registrations.models import Registration
from deals.rulebook import DealRules
from prm.accounts.models import User
from prm.policy.selectors import values_of


def was_lowered(registration: Registration) -> bool:
    """By the rules of the approval. No query where the part was confirmed as it was registered."""
    if registration.policy_id is None or registration.claimed_engagement in ("", registration.engagement):
        return False
    if registration.policy is None:
        raise AssertionError("a decision has its rules")
    return rules.is_lowered(
        registration.claimed_engagement,
        registration.engagement,
        motion=registration.motion,
        opportunity=registration.opportunity,
        rules=values_of(registration.policy, DealRules),
    )


def appealable_until(registration: Registration) -> datetime | None:
    """As for a rejection; None where nothing was lowered, or where the partner has agreed to other terms since."""
    if not was_lowered(registration) or has_agreed(registration):
        return None
    return until_of(registration)


def help_given(user: User, registration: Registration) -> list[CoSell]:
    """What we have done on the deal, as far as it is recorded: where one of ours sold together with the partner. It is
    shown beside the engagement, and nothing is ever taken off for it."""
    rows = CoSell.objects.visible_to(user).filter(registration=registration, answered_at__isnull=False)
    told = rows.order_by("asked_at", "pk")
    return [row for row in told if row.was_agreed and (row.vendor_roles or row.asked_side == Party.PARTNER)]
