"""Proposals of lower terms over the API and in the portal, in the work of the partner, and two answers at once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django.live_server_helper import LiveServer

from deals.amendments import actions
from deals.amendments.models import Amendment
from deals.registrations.models import Registration
from deals.sockets import questions_waiting
from deals.tasks import expire_due
from prm.audit.models import Event
from prm.clocks.database import database_now
from tests.deals.amendments.proposing import MANAGED, WHY, answer, managed, propose, proposed
from tests.deals.engagement.claiming import fresh, won
from tests.deals.portal.conftest import login  # noqa: F401 - a fixture
from tests.deals.portal.doing import page, send
from tests.deals.portal.reading import errors, main
from tests.deals.test_api import Caller
from tests.deals.test_races import Call, all_at_once
from tests.factories import Cast, make_approved, make_asked, make_token
from tests.meeting import Meeting


def test_lower_terms_are_proposed_and_agreed_over_the_api(cast: Cast) -> None:
    deal = make_approved(cast.helix, **MANAGED)
    rep, pam, path = Caller(cast.helix.rep), Caller(cast.pam), f"deals/{deal.public_id}"
    assert rep.get(f"{path}/amendments").json() == {"results": []}
    given = {"once": "0.15", "yearly": 0.04, "reason": WHY}
    assert rep.post(f"{path}/amendment", given).status_code == 403
    bad: list[tuple[Caller, str, dict[str, Any], str]] = [
        (pam, "", {"reason": WHY}, "once"),
        (pam, "", {"once": "0.15"}, "reason"),
        (pam, "", {"once": "0.25", "reason": WHY}, "once"),
        (pam, "", {"once": "1.5", "reason": WHY}, "once"),
        (pam, "", {"yearly": "a little", "reason": WHY}, "yearly"),
        (pam, "", {"once": "0.15", "rate": "0.1", "reason": WHY}, "rate"),
    ]
    for caller, verb, body, field in bad:
        refused = caller.post(f"{path}/amendment{verb}", body)
        assert (refused.status_code, list(refused.json()["errors"])) == (400, [field])

    asked = pam.post(f"{path}/amendment", given)
    assert (asked.status_code, asked.json()["terms"]["rate"]) == (200, "0.2")
    assert pam.post(f"{path}/amendment", given).status_code == 409
    (shown,) = rep.get(f"{path}/amendments").json()["results"]
    about = ("state", "once", "yearly", "reason", "text", "answered_at", "ended_at")
    assert [shown[name] for name in about] == ["proposed", "0.1500", "0.0400", WHY, "", None, None]
    assert (shown["terms_before"], shown["terms_after"]["rate"]) == (asked.json()["terms"], "0.15")
    assert list(rep.post(f"{path}/amendment/answer", {"text": "Yes."}).json()["errors"]) == ["accept"]
    assert pam.post(f"{path}/amendment/answer", {"accept": True}).status_code == 403

    agreed = rep.post(f"{path}/amendment/answer", {"accept": True, "text": "Yes."})
    assert (agreed.status_code, agreed.json()["terms"]) == (200, shown["terms_after"])
    assert rep.get(f"{path}/amendments").json()["results"][0]["state"] == "agreed"
    assert rep.post(f"{path}/amendment/answer", {"accept": True}).status_code == 409
    assert pam.post(f"{path}/amendment/withdraw", {}).status_code == 409
    assert pam.post(f"{path}/amendment", {"once": "0.1", "reason": WHY}).status_code == 200
    assert pam.post(f"{path}/amendment/withdraw", {}).status_code == 200
    assert Caller(cast.orbit.admin).get(f"{path}/amendments").status_code == 404


def test_account_manager_proposes_on_the_page_and_the_partner_consents(cast: Cast, login: Any) -> None:  # noqa: F811
    deal = make_approved(cast.helix)
    rep, pam = login(cast.helix.rep), login(cast.pam)
    assert "Frozen terms are lowered only with the partner's consent." in page(pam, deal)
    assert "Changes of the terms" not in page(rep, deal)
    form = main(pam.get(f"/deals/{deal.public_id}/amend/"))
    assert "Frozen at approval: 20% once, €17,280." in form.replace("\xa0", " ")
    assert rep.get(f"/deals/{deal.public_id}/amend/").status_code == 403
    raised = send(pam, deal, "amend", once="25", reason=WHY)
    said = "This is not lower than the 20 % of the terms. A raise needs nobody's consent and is not proposed here."
    assert (raised.status_code, errors(raised, "once", "amendment")) == (400, said)
    done = send(pam, deal, "amend", follow=True, once="15", reason=WHY)
    assert "Helix Systems is asked for its consent. Nothing changes before." in main(done)
    assert "Take the proposal back" in main(done)
    assert send(pam, deal, "amend", once="15", reason=WHY).status_code == 409

    due = Amendment.objects.get().due_at
    (item,) = questions_waiting(cast.helix.rep, database_now(), 5)
    said = f"Consent to other terms for {deal.reference}, or decline"
    assert (item.what, item.due_at, item.url) == (said, due, f"/deals/{deal.public_id}/amendment/")
    assert questions_waiting(cast.helix.rep, due, 5) == questions_waiting(cast.orbit.admin, database_now(), 5) == []
    assert "Consent or decline" in page(rep, deal)
    face = main(rep.get(item.url))
    assert (WHY in face, "€17,280" in face, "€12,960" in face) == (True, True, True)
    empty = send(rep, deal, "amendment")
    assert (empty.status_code, errors(empty, "decision", "consent")) == (400, "Consent or decline.")
    done = send(rep, deal, "amendment", follow=True, decision="consent", text="As we have talked.")
    assert "Your answer is recorded." in main(done)
    assert rep.get(item.url).status_code == 302
    assert questions_waiting(cast.helix.rep, database_now(), 5) == []
    assert "As we have talked." in page(pam, deal)
    assert fresh(deal).terms["rate"] == "0.15"


def test_proposal_is_declined_or_taken_back_on_the_page(cast: Cast, login: Any) -> None:  # noqa: F811
    deal = proposed(cast)
    rep, pam = login(cast.helix.rep), login(cast.pam)
    assert "Agreed" not in main(send(rep, deal, "amendment", follow=True, decision="decline"))
    propose(deal, cast.pam, once="0.1")
    assert send(rep, deal, "amendment/withdraw").status_code == 403
    done = send(pam, deal, "amendment/withdraw", follow=True)

    assert "The proposal is taken back; the terms stay as they are." in main(done)
    assert "No proposal waits for an answer." in main(send(pam, deal, "amendment/withdraw", follow=True))
    assert [row.state for row in Amendment.objects.all()] == ["declined", "withdrawn"]
    assert fresh(deal).terms == deal.terms


def test_page_of_a_won_deal_shows_both_sides_of_the_years(cast: Cast, login: Any) -> None:  # noqa: F811
    deal = managed(cast)
    pam = login(cast.pam)
    send(pam, deal, "amend", yearly="2", reason=WHY)
    face = page(login(cast.helix.rep), deal).replace("\xa0", " ")

    assert ("5%, €1,200" in face, "2%, €480" in face) == (True, True)
    plain = won(make_approved(cast.helix))
    once = send(pam, plain, "amend", once="10", reason=WHY)
    assert "stands in the ledger" in errors(once, "once", "amendment")


def test_pages_lead_back_where_there_is_nothing_to_ask(cast: Cast, login: Any) -> None:  # noqa: F811
    deal = make_asked(cast.helix)
    for who, path in ((cast.pam, "amend"), (cast.helix.rep, "amendment")):
        assert login(who).get(f"/deals/{deal.public_id}/{path}/").status_code == 302
    assert "Changes of the terms" not in page(login(cast.pam), deal)


def test_sweep_ends_what_is_not_answered(cast: Cast) -> None:
    deal = proposed(cast)
    now = database_now()
    past = {"proposed_at": now - timedelta(days=15), "due_at": now - timedelta(days=1)}
    Amendment.objects.update(**past)
    expire_due()

    assert (Amendment.objects.get().state, fresh(deal).terms) == ("lapsed", deal.terms)
    propose(deal, cast.pam, once="0.1")
    Amendment.objects.open().update(**past)
    call_command("expire_due")
    assert [row.state for row in Amendment.objects.all()] == ["lapsed", "lapsed"]


def test_engineer_reads_a_shared_deal_with_its_proposals_and_answers_none(cast: Cast, login: Any) -> None:  # noqa: F811
    deal = proposed(cast)
    deal.shares.create(user=cast.helix.engineer, shared_at=database_now(), shared_by=cast.helix.rep)
    engineer = login(cast.helix.engineer)

    assert WHY in page(engineer, deal)
    assert "Consent or decline" not in page(engineer, deal)
    assert send(engineer, deal, "amendment", decision="consent").status_code == 403


def answers_at_once(live_server: LiveServer, cast: Cast, deal: Registration) -> list[int]:
    """Consent, decline and taking back, each several times."""
    path = f"deals/{deal.public_id}/amendment"
    given: list[tuple[str, Any, dict[str, Any]]] = [
        ("answer", cast.helix.rep, {"accept": True}),
        ("answer", cast.helix.admin, {"accept": False}),
        ("withdraw", cast.pam, {}),
    ]
    calls: list[Call] = [
        (f"{path}/{verb}", make_token(by), body, {}) for verb, by, body in given for _times in range(3)
    ]
    return sorted(status for status, _body in all_at_once(live_server.url, calls))


def test_one_of_many_answers_counts(live_server: LiveServer, live_cast: Cast) -> None:
    assert answers_at_once(live_server, live_cast, proposed(live_cast)) == [200] + [409] * 8
    found = Amendment.objects.select_related("registration").get()
    assert found.registration.terms == (found.terms_after if found.state == "agreed" else found.terms_before)
    assert Event.objects.filter(kind__startswith="deal.terms_").count() == 2


def test_many_answers_are_tried_without_the_lock_of_the_row(
    live_server: LiveServer, live_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the test above can fail. The database still keeps the first answer."""
    deal = proposed(live_cast)

    def unlocked(registration: Registration, **_given: Any) -> Registration:
        return Registration.objects.with_nouns().get(pk=registration.pk)

    monkeypatch.setattr(actions, "locked_while", unlocked)
    monkeypatch.setattr(actions, "open_of", Meeting(of=9).after(actions.open_of))

    assert answers_at_once(live_server, live_cast, deal) != [200] + [409] * 8


def test_whoever_acts_for_the_partner_may_answer_for_a_colleague(cast: Cast) -> None:
    deal = proposed(cast)
    assert answer(deal, cast.helix.admin, True).terms["rate"] == "0.15"
