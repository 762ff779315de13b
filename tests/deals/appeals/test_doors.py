"""Appeals over the API and in the portal, and two people who answer at once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from deals.appeals import actions
from deals.appeals.models import Appeal
from deals.registrations.models import Registration
from deals.sockets import decisions_waiting
from deals.tasks import escalate_due
from prm.clocks.database import database_now
from prm.ledger.models import Entry
from prm.operations.selectors import readings
from tests.deals.appeals.asking import WHY, appealed, decide, following, rejected, taken
from tests.deals.portal.conftest import login  # noqa: F401 - a fixture
from tests.deals.portal.doing import page, send
from tests.deals.portal.reading import errors, main
from tests.deals.test_api import Caller
from tests.deals.test_races import Call, all_at_once
from tests.factories import Cast, make_token
from tests.meeting import Meeting

REFUSED = {"outcome": "refused", "reason": "stands", "message": "No."}
MONEY = {"amount": "500.00", "currency": "EUR"}


def test_appeal_is_made_and_upheld_over_the_api(cast: Cast) -> None:
    deal = rejected(cast)
    rep, pam2, path = Caller(cast.helix.rep), Caller(cast.pam2), f"deals/{deal.public_id}"
    assert rep.get(path).json()["appeal"] is None

    asked = rep.post(f"{path}/appeal", {"text": WHY, "proof": "Minutes."})
    assert (asked.status_code, asked.json()["appeal"]["state"]) == (200, "waiting")
    assert rep.post(f"{path}/appeal", {"text": WHY}).status_code == 409
    assert Caller(cast.pam).post(f"{path}/appeal/decide", REFUSED).status_code == 403

    decided = pam2.post(f"{path}/appeal/decide", {"outcome": "reinstated", "message": "You were first."})
    shown = decided.json()["appeal"]
    assert (decided.status_code, shown["state"], shown["amount"]) == (200, "reinstated", None)
    assert pam2.post(f"{path}/appeal/decide", REFUSED).status_code == 409
    row = rep.get(f"deals/{shown['deal']}").json()
    assert (row["appeal_of"], row["state"]) == (deal.public_id, "submitted")
    assert row["priority_at"] == decided.json()["priority_at"]
    assert {one["id"] for one in rep.get("deals").json()["results"]} == {deal.public_id, row["id"]}


def test_compensation_over_the_api_is_money_of_the_deal(cast: Cast) -> None:
    deal = taken(cast)
    path, body = f"deals/{deal.public_id}/appeal/decide", {"outcome": "compensated", "message": "We were wrong."}

    assert list(Caller(cast.pam2).post(path, body).json()["errors"]) == ["amount"]
    decided = Caller(cast.pam2).post(path, {**body, "amount": MONEY})

    assert decided.json()["appeal"]["amount"] == MONEY
    (entry,) = Caller(cast.helix.admin).get("earnings").json()["results"]
    assert (entry["kind"], entry["amount"], entry["currency"], entry["rate"]) == ("amends", "500.00", "EUR", None)


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("appeal", {}, "text"),
        ("appeal", {"text": "Wrong."}, "text"),
        ("appeal", {"text": WHY, "proof": 1}, "proof"),
        ("appeal", {"text": "x" * 4001}, "text"),
        ("appeal/decide", {"message": "No."}, "outcome"),
        ("appeal/decide", {**REFUSED, "outcome": "teaming"}, "outcome"),
        ("appeal/decide", {**REFUSED, "reason": "because"}, "reason"),
        ("appeal/decide", {"outcome": "refused", "message": "No."}, "reason"),
        ("appeal/decide", {"outcome": "refused", "reason": "stands"}, "message"),
        ("appeal/decide", {**REFUSED, "amount": "5"}, "amount"),
    ],
)
def test_bad_input_is_400_at_its_field(cast: Cast, verb: str, body: Any, field: str) -> None:
    deal = rejected(cast) if verb == "appeal" else appealed(cast)
    caller = Caller(cast.helix.rep if verb == "appeal" else cast.pam2)

    answer = caller.post(f"deals/{deal.public_id}/{verb}", body)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_partner_appeals_on_the_page(cast: Cast, login: Any) -> None:  # noqa: F811
    deal = rejected(cast)
    rep: Client = login(cast.helix.rep)
    assert "Until " in page(rep, deal)
    assert "you may appeal, once. Somebody else decides it." in page(rep, deal)
    assert "We see no project." in main(rep.get(f"/deals/{deal.public_id}/appeal/"))

    short = send(rep, deal, "appeal", text="Wrong.")
    assert (short.status_code, errors(short, "text", "appeal")) == (
        400,
        "Tell why the decision is wrong, in at least 20 characters.",
    )
    done = send(rep, deal, "appeal", follow=True, text=WHY, proof="Minutes of 3 May.")
    assert "Your appeal is on its way." in main(done)
    assert "An answer is due by" in main(done)
    assert "Minutes of 3 May." in main(done)
    assert rep.get(f"/deals/{deal.public_id}/appeal/").status_code == 302
    assert send(rep, deal, "appeal", text=WHY).status_code == 409
    assert "Decide the appeal" not in page(rep, deal)


def test_second_manager_answers_on_the_page(cast: Cast, login: Any) -> None:  # noqa: F811
    deal = appealed(cast)
    pam, pam2 = login(cast.pam), login(cast.pam2)
    (item,) = decisions_waiting(cast.pam2, database_now(), 5)
    assert (item.what, item.due_at) == (f"Decide the appeal of {deal.reference}", Appeal.objects.get().due_at)
    assert [decisions_waiting(by, database_now(), 5) for by in (cast.pam, cast.admin, cast.helix.rep)] == [[], [], []]
    assert pam.get(item.url).status_code == 403
    assert "Decide the appeal" not in page(pam, deal)
    assert "Decide the appeal" in page(pam2, deal)
    assert WHY in main(pam2.get(item.url))

    empty = send(pam2, deal, "appeal/decide")
    assert (
        empty.status_code,
        errors(empty, "outcome", "appealdecision"),
        errors(empty, "message", "appealdecision"),
    ) == (
        400,
        "Choose an answer.",
        "Tell the partner why.",
    )
    too_soon = send(pam2, deal, "appeal/decide", outcome="compensated", amount="500", message="We were wrong.")
    assert too_soon.status_code == 409
    assert "register it again in its old place" in main(too_soon)
    done = send(pam2, deal, "appeal/decide", follow=True, outcome="reinstated", message="You were first.")
    assert "Decided: Helix Systems reads it now." in main(done)
    assert "Upheld: registered again in its old place" in main(done)
    assert pam2.get(item.url).status_code == 302
    assert [item.what for item in decisions_waiting(cast.pam2, database_now(), 5)] == [
        f"Decide registration {following(deal).reference}"
    ]
    assert "keeps its place in line" in page(pam2, following(deal))
    assert page(login(cast.helix.rep), following(deal)).count("The first registration") == 1


@pytest.mark.parametrize("outcome", ["refused", "compensated"])
def test_partner_reads_the_answer_and_no_rival(cast: Cast, login: Any, outcome: str) -> None:  # noqa: F811
    deal = decide(taken(cast), cast.pam2, outcome, message="We have looked at it twice.")
    shown = page(login(cast.helix.rep), deal)

    assert "We have looked at it twice." in shown
    assert ("€500 stands in the ledger." in shown) == (outcome == "compensated")
    assert "Orbit" not in shown


def test_late_appeals_are_escalated_by_task_and_command(cast: Cast) -> None:
    deal = appealed(cast)
    Appeal.objects.update(asked_at=database_now() - timedelta(days=9), due_at=database_now() - timedelta(days=1))
    assert {one.name: count for one, count in readings(database_now())}["deals_overdue"] == 1
    escalate_due()

    assert Appeal.objects.get().escalated_at is not None
    assert [item.url for item in decisions_waiting(cast.admin, database_now(), 5)] == [
        f"/deals/{deal.public_id}/appeal/decide/"
    ]
    call_command("escalate_due")


def answers_at_once(live_server: LiveServer, cast: Cast, times: int) -> list[int]:
    """Two people answer one appeal, each so many times: every answer of its own kind."""
    deal = taken(cast)
    Appeal.objects.update(asked_at=database_now() - timedelta(days=9), due_at=database_now() - timedelta(days=1))
    actions.escalate_due(now=database_now())
    path = f"deals/{deal.public_id}/appeal/decide"
    paid = {"outcome": "compensated", "message": "We were wrong.", "amount": MONEY}
    calls: list[Call] = [
        (path, make_token(by), body, {})
        for by, body in ((cast.pam2, REFUSED), (cast.admin, paid))
        for _time in range(times)
    ]
    return sorted(status for status, _body in all_at_once(live_server.url, calls))


def test_two_who_answer_at_once_give_one_answer(live_server: LiveServer, live_cast: Cast) -> None:
    assert answers_at_once(live_server, live_cast, 6) == [200] + [409] * 11
    found = Appeal.objects.get()
    assert Entry.objects.count() == (1 if found.outcome == "compensated" else 0)


def test_two_answers_are_taken_without_the_lock_of_the_row(
    live_server: LiveServer, live_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the test above can fail. Both have found the appeal unanswered before one of them answers."""

    def unlocked(registration: Registration, **_given: Any) -> Registration:
        return Registration.objects.with_nouns().get(pk=registration.pk)

    monkeypatch.setattr(actions, "locked", unlocked)
    monkeypatch.setattr(actions, "_check", Meeting(of=2).before(actions._check))

    assert answers_at_once(live_server, live_cast, 1) == [200, 200]
