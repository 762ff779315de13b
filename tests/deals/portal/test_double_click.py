"""One form, several clicks: one registration, whether the clicks come one after another or together."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.test import Client

from deals.registrations.models import Registration
from prm.audit.models import Event
from prm.notices.models import Notice
from tests.deals.portal.conftest import Login
from tests.deals.portal.doing import only
from tests.deals.portal.reading import deal_form, text
from tests.factories import Cast, make_draft
from tests.portal.holding import away

CLICKS = 6
NONCE = "0123456789abcdefghij"


def clicks(login: Login, cast: Cast, path: str, form: dict[str, Any]) -> list[tuple[int, str]]:
    """The same form from several tabs of one browser, all at once: status and where it leads."""
    start, first = Barrier(CLICKS), login(cast.helix.rep)

    def click() -> tuple[int, str]:
        tab = Client()
        tab.cookies = first.cookies
        start.wait(timeout=20)
        answer = tab.post(path, form)
        return answer.status_code, answer.headers.get("Location", "")

    with ThreadPoolExecutor(CLICKS) as pool:
        return list(pool.map(lambda _: away(click), range(CLICKS)))


def lines(registration: Registration) -> list[tuple[str, int]]:
    return sorted(registration.lines.values_list("product__slug", "quantity"))


def counted() -> list[int]:
    """Registrations, events of drafting, events of submitting."""
    events = [Event.objects.filter(kind=kind).count() for kind in ("deal.drafted", "deal.submitted")]
    return [Registration.objects.count(), *events]


@pytest.mark.django_db(transaction=True)
def test_clicks_at_once_register_once_and_lead_to_the_same_page(live_cast: Cast, login: Login) -> None:
    answers = clicks(login, live_cast, "/deals/new/", deal_form(form_nonce=NONCE))

    assert answers == [(302, f"/deals/{only().public_id}/")] * CLICKS
    assert (counted(), only().state) == ([1, 1, 1], "submitted")
    assert lines(only()) == [("fleet-cloud", 240)]
    assert len(set(Notice.objects.values_list("key", flat=True))) == Notice.objects.count()


@pytest.mark.django_db(transaction=True)
def test_clicks_at_once_without_the_number_leave_a_draft_each(live_cast: Cast, login: Login) -> None:
    """The control: what the number prevents. Only one of the drafts takes a place in line."""
    clicks(login, live_cast, "/deals/new/", deal_form(form_nonce=""))

    assert counted() == [CLICKS, CLICKS, 1]


@pytest.mark.django_db(transaction=True)
def test_clicks_at_once_on_a_draft_register_it_once(live_cast: Cast, login: Login) -> None:
    draft = make_draft(live_cast.helix)

    answers = clicks(login, live_cast, f"/deals/{draft.public_id}/edit/", deal_form())

    assert set(Registration.objects.values_list("pk", "state")) == {(draft.pk, "submitted")}
    assert counted() == [1, 1, 1]
    assert {status for status, _where in answers} <= {302, 409}
    assert (302, f"/deals/{draft.public_id}/") in answers


@pytest.fixture
def rep(cast: Cast, login: Login) -> Client:
    return login(cast.helix.rep)


def send(rep: Client, **changes: Any) -> Any:
    return rep.post("/deals/new/", deal_form(form_nonce=NONCE, **changes))


def registered() -> list[list[tuple[str, int]]]:
    """The products of each registration that has a place, the first place first."""
    return [lines(row) for row in Registration.objects.filter(state="submitted").order_by("priority_number")]


def test_form_sent_again_with_the_same_products_in_another_order_registers_once(rep: Client) -> None:
    both = {"products-fleet-cloud": "240", "products-telematics": "3"}
    send(rep, products=["fleet-cloud", "telematics"], **both)
    send(rep, products=["telematics", "fleet-cloud"], **both)

    assert registered() == [[("fleet-cloud", 240), ("telematics", 3)]]


def test_draft_sent_again_with_other_products_keeps_those(rep: Client) -> None:
    """Back in the browser after a refusal: the old form is on the screen, and its number in it."""
    send(rep, value=None)
    send(rep, value=None, products=["telematics"], **{"products-telematics": "7"})

    assert (only().state, lines(only())) == ("draft", [("telematics", 7)])


def test_form_used_again_for_another_product_registers_that_one_too(rep: Client) -> None:
    send(rep)
    send(rep, products=["telematics"], **{"products-telematics": "7"})

    assert registered() == [[("fleet-cloud", 240)], [("telematics", 7)]]


def test_form_used_again_for_another_quantity_is_named_as_a_repetition(rep: Client) -> None:
    first = send(rep)
    second = send(rep, **{"products-fleet-cloud": "999"})

    assert (first.status_code, second.status_code) == (302, 409)
    assert registered() == [[("fleet-cloud", 240)]]
    assert Registration.objects.get(state="submitted").reference in text(second)


def test_limit_of_the_day_is_the_organisations_and_what_was_typed_is_kept(
    cast: Cast, login: Login, rep: Client, settings: Any
) -> None:
    settings.PRM_SUBMISSIONS_PER_DAY = 1
    send(rep)
    other = deal_form(
        customer_name="Anker Werft AG", customer_website="anker-werft.de", work_done="Typed with care, all."
    )

    refused = [login(user).post("/deals/new/", other) for user in (cast.helix.rep, cast.helix.admin)]
    elsewhere = login(cast.orbit.rep).post("/deals/new/", other)

    assert [answer.status_code for answer in (*refused, elsewhere)] == [429, 429, 302]
    assert all("Typed with care, all." in answer.text and "in one day" in answer.text for answer in refused)
    assert list(Registration.objects.order_by("pk").values_list("state", flat=True)) == [
        *("submitted", "draft", "draft", "submitted"),
    ]
