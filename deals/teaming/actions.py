"""The verbs of a team: an account manager proposes it, both partners answer, and it comes about or does not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.conflicts import rules as conflict_rules
from deals.conflicts.models import Band
from deals.conflicts.selectors import case_of
from deals.decisions.accounts import named_account
from deals.decisions.discretion import check_names_nobody
from deals.decisions.granting import check_way_is_free, wanted
from deals.decisions.locks import check_unchanged, lock_decision
from deals.decisions.terms import shared_terms
from deals.events import SUBJECT
from deals.products.models import ProductLine
from deals.registrations import policies
from deals.registrations.actions import reassess_those_waiting_for
from deals.registrations.events import record_deal
from deals.registrations.line import await_places
from deals.registrations.locking import change, conflict, locked
from deals.registrations.models import Registration
from deals.registrations.rules import allows, coded
from deals.registrations.selectors import calendar_of
from deals.registrations.states import Engagement, OverrideReason, Verb
from deals.releases.opening import open_unrecorded
from deals.rulebook import SCHEMA, DealRules, percent
from deals.teaming import notices, rules
from deals.teaming.agreeing import agree, beside
from deals.teaming.ending import end, hold
from deals.teaming.models import Holder, Teaming
from deals.teaming.note import tell_both
from deals.teaming.selectors import candidates, holders_of, open_teaming, why_not
from deals.teaming.states import TeamState
from prm.accounts.models import User
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.policy.selectors import Current, current
from prm.rows import update

BATCH = 100


@dataclass(frozen=True)
class Proposal:
    """What the account manager proposes. `share` is the per cent of the registration that is decided; without `other`
    it is the only one that could share."""

    share: int
    message: str
    other: Registration | None = None
    products: Iterable[ProductLine] | None = None
    engagement: str = ""
    account: str = ""
    override_reason: str = ""


@transaction.atomic
def propose(*, registration: Registration, proposal: Proposal, by: User, now: datetime) -> Registration:
    """Ask two partners whether they share one protection; nothing else changes before both have accepted.

    Raises InvalidInput for a share outside the policy or no reason, StateConflict when the two cannot share.
    """
    if not policies.can_decide(by, registration):
        raise NotAllowed(_("Your role does not allow this for this registration."))
    _check_may_be_asked(registration)
    version = current(SCHEMA, DealRules, now=now)
    other = proposal.other or _only_candidate(registration, now)
    _check(registration, other, proposal, version.values, by)
    await_places()
    known = lock_decision(registration, named_account(proposal.account, by=by), now=now)
    list(Registration.objects.filter(pk__in=[registration.pk, other.pk]).select_for_update().order_by("pk"))
    asked, registration = registration, locked(registration, verb=Verb.PROPOSE, may=policies.can_decide, by=by)
    check_unchanged(asked, registration)
    other = Registration.objects.with_nouns().get(pk=other.pk)
    open_unrecorded([account.pk for account, _match in known], now)
    found = case_of(registration, known=known, now=now).found(version.values)
    chosen = _check_can_share(registration, other, found, proposal, now)
    teaming = _written(registration, proposal, version, chosen, by, now)
    holders = _seats(teaming, registration, other, proposal.share, version.values)
    for holder in holders:
        _ask(holder, teaming, by, now)
    notices.proposed(holders, teaming, now=now)
    return registration


@transaction.atomic
def answer_teaming(*, registration: Registration, accept: bool, by: User, now: datetime) -> Registration:
    """Accept or decline for one's own organisation. When both have accepted, the protection is theirs."""
    if not policies.can_act_for_partner(by, registration):
        raise NotAllowed(_("Your role does not allow this for this registration."))
    waiting = open_teaming(registration)
    known = lock_decision(waiting.registration, _account(waiting), now=now) if waiting and accept else []
    hold(registration)
    registration = locked(registration, verb=Verb.TEAM, may=policies.can_act_for_partner, by=by)
    teaming = _open_for_update(registration)
    holders = holders_of(teaming)
    mine = next(holder for holder in holders if holder.registration_id == registration.pk)
    if mine.accepted is not None or teaming.due_at <= now:
        raise _nothing_waits(registration)
    mine.accepted, mine.answered_at, mine.answered_by = accept, now, by
    update(mine, "accepted", "answered_at", "answered_by")
    record_deal("deal.teaming_accepted" if accept else "deal.teaming_declined", registration, by=by, now=now)
    if not accept:
        end(teaming, TeamState.DECLINED, by=by, now=now, but=mine.registration)
    elif all(holder.accepted for holder in holders):
        version = current(SCHEMA, DealRules, now=now)
        if agree(teaming, holders, known, version, now):
            tell_both(teaming, holders, now=now)
        reassess_those_waiting_for([holder.registration.public_id for holder in holders])
    return _fresh(registration)


