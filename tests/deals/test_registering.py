"""A partner's way: draft, submit, answer, withdraw, win, lose."""

from datetime import timedelta

import pytest

from deals.decisions import actions as decisions
from deals.registrations import actions
from deals.registrations.models import Registration
from partners.models import RevenueFact
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict, TooOften
from prm.notices.models import Notice
from tests.factories import (
    MUELLER,
    Cast,
    deal_values,
    make_approved,
    make_asked,
    make_draft,
    make_registration,
)


def kinds(registration: Registration) -> list[str]:
    return list(Event.objects.about("deal", registration.public_id).values_list("kind", flat=True))


def test_draft_has_no_place_in_line(cast: Cast) -> None:
    draft = make_draft(cast.helix)

    assert (draft.state, draft.priority_at, draft.submitted_at) == ("draft", None, None)
    assert draft.reference.startswith("DR-")
    assert kinds(draft) == ["deal.drafted"]


def test_draft_of_a_person_who_may_not_register_is_refused(cast: Cast) -> None:
    for user in (cast.helix.engineer, cast.helix.marketing, cast.pam, cast.executive):
        with pytest.raises(NotAllowed):
            actions.create_draft(values=deal_values(), lines=[], by=user, now=database_now())

    assert Registration.objects.count() == 0


def test_form_sent_twice_makes_one_draft(cast: Cast) -> None:
    values = deal_values()
    made = [
        actions.create_draft(values=values, lines=[], by=cast.helix.rep, now=database_now(), form_nonce="n-1")
        for _ in range(2)
    ]

    assert made[0].pk == made[1].pk
    assert Registration.objects.count() == 1


def test_submit_takes_the_place_and_promises_a_date(cast: Cast) -> None:
    registration = make_registration(cast.helix)

    assert registration.state == "submitted"
    assert registration.place is not None
    assert registration.decision_due_at is not None
    assert registration.decision_due_at - registration.priority_at >= timedelta(days=2) - timedelta(hours=1)
    assert kinds(registration) == ["deal.drafted", "deal.submitted"]
    told = Notice.objects.order_by("key").values_list("user__email", "kind")
    assert sorted(told) == [("pam@vendor.example", "deal.to_decide"), ("rep@helix.example", "deal.submitted")]


def test_places_in_line_grow(cast: Cast) -> None:
    first, second = make_registration(cast.helix), make_registration(cast.orbit)

    assert first.is_ahead_of(second)
    assert not second.is_ahead_of(first)
    assert list(Registration.objects.all().earlier_than(second)) == [first]


def test_submit_names_everything_that_is_missing(cast: Cast) -> None:
    draft = actions.create_draft(
        values={"customer_name": "Aster Foods", "work_done": "Too short"},
        lines=[],
        by=cast.helix.rep,
        now=database_now(),
    )

    with pytest.raises(InvalidInput) as refused:
        actions.submit(registration=draft, by=cast.helix.rep, now=database_now())

    assert sorted(refused.value.errors) == [
        *("customer.country", "engagement", "expected_close", "motion", "products", "value", "work_done")
    ]
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_submit_twice_is_a_conflict_and_changes_nothing(cast: Cast) -> None:
    registration = make_registration(cast.helix)
    place, version = registration.place, registration.version

    with pytest.raises(StateConflict) as refused:
        actions.submit(registration=registration, by=cast.helix.rep, now=database_now())

    registration.refresh_from_db()
    assert refused.value.state == "submitted"
    assert (registration.place, registration.version) == (place, version)


def test_own_duplicate_is_refused_at_submit_and_never_as_a_draft(cast: Cast) -> None:
    first = make_registration(cast.helix, **MUELLER)
    draft = make_draft(cast.helix, **{**MUELLER, "customer_name": "Mueller Logistik"}, by=cast.helix.admin)

    with pytest.raises(StateConflict) as refused:
        actions.submit(registration=draft, by=cast.helix.admin, now=database_now())

    assert first.reference in refused.value.message
    assert refused.value.code == "own_duplicate"


