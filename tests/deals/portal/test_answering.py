"""The page on which a question is answered: only what was asked is open, and the place in line stays."""

from decimal import Decimal

import pytest
from django.test import Client

from deals.registrations.models import Registration
from tests.deals.portal.conftest import Login
from tests.deals.portal.doing import send
from tests.deals.portal.reading import errors, html, main, text
from tests.factories import Cast, make_asked, make_registration


@pytest.fixture
def rep(cast: Cast, login: Login) -> Client:
    return login(cast.helix.rep)


def test_answer_page_opens_only_what_was_asked(rep: Client, cast: Cast) -> None:
    made = make_asked(cast.helix, fields=["value", "customer.contact.email"])

    shown = html(rep.get(f"/deals/{made.public_id}/answer/"))

    assert [name for name in ("value", "currency", "contact_email", "message") if f'name="{name}"' not in shown] == []
    assert [name for name in ("customer_name", "work_done", "motion") if f'name="{name}"' in shown] == []


def test_answer_changes_what_was_asked_and_keeps_the_place(rep: Client, cast: Cast) -> None:
    made = make_asked(cast.helix, fields=["value", "own_services"])
    place = made.place

    response = send(
        rep, made, "answer", follow=True, message="240 vans.", value="90000", currency="EUR", service_1="Rollout"
    )

    assert (made.state, made.value, made.answer_message, made.place) == (
        *("submitted", Decimal("90000.00"), "240 vans.", place),
    )
    assert made.own_services == [{"name": "Rollout"}]
    assert "Your answer is sent. Your place in line is kept." in main(response)


def test_answer_with_a_recurring_amount(rep: Client, cast: Cast) -> None:
    made = make_asked(cast.helix, fields=["recurring"])

    send(rep, made, "answer", message="Yes.", recurring_amount="100", recurring_per="year", recurring_months="24")

    assert (made.recurring_amount, made.recurring_per, made.recurring_months) == (Decimal("100.00"), "year", 24)


def test_what_was_not_asked_stays_as_it_was(rep: Client, cast: Cast) -> None:
    made = make_asked(cast.helix, fields=["value"])
    before = made.customer_name

    send(rep, made, "answer", message="Yes.", value="1000", currency="EUR", customer_name="Somebody else", motion="x")

    assert (made.customer_name, made.motion, made.value) == (before, "resale", Decimal("1000.00"))


def test_question_without_fields_needs_words(rep: Client, cast: Cast) -> None:
    made = make_asked(cast.helix, fields=[])

    response = send(rep, made, "answer", message="")

    assert (response.status_code, made.state) == (400, "asked")
    assert errors(response, "message") == "This field is required."


def test_answer_that_leaves_the_registration_incomplete_is_refused(rep: Client, cast: Cast) -> None:
    made = make_asked(cast.helix, fields=["work_done"])

    response = send(rep, made, "answer", message="Here.", work_done="Too short.")

    assert (response.status_code, made.state) == (400, "asked")
    assert "at least 20 characters" in errors(response, "work_done")
    assert "Too short." in html(response)


def test_answer_that_makes_it_another_customer_is_refused(rep: Client, cast: Cast) -> None:
    made = make_asked(cast.helix, fields=["customer.contact.email"])
    Registration.objects.filter(pk=made.pk).update(customer_website="")

    response = send(rep, made, "answer", message="Here.", contact_email="ceo@quite-another-firm.de")

    assert (response.status_code, made.state) == (400, "asked")
    assert "This would be another customer." in text(response)


def test_answer_that_names_the_city_is_taken(rep: Client, cast: Cast) -> None:
    made = make_asked(cast.helix, fields=["customer.city"])

    response = send(rep, made, "answer", message="Here.", customer_city="Lower Quarry")
    made.refresh_from_db()

    assert (response.status_code, made.state, made.customer_city) == (302, "submitted", "Lower Quarry")


def test_question_that_is_answered_leads_to_the_deal(rep: Client, cast: Cast) -> None:
    made = make_registration(cast.helix)
    path = f"/deals/{made.public_id}/answer/"

    assert rep.get(path)["Location"] == f"/deals/{made.public_id}/"
    assert rep.post(path, {"message": "Late."}).status_code == 409
