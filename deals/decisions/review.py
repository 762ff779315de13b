"""What a reviewer has before the eyes: findings, advice, and what an approval would mean."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from deals.conflicts.models import Band, Finding
from deals.conflicts.reading import Read, read_findings, recommendation
from deals.conflicts.selectors import rules_in_force
from deals.conflicts.sentences import OUTCOMES
from deals.conflicts.texts import REASONS, own_of, partner_text, reviewer_text, way_text, ways_of
from deals.precedence import CLAUSE_OF, weights_of
from deals.products.models import ProductLine
from deals.registrations import policies, rules
from deals.registrations.models import Registration
from deals.registrations.quotes import quote
from deals.registrations.selectors import standing
from deals.registrations.states import State
from deals.rulebook import SCHEMA, DealRules
from prm.accounts.models import User
from prm.policy.selectors import current

TONES = {"exclusive": "good", "ask": "warn", "wait": "warn", "reject": "bad"}


@dataclass(frozen=True)
class Margin:
    """What the registered quantities cost at list price, and what of it is left after our cost; per year."""

    list_price: Decimal
    share: Decimal
    currency: str


def findings(registration: Registration, reader: User, now: datetime) -> dict[str, Any]:
    """Grave findings and hints apart, names of products for their slugs, and the advice. Empty while it is checked."""
    if not policies.can_see_findings(reader):
        return {"sees_findings": False}
    pending = registration.assessed_at is None and registration.is_undecided
    reads = [] if pending else read_findings(registration, reader=reader)
    in_force = rules_in_force(now).values
    weights = weights_of(in_force.precedence)
    advice = recommendation(reads, weights)
    gravest = next((read.finding for read in reads if read.finding.band != Band.HINT), None)
    return {
        "sees_findings": True,
        "pending": pending,
        "grave": [read for read in reads if read.finding.band != Band.HINT],
        "hints": [read for read in reads if read.finding.band == Band.HINT],
        "reads": reads,
        "names": _names(reads),
        "advice": advice,
        "advised": OUTCOMES[advice["outcome"]],
        "advice_tone": TONES[advice["outcome"]],
        "clause": gravest.clause if gravest else "",
        "ways": [way_text(way) for way in ways_of(registration, reads)],
        "whole_text": reviewer_text(registration, reads, weights),
        "partner_reads": _partner_reads(registration, gravest, in_force) if gravest else "",
    }


def _partner_reads(registration: Registration, finding: Finding, deal_rules: DealRules) -> str:
    """If it were rejected for what weighs most."""
    reason = REASONS.get(finding.kind)
    if reason is None:
        return ""
    return partner_text(reason, CLAUSE_OF[reason], own_of(registration), deal_rules)


def _names(reads: list[Read]) -> dict[str, str]:
    slugs = {slug for read in reads for slug in read.finding.overlap}
    return dict(ProductLine.objects.filter(slug__in=slugs).values_list("slug", "name"))


def suggestions(reads: list[Read]) -> list[tuple[str, str, bool]]:
    """Accounts that may be the same customer: (public id, label, is it certain), the likeliest first, each once."""
    found: dict[str, tuple[str, str, bool]] = {}
    for read in sorted(reads, key=lambda read: (read.finding.ceiling == Band.HINT, -read.finding.score)):
        if read.finding.subject_type == "account" and read.link is not None:
            label = f"{read.link.label} · {read.percent} %"
            found.setdefault(
                read.finding.subject_id, (read.finding.subject_id, label, read.finding.matched == Band.BLOCK)
            )
    return list(found.values())


def consequences(registration: Registration, reader: User, now: datetime) -> dict[str, Any]:
    """What an approval now would promise; empty once it is decided."""
    if registration.state != State.SUBMITTED:
        return {}
    deal_rules = current(SCHEMA, DealRules, now=now).values
    offered = quote(
        value=registration.value,
        currency=registration.currency,
        recurring=registration.recurring,
        motion=registration.motion,
        opportunity=registration.opportunity,
        engagement=registration.engagement,
        deal_rules=deal_rules,
    )
    return {
        "rules": deal_rules,
        "until": rules.protection_end(now, deal_rules, registration.partner.organisation.time_zone),
        "offered": offered.chosen,
        "margin": margin(registration) if policies.can_see_margin(reader) else None,
    }


def margin(registration: Registration) -> Margin | None:
    """None when the product lines are priced in several currencies."""
    lines = list(registration.lines.all())
    if len({line.product.currency for line in lines}) != 1:
        return None
    price = sum((line.product.list_price * line.quantity for line in lines), Decimal(0))
    cost = sum((line.product.cost * line.quantity for line in lines), Decimal(0))
    return Margin(price, (price - cost) / price, lines[0].product.currency) if price else None


def partner_record(registration: Registration, now: datetime) -> dict[str, Any]:
    return {"record": standing(Registration.objects.filter(partner=registration.partner), now)}