@transaction.atomic
def take_back_teaming(*, registration: Registration, by: User, now: datetime) -> Registration:
    """The account manager wants to decide otherwise before both have answered."""
    hold(registration)
    registration = locked(registration, verb=Verb.TEAM, may=policies.can_decide, by=by)
    end(_open_for_update(registration), TeamState.TAKEN_BACK, by=by, now=now)
    return _fresh(registration)


def lapse_due(*, now: datetime) -> int:
    """End the proposals that were not answered in time; returns how many. What somebody answers now is left alone."""
    due = Teaming.objects.due(now).order_by("due_at", "pk").values_list("pk", flat=True)[:BATCH]
    return sum(_lapse(key, now) for key in list(due))


@transaction.atomic
def _lapse(key: int, now: datetime) -> bool:
    seats = Holder.objects.filter(teaming=key).values("registration")
    rows = Registration.objects.filter(pk__in=seats).order_by("pk")
    if len(rows.select_for_update(skip_locked=True, of=("self",)).values_list("pk")) < len(rows.values_list("pk")):
        return False
    teaming = Teaming.objects.select_for_update(of=("self",)).due(now).filter(pk=key).first()
    if teaming is not None:
        end(teaming, TeamState.LAPSED, by=None, now=now)
    return teaming is not None


def _check_may_be_asked(registration: Registration) -> None:
    """Before anything else is asked for, and again under the lock."""
    if not allows(Verb.PROPOSE, registration.state):
        raise conflict(registration)
    if registration.teaming_due_at is not None:
        raise StateConflict(_("Two partners are asked about it already."), state=registration.state, code="asked")


def _only_candidate(registration: Registration, now: datetime) -> Registration:
    found = candidates(registration, now)
    if len(found) != 1:
        raise InvalidInput({"beside": [_("Say with which other registration the protection is to be shared.")]})
    return found[0]


def _check(
    registration: Registration, other: Registration, proposal: Proposal, deal_rules: DealRules, by: User
) -> None:
    errors: dict[str, list[str]] = {}
    if not rules.is_within(proposal.share, deal_rules):
        least = deal_rules.teaming_least_per_cent
        about = {"least": least, "most": rules.WHOLE - least}
        errors["split"] = [_("A share is at least %(least)d and at most %(most)d per cent.") % about]
    if not proposal.message.strip():
        errors["message"] = [_("Tell both partners why you propose it.")]
    if proposal.engagement and proposal.engagement not in Engagement.values:
        errors["engagement"] = [_("Choose an engagement from the list.")]
    if unfit := _unfit(registration, other, by):
        errors["beside"] = [unfit]
    if policies.must_give_reason(by, registration) and not proposal.override_reason.strip():
        errors["override_reason"] = [_("You decide in the place of the account manager: give a reason.")]
    if errors:
        raise InvalidInput(errors)
    for row in (registration, other):
        check_names_nobody(row, proposal.message)
    for name in (registration.partner.organisation.name, other.partner.organisation.name):
        if name.casefold() in proposal.message.casefold():
            sentence = _("Both partners read this: name neither of them.")
            raise InvalidInput({"message": [sentence]})


def _unfit(registration: Registration, other: Registration, by: User) -> str:
    if other.partner_id == registration.partner_id:
        return _("Choose a registration of another partner.")
    # Agreeing decides both.
    if other.is_undecided and by.pk in (other.submitted_by_id, other.recused_id):
        return _("You have submitted or refused the other one: somebody else decides about it.")
    return ""


