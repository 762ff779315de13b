"""Teams over the API, in the portal, and many answers at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django.live_server_helper import LiveServer

from deals.protections.models import Protection
from deals.registrations.models import Registration
from deals.sockets import decisions_waiting, questions_waiting
from deals.teaming import actions
from deals.teaming.models import Holder, Teaming
from prm.audit.models import Event
from prm.clocks.database import database_now
from tests.deals.portal.conftest import login  # noqa: F401 - a fixture
from tests.deals.portal.doing import open_page, page, send
from tests.deals.portal.reading import main
from tests.deals.teaming.conftest import REASON, Pair, fresh
from tests.deals.test_api import Caller
from tests.deals.test_races import Call, all_at_once
from tests.factories import Cast, make_token
from tests.meeting import Meeting


def test_team_comes_about_over_the_api(pair: Pair) -> None:
    cast, deal, other = pair.cast, f"deals/{pair.deal.public_id}", f"deals/{pair.other.public_id}"
    pam, helix, orbit = Caller(cast.pam), Caller(cast.helix.rep), Caller(cast.orbit.rep)
    assert helix.get(f"{deal}/team").json() == {"team": None}

    asked = pam.post(f"{deal}/approve", {"outcome": "teaming", "split": 60, "message": REASON})
    assert (asked.status_code, asked.json()["state"]) == (200, "submitted")
    assert pam.post(f"{deal}/approve", {"outcome": "teaming", "message": REASON}).status_code == 409
    mine = helix.get(f"{deal}/team").json()["team"]
    assert helix.get(deal).json()["teaming_due_at"] == mine["due_at"]
    assert (mine["state"], mine["share"], mine["rate"], mine["holders"]) == ("open", "0.600", "0.2", [])
    assert mine["earns"] == {"amount": "10368.00", "currency": "EUR"}
    assert orbit.get(f"{other}/team").json()["team"]["share"] == "0.400"

    assert helix.post(f"{deal}/teaming", {"accept": True}).json()["state"] == "submitted"
    assert helix.post(f"{deal}/teaming", {"accept": True}).status_code == 409
    done = orbit.post(f"{other}/teaming", {"accept": True}).json()

    assert (done["state"], done["decision"]["outcome"], done["decision"]["clause"]) == ("approved", "teaming", "4.5")
    assert [row["name"] for row in orbit.get(f"{other}/team").json()["team"]["holders"]] == [
        "Helix Systems",
        "Orbit Solutions",
    ]
    assert helix.get(f"deals/{pair.other.public_id}").status_code == 404


def test_proposal_is_taken_back_over_the_api(pair: Pair) -> None:
    pam, path = Caller(pair.cast.pam), f"deals/{pair.deal.public_id}"
    body = {"outcome": "teaming", "beside": pair.other.public_id, "message": REASON}
    assert pam.post(f"{path}/approve", body).status_code == 200

    assert pam.post(f"{path}/teaming/take-back", {}).status_code == 200
    assert pam.post(f"{path}/teaming/take-back", {}).status_code == 409
    assert pam.get(f"{path}/team").json() == {"team": None}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"split": 0}, "split"),
        ({"split": 5}, "split"),
        ({"split": "half"}, "split"),
        ({"message": ""}, "message"),
        ({"beside": "deal_nobody"}, "beside"),
        ({"products": []}, "products"),
    ],
)
def test_bad_input_is_400_at_its_field(pair: Pair, body: dict[str, Any], field: str) -> None:
    given = {"outcome": "teaming", "message": REASON, **body}
    answer = Caller(pair.cast.pam).post(f"deals/{pair.deal.public_id}/approve", given)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_account_manager_proposes_on_the_page(pair: Pair, login: Any) -> None:  # noqa: F811
    pam = login(pair.cast.pam)
    assert "Propose that two partners share it" in page(pam, pair.deal)
    form = main(pam.get(f"/deals/{pair.deal.public_id}/team/"))
    assert "Orbit Solutions" in form
    assert "From 10 to 90" in form

    given = {"beside": pair.other.public_id, "split": "60", "products": "fleet-cloud", "engagement": "shared"}
    short = send(pam, pair.deal, "team", **given)
    assert (short.status_code, "Tell both partners why you propose it." in main(short)) == (400, True)
    small = send(pam, pair.deal, "team", **given | {"split": "3", "message": REASON})
    assert (small.status_code, "at least 10 and at most 90" in main(small)) == (400, True)
    done = send(pam, pair.deal, "team", follow=True, message=REASON, **given)

    assert "Both partners are asked." in main(done)
    assert "has not answered" in main(done)
    assert f"/deals/{pair.deal.public_id}/approve/" not in done.content.decode()
    assert decisions_waiting(pair.cast.pam, database_now(), 5) == []
    assert pam.get(f"/deals/{pair.deal.public_id}/team/").status_code == 302
    assert "Taken back" in main(send(pam, pair.deal, "teaming/take-back", follow=True))
    assert len(decisions_waiting(pair.cast.pam, database_now(), 5)) == 2


def test_page_without_another_registration_says_so(cast: Cast, login: Any) -> None:  # noqa: F811
    deal = Pair(cast, live=False).deal
    Holder.objects.all().delete()
    deal.findings.all().delete()

    assert "No other registration could share" in main(login(cast.pam).get(f"/deals/{deal.public_id}/team/"))


def test_partner_answers_on_the_page(pair: Pair, login: Any) -> None:  # noqa: F811
    pair.asked()
    helix, orbit = login(pair.cast.helix.rep), login(pair.cast.orbit.rep)
    (item,) = questions_waiting(pair.cast.helix.rep, database_now(), 5)
    assert item.what == f"Say whether you share the protection of {pair.deal.reference}"
    said = page(helix, pair.deal)
    assert "share this protection with another partner" in said
    assert "Orbit" not in said

    assert "Accept or decline." in main(send(helix, pair.deal, "teaming", follow=True))
    assert "You have accepted" in main(send(helix, pair.deal, "teaming", follow=True, decision="accept"))
    assert questions_waiting(pair.cast.helix.rep, database_now(), 5) == []
    done = main(send(orbit, pair.other, "teaming", follow=True, decision="accept"))

    assert "Both have accepted." in done
    assert "Helix Systems" in done
    assert "Approved for two partners" in page(helix, pair.deal)


def test_strangers_find_no_page(pair: Pair, login: Any) -> None:  # noqa: F811
    cast = pair.asked().cast
    for who, verb, status in (
        (cast.orbit.rep, "teaming", 404),
        (cast.orbit.rep, "team", 404),
        (cast.helix.rep, "team", 403),
        (cast.helix.rep, "teaming/take-back", 403),
        (cast.pam2, "teaming/take-back", 403),
        (cast.pam2, "team", 403),
        (cast.pam, "teaming", 403),
    ):
        assert send(login(who), pair.deal, verb, decision="accept").status_code == status, (who.email, verb)
    assert open_page(login(cast.orbit.rep), pair.deal).status_code == 404
    assert Teaming.objects.get().state == "open"


def at_once(base: str, cast: Cast, rounds: int) -> list[tuple[str, int, int]]:
    """Both accept while one of them declines and the account manager takes it back: how each round ended, in how many
    ways it did, and how many protections there are."""
    tokens = [make_token(user) for user in (cast.helix.rep, cast.orbit.rep, cast.orbit.admin, cast.pam)]
    found = []
    for _ in range(rounds):
        pair = Pair(cast, live=False).asked()
        yes, no = {"accept": True}, {"accept": False}
        helix, orbit = (f"deals/{row.public_id}/teaming" for row in pair.rows)
        calls: list[Call] = [
            *((helix, tokens[0], yes, {}), (orbit, tokens[1], yes, {}), (orbit, tokens[2], no, {})),
            (f"{helix}/take-back", tokens[3], {}, {}),
        ]
        answers = all_at_once(base, calls)
        assert {status for status, _body in answers} <= {200, 409}
        team = Teaming.objects.latest("pk")
        ids = [row.public_id for row in pair.rows]
        ended = Event.objects.filter(kind__in=["deal.teamed", "deal.teaming_ended"], subject_id__in=ids)
        ways = len({(event.kind, str(event.data.get("because"))) for event in ended})
        found.append((team.state, ways, Protection.objects.filter(registration__in=pair.rows).count()))
        clear(pair)
    return found


def clear(pair: Pair) -> None:
    """The next round begins with the same customer, free again."""
    Protection.objects.all().delete()
    type(pair.deal).objects.filter(pk__in=[pair.deal.pk, pair.other.pk]).update(state="withdrawn", teaming_due_at=None)


@pytest.mark.django_db(transaction=True)
def test_answers_at_once_end_it_in_one_way(live_server: LiveServer, live_cast: Cast) -> None:
    for state, ways, protections in at_once(live_server.url, live_cast, 8):
        assert state in ("agreed", "declined", "taken_back")
        assert ways == 1
        assert protections == (state == "agreed")


@pytest.mark.django_db(transaction=True)
def test_without_locks_it_ends_in_several_ways(
    live_server: LiveServer, live_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: verbs that trust what they were handed contradict each other."""
    kept: dict[int, Teaming] = {}

    def trusting(registration: Any) -> Teaming:
        team = Teaming.objects.select_related("proposed_by").latest("pk")
        return kept.setdefault(team.pk, team)

    monkeypatch.setattr(actions, "locked", lambda registration, **_given: fresh(registration))
    monkeypatch.setattr(actions, "hold", lambda _registration: None)
    monkeypatch.setattr(actions, "lock_decision", lambda *_given, **_named: [])
    monkeypatch.setattr(actions, "_open_for_update", Meeting(of=4).after(trusting))

    assert max(ways for _state, ways, _protections in at_once(live_server.url, live_cast, 4)) > 1


@pytest.mark.django_db(transaction=True)
def test_proposal_that_somebody_answers_right_now_does_not_lapse(live_cast: Cast) -> None:
    pair, later = Pair(live_cast, live=False).asked(), database_now() + timedelta(days=30)
    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        Registration.objects.select_for_update().get(pk=pair.other.pk)

        assert pool.submit(in_thread, later).result(timeout=60) == 0
    assert actions.lapse_due(now=later) == 1


def in_thread(now: datetime) -> int:
    try:
        return actions.lapse_due(now=now)
    finally:
        connection.close()
