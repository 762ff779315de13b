"""Random histories of rival registrations for a few customers; what must always hold is checked after every step."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from deals.conflicts.actions import assess_pending
from deals.decisions import actions as decisions
from deals.protections import actions as sweeps
from deals.protections.models import Protection
from deals.registrations import actions
from deals.registrations.models import Registration
from deals.registrations.states import OPEN, State
from prm.accounts.models import User
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import PrmError
from tests.factories import deal_values, make_cast

CUSTOMERS = ("mueller-logistik.de", "aster-foods.de")
DRAWN = st.integers(min_value=0, max_value=10**6)
TOLD_ONCE = ("deal.approved", "deal.rejected", "deal.expired", "deal.lapsed", "deal.won", "deal.lost")


class Deals(RuleBasedStateMachine):
    """Two partners, two customers, two products, one PAM; time goes on by days. Each history is rolled back."""

    def __init__(self) -> None:
        super().__init__()
        self.history = transaction.atomic()
        self.history.__enter__()
        self.cast = make_cast()
        self.now: datetime = database_now()

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
            self.attempt(decisions.approve, registration=deal, override_reason=reason, by=self.cast.pam)

    @rule(drawn=DRAWN)
    def reject(self, drawn: int) -> None:
        if deal := self.pick(drawn, State.SUBMITTED, State.APPROVED):
            self.attempt(decisions.reject, registration=deal, reason="other", message="No.", by=self.cast.pam)

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
            extra = {"closed_on": self.now.date()} if verb == "win" else {"reason": "price"}
            self.attempt(getattr(actions, verb), registration=deal, by=self.owner(deal), **extra)

    @rule(days=st.integers(min_value=1, max_value=60))
    def time_goes_on(self, days: int) -> None:
        self.now += timedelta(days=days)
        sweeps.remind_due(now=self.now)
        sweeps.expire_due(now=self.now)

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
