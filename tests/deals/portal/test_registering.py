"""The registration form: what it takes, what it says, and that nothing typed is lost."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from deals.registrations.models import Registration
from tests.deals.portal.conftest import Login
from tests.deals.portal.doing import only, post
from tests.deals.portal.reading import deal_form, errors, html, main, text
from tests.factories import Cast

XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture
def rep(cast: Cast, login: Login) -> Client:
    return login(cast.helix.rep)


# The page


def test_empty_form_says_what_happens_next(rep: Client, cast: Cast) -> None:
    said = main(rep.get("/deals/new/"))

    assert "You hear from your account manager within 2 business days." in said
    assert "Your place in line is fixed the moment you register." in said
    assert f"{cast.pam} decides." in said
    assert "90 days from approval" in said
    assert "Assisted (4%) – Shared (12%) – Independent (20%)" in said


def test_empty_form_offers_what_is_on_sale(rep: Client, cast: Cast) -> None:
    product = cast.products["telematics"]
    product.retired_on = timezone.localdate()
    product.save()

    page = html(rep.get("/deals/new/"))

    assert [slug for slug in cast.products if f'value="{slug}"' in page] == ["fleet-cloud", "route-planner"]


def test_common_currencies_come_first(rep: Client) -> None:
    page = html(rep.get("/deals/new/"))

    assert [page.index(f'value="{code}"') for code in ("EUR", "USD", "GBP", "CHF", "AED")] == sorted(
        page.index(f'value="{code}"') for code in ("EUR", "USD", "GBP", "CHF", "AED")
    )


@pytest.mark.parametrize("who", ["engineer", "marketing"])
def test_colleague_who_does_not_register_is_turned_away(cast: Cast, login: Login, who: str) -> None:
    client = login(getattr(cast.helix, who))

    assert (client.get("/deals/new/").status_code, post(client).status_code) == (403, 403)
    assert Registration.objects.count() == 0


def test_vendor_does_not_register(cast: Cast, login: Login) -> None:
    assert [login(user).get("/deals/new/").status_code for user in cast.vendor_staff] == [403] * 7


# Registering


def test_complete_form_registers(rep: Client, cast: Cast) -> None:
    response = post(rep)
    made = only()

    assert (response.status_code, response["Location"]) == (302, f"/deals/{made.public_id}/")
    assert (made.state, made.customer_name, made.customer_website) == (
        *("submitted", "Müller Logistik GmbH", "mueller-logistik.de"),
    )
    assert (made.value, made.currency, made.motion, made.engagement) == (
        *(Decimal("86400.00"), "EUR", "managed", "independent"),
    )
    assert [(line.product.slug, line.quantity) for line in made.lines.all()] == [("fleet-cloud", 240)]
    assert (made.created_by, made.partner) == (cast.helix.rep, cast.helix.partner)


def test_page_after_registering_tells_the_date_of_the_decision(rep: Client) -> None:
    said = main(rep.post("/deals/new/", deal_form(), follow=True))

    assert f"{only().reference} is registered and your place in line is fixed. You have a decision by" in said


def test_everything_else_of_a_deal_is_kept(rep: Client) -> None:
    post(
        rep,
        customer_tax_number="DE123456789",
        contact_name="Jana Roth",
        contact_title="Head of fleet",
        contact_email="jana@mueller-logistik.de",
        recurring_amount="7 200",
        recurring_per="month",
        recurring_months="36",
        origin="joint",
        segment="mid_market",
        competitor="FleetPilot",
        external_id="HX-1",
        service_1="Rollout",
        service_1_value="4,200.50",
        service_2="Training",
    )
    made = only()

    assert (made.customer_tax_number, made.contact_name, made.contact_title, made.contact_email) == (
        *("DE123456789", "Jana Roth", "Head of fleet", "jana@mueller-logistik.de"),
    )
    assert (made.recurring_amount, made.recurring_per, made.recurring_months) == (Decimal("7200.00"), "month", 36)
    assert (made.origin, made.segment, made.competitor, made.external_id) == (
        *("joint", "mid_market", "FleetPilot", "HX-1"),
    )
    assert made.own_services == [
        {"name": "Rollout", "value": {"amount": "4200.50", "currency": "EUR"}},
        {"name": "Training"},
    ]


def test_product_without_a_quantity_is_one_unit(rep: Client) -> None:
    post(rep, products=["fleet-cloud", "telematics"], **{"products-fleet-cloud": "", "products-telematics": " 3 "})

    assert {line.product.slug: line.quantity for line in only().lines.all()} == {"fleet-cloud": 1, "telematics": 3}


def test_quantity_of_a_line_that_is_not_ticked_counts_for_nothing(rep: Client) -> None:
    post(rep, **{"products-telematics": "5"})

    assert [line.product.slug for line in only().lines.all()] == ["fleet-cloud"]


def test_kind_of_opportunity_is_new_unless_said(rep: Client) -> None:
    post(rep, opportunity=None)

    assert (only().state, only().opportunity) == ("submitted", "new")


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("customer_country", "This is needed to register."),
        ("products", "This is needed to register."),
        ("value", "This is needed to register."),
        ("expected_close", "This is needed to register."),
        ("motion", "This is needed to register."),
        ("engagement", "This is needed to register."),
        ("work_done", "This is needed to register."),
    ],
)
def test_what_is_missing_is_said_at_the_field_and_the_draft_is_kept(rep: Client, missing: str, sentence: str) -> None:
    response = post(rep, **{missing: None})
    draft = only()

    assert (response.status_code, draft.state, draft.customer_name) == (400, "draft", "Müller Logistik GmbH")
    assert sentence in errors(response, missing)
    assert f'action="/deals/{draft.public_id}/edit/"' in html(response)
    assert "Nothing is lost, the draft is saved." in main(response)


def test_short_story_and_past_date_are_said_at_the_field(rep: Client) -> None:
    yesterday = (timezone.localdate() - timedelta(days=2)).isoformat()

    response = post(rep, work_done="Too short.", expected_close=yesterday)

    assert "at least 20 characters" in errors(response, "work_done")
    assert "The expected close lies in the past." in errors(response, "expected_close")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("customer_website", "javascript:alert(1)", "Give a host name such as example.com"),
        ("customer_website", "ftp://mueller.de", "Give a host name such as example.com"),
        ("customer_website", "not a host", "Give a host name such as example.com"),
        ("customer_country", "XX", "Select a valid choice"),
        ("contact_email", "nobody", "Enter a valid email address."),
        ("value", "86.400", "Is that 86400? Write it without the mark."),
        ("value", "a lot", "Write the amount as a plain number"),
        ("value", "-5", "Write the amount as a plain number"),
        ("currency", "DEM", "Select a valid choice"),
        ("expected_close", "9999-12-31", "Give a date from 2000-01-01 to 2099-12-31."),
        ("expected_close", "31.12.2027", "Enter a valid date."),
        ("motion", "theft", "Select a valid choice"),
        ("engagement", "none", "Select a valid choice"),
        ("recurring_months", "121", "less than or equal to 120"),
        ("customer_name", "x" * 201, "at most 200 characters"),
        ("work_done", "x" * 4001, "at most 4000 characters"),
    ],
)
def test_what_cannot_be_taken_is_said_at_the_field(rep: Client, name: str, value: str, sentence: str) -> None:
    response = post(rep, **{name: value})

    assert response.status_code == 400
    assert sentence in errors(response, name)
    assert Registration.objects.count() == 0


@pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "1e3", "１２", "1000001", "many"])
def test_odd_quantity_is_refused(rep: Client, quantity: str) -> None:
    response = post(rep, **{"products-fleet-cloud": quantity})

    assert (response.status_code, Registration.objects.count()) == (400, 0)
    assert "Give the quantity of Fleet Cloud as a whole number" in text(response)


def test_product_that_is_not_on_sale_is_refused(rep: Client) -> None:
    response = post(rep, products=["perpetuum-mobile"])

    assert response.status_code == 400
    assert "Choose from the product lines on sale." in text(response)


@pytest.mark.parametrize("given", [{"recurring_amount": "100"}, {"recurring_per": "month"}, {"recurring_months": "3"}])
def test_half_a_recurring_amount_is_refused(rep: Client, given: dict[str, str]) -> None:
    response = post(rep, **given)

    assert response.status_code == 400
    assert "Give the amount, the period and the number of months together." in text(response)


def test_value_of_a_service_without_its_name_is_refused(rep: Client) -> None:
    response = post(rep, service_3_value="100")

    assert response.status_code == 400
    assert "What is the service called?" in text(response)


def test_refused_form_keeps_what_was_typed(rep: Client) -> None:
    response = post(rep, value="a lot", competitor="FleetPilot", service_1="Rollout")
    page = html(response)

    assert 'value="a lot"' in page
    assert 'value="FleetPilot"' in page
    assert 'value="Rollout"' in page
    assert 'value="240"' in page
    assert '<option value="DE" selected>' in page
    assert "ran two workshops with the head of fleet." in page


def test_text_is_shown_as_text(rep: Client) -> None:
    page = html(post(rep, customer_name=XSS, competitor=XSS, work_done=XSS, value=XSS))

    assert "<script>alert" not in page
    assert "<img src=x" not in page
