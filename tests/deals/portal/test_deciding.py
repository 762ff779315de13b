"""Approve, ask and reject on the page: one verb each, and a refused one keeps what was typed."""

from typing import Any

import pytest
from django.test import Client

from deals.protections.models import Protection
from tests.deals.portal.conftest import Login
from tests.deals.portal.doing import decide, mueller_account, open_page
from tests.deals.portal.reading import errors, html, main
from tests.factories import (
    MUELLER,
    Cast,
    make_account,
    make_approved,
    make_assessed,
    make_registration,
)


@pytest.fixture
def pam(cast: Cast, login: Login) -> Client:
    return login(cast.pam)


# Approve


def test_approval_protects_a_new_customer(pam: Client, cast: Cast) -> None:
    made = make_assessed(cast.helix, cast.products["fleet-cloud"], **MUELLER)

    response = decide(pam, made, "approve", follow=True, message="Good luck.")

    assert (made.state, made.outcome, made.decision_message) == ("approved", "exclusive", "Good luck.")
    assert made.account is not None
    assert (made.account.name, Protection.objects.count()) == ("Müller Logistik GmbH", 1)
    assert "Approved: Müller Logistik GmbH is protected for Helix Systems." in main(response)


def test_known_customer_is_proposed_and_taken(pam: Client, cast: Cast) -> None:
    account = mueller_account(customer_since="2020-01-01")
    made = make_assessed(cast.helix, **MUELLER)

    shown = html(open_page(pam, made))
    assert f'value="{account.public_id}"' in shown
    assert "Which customer is it?" in shown
    decide(pam, made, "approve", account=account.public_id)

    assert made.account == account


def test_reviewer_may_say_that_it_is_a_new_customer(pam: Client, cast: Cast) -> None:
    account = mueller_account(customer_since="2020-01-01")
    made = make_assessed(cast.helix, **MUELLER)

    decide(pam, made, "approve", account="new")

    assert made.account is not None
    assert (made.account == account, made.account.name) == (False, "Müller Logistik GmbH")


def test_without_a_word_about_the_customer_the_check_under_the_lock_decides(pam: Client, cast: Cast) -> None:
    made = make_assessed(cast.helix, **MUELLER)
    account = mueller_account()

    decide(pam, made, "approve")

    assert made.account == account


def test_account_that_is_not_proposed_cannot_be_taken(pam: Client, cast: Cast) -> None:
    made, other = make_assessed(cast.helix, **MUELLER), make_account("Anker Werft AG")

    response = decide(pam, made, "approve", account=other.public_id)

    assert (response.status_code, made.state) == (400, "submitted")
    assert "Select a valid choice." in errors(response, "account", "approve")


def test_part_of_the_products_is_approved(pam: Client, cast: Cast) -> None:
    fleet, route = cast.products["fleet-cloud"], cast.products["route-planner"]
    made = make_assessed(cast.helix, fleet, route)
    assert "Products to approve" in main(open_page(pam, made))

    decide(pam, made, "approve", products=["route-planner"])

    assert {line.product.slug: line.approved for line in made.lines.all()} == {
        "fleet-cloud": False,
        "route-planner": True,
    }


def test_approval_of_no_product_is_refused(pam: Client, cast: Cast) -> None:
    made = make_assessed(cast.helix, cast.products["fleet-cloud"], cast.products["telematics"])

    response = decide(pam, made, "approve", products=[])

    assert (response.status_code, made.state) == (400, "submitted")
    assert errors(response, "products", "approve") == "Choose at least one product."


def test_changed_engagement_needs_a_word_to_the_partner(pam: Client, cast: Cast) -> None:
    made = make_assessed(cast.helix)

    refused = decide(pam, made, "approve", engagement="shared")
    assert (refused.status_code, made.state) == (400, "submitted")
    assert "Tell the partner why the engagement is changed." in errors(refused, "message", "approve")

    decide(pam, made, "approve", engagement="shared", message="Our engineers run the pilot.")
    assert (made.state, made.engagement, made.terms["rate"]) == ("approved", "shared", "0.12")


def test_approval_over_a_protection_is_a_conflict_that_names_it(pam: Client, cast: Cast) -> None:
    rival = make_approved(cast.orbit, **MUELLER)
    made = make_assessed(cast.helix, **MUELLER)

    response = decide(pam, made, "approve", message="Typed with care.")

    assert (response.status_code, made.state) == (409, "submitted")
    assert (
        f"The customer is protected for another partner: {rival.reference} (Orbit Solutions, Müller Logistik GmbH)."
        in main(response)
    )
    assert "Typed with care." in html(response)


