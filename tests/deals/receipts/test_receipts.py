"""Receipts of registrations: issued with the verb, soon after a sweep, later for what was there before."""

import json
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from deals.decisions import actions as decisions
from deals.protections.actions import expire_due
from deals.registrations import actions
from deals.registrations.events import record_deal
from deals.registrations.models import Registration
from prm.clocks.database import database_now
from prm.signing import jws, keys
from prm.signing.actions import leaving, rotate, sign_due
from prm.signing.checking import verify
from prm.signing.models import Due, Link
from prm.signing.rules import said
from prm.signing.selectors import chain_of, public_keys
from tests.factories import Cast, make_approved, make_asked, make_draft, make_registration, make_token

NAMES = ("kind", "outcome", "protected_until", "policy")


def chain(deal: Registration) -> list[dict[str, Any]]:
    return [jws.read(link.jws).claims for link in chain_of("deal", deal.public_id)]


def steps(deal: Registration) -> list[tuple[Any, ...]]:
    return [(step["kind"], step["outcome"]) for step in chain(deal)]


def flaws() -> list[tuple[str, int, str]]:
    return [(one.subject_id, one.found.seq, str(one.found.flaw)) for one in verify(now=database_now())]


def test_submission_is_certified_at_once(cast: Cast) -> None:
    deal = make_registration(cast.helix)
    (first,) = chain(deal)

    assert deal.priority_at is not None
    assert first["priority_at"] == deal.priority_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert first["partner"] == cast.helix.organisation.public_id
    assert [first[name] for name in ("seq", "prev", "deal", *NAMES)] == [
        *(1, None, deal.public_id, "registered"),
        *(None, None, None),
    ]
    assert "late" not in first


