"""Until when an appeal is possible, and who is asked to decide it."""

from datetime import datetime

from deals.appeals import rules
from deals.punctuality.rules import second_of
from deals.punctuality.selectors import loads
from deals.registrations.models import Registration
from deals.registrations.selectors import calendar_of
from deals.rulebook import DealRules
from prm.accounts.models import Membership, User
from prm.accounts.roles import ROLES
from prm.accounts.roles import Permission as P
from prm.calendars.selectors import deputies_of
from prm.policy.selectors import values_of


def appealable_until(registration: Registration) -> datetime | None:
    """By the rules and the calendar of the decision; None before there is one."""
    if registration.decided_at is None or registration.policy is None:
        return None
    deal_rules = values_of(registration.policy, DealRules)
    return rules.appeal_until(
        registration.decided_at, deal_rules, calendar_of(registration.partner, registration.decided_at)
    )


def asked_first(registration: Registration) -> User | None:
    """Who decides it: the deputy of who decided before, else the account manager with least to decide."""
    working = loads()
    people = {person.pk: person for person in working if person.pk != registration.submitted_by_id}
    counts = {person.pk: load for person, load in working.items() if person.pk in people}
    decider = registration.decided_by_id
    deputy = deputies_of([decider]).get(decider) if decider else None
    chosen = second_of(decider, deputy, counts)
    return people[chosen] if chosen else None


def administrators() -> list[User]:
    """Who is told when nobody decides in time."""
    slugs = [slug for slug, role in ROLES.items() if P.DEALS_OVERRIDE in role.permissions]
    present = Membership.objects.filter(ended_at=None, user__is_active=True, roles__overlap=slugs)
    return [membership.user for membership in present.select_related("user").order_by("pk")]