def test_approval_before_an_earlier_registration_needs_a_reason(pam: Client, cast: Cast) -> None:
    rival = make_registration(cast.orbit, **MUELLER)
    made = make_assessed(cast.helix, **MUELLER)

    refused = decide(pam, made, "approve", message="Typed with care.")
    assert (refused.status_code, made.state) == (409, "submitted")
    assert f"An earlier registration is undecided: {rival.reference}" in main(refused)
    assert "Typed with care." in html(refused)

    decide(pam, made, "approve", override_reason="customer_choice", message="The customer chose you.")
    assert (made.state, made.override_reason) == ("approved", "customer_choice")


def test_admin_decides_in_the_place_of_the_pam_with_a_reason(cast: Cast, login: Login) -> None:
    made = make_assessed(cast.helix)
    client = login(cast.admin)
    assert "You decide in the place of the account manager" in main(open_page(client, made))

    refused = decide(client, made, "approve")
    assert (refused.status_code, made.state) == (400, "submitted")
    assert "give a reason." in errors(refused, "override_reason", "approve")

    decide(client, made, "approve", override_reason="correction")
    assert (made.state, made.decided_by) == ("approved", cast.admin)


def test_second_decision_is_a_conflict(pam: Client, cast: Cast) -> None:
    made = make_assessed(cast.helix)
    decide(pam, made, "approve")

    for verb, given in (("approve", {}), ("reject", {"reason": "other", "message": "No."}), ("ask", {"message": "?"})):
        response = decide(pam, made, verb, **given)
        assert (response.status_code, made.state) == (409, "approved")
        assert "This registration is now: Approved." in main(response)


# Ask and reject


def test_question_opens_the_chosen_fields(pam: Client, cast: Cast) -> None:
    made = make_assessed(cast.helix)

    response = decide(pam, made, "ask", follow=True, message="How many vans?", opened=["value", "customer.city"])

    assert (made.state, made.asked_message, made.asked_fields) == (
        *("asked", "How many vans?", ["customer.city", "value"]),
    )
    assert "is on its way to Helix Systems." in main(response)


def test_fields_are_offered_in_human_words(pam: Client, cast: Cast) -> None:
    said = main(open_page(pam, make_assessed(cast.helix)))

    assert "City Contact Contact's e-mail Contact's role Deal value Recurring amount Expected close" in said


@pytest.mark.parametrize("given", [{"message": " "}, {"message": "x" * 4001}, {"message": "?", "opened": ["products"]}])
def test_odd_question_is_refused(pam: Client, cast: Cast, given: dict[str, Any]) -> None:
    made = make_assessed(cast.helix)

    response = decide(pam, made, "ask", **given)

    assert (response.status_code, made.state) == (400, "submitted")
    assert errors(response, "message", "ask") + errors(response, "opened", "ask") != ""
    assert 'name="decide" open>' in html(response)


def test_rejection_has_a_reason_and_words(pam: Client, cast: Cast) -> None:
    made = make_assessed(cast.helix)

    response = decide(pam, made, "reject", follow=True, reason="outside_territory", message="Brazil is not yours.")

    assert (made.state, made.decision_reason, made.decision_clause) == ("rejected", "outside_territory", "3.5")
    assert "Rejected: Helix Systems reads your reason" in main(response)


def test_rejection_without_them_is_refused_and_keeps_what_was_typed(pam: Client, cast: Cast) -> None:
    made = make_assessed(cast.helix)

    wordless = decide(pam, made, "reject", reason="tender", message="")
    assert (wordless.status_code, made.state) == (400, "submitted")
    assert errors(wordless, "message", "reject") == "Tell the partner why."
    assert '<option value="tender" selected>' in html(wordless)

    aimless = decide(pam, made, "reject", reason="", message="Typed with care.")
    assert (aimless.status_code, made.state) == (400, "submitted")
    assert errors(aimless, "reason", "reject") == "Choose a reason."
    assert "Typed with care." in html(aimless)


def test_refused_decision_leaves_the_other_forms_as_they_were(pam: Client, cast: Cast) -> None:
    response = decide(pam, make_assessed(cast.helix), "reject", reason="tender", message="")

    assert errors(response, "message", "ask") + errors(response, "message", "approve") == ""