def test_own_registration_of_another_product_is_no_duplicate(cast: Cast) -> None:
    make_registration(cast.helix, cast.products["fleet-cloud"], **MUELLER)
    other = make_registration(cast.helix, cast.products["route-planner"], **MUELLER)

    assert other.state == "submitted"


def test_rival_registration_never_shows_at_submit(cast: Cast) -> None:
    make_approved(cast.orbit, **MUELLER)

    registration = make_registration(cast.helix, **MUELLER)

    assert registration.state == "submitted"


def test_daily_limit_of_the_organisation(cast: Cast, settings: object) -> None:
    settings.PRM_SUBMISSIONS_PER_DAY = 2  # type: ignore[attr-defined]
    make_registration(cast.helix)
    make_registration(cast.helix)

    with pytest.raises(TooOften) as refused:
        make_registration(cast.helix)

    assert refused.value.wait_seconds > 0
    assert make_registration(cast.orbit).state == "submitted"


def test_colleague_reads_and_only_the_admin_acts(cast: Cast) -> None:
    draft = make_draft(cast.helix)
    colleague = cast.helix.marketing

    assert Registration.objects.visible_to(colleague).get() == draft
    with pytest.raises(NotAllowed):
        actions.submit(registration=draft, by=colleague, now=database_now())
    assert actions.submit(registration=draft, by=cast.helix.admin, now=database_now()).state == "submitted"


def test_engineer_reads_only_what_is_shared(cast: Cast) -> None:
    shared, _other = make_registration(cast.helix), make_registration(cast.helix)

    actions.share(registration=shared, colleague=cast.helix.engineer, by=cast.helix.rep, now=database_now())

    assert list(Registration.objects.visible_to(cast.helix.engineer)) == [shared]
    with pytest.raises(StateConflict):
        actions.share(registration=shared, colleague=cast.helix.engineer, by=cast.helix.rep, now=database_now())
    with pytest.raises(InvalidInput):
        actions.share(registration=shared, colleague=cast.orbit.engineer, by=cast.helix.rep, now=database_now())


def test_answer_keeps_the_place_and_postpones_the_date(cast: Cast) -> None:
    asked = make_asked(cast.helix, fields=["work_done", "value"])
    place, due = asked.place, asked.decision_due_at
    later = database_now() + timedelta(days=7)

    answered = actions.answer(
        registration=asked,
        message="The managing director signs.",
        values={"work_done": "Two workshops, a pilot with 20 vehicles, and a written offer."},
        fields=["work_done"],
        by=cast.helix.rep,
        now=later,
    )

    assert answered.state == "submitted"
    assert answered.place == place
    assert answered.decision_due_at == due + timedelta(days=5 * 1 + 2)
    assert answered.due_at == answered.decision_due_at
    assert answered.work_done.startswith("Two workshops, a pilot")


def test_clock_is_paused_while_asked(cast: Cast) -> None:
    asked = make_asked(cast.helix)

    assert asked.due_at is None
    assert asked.answer_due_at is not None


def test_only_two_questions_pause_the_clock(cast: Cast) -> None:
    registration = make_registration(cast.helix)
    paused = []
    for _ in range(3):
        decisions.ask(registration=registration, message="And?", fields=["value"], by=cast.pam, now=database_now())
        registration.refresh_from_db()
        paused.append(registration.clock_paused_at is not None)
        actions.answer(
            registration=registration, message="So.", values={}, fields=[], by=cast.helix.rep, now=database_now()
        )

    assert paused == [True, True, False]


def test_answer_with_a_field_that_was_not_asked_is_refused(cast: Cast) -> None:
    asked = make_asked(cast.helix, fields=["work_done"])

    with pytest.raises(InvalidInput) as refused:
        actions.answer(
            registration=asked, message="", values={"value": 1}, fields=["value"], by=cast.helix.rep, now=database_now()
        )

    assert list(refused.value.errors) == ["value"]


