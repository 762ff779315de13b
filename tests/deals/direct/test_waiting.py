"""For whom a case waits, until when, and what an operator sees of those that are late."""

from datetime import timedelta

import pytest

from deals.cases.actions import decide_case
from deals.cases.models import DirectCase
from deals.direct.actions import withdraw_touch
from deals.direct.models import DirectTouch
from deals.sockets import decisions_waiting
from prm.clocks.database import database_now
from prm.operations.sockets import READINGS
from tests.deals.direct.selling import case_at, protected
from tests.factories import Cast, make_registration


@pytest.fixture
def case(cast: Cast) -> DirectCase:
    return case_at(protected(cast), cast.seller)


@pytest.mark.parametrize(
    ("name", "waits"),
    [
        ("pam", 1),
        ("pam2", 0),
        ("admin", 0),
        ("seller", 0),
        ("expert", 0),
        ("finance", 0),
        ("executive", 0),
    ],
)
def test_case_waits_for_the_account_manager_alone(cast: Cast, case: DirectCase, name: str, waits: int) -> None:
    assert len(decisions_waiting(getattr(cast, name), database_now(), 10)) == waits


def test_case_says_what_is_to_be_done(cast: Cast, case: DirectCase) -> None:
    (item,) = decisions_waiting(cast.pam, database_now(), 10)

    assert item.title == "Müller Logistik GmbH"
    assert item.what == f"Our own sales met the protection of {case.registration.reference}: decide the case"
    assert item.who == "Helix Systems"
    assert (item.url, item.due_at) == (case.get_absolute_url(), case.due_at)


def test_cases_stand_among_the_decisions_by_their_date(cast: Cast, case: DirectCase) -> None:
    deal = make_registration(cast.orbit, cast.products["telematics"])
    DirectCase.objects.filter(pk=case.pk).update(due_at=case.opened_at + timedelta(minutes=5))

    urls = [item.url for item in decisions_waiting(cast.pam, database_now(), 10)]

    assert urls == [case.get_absolute_url(), deal.get_absolute_url()]
    assert len(decisions_waiting(cast.pam, database_now(), 1)) == 1


@pytest.mark.parametrize("how", ["decided", "withdrawn"])
def test_closed_case_waits_for_nobody(cast: Cast, case: DirectCase, how: str) -> None:
    if how == "decided":
        decide_case(case=case, outcome="permitted", reason="Why.", by=cast.pam, now=database_now())
    else:
        withdraw_touch(touch=DirectTouch.objects.get(), by=cast.seller, now=database_now())

    assert decisions_waiting(cast.pam, database_now(), 10) == []


@pytest.mark.parametrize(
    ("seconds", "late"),
    [
        (-1, 0),
        (0, 1),
        (1, 1),
        (86_400, 1),
    ],
)
def test_late_case_is_counted_among_what_is_overdue(case: DirectCase, seconds: int, late: int) -> None:
    moment = case.due_at + timedelta(seconds=seconds)

    assert DirectCase.objects.overdue(moment).count() == late
    assert READINGS["deals_overdue"].count(moment) == late
