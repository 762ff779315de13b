"""Extensions over the API and in the portal, and many at once."""

from typing import Any

import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from deals.extensions import actions
from deals.extensions.models import Extension
from deals.registrations.models import Registration
from deals.sockets import decisions_waiting
from prm.clocks.database import database_now
from tests.deals.portal.conftest import login  # noqa: F401 - a fixture
from tests.deals.portal.doing import open_page, page, send
from tests.deals.portal.reading import main
from tests.deals.test_api import Caller
from tests.deals.test_races import Call, all_at_once
from tests.factories import Cast, make_approved, make_token

PROOF = "Two meetings with the board and an offer since the approval."


@pytest.fixture
def deal(cast: Cast) -> Registration:
    return make_approved(cast.helix)


def test_extension_is_asked_for_and_decided_over_the_api(deal: Registration, cast: Cast) -> None:
    rep, pam, path = Caller(cast.helix.rep), Caller(cast.pam), f"deals/{deal.public_id}"
    before = rep.get(path).json()
    assert before["extension"] is None

    asked = rep.post(f"{path}/extend", {"proof": PROOF})
    assert asked.status_code == 200
    assert asked.json()["extension"]["state"] == "asked"
    assert asked.json()["protected_until"] == asked.json()["extension"]["until"] > before["protected_until"]
    assert rep.post(f"{path}/extend", {"proof": PROOF}).status_code == 409

    decided = pam.post(f"{path}/extension", {"accept": True, "message": "Go on."})
    assert decided.status_code == 200
    assert decided.json()["extension"]["message"] == "Go on."
    assert pam.post(f"{path}/extension", {"accept": True}).status_code == 409
    assert rep.get(path).json()["extension"] == decided.json()["extension"]
    assert rep.get("deals").json()["results"][0]["extension"]["state"] == "granted"
    kinds = [entry["kind"] for entry in rep.get(f"{path}/timeline").json()["results"]]
    assert kinds[-2:] == ["deal.extension_asked", "deal.extension_granted"]


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("extend", {}, "proof"),
        ("extend", {"proof": "Soon."}, "proof"),
        ("extend", {"proof": 12}, "proof"),
        ("extend", {"proof": "x" * 4001}, "proof"),
        ("extend", {"proof": PROOF, "days": 90}, "days"),
        ("extension", {}, "accept"),
        ("extension", {"accept": "yes"}, "accept"),
        ("extension", {"accept": False}, "message"),
    ],
)
def test_bad_input_is_400_at_its_field(deal: Registration, cast: Cast, verb: str, body: Any, field: str) -> None:
    rep, pam = Caller(cast.helix.rep), Caller(cast.pam)
    if verb == "extension":
        rep.post(f"deals/{deal.public_id}/extend", {"proof": PROOF})

    answer = (rep if verb == "extend" else pam).post(f"deals/{deal.public_id}/{verb}", body)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


def test_partner_asks_on_the_page(deal: Registration, cast: Cast, login: Any) -> None:  # noqa: F811
    rep: Client = login(cast.helix.rep)
    assert "Need more time? Once, before it ends, you may ask for 30 more days" in page(rep, deal)

    short = send(rep, deal, "extend", proof="Soon.")
    assert short.status_code == 400
    assert "in at least 20 characters" in main(short)
    assert "Soon." in short.content.decode()

    done = send(rep, deal, "extend", follow=True, proof=PROOF)
    assert "The protection goes on until it is decided." in main(done)
    assert "Asked for until" in main(done)
    assert rep.get(f"/deals/{deal.public_id}/extend/").status_code == 302
    assert send(rep, deal, "extend", proof=PROOF).status_code == 409


def test_account_manager_decides_on_the_page(deal: Registration, cast: Cast, login: Any) -> None:  # noqa: F811
    rep, pam = login(cast.helix.rep), login(cast.pam)
    assert decisions_waiting(cast.pam, database_now(), 5) == []
    send(rep, deal, "extend", proof=PROOF)

    (item,) = decisions_waiting(cast.pam, database_now(), 5)
    assert item.what == f"Decide the extension of {deal.reference}"
    assert decisions_waiting(cast.pam2, database_now(), 5) == []
    assert decisions_waiting(cast.helix.rep, database_now(), 5) == []
    assert "Decide the extension" in page(pam, deal)
    assert PROOF in main(pam.get(item.url))

    empty = send(pam, deal, "extension")
    assert (empty.status_code, "Grant it or refuse it." in main(empty)) == (400, True)
    silent = send(pam, deal, "extension", decision="refuse")
    assert (silent.status_code, "Tell the partner why." in main(silent)) == (400, True)
    assert "Decided" in main(send(pam, deal, "extension", follow=True, decision="grant"))
    assert "Granted" in page(rep, deal)
    assert pam.get(item.url).status_code == 302


def test_strangers_find_no_page(deal: Registration, cast: Cast, login: Any) -> None:  # noqa: F811
    for who, verb, status in (
        (cast.orbit.rep, "extend", 404),
        (cast.orbit.rep, "extension", 404),
        (cast.helix.engineer, "extend", 404),
        (cast.helix.rep, "extension", 403),
        (cast.pam2, "extension", 403),
        (cast.pam, "extend", 403),
    ):
        given = {"proof": PROOF, "decision": "grant"}
        assert send(login(who), deal, verb, **given).status_code == status, (who.email, verb)
    assert open_page(login(cast.orbit.rep), deal).status_code == 404
    assert not Extension.objects.exists()


def at_once(base: str, cast: Cast) -> tuple[int, list[str]]:
    """How many were granted, and what the others were told."""
    deal = make_approved(cast.helix)
    call: Call = (f"deals/{deal.public_id}/extend", make_token(cast.helix.rep), {"proof": PROOF}, {})
    answers = all_at_once(base, [call] * 8)
    assert {status for status, _body in answers} == {200, 409}
    return sum(status == 200 for status, _body in answers), [body["detail"] for status, body in answers if status > 200]


@pytest.mark.django_db(transaction=True)
def test_asked_many_times_at_once_it_is_asked_once(live_server: LiveServer, live_cast: Cast) -> None:
    granted, told = at_once(live_server.url, live_cast)

    assert granted == 1
    assert all("An extension was asked for already" in sentence for sentence in told)
    extension = Extension.objects.get()
    assert extension.registration.protected_until == extension.until
    assert (extension.until - extension.before).days in (29, 30)


@pytest.mark.django_db(transaction=True)
def test_without_locks_the_table_alone_stops_them(
    live_server: LiveServer, live_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: verbs that trust the row they were handed get as far as the unique key."""
    monkeypatch.setattr(actions, "locked", lambda registration, **_given: registration)
    monkeypatch.setattr(actions, "lock_decision", lambda *_given, **_named: [])
    monkeypatch.setattr(actions, "_check_not_asked", lambda _registration: None)

    granted, told = at_once(live_server.url, live_cast)

    assert granted == 1
    assert all("asked for already" not in sentence for sentence in told)
