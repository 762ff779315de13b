"""Rare ways through the verbs: what two people do at once, and what no door lets through."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event as Signal

import pytest
from django.db import IntegrityError, connection, transaction

from deals.decisions import actions as decisions
from deals.products.models import ProductLine
from deals.protections.actions import remind_due
from deals.protections.models import Protection
from deals.registrations import actions
from deals.registrations.models import Registration
from partners.models import Account
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices.models import Notice
from tests.deals.test_races import somebody_waits_for_a_lock, wait_until
from tests.factories import Cast, deal_values, make_account, make_approved, make_draft, make_registration

NONCE = "one-form-of-one-person"


def draft_by_form(cast: Cast, name: str) -> Registration:
    values = deal_values(customer_name=name)
    return actions.create_draft(values=values, lines=[], by=cast.helix.rep, now=database_now(), form_nonce=NONCE)


def test_form_that_is_sent_twice_at_once_makes_one_draft(live_cast: Cast) -> None:
    made, go_on = Signal(), Signal()

    def send_slowly() -> str:
        with transaction.atomic():
            draft = draft_by_form(live_cast, "Sent first GmbH")
            made.set()
            go_on.wait(timeout=20)
        connection.close()
        return draft.public_id

    def send_again() -> str:
        draft = draft_by_form(live_cast, "Sent second GmbH")
        connection.close()
        return draft.public_id

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(send_slowly)
        made.wait(timeout=20)
        second = pool.submit(send_again)
        wait_until(lambda: second.done() or somebody_waits_for_a_lock())
        go_on.set()
        ids = {first.result(timeout=20), second.result(timeout=20)}

    assert ids == {Registration.objects.get().public_id}
    assert Registration.objects.get().customer_name == "Sent first GmbH"


def test_forms_without_a_mark_make_a_draft_each(cast: Cast) -> None:
    values = deal_values()
    for _time in range(2):
        actions.create_draft(values=values, lines=[], by=cast.helix.rep, now=database_now())

    assert Registration.objects.count() == 2


def test_draft_that_breaks_another_rule_of_the_table_is_no_repetition(cast: Cast) -> None:
    values = deal_values(recurring_amount=100, recurring_per="", recurring_months=None)

    with pytest.raises(IntegrityError, match="registration_recurring_whole"), transaction.atomic():
        actions.create_draft(values=values, lines=[], by=cast.helix.rep, now=database_now(), form_nonce=NONCE)


@pytest.mark.parametrize("who", ["engineer", "marketing"])
def test_sharing_needs_the_right_to_act(cast: Cast, who: str) -> None:
    draft = make_draft(cast.helix)

    with pytest.raises(NotAllowed):
        actions.share(
            registration=draft, colleague=cast.helix.engineer, by=getattr(cast.helix, who), now=database_now()
        )
    assert draft.shares.count() == 0


def test_sharing_stays_in_the_house(cast: Cast) -> None:
    draft = make_draft(cast.helix)

    with pytest.raises(InvalidInput) as refused:
        actions.share(registration=draft, colleague=cast.orbit.engineer, by=cast.helix.rep, now=database_now())

    assert list(refused.value.errors) == ["colleague"]
    assert draft.shares.count() == 0


def test_sharing_twice_is_said(cast: Cast) -> None:
    draft = make_draft(cast.helix)
    given = {"registration": draft, "colleague": cast.helix.engineer, "by": cast.helix.rep, "now": database_now()}
    actions.share(**given)

    with pytest.raises(StateConflict) as refused:
        actions.share(**given)

    assert refused.value.state == "draft"
    assert draft.shares.count() == 1


def test_unknown_engagement_is_refused(cast: Cast) -> None:
    registration = make_registration(cast.helix)

    with pytest.raises(InvalidInput) as refused:
        decisions.approve(registration=registration, engagement="alone", by=cast.pam, now=database_now())

    assert list(refused.value.errors) == ["engagement"]
    assert Protection.objects.count() == 0


def past_protection(registration: Registration, account: Account, product: ProductLine) -> None:
    """Of the same line, as only a mistake in the data could have left it."""
    now = database_now()
    period = (now - timedelta(days=9), now - timedelta(days=8))
    Protection.objects.create(registration=registration, account=account, product=product, period=period)


def test_broken_data_is_no_conflict(cast: Cast) -> None:
    """Only the wall against double protection is a conflict; anything else that the table refuses is a fault."""
    registration = make_registration(cast.helix)
    past_protection(registration, make_account(), registration.lines.get().product)

    with pytest.raises(IntegrityError, match="protection_once_per_line"), transaction.atomic():
        decisions.approve(registration=registration, by=cast.pam, now=database_now())


def test_reminder_that_is_not_due_yet_tells_nobody(cast: Cast) -> None:
    """The rules may have been changed after the date was noted."""
    approved = make_approved(cast.helix)
    now = database_now()
    Registration.objects.filter(pk=approved.pk).update(next_reminder_at=now - timedelta(minutes=1))
    told = Notice.objects.count()

    remind_due(now=now)

    approved.refresh_from_db()
    assert approved.next_reminder_at is not None
    assert approved.next_reminder_at > now
    assert Notice.objects.count() == told
