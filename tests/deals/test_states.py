"""Every verb in every state: what is legal happens once, everything else changes nothing."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.forms import model_to_dict

from deals.appeals.actions import appeal, decide_appeal
from deals.decisions import actions as decisions
from deals.earnings.actions import refund
from deals.extensions.actions import ask_extension, decide_extension
from deals.protections import actions as sweeps
from deals.registrations import actions, rules
from deals.registrations.models import Registration
from deals.registrations.states import FINAL, OPEN, TONES, TRANSITIONS, UNDECIDED, State, Verb
from deals.reversals.actions import reverse
from deals.teaming.actions import Proposal, answer_teaming, propose
from prm.accounts.models import User
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import PrmError, StateConflict
from prm.notices.models import Notice
from tests.factories import Cast, make_asked, make_draft, make_registration

Make = Callable[[Cast], Registration]
Call = Callable[[Registration, User], object]


def rejected(cast: Cast) -> Registration:
    return decisions.reject(
        registration=make_registration(cast.helix), reason="other", message="No.", by=cast.pam, now=database_now()
    )


def withdrawn(cast: Cast) -> Registration:
    return actions.withdraw(
        registration=make_registration(cast.helix), reason="", by=cast.helix.rep, now=database_now()
    )


def lapsed(cast: Cast) -> Registration:
    asked = make_asked(cast.helix)
    sweeps.expire_due(now=database_now() + timedelta(days=30))
    asked.refresh_from_db()
    return asked


def in_part(cast: Cast) -> Registration:
    """One of two product lines is approved, so that there is something to appeal against."""
    deal = make_registration(cast.helix, cast.products["fleet-cloud"], cast.products["route-planner"])
    kept = [cast.products["fleet-cloud"]]
    return decisions.approve(registration=deal, products=kept, by=cast.pam, now=database_now())


def appealed(cast: Cast) -> Registration:
    return appeal(registration=in_part(cast), text=PROOF, by=cast.helix.rep, now=database_now())


def won(cast: Cast) -> Registration:
    now = database_now()
    return actions.win(
        registration=in_part(cast),
        closed_on=now.date(),
        early_reason="Signed at once.",
        by=cast.helix.rep,
        now=now,
    )


def refunded(cast: Cast) -> Registration:
    deal = won(cast)
    assert deal.won_value is not None
    return refund(registration=deal, amount=deal.won_value, reason="returned", by=cast.pam, now=database_now())


def lost(cast: Cast) -> Registration:
    return actions.lose(registration=appealed(cast), reason="price", by=cast.helix.rep, now=database_now())


def expired(cast: Cast) -> Registration:
    approved = appealed(cast)
    sweeps.expire_due(now=database_now() + timedelta(days=100))
    approved.refresh_from_db()
    return approved


MAKE: dict[State, Make] = {
    State.DRAFT: lambda cast: make_draft(cast.helix),
    State.SUBMITTED: lambda cast: make_registration(cast.helix),
    State.ASKED: lambda cast: make_asked(cast.helix),
    State.APPROVED: in_part,
    State.REJECTED: rejected,
    State.WITHDRAWN: withdrawn,
    State.LAPSED: lapsed,
    State.WON: won,
    State.LOST: lost,
    State.EXPIRED: expired,
    State.REVERSED: refunded,
}


def call(verb: Verb, deal: Registration, cast: Cast) -> object:
    """The verb with complete arguments, by the person it belongs to."""
    now = database_now()
    partner = {"registration": deal, "by": cast.helix.rep, "now": now}
    reviewer = {"registration": deal, "by": cast.pam, "now": now}
    calls: dict[Verb, Callable[[], object]] = {
        Verb.EDIT: lambda: actions.update_draft(values={"competitor": "TrackIt"}, lines=None, **partner),
        Verb.DISCARD: lambda: actions.discard_draft(**partner),
        Verb.SUBMIT: lambda: actions.submit(**partner),
        Verb.ANSWER: lambda: actions.answer(message="So.", values={}, fields=[], **partner),
        Verb.WITHDRAW: lambda: actions.withdraw(reason="", **partner),
        Verb.WIN: lambda: actions.win(closed_on=now.date(), early_reason="Signed at once.", **partner),
        Verb.LOSE: lambda: actions.lose(reason="price", **partner),
        Verb.REFUND: lambda: refund(amount=deal.won_value or Decimal(1), reason="returned", **reviewer),
        Verb.EXTEND: lambda: ask_extension(proof=PROOF, **partner),
        Verb.EXTENSION: lambda: extended(deal, partner, reviewer),
        Verb.APPEAL: lambda: appeal(text=PROOF, **partner),
        Verb.APPEAL_DECISION: lambda: answered(deal, partner, cast),
        Verb.REVERSE: lambda: reverse(
            registration=deal, reason="other", clause="3.2", message="Wrong.", by=cast.pam2, now=now
        ),
        Verb.ASK: lambda: decisions.ask(message="Who?", fields=["value"], **reviewer),
        Verb.APPROVE: lambda: decisions.approve(**reviewer),
        Verb.REJECT: lambda: decisions.reject(reason="other", message="No.", **reviewer),
        Verb.PROPOSE: lambda: propose(
            proposal=Proposal(50, "Both may try.", rival_of(deal, cast, State.SUBMITTED)), **reviewer
        ),
        Verb.TEAM: lambda: teamed(deal, cast, partner),
    }
    return calls[verb]()


PROOF = "Two meetings with the board and an offer since the approval."


def extended(deal: Registration, partner: dict[str, Any], reviewer: dict[str, Any]) -> Registration:
    """Granted; asked for first where that is possible."""
    if deal.state == State.APPROVED:
        ask_extension(proof=PROOF, **partner)
    return decide_extension(accept=True, **reviewer)


def rival_of(deal: Registration, cast: Cast, *states: State) -> Registration | None:
    """Orbit's registration for the same customer, if the deal could be shared with it; else one that nobody has."""
    if not hasattr(cast, "orbit"):
        return None
    if deal.state not in states:
        return Registration(pk=0, partner=cast.orbit.partner)
    names = ("customer_name", "customer_website", "customer_city")
    return make_registration(cast.orbit, **{name: getattr(deal, name) for name in names})


