"""Both have accepted: one protection, two holders. Whoever calls holds the locks of the customer and both rows."""

from datetime import datetime
from typing import Any

from deals.conflicts import rules as conflict_rules
from deals.conflicts.actions import store
from deals.conflicts.selectors import Known, case_of
from deals.decisions.accounts import resolve_account
from deals.decisions.granting import APPROVAL_FIELDS, CLAUSES, DECISION_FIELDS, protect, settle
from deals.holds.actions import hold
from deals.holds.selectors import to_hold, written
from deals.punctuality.rules import closed_at
from deals.registrations.events import record_deal
from deals.registrations.locking import change
from deals.registrations.models import Registration
from deals.registrations.rules import next_reminder, protection_end
from deals.registrations.states import Outcome, State
from deals.releases.opening import close_for, open_unrecorded
from deals.replays.keeping import keep_basis
from deals.rulebook import DealRules
from deals.teaming import notices
from deals.teaming.ending import close, end
from deals.teaming.models import Holder, Teaming
from deals.teaming.selectors import why_not
from deals.teaming.states import TeamState
from partners.models import Account
from prm.policy.selectors import Current


def agree(teaming: Teaming, holders: list[Holder], known: Known, version: Current[DealRules], now: datetime) -> bool:
    """False, and the proposal is at its end, when something has come in between."""
    rows = [holder.registration for holder in holders]
    decided = next(row for row in rows if row.pk == teaming.registration_id)
    other = next(row for row in rows if row is not decided)
    open_unrecorded([account.pk for account, _match in known], now)
    case = case_of(decided, known=known, now=now)
    theirs = case_of(other, now=now) if other.state == State.SUBMITTED else None
    found = case.found(version.values)
    other.teaming_due_at = None
    if decided.state != State.SUBMITTED or why_not(decided, other, now) or _is_barred(teaming, decided, other, found):
        end(teaming, TeamState.OVERTAKEN, by=None, now=now)
        return False
    _share(teaming, holders, decided, other, found, version, now)
    store(decided, found, now=now)
    for row, mate, rested_on in ((decided, other, case), (other, decided, theirs)):
        if rested_on is not None:
            products = chosen_of(row, teaming)
            keep_basis(row, rested_on, version.values, products=products, now=now, beside=mate.public_id)
    close(teaming, TeamState.AGREED, by=None, now=now)
    for row in rows:
        record_deal("deal.teamed", row, by=teaming.proposed_by, now=now, data=_told(row))
    notices.agreed(holders, teaming, now=now)
    return True


def chosen_of(row: Registration, teaming: Teaming) -> frozenset[int]:
    return frozenset(line.product_id for line in row.lines.all() if line.product.slug in teaming.products)


def beside(found: list[conflict_rules.Found], other: Registration) -> list[conflict_rules.Found]:
    """What is found, but for the one that is to share."""
    return [finding for finding in found if finding.subject != ("deal", other.public_id)]


def _is_barred(teaming: Teaming, decided: Registration, other: Registration, found: list[conflict_rules.Found]) -> bool:
    """By a protection of a third one; what needs a reason was asked about when the team was proposed."""
    return conflict_rules.protection_in_the_way(beside(found, other), chosen_of(decided, teaming)) is not None


def _share(
    teaming: Teaming,
    holders: list[Holder],
    decided: Registration,
    other: Registration,
    found: list[conflict_rules.Found],
    version: Current[DealRules],
    now: datetime,
) -> None:
    """The second holder joins the protection that the other has, or both get a new one."""
    joins = other.state == State.APPROVED
    teaming.lead = other if joins else decided
    if joins and other.account is not None:
        account = other.account
    else:
        account = resolve_account(decided, teaming.account, found, by=None, now=now)
    until = other.protected_until if joins else None
    until = until or protection_end(now, version.values, decided.partner.organisation.time_zone)
    for holder in holders:
        _approve(holder, teaming, account, until, version, now)
    # What protects one of them provisionally gives way to what both have.
    if joins:
        decided.protections.release(now)
    else:
        other.protections.release(now)
        protect(decided, chosen_of(decided, teaming), version.values, now, until)
    _write_shares(holders)
    close_for(decided, chosen_of(decided, teaming), now, beside=other)


def _approve(
    holder: Holder, teaming: Teaming, account: Account, until: datetime, version: Current[DealRules], now: datetime
) -> None:
    row = holder.registration
    holds = row.terms.get("holds", [])
    if row.state != State.APPROVED:
        by = teaming.proposed_by
        row.account, row.protected_until = account, until
        settle(row, version, by, now, state=State.APPROVED, message=teaming.message, clause=CLAUSES[Outcome.TEAMING])
        row.override_reason, row.override_text = teaming.override_reason, teaming.override_text
        if row.provisional_at is not None:
            row.provisional_until = row.provisional_ended_at = closed_at(now, row.provisional_at)
        for line in row.lines.all():
            line.approved = line.product.slug in teaming.products
            line.save(update_fields=["approved"])
        prices = to_hold(row, chosen_of(row, teaming), version.values, now)
        hold(row, prices, now=now)
        holds = written(prices)
    # Prices are held for each by its own model, and what one holds already it keeps.
    row.terms = {**holder.terms, **({"holds": holds} if holds else {})}
    row.outcome, row.engagement, row.teaming_due_at = Outcome.TEAMING, teaming.engagement, None
    row.next_reminder_at = next_reminder(until, version.values.reminder_days, row.partner.organisation.time_zone, now)


def _write_shares(holders: list[Holder]) -> None:
    shares = [
        {"organisation": each.registration.partner.organisation.public_id, "share": str(each.share)} for each in holders
    ]
    for holder in holders:
        holder.registration.terms["shares"] = shares
        change(holder.registration, *DECISION_FIELDS, *APPROVAL_FIELDS, "teaming_due_at")


def _told(row: Registration) -> dict[str, Any]:
    return {"outcome": str(Outcome.TEAMING), "protected_until": row.protected_until}
