"""The partner's face of a registration, and what a partner does with it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from deals.conflicts.actions import assess_pending
from deals.decisions import actions as decisions
from deals.protections.actions import expire_due
from deals.registrations.models import Registration
from prm.clocks.database import database_now
from tests.deals.portal.conftest import Login
from tests.deals.portal.doing import page, send
from tests.deals.portal.reading import html, main, text
from tests.factories import MUELLER, Cast, make_approved, make_asked, make_draft, make_registration

XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture
def rep(cast: Cast, login: Login) -> Client:
    return login(cast.helix.rep)


def rejected(cast: Cast, **changes: Any) -> Registration:
    made = make_registration(cast.helix, **changes)
    return decisions.reject(
        registration=made,
        reason="already_protected",
        message="This customer is spoken for.",
        by=cast.pam,
        now=database_now(),
    )


# What it says


def test_draft_says_that_it_has_no_place_in_line(rep: Client, cast: Cast) -> None:
    said = page(rep, make_draft(cast.helix))

    assert "Only a registration has a place in line: finish the draft and register it." in said
    assert "Continue the draft" in said
    assert "Your place in line:" not in said


def test_registration_says_by_when_it_is_decided(rep: Client, cast: Cast) -> None:
    said = page(rep, make_registration(cast.helix))

    assert "You have a decision with its reason in writing by" in said
    assert f"{cast.pam} decides." in said
    assert "Your place in line:" in said
    assert "your size plays no part (rule 3.2)" in said


def test_late_decision_is_owned_up_to(rep: Client, cast: Cast) -> None:
    made = make_registration(cast.helix)
    Registration.objects.filter(pk=made.pk).update(decision_due_at=database_now() - timedelta(hours=2))

    assert "We are late: the decision was due on" in page(rep, made)


def test_question_stands_with_its_date_and_the_way_to_answer(rep: Client, cast: Cast) -> None:
    made = make_asked(cast.helix, fields=["value", "customer.contact.name"])
    response = rep.get(f"/deals/{made.public_id}/")

    assert "Who signs, and how large is the fleet?" in main(response)
    assert "asked for: Contact, Deal value" in main(response)
    assert "Our clock is paused until then." in main(response)
    assert f'href="/deals/{made.public_id}/answer/"' in html(response)


def test_third_question_does_not_pause_the_clock(rep: Client, cast: Cast) -> None:
    made = make_asked(cast.helix)
    Registration.objects.filter(pk=made.pk).update(clock_paused_at=None)

    assert "Our clock runs on meanwhile." in page(rep, made)


def test_approval_says_until_when_and_for_how_much(rep: Client, cast: Cast) -> None:
    said = page(rep, make_approved(cast.helix))

    assert "The customer is yours until" in said
    assert "Protection 90 days" in said
    assert "Terms €17,280 20% of €86,400 Frozen at approval." in said
    assert "rests on rule 4.1" in said


def test_decision_cites_the_version_of_the_rules_it_was_made_under(rep: Client, cast: Cast) -> None:
    made = rejected(cast)
    response = rep.get(f"/deals/{made.public_id}/")

    assert "The customer is already protected. This customer is spoken for." in main(response)
    assert 'href="/rules/1/#rule-3-1">rule 3.1</a>' in html(response)
    assert rep.get("/rules/1/").status_code == 200


def test_part_of_the_products_can_be_approved(rep: Client, cast: Cast) -> None:
    fleet, route = cast.products["fleet-cloud"], cast.products["route-planner"]
    made = make_registration(cast.helix, fleet, route)
    decisions.approve(registration=made, products=[fleet], by=cast.pam, now=database_now())

    assert "Fleet Cloud × 1 Route Planner × 1 not approved" in page(rep, made)


def test_facts_are_shown_as_they_were_given(rep: Client, cast: Cast) -> None:
    said = page(
        rep,
        make_registration(
            cast.helix,
            contact_name="Jana Roth",
            contact_title="Head of fleet",
            contact_email="jana@example.com",
            recurring_amount=Decimal(7200),
            recurring_per="month",
            recurring_months=36,
            competitor="FleetPilot",
            own_services=[{"name": "Rollout", "value": {"amount": "4200.00", "currency": "USD"}}, {"name": "Training"}],
        ),
    )

    assert "Jana Roth, Head of fleet · jana@example.com" in said
    assert "€86,400 and €7,200 a month for 36 months" in said
    assert "Own services Rollout · US$4,200 Training" in said
    assert "Competitor FleetPilot" in said


def test_every_end_is_told(rep: Client, cast: Cast) -> None:
    won, lost, withdrawn = make_approved(cast.helix), make_approved(cast.helix), make_registration(cast.helix)
    expired, lapsed = make_approved(cast.helix, now=database_now() - timedelta(days=100)), make_asked(cast.helix)
    Registration.objects.filter(pk=lapsed.pk).update(answer_due_at=database_now() - timedelta(days=1))
    expire_due(now=database_now())
    send(rep, won, "win", closed_on=database_now().date().isoformat(), early_reason="Signed at once.")
    send(rep, lost, "lose", reason="price")
    send(rep, withdrawn, "withdraw")

    assert "with €86,400. Congratulations." in page(rep, won)
    assert "Closed as lost on" in page(rep, lost)
    assert "You have withdrawn it on" in page(rep, withdrawn)
    assert "If the deal still lives, register it again." in page(rep, expired)
    assert "Our question was not answered in time." in page(rep, lapsed)


def test_history_is_told_in_dates_of_the_reader(rep: Client, cast: Cast) -> None:
    made = make_approved(cast.helix)
    said = page(rep, made)

    assert "Draft saved" in said
    assert "Registered; the place in line is fixed" in said
    assert made.protected_until is not None
    assert f"{made.protected_until:%Y-%m-%d}" not in said


def test_words_are_shown_as_words(cast: Cast, login: Login) -> None:
    made = rejected(cast, customer_name=XSS, work_done=XSS * 2, competitor=XSS, contact_name=XSS)
    Registration.objects.filter(pk=made.pk).update(asked_message=XSS, answer_message=XSS, decision_message=XSS)

    for user in (cast.helix.rep, cast.pam):
        shown = html(login(user).get(f"/deals/{made.public_id}/"))
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown


# What it keeps to itself


def test_partner_reads_nothing_of_findings_or_rivals(cast: Cast, login: Login) -> None:
    make_approved(cast.orbit, cast.products["fleet-cloud"], **MUELLER)
    made = make_registration(cast.helix, cast.products["fleet-cloud"], **MUELLER)
    assess_pending()
    client = login(cast.helix.admin)

    shown = html(client.get(f"/deals/{made.public_id}/"))

    assert [word for word in ("Orbit", "conflict", "Conflict", "Recommended", "97%") if word in shown] == []
    assert client.get(f"/deals/{made.public_id}/findings/").status_code == 403


def test_page_is_the_same_with_and_without_a_rival(cast: Cast, login: Login) -> None:
    make_registration(cast.orbit, cast.products["fleet-cloud"], **MUELLER)
    taken = make_registration(cast.helix, cast.products["fleet-cloud"], **MUELLER)
    free = make_registration(cast.helix, cast.products["route-planner"], **MUELLER)
    assess_pending()
    client = login(cast.helix.rep)

    assert len(page(client, taken).split()) == len(page(client, free).split())


@pytest.mark.parametrize("verb", ["", "edit/", "answer/"])
def test_rivals_registration_is_not_there(cast: Cast, login: Login, verb: str) -> None:
    made = make_asked(cast.orbit)
    client = login(cast.helix.admin)

    foreign, absent = client.get(f"/deals/{made.public_id}/{verb}"), client.get(f"/deals/deal_00000000000000/{verb}")

    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert text(foreign) == text(absent)


@pytest.mark.parametrize("verb", ["answer", "discard", "withdraw", "win", "lose", "share", "approve", "ask", "reject"])
def test_verbs_on_a_rivals_registration_are_not_there(cast: Cast, login: Login, verb: str) -> None:
    made = make_registration(cast.orbit)

    assert send(login(cast.helix.admin), made, verb).status_code == 404
    assert made.state == "submitted"


@pytest.mark.parametrize("verb", ["answer", "discard", "withdraw", "win", "lose", "share", "approve", "ask", "reject"])
def test_verbs_of_another_side_or_colleague_are_refused(cast: Cast, login: Login, verb: str) -> None:
    made = make_registration(cast.helix, by=cast.helix.admin)

    refused = [send(login(user), made, verb).status_code for user in (cast.helix.rep, cast.helix.marketing)]

    assert refused == [403, 403]
    assert made.state == "submitted"


@pytest.mark.parametrize("verb", ["discard", "withdraw", "win", "lose", "share", "approve", "ask", "reject"])
def test_verbs_cannot_be_asked_for(cast: Cast, rep: Client, verb: str) -> None:
    made = make_registration(cast.helix)

    assert rep.get(f"/deals/{made.public_id}/{verb}/").status_code == 405


def test_reader_who_may_not_act_sees_no_buttons(cast: Cast, login: Login) -> None:
    made = make_approved(cast.helix)

    shown = html(login(cast.helix.marketing).get(f"/deals/{made.public_id}/"))

    assert [verb for verb in ("win", "lose", "withdraw", "share") if f"/{verb}/" in shown] == []