def test_answer_that_makes_another_customer_is_refused(cast: Cast) -> None:
    asked = make_asked(
        cast.helix, fields=["customer.contact.email"], customer_website="", contact_email="a@first-customer.de"
    )

    with pytest.raises(InvalidInput) as refused:
        actions.answer(
            registration=asked,
            message="",
            values={"contact_email": "b@second-customer.de"},
            fields=["customer.contact.email"],
            by=cast.helix.rep,
            now=database_now(),
        )

    assert list(refused.value.errors) == ["customer.contact.email"]


def test_withdraw_from_review_and_from_a_question(cast: Cast) -> None:
    for registration in (make_registration(cast.helix), make_asked(cast.helix)):
        ended = actions.withdraw(
            registration=registration, reason="Lost interest", by=cast.helix.rep, now=database_now()
        )
        assert (ended.state, ended.end_text) == ("withdrawn", "Lost interest")


def test_discarded_draft_is_gone(cast: Cast) -> None:
    draft = make_draft(cast.helix)

    actions.discard_draft(registration=draft, by=cast.helix.rep, now=database_now())

    assert Registration.objects.count() == 0
    with pytest.raises(StateConflict):
        actions.discard_draft(registration=draft, by=cast.helix.rep, now=database_now())


def test_win_writes_the_revenue_once(cast: Cast) -> None:
    approved = make_approved(cast.helix)
    now = database_now()

    won = actions.win(
        registration=approved, closed_on=now.date(), early_reason="Signed at once.", by=cast.helix.rep, now=now
    )

    fact = RevenueFact.objects.get()
    assert (won.state, won.won_value) == ("won", approved.value)
    assert (fact.subject_id, fact.amount, fact.partner) == (won.public_id, approved.value, cast.helix.partner)
    with pytest.raises(StateConflict):
        actions.win(
            registration=approved, closed_on=now.date(), early_reason="Signed at once.", by=cast.helix.rep, now=now
        )


def test_win_in_the_future_or_another_currency_is_refused(cast: Cast) -> None:
    approved = make_approved(cast.helix)
    now = database_now()

    for closed_on, currency, field in (
        (now.date() + timedelta(days=2), "", "closed_on"),
        (now.date() - timedelta(days=4000), "", "closed_on"),
        (now.date(), "USD", "value"),
    ):
        with pytest.raises(InvalidInput) as refused:
            actions.win(
                registration=approved,
                closed_on=closed_on,
                early_reason="Signed at once.",
                currency=currency,
                by=cast.helix.rep,
                now=now,
            )
        assert list(refused.value.errors) == [field]


def test_loss_ends_the_protection(cast: Cast) -> None:
    approved = make_approved(cast.helix, **MUELLER)
    now = database_now()

    lost = actions.lose(registration=approved, reason="price", by=cast.helix.rep, now=now)

    assert (lost.state, lost.end_reason, lost.protected_until) == ("lost", "price", now)
    rival = make_registration(cast.orbit, **MUELLER)
    assert decisions.approve(registration=rival, by=cast.pam, now=database_now()).state == "approved"


@pytest.mark.parametrize("behind", [timedelta(0), timedelta(seconds=2)])
def test_loss_that_waited_for_the_approval_ends_the_protection_too(cast: Cast, behind: timedelta) -> None:
    """Its clock was read before the approval was written: an end before the beginning would be no end."""
    approved = make_approved(cast.helix, **MUELLER)
    assert approved.decided_at is not None

    lost = actions.lose(registration=approved, reason="price", by=cast.helix.rep, now=approved.decided_at - behind)

    assert lost.protected_until == approved.decided_at + timedelta(microseconds=1)
    assert list(lost.protections.holding(database_now())) == []


def test_loss_in_own_words_is_kept(cast: Cast) -> None:
    lost = actions.lose(
        registration=make_approved(cast.helix), reason="The plant was sold", by=cast.helix.rep, now=database_now()
    )

    assert (lost.end_reason, lost.end_text) == ("other", "The plant was sold")
