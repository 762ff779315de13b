"""A win soon after the approval needs a reason: where it is asked for, who reads it, and where it is counted."""

from datetime import timedelta
from typing import Any

import pytest

from deals.registrations.actions import win
from deals.registrations.models import Registration
from deals.registrations.rules import hours_between, is_early
from deals.rulebook import DealRules
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput
from prm.metrics.registry import METRICS, Period
from tests.deals.portal.conftest import login  # noqa: F401 - a fixture
from tests.deals.portal.doing import page, send
from tests.deals.portal.reading import errors, main
from tests.deals.test_api import Caller
from tests.factories import Cast, make_approved

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
WHY = "The order was signed while we waited for the approval."


@pytest.mark.parametrize(
    ("hours", "after", "early"),
    [
        (72, 72 * HOUR - SECOND, True),
        (72, 72 * HOUR, False),
        # Whoever waited for the approval has the older clock.
        (72, -SECOND, True),
        (24, 30 * HOUR, False),
        (0, timedelta(), False),
    ],
)
def test_win_is_early_for_as_long_as_the_rules_say(hours: int, after: timedelta, early: bool) -> None:
    approved_at = Period.parse("2026Q3").start

    assert is_early(approved_at, approved_at + after, DealRules(early_win_hours=hours)) is early


@pytest.mark.parametrize(("after", "hours"), [(-SECOND, 0), (HOUR - SECOND, 0), (HOUR, 1), (50 * HOUR, 50)])
def test_hours_are_whole(after: timedelta, hours: int) -> None:
    approved_at = Period.parse("2026Q3").start

    assert hours_between(approved_at, approved_at + after) == hours


@pytest.fixture
def deal(cast: Cast) -> Registration:
    return make_approved(cast.helix)


def won(deal: Registration, cast: Cast, *, hours: int = 0, reason: str = "") -> Registration:
    now = (deal.decided_at or database_now()) + hours * HOUR
    return win(registration=deal, closed_on=now.date(), early_reason=reason, by=cast.helix.rep, now=now)


@pytest.mark.parametrize("reason", ["", "   "])
def test_early_win_without_a_reason_is_refused_at_its_field(deal: Registration, cast: Cast, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        won(deal, cast, hours=71, reason=reason)

    assert refused.value.errors == {
        "early_reason": ["It was approved 71 hours ago: say why the customer has bought so soon."]
    }


def test_early_win_is_kept_with_its_reason_and_counted(deal: Registration, cast: Cast) -> None:
    made = won(deal, cast, hours=5, reason=f" {WHY} ")

    assert (made.state, made.early_reason) == ("won", WHY)
    event = Event.objects.get(kind="deal.won_early")
    assert (event.data, event.organisation_id) == ({"hours": 5}, cast.helix.organisation.pk)
    assert made.decided_at is not None
    counted = METRICS["early_wins"].compute(None, Period.quarter_of(made.decided_at))
    assert counted == {cast.helix.organisation.pk: 1}


def test_later_win_needs_no_reason_and_keeps_none(deal: Registration, cast: Cast) -> None:
    made = won(deal, cast, hours=72, reason=WHY)

    assert (made.state, made.early_reason) == ("won", "")
    assert not Event.objects.filter(kind="deal.won_early").exists()


def test_api_names_the_field(deal: Registration, cast: Cast) -> None:
    rep, path = Caller(cast.helix.rep), f"deals/{deal.public_id}"
    body = {"closed_on": database_now().date().isoformat()}

    refused = rep.post(f"{path}/win", body)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["early_reason"])
    done = rep.post(f"{path}/win", {**body, "early_reason": WHY})
    assert (done.status_code, done.json()["early_reason"]) == (200, WHY)


def test_page_asks_for_it_only_while_it_is_needed(deal: Registration, cast: Cast, login: Any) -> None:  # noqa: F811
    rep, pam = login(cast.helix.rep), login(cast.pam)
    late = make_approved(cast.helix, now=database_now() - 80 * HOUR)
    assert "Why so soon after the approval?" in page(rep, deal)
    assert "Why so soon after the approval?" not in page(rep, late)

    today = database_now().date().isoformat()
    refused = send(rep, deal, "win", closed_on=today)
    assert refused.status_code == 400
    assert "say why the customer has bought so soon" in errors(refused, "early_reason", "win")
    send(rep, deal, "win", closed_on=today, early_reason=WHY)
    send(rep, late, "win", closed_on=today)
    assert WHY in page(pam, deal)
    assert late.state == "won"


def test_programme_lists_them(deal: Registration, cast: Cast, login: Any) -> None:  # noqa: F811
    other = make_approved(cast.orbit, now=database_now() - 80 * HOUR)
    won(deal, cast, reason=WHY)
    win(registration=other, closed_on=database_now().date(), by=cast.orbit.rep, now=database_now())
    admin, rep = login(cast.admin), login(cast.helix.rep)

    listed = main(admin.get("/deals/?won=early"))
    assert (deal.reference in listed, other.reference in listed) == (True, False)
    exported = admin.get("/deals/export/?won=early").getvalue().decode()
    assert (WHY in exported, other.reference in exported) == (True, False)
    assert "Soon after approval" not in main(rep.get("/deals/"))
