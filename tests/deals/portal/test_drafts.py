"""Drafts, and that a form which is sent twice registers once."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from deals.registrations.models import Registration
from tests.deals.portal.conftest import Login
from tests.deals.portal.doing import only, post
from tests.deals.portal.reading import deal_form, errors, html, main, text
from tests.factories import MUELLER, Cast, make_draft, make_registration


@pytest.fixture
def rep(cast: Cast, login: Login) -> Client:
    return login(cast.helix.rep)


def test_draft_needs_only_a_name(rep: Client) -> None:
    response = rep.post("/deals/new/", {"customer_name": "Müller", "then": "draft"}, follow=True)
    draft = only()

    assert (draft.state, draft.value, draft.lines.count()) == ("draft", None, 0)
    assert "The draft is saved." in main(response)
    assert response.redirect_chain == [(f"/deals/{draft.public_id}/", 302)]


def test_draft_without_a_name_is_refused(rep: Client) -> None:
    response = rep.post("/deals/new/", {"customer_name": " ", "then": "draft"})

    assert (response.status_code, Registration.objects.count()) == (400, 0)
    assert "A draft needs the customer's name." in errors(response, "customer_name")


def test_draft_is_shown_as_it_was_left(rep: Client, cast: Cast) -> None:
    draft = make_draft(cast.helix, cast.products["telematics"], value=Decimal("1234.50"), competitor="FleetPilot")

    page = html(rep.get(f"/deals/{draft.public_id}/edit/"))

    assert f'value="{draft.customer_name}"' in page
    assert 'value="1,234.50"' in page
    assert 'value="FleetPilot"' in page
    assert f'value="{draft.expected_close.isoformat()}"' in page
    assert 'value="telematics" checked' in page
    assert "What you would earn €246.90" in text(rep.get(f"/deals/{draft.public_id}/edit/"))


def test_draft_can_be_changed_and_registered(rep: Client, cast: Cast) -> None:
    draft = make_draft(cast.helix)

    response = rep.post(f"/deals/{draft.public_id}/edit/", deal_form(value="1000", then="register"))
    draft.refresh_from_db()

    assert (response.status_code, draft.state, draft.value) == (302, "submitted", Decimal("1000.00"))
    assert [line.product.slug for line in draft.lines.all()] == ["fleet-cloud"]


def test_draft_of_a_colleague_is_not_for_a_rep(cast: Cast, login: Login) -> None:
    draft = make_draft(cast.helix, by=cast.helix.admin)
    client = login(cast.helix.rep)
    path = f"/deals/{draft.public_id}/edit/"

    assert (client.get(path).status_code, client.post(path, deal_form()).status_code) == (403, 403)


def test_draft_of_a_rep_is_for_the_admin_too(cast: Cast, login: Login) -> None:
    draft = make_draft(cast.helix)

    response = login(cast.helix.admin).post(f"/deals/{draft.public_id}/edit/", deal_form())
    draft.refresh_from_db()

    assert (response.status_code, draft.state) == (302, "submitted")


def test_draft_of_a_rival_is_not_there(cast: Cast, login: Login) -> None:
    draft = make_draft(cast.orbit)
    client = login(cast.helix.admin)

    for path in (f"/deals/{draft.public_id}/edit/", f"/deals/{draft.public_id}/", "/deals/deal_0000000000000000/edit/"):
        assert client.get(path).status_code == 404
    assert client.post(f"/deals/{draft.public_id}/edit/", deal_form()).status_code == 404


def test_registered_deal_is_no_draft_any_more(rep: Client, cast: Cast) -> None:
    made = make_registration(cast.helix)
    path = f"/deals/{made.public_id}/edit/"

    assert rep.get(path)["Location"] == f"/deals/{made.public_id}/"
    refused = rep.post(path, deal_form())
    assert refused.status_code == 409
    assert "This registration is now: In review." in text(refused)


def test_services_that_the_form_has_no_row_for_stay(rep: Client, cast: Cast) -> None:
    other = {"name": "Support in dollars", "value": {"amount": "10.00", "currency": "USD"}}
    services = [{"name": f"Service {number}"} for number in range(5)]
    draft = make_draft(cast.helix, own_services=[other, *services])

    rep.post(
        f"/deals/{draft.public_id}/edit/",
        deal_form(then="draft", service_1="First", service_2="Second", service_3="Third"),
    )
    draft.refresh_from_db()

    assert [service["name"] for service in draft.own_services] == [
        *("First", "Second", "Third", "Support in dollars", "Service 3", "Service 4"),
    ]
    assert other in draft.own_services


# Once, and only once


def test_form_sent_twice_registers_once(rep: Client) -> None:
    form = deal_form(form_nonce="0123456789abcdefghij")

    first, second = (rep.post("/deals/new/", form) for _ in range(2))

    assert first["Location"] == second["Location"] == f"/deals/{only().public_id}/"
    assert only().state == "submitted"


def test_draft_sent_again_with_changes_keeps_the_changes(rep: Client) -> None:
    form = deal_form(form_nonce="0123456789abcdefghij", value=None)
    rep.post("/deals/new/", form)

    rep.post("/deals/new/", {**form, "value": "500"})

    assert (only().state, only().value) == ("submitted", Decimal("500.00"))


def test_form_used_again_for_another_customer_registers_that_one_too(rep: Client) -> None:
    form = deal_form(form_nonce="0123456789abcdefghij")
    rep.post("/deals/new/", form)

    rep.post("/deals/new/", {**form, "customer_name": "Anker Werft AG", "customer_website": "anker-werft.de"})

    assert sorted(Registration.objects.values_list("customer_name", "state")) == [
        ("Anker Werft AG", "submitted"),
        ("Müller Logistik GmbH", "submitted"),
    ]


def test_own_duplicate_is_named_with_a_link_and_the_draft_is_kept(rep: Client, cast: Cast) -> None:
    first = make_registration(cast.helix, cast.products["fleet-cloud"], **MUELLER)

    response = post(rep)
    draft = Registration.objects.exclude(pk=first.pk).get()

    assert (response.status_code, draft.state) == (409, "draft")
    assert f'<a href="/deals/{first.public_id}/">{first.reference}, Müller Logistik GmbH</a>' in html(response)
    assert f'action="/deals/{draft.public_id}/edit/"' in html(response)


def test_rival_of_the_same_customer_changes_nothing_in_the_answer(cast: Cast, login: Login) -> None:
    make_registration(cast.orbit, cast.products["fleet-cloud"], **MUELLER)

    taken = login(cast.helix.rep).post("/deals/new/", deal_form(), follow=True)
    free = login(cast.helix.rep).post(
        "/deals/new/", deal_form(customer_name="Anker Werft AG", customer_website="anker-werft.de"), follow=True
    )

    assert (taken.status_code, free.status_code) == (200, 200)
    assert "Orbit" not in html(taken)
    assert len(text(taken).split()) == len(text(free).split())


def test_too_many_in_one_day_are_refused_and_the_draft_is_kept(rep: Client, settings: Any) -> None:
    settings.PRM_SUBMISSIONS_PER_DAY = 0

    response = post(rep)

    assert (response.status_code, only().state) == (429, "draft")
    assert "Your organisation has registered as much as it may in one day." in text(response)
