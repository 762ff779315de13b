"""What every approval does with its row and its protections, whoever shares in it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from psycopg.errors import ExclusionViolation

from deals.conflicts import rules as conflict_rules
from deals.conflicts.models import Kind
from deals.decisions.terms import frozen_terms
from deals.events import SUBJECT
from deals.holds.rules import Held
from deals.precedence import EARLIER, FIRST_REFUSAL
from deals.products.models import ProductLine
from deals.protections.models import Protection
from deals.punctuality.rules import closed_at, provisional_end
from deals.registrations import rules
from deals.registrations.locking import conflict
from deals.registrations.models import Registration
from deals.registrations.selectors import calendar_of
from deals.registrations.states import Outcome, State
from deals.rulebook import DealRules
from partners.models import Account
from prm.accounts.models import User
from prm.errors import InvalidInput, StateConflict
from prm.policy.selectors import Current

DECISION_FIELDS = (
    *("state", "decided_at", "decided_by", "decision_message", "decision_clause", "policy"),
    "clock_paused_at",
)
# What each outcome rests on.
CLAUSES: dict[str, str] = {Outcome.EXCLUSIVE: "4.1", Outcome.NON_EXCLUSIVE: "4.4", Outcome.TEAMING: "4.5"}
APPROVAL_FIELDS = (
    *("account", "engagement", "claimed_engagement", "outcome", "protected_until", "next_reminder_at", "terms"),
    *("override_reason", "override_text", "provisional_until", "provisional_ended_at"),
)


def settle(
    registration: Registration,
    version: Current[DealRules],
    by: User | None,
    now: datetime,
    *,
    state: State,
    message: str,
    clause: str,
) -> None:
    registration.state = state
    registration.decided_at, registration.decided_by = now, by
    registration.decision_message, registration.decision_clause = message, clause
    registration.policy = version.version
    registration.clock_paused_at = None


def promise(
    registration: Registration, deal_rules: DealRules, prices: Sequence[tuple[ProductLine, Held]], now: datetime
) -> None:
    """The terms with the prices that are held, and the protection with its reminders where the outcome brings one."""
    registration.terms = frozen_terms(registration, deal_rules, prices)
    if registration.outcome == Outcome.NON_EXCLUSIVE:
        registration.provisional_until = end_provisional(registration, deal_rules, now)
        return
    zone = registration.partner.organisation.time_zone
    until = rules.protection_end(now, deal_rules, zone)
    registration.protected_until = until
    registration.next_reminder_at = rules.next_reminder(until, deal_rules.reminder_days, zone, now)
    registration.provisional_until = registration.provisional_ended_at = _replaced_at(registration, now)


def _replaced_at(registration: Registration, now: datetime) -> datetime | None:
    """When the real protection takes the place of the provisional one, if there is one."""
    return closed_at(now, registration.provisional_at) if registration.provisional_at else None


def wanted(registration: Registration, products: Iterable[ProductLine] | None) -> frozenset[int]:
    """Ids of the product lines to approve; all without a choice."""
    registered = {line.product_id for line in registration.lines.all()}
    chosen = registered if products is None else {product.pk for product in products}
    if not chosen or not chosen <= registered:
        raise InvalidInput({"products": [_("Choose at least one of the registered products.")]})
    return frozenset(chosen)


def choose(registration: Registration, products: Iterable[ProductLine] | None) -> frozenset[int]:
    """As `wanted`; the decision is noted on each line."""
    chosen = wanted(registration, products)
    for line in registration.lines.all():
        line.approved = line.product_id in chosen
        line.save(update_fields=["approved"])
    return chosen


def check_way_is_free(
    registration: Registration, found: list[conflict_rules.Found], chosen: frozenset[int], override: str
) -> conflict_rules.Found | None:
    """The finding that was overridden, if any. Only vendor staff read these sentences, so they may name the rival."""
    protection = conflict_rules.protection_in_the_way(found, chosen)
    if protection is not None:
        raise StateConflict(
            _("The customer is protected for another partner: %(rival)s. This registration is now: %(state)s.")
            % {"rival": _name(protection), "state": registration.get_state_display()},
            state=registration.state,
            code="protected",
        )
    earlier = conflict_rules.needs_override(found, chosen)
    if earlier is not None and not override.strip():
        raise StateConflict(
            _override_asked(earlier),
            state=registration.state,
            code="earlier_undecided" if earlier.kind == EARLIER else "stands_in_the_way",
        )
    return earlier


def _override_asked(found: conflict_rules.Found) -> str:
    if found.kind == FIRST_REFUSAL:
        return _("Somebody else has first refusal: %(rival)s. Wait until it has run, or give a reason to override.") % {
            "rival": _name(found)
        }
    if found.subject[0] == SUBJECT:
        sentence = _("An earlier registration is undecided: %(rival)s. Decide it first, or give a reason to override.")
        return sentence % {"rival": _name(found)}
    sentence = _("This stands in the way under rule %(clause)s: %(what)s. Give a reason to override it.")
    return sentence % {"clause": found.clause, "what": Kind(found.kind).label}


def _name(found: conflict_rules.Found) -> str:
    rival = Registration.objects.select_related("partner__organisation").get(public_id=found.subject[1])
    return f"{rival.reference} ({rival.partner.organisation.name}, {rival.customer_name})"


def end_provisional(
    registration: Registration, deal_rules: DealRules, now: datetime, *, but: frozenset[int] = frozenset()
) -> datetime | None:
    """What is refused stays protected for some days, in which the partner can look for what it missed.

    `but` are ids of the product lines that are approved. Returns when it ends; None where nothing was protected.
    """
    since = registration.provisional_at
    if since is None:
        return None
    calendar = calendar_of(registration.partner, now)
    until = max(provisional_end(now, deal_rules, calendar), closed_at(now, since))
    registration.protections.exclude(product__in=but).end_at(until)
    return until


def _taken_over(
    registration: Registration, account: Account, products: frozenset[int], deal_rules: DealRules, now: datetime
) -> dict[int, datetime]:
    """Since when each product is protected provisionally for this customer: the real protection begins there too.

    Those rows make room for it; what is not approved ends.
    """
    if registration.provisional_at is None:
        return {}
    end_provisional(registration, deal_rules, now, but=products)
    held = registration.protections.filter(product__in=products)
    since = {one.product_id: one.period.lower for one in held if one.account_id == account.pk}
    held.delete()
    return since


def protect(
    registration: Registration, products: frozenset[int], deal_rules: DealRules, now: datetime, until: datetime
) -> None:
    """Write the protections; the exclusion constraint is the wall behind the lock."""
    account: Account | None = registration.account
    if account is None:
        raise AssertionError("an approval has resolved its account")
    since = _taken_over(registration, account, products, deal_rules, now)
    try:
        with transaction.atomic():
            Protection.objects.bulk_create(
                [
                    Protection(
                        registration=registration,
                        account=account,
                        product_id=product,
                        period=(since.get(product, now), until),
                    )
                    for product in sorted(products)
                ]
            )
    except IntegrityError as error:
        if not isinstance(error.__cause__, ExclusionViolation):
            raise
        undecided = Registration.objects.get(pk=registration.pk)
        undecided.state = State.SUBMITTED
        raise conflict(undecided) from error