WHY_NOT = {
    "state": gettext_lazy("The other registration is neither to be decided nor protected alone."),
    "asked": gettext_lazy("The other registration is asked about another team already."),
    "currency": gettext_lazy("The two are registered in different currencies."),
    "kind": gettext_lazy("One of the two is a renewal, the other is not."),
}


def _check_can_share(
    registration: Registration,
    other: Registration,
    found: list[conflict_rules.Found],
    proposal: Proposal,
    now: datetime,
) -> frozenset[int]:
    """Ids of the lines to approve. StateConflict when it is not one opportunity or something stands in the way."""
    _check_may_be_asked(registration)
    if because := why_not(registration, other, now):
        raise StateConflict(str(WHY_NOT[because]), state=registration.state, code=because)
    chosen = wanted(registration, proposal.products)
    theirs = {line.product_id for line in other.lines.all()}
    same = [f for f in found if f.subject == (SUBJECT, other.public_id) and f.matched != Band.HINT]
    if not same or not chosen & theirs:
        sentence = _("The two are not about the same opportunity.")
        raise StateConflict(sentence, state=registration.state, code="not_the_same")
    check_way_is_free(registration, beside(found, other), chosen, proposal.override_reason)
    return chosen


def _written(
    registration: Registration,
    proposal: Proposal,
    version: Current[DealRules],
    chosen: frozenset[int],
    by: User,
    now: datetime,
) -> Teaming:
    reason: tuple[str, str] = ("", "")
    if proposal.override_reason:
        reason = coded(proposal.override_reason, OverrideReason.values, OverrideReason.OTHER)
    return Teaming.objects.create(
        registration=registration,
        products=sorted(line.product.slug for line in registration.lines.all() if line.product_id in chosen),
        account=proposal.account,
        engagement=proposal.engagement or registration.engagement,
        message=proposal.message.strip(),
        override_reason=reason[0],
        override_text=reason[1],
        policy=version.version,
        proposed_at=now,
        proposed_by=by,
        due_at=rules.answer_due(now, version.values, calendar_of(registration.partner, now)),
    )


def _seats(
    teaming: Teaming, registration: Registration, other: Registration, per_cent: int, deal_rules: DealRules
) -> list[Holder]:
    pairs = zip((registration, other), rules.shares(per_cent), strict=True)
    return Holder.objects.bulk_create(
        Holder(
            teaming=teaming,
            registration=row,
            share=share,
            terms=shared_terms(row, registration, teaming.engagement, share, deal_rules),
            due_before=row.decision_due_at,
        )
        for row, share in pairs
    )


def _ask(holder: Holder, teaming: Teaming, by: User, now: datetime) -> None:
    row = holder.registration
    row.teaming_due_at = teaming.due_at
    if row.is_undecided:
        calendar = calendar_of(row.partner, row.priority_at or now)
        row.decision_due_at = rules.postponed(row.decision_due_at, now, teaming.due_at, calendar)
    change(row, "teaming_due_at", "decision_due_at")
    data: dict[str, Any] = {"share": percent(holder.share), "due_at": teaming.due_at, "team": teaming.public_id}
    record_deal("deal.teaming_proposed", row, by=by, now=now, data=data)


def _open_for_update(registration: Registration) -> Teaming:
    waiting = open_teaming(registration)
    if waiting is None:
        raise _nothing_waits(registration)
    return Teaming.objects.select_for_update(of=("self",)).select_related("proposed_by").get(pk=waiting.pk)


def _nothing_waits(registration: Registration) -> StateConflict:
    sentence = _("No team waits for an answer. %(state)s")
    return StateConflict(sentence % {"state": conflict(registration).message}, state=registration.state)


def _account(teaming: Teaming) -> Any:
    """The one that the protection is for, if it is known before both have accepted."""
    named = named_account(teaming.account, by=None)
    live = [holder.registration.account for holder in holders_of(teaming) if holder.registration.account]
    return named or (live[0] if live else None)


def _fresh(registration: Registration) -> Registration:
    return Registration.objects.with_nouns().get(pk=registration.pk)
