"""First refusal over the API and on the pages, the work lists, and what becomes of it when customers merge."""

import json
from base64 import urlsafe_b64decode
from datetime import datetime, timedelta
from typing import Any

import pytest

from deals.holdings import give_back_releases, lock_releases, move_releases
from deals.registrations.models import Registration
from deals.releases.actions import pass_on
from deals.releases.models import FirstRefusal, Release
from deals.sockets import refusals_running
from prm.clocks.database import database_now
from tests.deals.portal.conftest import login  # noqa: F401 - a fixture
from tests.deals.portal.doing import page, send
from tests.deals.portal.reading import main
from tests.deals.releases.asking import Line, make_line, set_free, states
from tests.deals.test_api import Caller
from tests.factories import Cast, make_account


@pytest.fixture
def line(cast: Cast) -> Line:
    return make_line(cast)


def test_first_refusal_is_read_and_taken_up_over_the_api(line: Line) -> None:
    rep, path = Caller(line.cast.helix.rep), f"deals/{line.first.public_id}"
    assert rep.get(f"{path}/first-refusal").status_code == 404
    set_free(line)
    offered = rep.get(f"{path}/first-refusal").json()
    assert {name: offered[name] for name in ("state", "had_asked", "answered_at", "taken_as")} == {
        "state": "offered",
        "had_asked": line.first.public_id,
        "answered_at": None,
        "taken_as": None,
    }
    assert Caller(line.third.rep).get(f"deals/{line.second.public_id}/first-refusal").status_code == 404

    taken = rep.post(f"{path}/take-up", {"work_done": "They called us again about the whole fleet."})
    assert (taken.status_code, taken.json()["state"]) == (200, "submitted")
    assert taken.json()["priority_at"] == rep.get(path).json()["priority_at"]
    assert taken.json()["id"] != line.first.public_id
    again = rep.get(f"deals/{taken.json()['id']}/first-refusal").json()
    assert (again["state"], again["taken_as"]) == ("taken", taken.json()["id"])
    assert rep.post(f"{path}/take-up").status_code == 409
    assert rep.post(f"{path}/decline").status_code == 409
    kinds = [entry["kind"] for entry in rep.get(f"deals/{taken.json()['id']}/timeline").json()["results"]]
    assert kinds == ["deal.submitted", "deal.taken_up"]


def test_declined_over_the_api(line: Line) -> None:
    set_free(line)
    rep = Caller(line.cast.helix.rep)

    declined = rep.post(f"deals/{line.first.public_id}/decline")
    assert (declined.status_code, declined.json()["state"]) == (200, "rejected")
    assert rep.get(f"deals/{line.first.public_id}/first-refusal").json()["state"] == "declined"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"expected_close": "2020-01-01"}, "expected_close"),
        ({"expected_close": "soon"}, "expected_close"),
        ({"work_done": "Short."}, "work_done"),
        ({"value": 1}, "value"),
    ],
)
def test_bad_input_is_400_at_its_field(line: Line, body: Any, field: str) -> None:
    set_free(line)

    answer = Caller(line.cast.helix.rep).post(f"deals/{line.first.public_id}/take-up", body)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_place_is_proved_by_a_receipt(line: Line) -> None:
    set_free(line)
    made = Caller(line.cast.helix.rep).post(f"deals/{line.first.public_id}/take-up").json()
    (step,) = Caller(line.cast.helix.rep).get(f"deals/{made['id']}/receipt").json()
    claims = json.loads(urlsafe_b64decode(step.split(".")[1] + "=="))

    assert (claims["kind"], claims["outcome"], claims["deal"]) == ("registered", "first_refusal", made["id"])
    assert datetime.fromisoformat(claims["priority_at"]) == line.first.priority_at


def test_partner_takes_it_up_on_the_page(line: Line, login: Any) -> None:  # noqa: F811
    rep = login(line.cast.helix.rep)
    assert "First refusal" not in page(rep, line.first)
    assert rep.get(f"/deals/{line.first.public_id}/take-up/").status_code == 302
    set_free(line)
    shown = page(rep, line.first)
    assert "The customer is free. You had asked for it, and until" in shown
    assert "Orbit" not in shown

    form = main(rep.get(f"/deals/{line.first.public_id}/take-up/"))
    assert "Müller Logistik GmbH is free" in form
    refused = send(rep, line.first, "take-up", expected_close="2020-01-01", work_done=line.first.work_done)
    assert refused.status_code == 400
    close = (database_now().date() + timedelta(days=40)).isoformat()
    done = send(rep, line.first, "take-up", follow=True, expected_close=close, work_done=line.first.work_done)
    assert "Taken up: your place in line is kept" in main(done)
    made = Registration.objects.get(taken_up__isnull=False)
    assert f"This registration takes up {line.first.reference} and keeps its place in line." in page(rep, made)
    assert f"Taken up as {made.reference}, with this place in line." in page(rep, line.first)


def test_partner_declines_on_the_page(line: Line, login: Any) -> None:  # noqa: F811
    rep = login(line.cast.helix.rep)
    set_free(line)

    assert "Declined. Whoever asked next is told." in main(send(rep, line.first, "decline", follow=True))
    assert "this turn is over" in page(rep, line.first)
    assert "No first refusal runs" in main(send(rep, line.first, "decline", follow=True))


def test_vendor_reads_the_whole_line_and_partners_none_of_it(line: Line, login: Any) -> None:  # noqa: F811
    set_free(line)
    seen, own = page(login(line.cast.pam), line.holder), page(login(line.cast.orbit.rep), line.holder)

    assert [name in seen for name in ("Who had asked", "Helix Systems", "Aquila Partners")] == [True] * 3
    assert [name in own for name in ("Who had asked", "Helix", "Aquila", "First refusal")] == [False] * 4


def test_work_of_the_first_in_line_alone(line: Line) -> None:
    now = set_free(line)
    people = (line.cast.helix.rep, line.cast.helix.admin, line.cast.helix.engineer, line.third.rep, line.cast.pam)
    found = [[item.url for item in refusals_running(user, now, 5)] for user in people]

    url = f"/deals/{line.first.public_id}/take-up/"
    assert found == [[url], [url], [], [], []]
    due = FirstRefusal.objects.get(state="offered").due_at
    assert due is not None
    assert refusals_running(line.cast.helix.rep, due, 5) == []


def test_line_goes_with_a_customer_that_is_merged(line: Line) -> None:
    set_free(line)
    release = Release.objects.get()
    other = make_account("Müller Logistik Holding")
    lock_releases(release.account)
    keys = move_releases(release.account, other, database_now())
    moved = Release.objects.get().account

    assert (keys, moved) == ([release.pk], other)
    assert give_back_releases(keys, other, release.account) == 1
    assert give_back_releases(keys, other, release.account) == 0
    pass_on()
    assert states(line.holder) == ["offered", "waiting"]
