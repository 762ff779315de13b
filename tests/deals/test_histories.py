"""Random histories of rival registrations for a few customers; what must always hold is checked after every step."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from deals.amendments import actions as amendments
from deals.amendments.models import Amendment
from deals.appeals import actions as appeals
from deals.appeals.models import Appeal
from deals.conflicts.actions import assess_pending
from deals.decisions import actions as decisions
from deals.engagement import actions as engagement
from deals.engagement.models import EngagementAppeal
from deals.protections import actions as sweeps
from deals.protections.models import Protection
from deals.registrations import actions
from deals.registrations.models import Registration
from deals.registrations.states import OPEN, State
from deals.releases.actions import decline, pass_on, take_up
from deals.releases.models import FirstRefusal
from deals.reversals.actions import reverse
from deals.teaming.actions import Proposal, answer_teaming, propose
from deals.teaming.models import Teaming
from prm.accounts.models import User
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import PrmError
from prm.ledger.models import Entry
from tests.factories import deal_values, make_cast

CUSTOMERS = ("mueller-logistik.de", "aster-foods.de")
DRAWN = st.integers(min_value=0, max_value=10**6)
TOLD_ONCE = (
    *("deal.approved", "deal.teamed", "deal.rejected", "deal.expired", "deal.lapsed", "deal.won", "deal.lost"),
    *("deal.appealed", "deal.reversed"),
)


class Deals(RuleBasedStateMachine):
    """Two partners, two customers, two products, one PAM; time goes on by days. Each history is rolled back."""

    def __init__(self) -> None:
        super().__init__()
        self.history = transaction.atomic()
        self.history.__enter__()
        self.cast = make_cast()
        self.now: datetime = database_now()
        self.frozen: dict[int, dict[str, Any]] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.history.__exit__(None, None, None)

    def pick(self, drawn: int, *states: State) -> Registration | None:
        found = list(Registration.objects.filter(state__in=states).order_by("pk"))
        return found[drawn % len(found)] if found else None

    def owner(self, deal: Registration) -> User:
        team = self.cast.helix if deal.partner == self.cast.helix.partner else self.cast.orbit
        return team.rep

    def attempt(self, verb: Callable[..., object], **arguments: Any) -> None:
        """What a rule refuses is refused; anything else but an anticipated refusal fails the test."""
        try:
            verb(now=self.now, **arguments)
        except PrmError:
            return

    @rule(site=st.sampled_from(CUSTOMERS), rival=st.booleans(), both=st.booleans())
    def register(self, site: str, rival: bool, both: bool) -> None:
        team = self.cast.orbit if rival else self.cast.helix
        lines = list(self.cast.products.values())[: 2 if both else 1]
        values = deal_values(
            customer_name=site.partition(".")[0].replace("-", " ").title(),
            customer_website=site,
            expected_close=self.now.date() + timedelta(days=60),
        )
        draft = actions.create_draft(values=values, lines=[(line, 1) for line in lines], by=team.rep, now=self.now)
        self.attempt(actions.submit, registration=draft, by=team.rep)

    @rule(drawn=DRAWN, override=st.booleans())
    def approve(self, drawn: int, override: bool) -> None:
        if deal := self.pick(drawn, State.SUBMITTED, State.ASKED, State.APPROVED):
            reason = "customer_choice" if override else ""
            by = self.cast.pam2 if deal.recused == self.cast.pam else self.cast.pam
            part = {"engagement": ("", "shared")[drawn % 2], "message": "Ours do a part of it."}
            self.attempt(decisions.approve, registration=deal, override_reason=reason, by=by, **part)

    @rule(drawn=DRAWN)
    def reject(self, drawn: int) -> None:
        if deal := self.pick(drawn, State.SUBMITTED, State.APPROVED):
            reason = ("other", "already_protected")[drawn % 2]
            self.attempt(decisions.reject, registration=deal, reason=reason, message="No.", by=self.cast.pam)

    @rule(drawn=DRAWN, share=st.integers(min_value=5, max_value=95))
    def propose(self, drawn: int, share: int) -> None:
        if deal := self.pick(drawn, State.SUBMITTED):
            proposal = Proposal(share, "Both may try.", override_reason="customer_choice")
            self.attempt(propose, registration=deal, proposal=proposal, by=self.cast.pam)

    @rule(drawn=DRAWN, accept=st.sampled_from([True, True, True, False]))
    def answer_teaming(self, drawn: int, accept: bool) -> None:
        asked = list(Registration.objects.filter(teaming_due_at__isnull=False).order_by("pk"))
        if asked:
            deal = asked[drawn % len(asked)]
            self.attempt(answer_teaming, registration=deal, accept=accept, by=self.owner(deal))

    @rule(drawn=DRAWN)
    def appeal(self, drawn: int) -> None:
        if deal := self.pick(drawn, State.REJECTED):
            self.attempt(appeals.appeal, registration=deal, text="x" * 20, by=self.owner(deal))

    @rule(drawn=DRAWN, outcome=st.sampled_from(["refused", "reinstated", "compensated"]), first=st.booleans())
    def answer_appeal(self, drawn: int, outcome: str, first: bool) -> None:
        if deal := self.pick(drawn, State.REJECTED):
            by = self.cast.pam if first else self.cast.admin
            given = {"reason": "stands" if outcome == "refused" else "", "message": "So.", "amount": Decimal(5)}
            self.attempt(appeals.decide_appeal, registration=deal, outcome=outcome, by=by, **given)

    @rule(drawn=DRAWN)
    def appeal_engagement(self, drawn: int) -> None:
        if deal := self.pick(drawn, State.APPROVED, State.WON):
            self.attempt(engagement.appeal_engagement, registration=deal, text="x" * 20, by=self.owner(deal))

    @rule(drawn=DRAWN, outcome=st.sampled_from(["upheld", "kept"]), first=st.booleans())
    def answer_engagement(self, drawn: int, outcome: str, first: bool) -> None:
        if deal := self.pick(drawn, State.APPROVED, State.WON):
            by = self.cast.pam if first else self.cast.admin
            given = {"reason": "stands" if outcome == "kept" else "", "message": "So."}
            self.attempt(engagement.decide_engagement, registration=deal, outcome=outcome, by=by, **given)

    @rule(drawn=DRAWN)
    def propose_less(self, drawn: int) -> None:
        if deal := self.pick(drawn, State.APPROVED, State.WON):
            share = Decimal(drawn % 25) / 100
            given = {"once": share, "reason": "The discount is larger.", "by": self.cast.pam}
            self.attempt(amendments.propose_amendment, registration=deal, **given)

    @rule(drawn=DRAWN, answer=st.sampled_from(["consent", "decline", "withdraw"]))
    def answer_less(self, drawn: int, answer: str) -> None:
        if deal := self.pick(drawn, State.APPROVED, State.WON):
            if answer == "withdraw":
                self.attempt(amendments.withdraw_amendment, registration=deal, by=self.cast.pam)
            else:
                given = {"accept": answer == "consent", "by": self.owner(deal)}
                self.attempt(amendments.answer_amendment, registration=deal, **given)

    @rule(drawn=DRAWN, again=st.booleans(), first=st.booleans())
    def reverse(self, drawn: int, again: bool, first: bool) -> None:
        if deal := self.pick(drawn, State.REJECTED, State.APPROVED):
            by = self.cast.pam if first else self.cast.admin
            given = {"reason": "other", "clause": "3.2", "message": "Wrong.", "reinstated": again}
            self.attempt(reverse, registration=deal, by=by, **given)

    @rule(drawn=DRAWN)
    def ask(self, drawn: int) -> None:
        if deal := self.pick(drawn, State.SUBMITTED):
            self.attempt(decisions.ask, registration=deal, message="Who?", fields=["value"], by=self.cast.pam)

    @rule(drawn=DRAWN)
    def answer(self, drawn: int) -> None:
        if deal := self.pick(drawn, State.ASKED):
            by = self.owner(deal)
            self.attempt(actions.answer, registration=deal, message="So.", values={}, fields=[], by=by)

    @rule(drawn=DRAWN, verb=st.sampled_from(["withdraw", "win", "lose"]))
    def end(self, drawn: int, verb: str) -> None:
        if deal := self.pick(drawn, State.SUBMITTED, State.APPROVED):
            extra = {"closed_on": self.now.date(), "early_reason": "Signed."} if verb == "win" else {"reason": "price"}
            self.attempt(getattr(actions, verb), registration=deal, by=self.owner(deal), **extra)

    @rule(days=st.integers(min_value=1, max_value=60))
    def time_goes_on(self, days: int) -> None:
        self.now += timedelta(days=days)
        sweeps.remind_due(now=self.now)
        sweeps.expire_due(now=self.now)
        appeals.escalate_due(now=self.now)
        engagement.escalate_due(now=self.now)
        amendments.lapse_due(now=self.now)
        pass_on(self.now)

    @rule(drawn=DRAWN, takes=st.booleans())
    def answer_first_refusal(self, drawn: int, takes: bool) -> None:
        turns = list(FirstRefusal.objects.filter(state="offered").select_related("registration").order_by("pk"))
        if turns:
            deal = turns[drawn % len(turns)].registration
            close = {"expected_close": self.now.date() + timedelta(days=60)} if takes else {}
            self.attempt(take_up if takes else decline, registration=deal, by=self.owner(deal), **close)
        pass_on(self.now)

    @precondition(lambda self: Registration.objects.to_assess().exists())
    @rule()
    def assess(self) -> None:
        assess_pending(self.now)

    @invariant()
    def protections_of_one_account_and_product_never_overlap(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from deals_protection a join deals_protection b on a.id < b.id"
                " and a.account_id = b.account_id and a.product_id = b.product_id and a.period && b.period"
            )
            assert cursor.fetchone() == (0,)

    @invariant()
    def no_customer_is_held_twice_for_a_product(self) -> None:
        """Not even under two accounts: the matcher sees what the constraint cannot."""
        holding = Protection.objects.filter(period__contains=self.now)
        held = list(holding.values_list("registration__customer_website", "product_id"))
        assert len(held) == len(set(held))

    @invariant()
    def holders_of_one_protection_live_and_end_together(self) -> None:
        for team in Teaming.objects.filter(state="agreed").prefetch_related("holders__registration"):
            rows = [holder.registration for holder in team.holders.all()]
            assert len({(row.state, row.protected_until, row.account_id, row.outcome) for row in rows}) == 1
            assert sum(holder.share for holder in team.holders.all()) == 1

    @invariant()
    def whoever_is_asked_to_share_can_answer(self) -> None:
        asked = Registration.objects.filter(teaming_due_at__isnull=False)
        assert not asked.exclude(seats__teaming__state="open").exists()

    @invariant()
    def every_end_is_recorded_once(self) -> None:
        for kind in TOLD_ONCE:
            told = list(Event.objects.filter(kind=kind).values_list("subject_id", flat=True))
            assert len(told) == len(set(told)), kind

    @invariant()
    def nothing_is_due_that_the_sweeps_have_seen(self) -> None:
        ended = Registration.objects.exclude(state__in=[*OPEN, State.DRAFT])
        assert not ended.filter(next_reminder_at__isnull=False).exists()
        assert not Registration.objects.filter(state=State.APPROVED, protected_until__lte=self.now).exists()

    @invariant()
    def who_decided_wrongly_never_decides_again(self) -> None:
        for row in Registration.objects.exclude(appeal_of=None).select_related("appeal_of"):
            assert row.appeal_of is not None
            assert row.place == row.appeal_of.place
            assert row.decided_by is None or row.decided_by != row.appeal_of.decided_by

    @invariant()
    def money_is_granted_once_and_only_where_it_is_said(self) -> None:
        granted = Entry.objects.filter(kind="amends").count()
        assert granted == Appeal.objects.filter(outcome="compensated").count()

    @invariant()
    def terms_change_by_what_both_sides_see_alone(self) -> None:
        """Those of every approval, as it was written, and whatever has been agreed or upheld since."""
        for row in Registration.objects.exclude(terms={}).exclude(outcome="teaming"):
            first = self.frozen.setdefault(row.pk, row.terms)
            upheld = EngagementAppeal.objects.filter(registration=row, outcome="upheld")
            steps = [*upheld, *Amendment.objects.agreed().filter(registration=row).order_by("answered_at", "pk")]
            assert row.terms == (steps[-1].terms_after if steps else first)
            assert [step.terms_before for step in steps[1:]] == [step.terms_after for step in steps[:-1]]

    @invariant()
    def first_refusal_keeps_the_place_and_ends_with_a_protection(self) -> None:
        for turn in FirstRefusal.objects.exclude(taken_as=None).select_related("registration", "taken_as"):
            assert turn.taken_as
            assert turn.taken_as.priority_at == turn.registration.priority_at
        for turn in FirstRefusal.objects.filter(state="offered").select_related("release"):
            release = turn.release
            held = Protection.objects.filter(account=release.account, product__in=release.products)
            assert not held.filter(period__contains=self.now).exists()

    @invariant()
    def everybody_in_line_has_a_place(self) -> None:
        assert not Registration.objects.exclude(state=State.DRAFT).filter(priority_at=None).exists()


@pytest.mark.timeout(300)
def test_random_histories_keep_every_promise(db: None) -> None:
    run_state_machine_as_test(
        Deals,
        settings=settings(
            max_examples=6, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