def test_decision_says_terms_and_end(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    first, second = chain_of("deal", deal.public_id)
    decided = jws.read(second.jws).claims

    assert deal.protected_until is not None
    assert datetime.fromisoformat(decided["protected_until"]) == deal.protected_until
    assert (decided["seq"], decided["prev"], decided["outcome"], decided["policy"]) == (2, first.digest, "exclusive", 1)
    assert decided["terms"] == json.loads(json.dumps(deal.terms))
    assert flaws() == []


@pytest.mark.parametrize("end", ["rejected", "withdrawn", "won", "lost"])
def test_ends_are_certified_by_their_verbs(cast: Cast, end: str) -> None:
    now = database_now()
    if end in ("won", "lost"):
        deal = make_approved(cast.helix)
        given: dict[str, Any] = {"registration": deal, "by": cast.helix.rep, "now": database_now()}
        _ = (
            actions.win(**given, closed_on=now.date(), early_reason="Signed at once.")
            if end == "won"
            else actions.lose(**given, reason="price")
        )
    else:
        deal = make_registration(cast.helix)
        if end == "rejected":
            decisions.reject(registration=deal, reason="other", message="No.", by=cast.pam, now=now)
        else:
            actions.withdraw(registration=deal, reason="", by=cast.helix.rep, now=now)

    assert steps(deal)[-1] == ("decided" if end == "rejected" else "ended", end)
    assert flaws() == []


def test_sweeps_leave_their_receipts_to_a_worker(cast: Cast) -> None:
    approved, asked = make_approved(cast.helix), make_asked(cast.orbit)
    assert approved.protected_until is not None
    assert asked.answer_due_at is not None
    expire_due(now=max(approved.protected_until, asked.answer_due_at))
    before = [steps(approved), steps(asked), Due.objects.count()]
    # What still waits is no fault.
    waiting = flaws()
    done = [sign_due(), sign_due()]

    assert before == [[("registered", None), ("decided", "exclusive")], [("registered", None)], 2]
    assert waiting == []
    assert done == [2, 0]
    assert [steps(approved)[-1], steps(asked)[-1]] == [("ended", "expired"), ("ended", "lapsed")]
    assert flaws() == []


@pytest.mark.parametrize("outcome", ["asked", "granted", "refused"])
def test_other_verbs_open_a_step_by_their_event(cast: Cast, outcome: str) -> None:
    """Whatever moves the end of a protection and says so in its event."""
    deal, until = make_approved(cast.helix), database_now() + timedelta(days=120)
    Registration.objects.filter(pk=deal.pk).update(protected_until=until)
    kind = f"deal.extension_{outcome}"
    record_deal(kind, deal, by=cast.helix.rep, now=database_now(), data={"until": until})

    assert steps(deal)[-1] == ("extended", outcome)
    assert chain(deal)[-1]["protected_until"] == said(until)
    assert flaws() == []


def test_verb_that_fails_leaves_no_receipt(cast: Cast) -> None:
    deal = make_registration(cast.helix)

    def withdraw_and_fail() -> None:
        with transaction.atomic():
            actions.withdraw(registration=deal, reason="", by=cast.helix.rep, now=database_now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        withdraw_and_fail()
    assert steps(deal) == [("registered", None)]


def test_next_step_issues_what_still_waits_before_it(cast: Cast) -> None:
    with leaving():
        deal = make_registration(cast.helix)
    assert (steps(deal), Due.objects.count()) == ([], 1)
    actions.withdraw(registration=deal, reason="", by=cast.helix.rep, now=database_now())

    assert steps(deal) == [("registered", None), ("ended", "withdrawn")]
    assert Due.objects.count() == 0
    assert flaws() == []


def test_registrations_of_before_are_certified_later(cast: Cast) -> None:
    """As after an upgrade: events and no receipts, until the migration has them wait for the worker."""
    long_ago = database_now() - timedelta(days=400)
    with leaving():
        deals = [make_approved(cast.helix, now=database_now()), make_registration(cast.orbit)]
        make_draft(cast.helix)
    Due.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("update audit_event set at = %s", [long_ago])
        missing = flaws()
        for _time in range(2):
            cursor.execute(import_module("deals.migrations.0005_rules_and_guards").WAIT)
    waiting = Due.objects.count()
    done = sign_due()

    assert sorted(missing) == sorted((deal.public_id, 0, "missing") for deal in deals)
    assert (waiting, done, Due.objects.count()) == (3, 3, 0)
    assert [step["late"] for deal in deals for step in chain(deal)] == [True, True, True]
    assert flaws() == []


def test_key_that_cannot_be_opened_stops_no_submission(cast: Cast, settings: Any) -> None:
    make_registration(cast.helix)
    keys.forget_opened()
    settings.SECRET_KEY = "another one, and the former is lost"
    deal = make_registration(cast.helix)
    waiting, tried = Due.objects.count(), sign_due()
    rotate(by=None, now=database_now(), at_once=True)
    done = sign_due()
    keys.forget_opened()

    assert (waiting, tried, done) == (1, 0, 1)
    assert steps(deal) == [("registered", None)]
    assert len(public_keys()) == 2
    assert flaws() == []


@pytest.mark.parametrize("statement", ["update signing_link set day = day + 1", "delete from signing_link"])
def test_database_keeps_what_was_issued(cast: Cast, statement: str) -> None:
    make_registration(cast.helix)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_link_is_never_forked(cast: Cast) -> None:
    link = chain_of("deal", make_registration(cast.helix).public_id)[0]
    link.pk, link.cause, link.digest = None, "evt_other", "0" * 64
    with pytest.raises(IntegrityError), transaction.atomic():
        link.save(force_insert=True)

    assert Link.objects.count() == 1


def test_partner_takes_the_receipt(cast: Cast, client: Client) -> None:
    deal = make_approved(cast.helix)
    client.force_login(cast.helix.rep)
    texts = [link.jws for link in chain_of("deal", deal.public_id)]
    page = client.get(f"/deals/{deal.public_id}/receipt/").text
    lines = client.get(f"/deals/{deal.public_id}/receipt.jws")
    file = client.get(f"/deals/{deal.public_id}/receipt.json").json()

    assert f"{deal.public_id} was registered" in page
    assert "protected until" in client.get(deal.get_absolute_url()).text
    assert lines.text.splitlines() == texts
    assert file["receipt"] == texts
    assert [entry["path"] for entry in file["inclusion"]] == [None, None]


def test_draft_has_no_receipt(cast: Cast, client: Client) -> None:
    draft = make_draft(cast.helix)
    client.force_login(cast.helix.rep)

    assert client.get(f"/deals/{draft.public_id}/receipt/").status_code == 404
    assert 'id="receipt"' not in client.get(draft.get_absolute_url()).text


def test_api_gives_the_list_of_steps(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    client = Client(headers={"authorization": f"Bearer {make_token(cast.helix.rep)}"})
    links = chain_of("deal", deal.public_id)

    assert client.get(f"/api/v1/deals/{deal.public_id}/receipt").json() == [link.jws for link in links]
    assert client.get(f"/api/v1/deals/{deal.public_id}/receipt/inclusion").json() == {
        "results": [{"seq": link.seq, "day": link.day.isoformat(), "root": None, "path": None} for link in links]
    }