def teamed(deal: Registration, cast: Cast, partner: dict[str, Any]) -> Registration:
    """Accepted by both; proposed first where that is possible."""
    rival = rival_of(deal, cast, State.SUBMITTED, State.APPROVED)
    if rival is not None and rival.pk:
        decided, other = (deal, rival) if deal.state == State.SUBMITTED else (rival, deal)
        propose(registration=decided, proposal=Proposal(50, "Both may try.", other), by=cast.pam, now=database_now())
        answer_teaming(registration=rival, accept=True, by=cast.orbit.rep, now=database_now())
    return answer_teaming(accept=True, **partner)


def answered(deal: Registration, partner: dict[str, Any], cast: Cast) -> Registration:
    """Refused; asked for first where that is possible."""
    if deal.state in TRANSITIONS[Verb.APPEAL][0] and partner["by"].organisation == deal.partner.organisation:
        deal = appeal(registration=deal, text=PROOF, by=partner["by"], now=partner["now"])
    return decide_appeal(
        registration=deal, outcome="refused", reason="stands", message="No.", by=cast.pam2, now=partner["now"]
    )


CALLED = [verb for verb in Verb if verb not in {Verb.EXPIRE, Verb.LAPSE}]
PAIRS = [(state, verb) for state in MAKE for verb in CALLED]
LEGAL = [(state, verb) for state, verb in PAIRS if state in TRANSITIONS[verb][0]]
ILLEGAL = [pair for pair in PAIRS if pair not in LEGAL]


def world() -> tuple[object, ...]:
    """Everything that a verb could have touched."""
    return (
        [model_to_dict(deal) for deal in Registration.objects.order_by("pk")],
        list(Registration.objects.order_by("pk").values_list("version", "assessed_at", "decided_at", "ended_at")),
        Event.objects.count(),
        Notice.objects.count(),
    )


@pytest.mark.parametrize(("state", "verb"), ILLEGAL, ids=lambda value: str(value))
def test_verb_that_does_not_fit_changes_nothing(cast: Cast, state: State, verb: Verb) -> None:
    deal = MAKE[state](cast)
    assert deal.state == state
    before = world()

    with pytest.raises(StateConflict) as refused:
        call(verb, deal, cast)

    assert refused.value.state == state
    assert world() == before


@pytest.mark.parametrize(("state", "verb"), LEGAL, ids=lambda value: str(value))
def test_verb_that_fits_leads_where_the_table_says(cast: Cast, state: State, verb: Verb) -> None:
    deal = MAKE[state](cast)
    events = Event.objects.count()

    call(verb, deal, cast)

    if verb == Verb.DISCARD:
        assert not Registration.objects.exists()
    else:
        deal.refresh_from_db()
        assert deal.state == (TRANSITIONS[verb][1] or state)
    assert Event.objects.count() > events


@pytest.mark.parametrize("state", MAKE, ids=str)
def test_stranger_learns_nothing_of_the_state(cast: Cast, state: State) -> None:
    """The right is asked before the state: a rival's verb is refused alike in every state."""
    deal = MAKE[state](cast)
    before = world()

    for verb in CALLED:
        with pytest.raises(PrmError) as refused:
            call_as(verb, deal, cast.orbit.admin)
        assert type(refused.value).__name__ == "NotAllowed"

    assert world() == before


def call_as(verb: Verb, deal: Registration, user: User) -> object:
    stranger = Cast.__new__(Cast)
    stranger.pam = stranger.pam2 = user
    stranger.helix = type("Team", (), {"rep": user})()  # type: ignore[assignment]
    return call(verb, deal, stranger)


def test_states_fall_into_named_sets() -> None:
    assert UNDECIDED < OPEN
    assert {State.DRAFT} | OPEN | FINAL == set(State)
    assert not OPEN & FINAL
    assert {
        *(State.REJECTED, State.WITHDRAWN, State.LAPSED, State.WON, State.LOST, State.EXPIRED, State.REVERSED),
    } == FINAL
    assert set(TONES) <= set(State)


def test_only_refunds_and_reversals_lead_out_of_a_final_state() -> None:
    leaving = [verb for verb, (needed, to) in TRANSITIONS.items() if to and needed & FINAL - {to}]
    assert leaving == [Verb.REFUND, Verb.REVERSE]


def test_every_verb_has_a_transition_and_ends_in_a_known_state() -> None:
    assert set(TRANSITIONS) == set(Verb)
    assert {to for _needed, to in TRANSITIONS.values()} - {None} == set(State)


@pytest.mark.parametrize(
    ("verb", "states"),
    [
        (Verb.SUBMIT, {"draft"}),
        (Verb.WITHDRAW, {"submitted", "asked"}),
        (Verb.APPROVE, {"submitted"}),
        (Verb.WIN, {"approved"}),
        (Verb.LAPSE, {"asked"}),
    ],
)
def test_rule_and_table_agree(verb: Verb, states: set[str]) -> None:
    assert {state.value for state in State if rules.allows(verb, state)} == states
