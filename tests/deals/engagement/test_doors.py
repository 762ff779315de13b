"""The appeal over the API and in the portal, its place in the work of whom it waits for, and two answers at once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django.live_server_helper import LiveServer

from deals.engagement import actions
from deals.engagement.models import EngagementAppeal
from deals.registrations.models import Registration
from deals.sockets import decisions_waiting
from deals.tasks import escalate_due
from prm.clocks.database import database_now
from prm.ledger.models import Entry
from prm.operations.selectors import readings
from tests.deals.engagement.claiming import WHY, appealed, approved, decide, won
from tests.deals.portal.conftest import login  # noqa: F401 - a fixture
from tests.deals.portal.doing import page, send
from tests.deals.portal.reading import errors, main
from tests.deals.test_api import Caller
from tests.deals.test_races import Call, all_at_once
from tests.factories import Cast, make_token
from tests.meeting import Meeting

KEPT = {"outcome": "kept", "reason": "stands", "message": "No."}
UPHELD = {"outcome": "upheld", "message": "You were right."}


def test_appeal_is_made_and_upheld_over_the_api(cast: Cast) -> None:
    deal = approved(cast)
    rep, pam2, path = Caller(cast.helix.rep), Caller(cast.pam2), f"deals/{deal.public_id}"
    row = rep.get(path).json()
    assert (row["engagement"], row["claimed_engagement"], row["engagement_appeal"]) == ("shared", "independent", None)

    asked = rep.post(f"{path}/engagement/appeal", {"text": WHY, "proof": "Minutes."})
    shown = asked.json()["engagement_appeal"]
    assert (asked.status_code, shown["state"], shown["claimed"], shown["confirmed"], shown["proof"]) == (
        *(200, "waiting", "independent", "shared", "Minutes."),
    )
    assert rep.post(f"{path}/engagement/appeal", {"text": WHY}).status_code == 409
    assert Caller(cast.pam).post(f"{path}/engagement/decision", KEPT).status_code == 403
    bad: list[tuple[str, dict[str, Any], str]] = [
        ("appeal", {}, "text"),
        ("appeal", {"text": "Wrong."}, "text"),
        ("appeal", {"text": WHY, "proof": 1}, "proof"),
        ("decision", {"message": "No."}, "outcome"),
        ("decision", {**KEPT, "outcome": "refused"}, "outcome"),
        ("decision", {**KEPT, "reason": "because"}, "reason"),
        ("decision", {"outcome": "kept", "message": "No."}, "reason"),
        ("decision", {"outcome": "kept", "reason": "stands"}, "message"),
    ]
    for verb, body, field in bad:
        answer = (rep if verb == "appeal" else pam2).post(f"{path}/engagement/{verb}", body)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])

    decided = pam2.post(f"{path}/engagement/decision", UPHELD)
    assert decided.status_code == 200
    assert (decided.json()["engagement"], decided.json()["terms"]["rate"]) == ("independent", "0.2")
    assert rep.get(path).json()["engagement_appeal"]["state"] == "upheld"
    assert pam2.post(f"{path}/engagement/decision", KEPT).status_code == 409


def test_partner_appeals_on_the_page_and_the_second_manager_answers(cast: Cast, login: Any) -> None:  # noqa: F811
    deal = approved(cast)
    rep, pam, pam2 = login(cast.helix.rep), login(cast.pam), login(cast.pam2)
    face = page(rep, deal)
    assert "Registered: “Independent: we run the whole sales cycle”. Confirmed: “Shared: we do it together”." in face
    assert "you may appeal, once. Somebody else decides it." in face
    assert "Our engineers run the pilot." in main(rep.get(f"/deals/{deal.public_id}/engagement/"))
    short = send(rep, deal, "engagement", text="Wrong.")
    said = "Tell what your part in the deal is, in at least 20 characters."
    assert (short.status_code, errors(short, "text", "engagementappeal")) == (400, said)
    done = send(rep, deal, "engagement", follow=True, text=WHY, proof="Minutes of 3 May.")
    assert "Your appeal is on its way." in main(done)
    assert "An answer is due by" in main(done)
    assert rep.get(f"/deals/{deal.public_id}/engagement/").status_code == 302
    assert send(rep, deal, "engagement", text=WHY).status_code == 409

    (item,) = decisions_waiting(cast.pam2, database_now(), 5)
    said = f"Decide the appeal about the engagement in {deal.reference}"
    assert (item.what, item.due_at) == (said, EngagementAppeal.objects.get().due_at)
    assert [decisions_waiting(by, database_now(), 5) for by in (cast.pam, cast.admin, cast.helix.rep)] == [[], [], []]
    assert pam.get(item.url).status_code == 403
    assert "Decide about the engagement" in page(pam2, deal)
    assert WHY in main(pam2.get(item.url))
    empty = send(pam2, deal, "engagement/decide")
    assert (empty.status_code, errors(empty, "outcome", "engagementdecision")) == (400, "Choose an answer.")
    done = send(pam2, deal, "engagement/decide", follow=True, outcome="upheld", message="You were right.")
    assert "Decided: Helix Systems reads it now." in main(done)
    assert pam2.get(item.url).status_code == 302
    assert decisions_waiting(cast.pam2, database_now(), 5) == []
    face = page(rep, deal)
    assert "Upheld: the part that was registered counts" in face
    assert "€17,280" in face


def test_partner_reads_why_it_is_kept(cast: Cast, login: Any) -> None:  # noqa: F811
    deal = decide(appealed(cast), cast.pam2, "kept", message="We have looked at it twice.")

    assert "We have looked at it twice." in page(login(cast.helix.rep), deal)


def test_late_appeals_are_escalated_by_task_and_command(cast: Cast) -> None:
    deal = appealed(cast)
    now = database_now()
    EngagementAppeal.objects.update(asked_at=now - timedelta(days=9), due_at=now - timedelta(days=1))
    assert {one.name: count for one, count in readings(now)}["deals_overdue"] == 1
    escalate_due()

    assert EngagementAppeal.objects.get().escalated_at is not None
    assert [item.url for item in decisions_waiting(cast.admin, database_now(), 5)] == [
        f"/deals/{deal.public_id}/engagement/decide/"
    ]
    call_command("escalate_due")


def answers_at_once(live_server: LiveServer, cast: Cast) -> list[int]:
    """Two people answer one appeal of a won deal, each several times."""
    deal = won(appealed(cast))
    EngagementAppeal.objects.update(escalated_at=database_now())
    path = f"deals/{deal.public_id}/engagement/decision"
    calls: list[Call] = [
        (path, make_token(by), body, {})
        for by, body in ((cast.pam2, KEPT), (cast.admin, UPHELD))
        for _times in range(4)
    ]
    return sorted(status for status, _body in all_at_once(live_server.url, calls))


def test_two_who_answer_at_once_give_one_answer(live_server: LiveServer, live_cast: Cast) -> None:
    assert answers_at_once(live_server, live_cast) == [200] + [409] * 7
    found = EngagementAppeal.objects.get()
    assert Entry.objects.count() == (2 if found.outcome == "upheld" else 1)


def test_two_answers_are_taken_without_the_lock_of_the_row(
    live_server: LiveServer, live_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the test above can fail."""

    def unlocked(registration: Registration, **_given: Any) -> Registration:
        return Registration.objects.with_nouns().get(pk=registration.pk)

    monkeypatch.setattr(actions, "locked_while", unlocked)
    monkeypatch.setattr(actions, "_check", Meeting(of=8).before(actions._check))

    assert answers_at_once(live_server, live_cast) != [200] + [409] * 7
