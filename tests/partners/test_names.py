"""Other names of a customer: rows of their own, each of which leads to it."""

from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from partners.customers import names
from partners.customers.actions import update_account
from partners.customers.models import MOST_NAMES, SOURCE
from partners.customers.names import add_name, remove_name
from partners.customers.selectors import accounts_like
from partners.models import Account, AccountName
from prm import matching
from prm.accounts.models import User
from prm.audit.models import Event
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.matching import Identity
from tests.factories import Cast, make_account, make_token
from tests.matching.stored import stored
from tests.meeting import Meeting
from tests.partners.test_races import assert_keys_fit, at_once

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def added(account: Account, name: str, by: User, **values: Any) -> AccountName:
    return add_name(account=account, name=name, by=by, now=NOW, **{"kind": "former", **values})


def found(name: str, country: str = "DE") -> list[str]:
    return [account.name for account, match in accounts_like(Identity(name, country)) if match.score >= 0.78]


def test_customer_is_found_under_a_name_that_was_added(cast: Cast) -> None:
    account = make_account("Zenturio Handels AG")
    assert found("Quarzwerk Ostsee GmbH") == []

    name = added(account, "Quarzwerk Ostsee GmbH", cast.admin, since=date(1990, 1, 1), until=date(2011, 12, 31))

    account.refresh_from_db()
    assert found("Quarzwerk Ostsee GmbH") == ["Zenturio Handels AG"]
    assert (account.former_names, account.version) == (["Quarzwerk Ostsee GmbH"], 2)
    assert (name.kind, name.since, name.until, name.created_by) == (
        "former",
        date(1990, 1, 1),
        date(2011, 12, 31),
        cast.admin,
    )


def test_sentence_speaks_of_the_former_name_and_of_nothing_that_was_not_asked(cast: Cast) -> None:
    account = make_account("Zenturio Handels AG")
    added(account, "Quarzwerk Ostsee", cast.admin)

    ((_found, match),) = accounts_like(Identity("QUARZWERK Ostsee GmbH", "DE"))

    lines = {line.rule: line.text for line in match.evidence}
    assert lines["other_name"] == "“QUARZWERK Ostsee GmbH” is a former or another name of this customer"
    assert not any("Zenturio" in text for text in lines.values())


def test_own_name_needs_no_such_line(cast: Cast) -> None:
    account = make_account("Zenturio Handels AG")
    added(account, "Quarzwerk Ostsee", cast.admin)

    ((_found, match),) = accounts_like(Identity("Zenturio Handels", "DE"))

    assert "other_name" not in {line.rule for line in match.evidence}


def test_removed_name_leads_nowhere(cast: Cast) -> None:
    account = make_account("Zenturio Handels AG", former_names=["Quarzwerk Ostsee", "Zeha"])

    remove_name(name=account.other_names.get(name="Quarzwerk Ostsee"), by=cast.admin, now=NOW)

    account.refresh_from_db()
    assert (account.former_names, found("Quarzwerk Ostsee")) == (["Zeha"], [])
    assert_keys_fit()


def test_both_are_told_without_a_name(cast: Cast) -> None:
    account = make_account("Zenturio Handels AG")

    name = added(account, "Quarzwerk", cast.admin, kind="trade")
    remove_name(name=name, by=cast.admin, now=NOW)

    events = Event.objects.filter(kind__startswith="account.name").order_by("pk")
    assert [(event.kind, event.subject_id, event.data, event.organisation_id) for event in events] == [
        ("account.name_added", account.public_id, {"kind": "trade", "name": name.public_id}, None),
        ("account.name_removed", account.public_id, {"kind": "trade", "name": name.public_id}, None),
    ]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "  "}, "name"),
        ({"kind": "merged"}, "kind"),
        ({"kind": "nonsense"}, "kind"),
        ({"since": date(2020, 1, 1), "until": date(2019, 1, 1)}, "until"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(cast: Cast, values: dict[str, Any], field: str) -> None:
    account = make_account("Acme")

    with pytest.raises(InvalidInput) as refused:
        add_name(account=account, by=cast.admin, now=NOW, **{"name": "Old Acme", "kind": "former", **values})

    assert list(refused.value.errors) == [field]
    assert not AccountName.objects.exists()


def test_second_time_is_a_conflict_that_changes_nothing(cast: Cast) -> None:
    account = make_account("Acme")
    name = added(account, "Old Acme", cast.admin)

    for again in ("Old Acme", "Acme"):
        with pytest.raises(StateConflict):
            added(account, again, cast.admin)
    remove_name(name=name, by=cast.admin, now=NOW)
    with pytest.raises(StateConflict):
        remove_name(name=name, by=cast.admin, now=NOW)

    account.refresh_from_db()
    assert (account.former_names, account.version) == ([], 3)


def test_names_are_bounded(cast: Cast) -> None:
    account = make_account("Acme", former_names=[f"Old {number}" for number in range(MOST_NAMES)])

    with pytest.raises(InvalidInput):
        added(account, "One more", cast.admin)


def test_only_who_may_write_the_customer_may_name_it(cast: Cast) -> None:
    account = make_account("Acme", owner=cast.seller)
    other = make_account("Other", owner=cast.admin)

    added(account, "Old Acme", cast.seller)
    for somebody, about in ((cast.pam, account), (cast.executive, account), (cast.seller, other)):
        with pytest.raises(NotAllowed):
            added(about, "Older Acme", somebody)

    assert [name.name for name in AccountName.objects.all()] == ["Old Acme"]


def test_list_of_names_keeps_what_is_known_of_them(cast: Cast) -> None:
    account = make_account("Acme")
    added(account, "Acme Trade", cast.admin, kind="trade")

    update_account(account=account, values={"former_names": ["Acme Trade", "Old Acme"]}, by=cast.admin, now=NOW)
    kept = dict(account.other_names.values_list("name", "kind"))
    update_account(account=account, values={"former_names": ["Old Acme"]}, by=cast.admin, now=NOW)

    assert kept == {"Acme Trade": "trade", "Old Acme": "former"}
    assert dict(account.other_names.values_list("name", "kind")) == {"Old Acme": "former"}


def test_database_keeps_names_whole(cast: Cast) -> None:
    account = make_account("Acme")
    about = {"account": account, "created_at": NOW}
    wrong: list[dict[str, Any]] = [
        {"name": ""},
        {"name": "A", "kind": "nonsense"},
        {"name": "A", "since": date(2020, 1, 2), "until": date(2020, 1, 1)},
    ]

    for values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            AccountName.objects.create(**about, **values)
    AccountName.objects.create(**about, name="A")
    with pytest.raises(IntegrityError), transaction.atomic():
        AccountName.objects.create(**about, name="A")


def test_names_that_were_there_before_get_rows(cast: Cast) -> None:
    account = make_account("Acme", former_names=["Old Acme", "Older Acme"])
    account.other_names.all().delete()

    import_module("partners.migrations.0003_other_names").rows_of_their_own(apps, None)

    assert sorted(account.other_names.values_list("name", "kind")) == [("Old Acme", "former"), ("Older Acme", "former")]


@pytest.mark.django_db(transaction=True)
def test_two_names_at_once_are_both_kept(live_cast: Cast) -> None:
    account = make_account("Acme")

    at_once(*(lambda name=name: added(account, name, live_cast.admin) for name in ("Quarzwerk", "Zeha", "Ostsee")))

    account.refresh_from_db()
    assert sorted(account.former_names) == ["Ostsee", "Quarzwerk", "Zeha"]
    assert_keys_fit()


@pytest.mark.django_db(transaction=True)
def test_one_name_twice_at_once_is_kept_once(live_cast: Cast) -> None:
    account = make_account("Acme")

    answers = at_once(*(lambda: added(account, "Quarzwerk", live_cast.admin) for _ in range(4)))

    assert sorted(type(answer).__name__ for answer in answers) == ["AccountName", *["StateConflict"] * 3]


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_a_name_would_be_lost(live_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: each repeats the rows that it sees, and the last one wins."""
    account = make_account("Acme")
    monkeypatch.setattr(names, "locked_account", lambda account: Account.objects.get(pk=account.pk))
    monkeypatch.setattr(Account, "save", Meeting(of=2).before(Account.save))

    at_once(*(lambda name=name: added(account, name, live_cast.admin) for name in ("Quarzwerk", "Zeha")))

    account.refresh_from_db()
    assert len(account.former_names) == 1


@pytest.mark.django_db(transaction=True)
def test_waiting_alone_loses_nothing(live_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    account = make_account("Acme")
    monkeypatch.setattr(Account, "save", Meeting(of=2, patience=1).before(Account.save))

    at_once(*(lambda name=name: added(account, name, live_cast.admin) for name in ("Quarzwerk", "Zeha")))

    account.refresh_from_db()
    assert len(account.former_names) == 2


def caller(user: User) -> Client:
    return Client(headers={"authorization": f"Bearer {make_token(user)}"})


def test_api_adds_lists_and_removes(cast: Cast) -> None:
    account = make_account("Acme", owner=cast.seller)
    address, api = f"/api/v1/accounts/{account.public_id}/names", caller(cast.seller)

    made = api.post(address, {"name": "Old Acme", "until": "2019-06-30"}, content_type="application/json")
    again = api.post(address, {"name": "Old Acme"}, content_type="application/json")
    listed = api.get(address).json()
    removed = api.post(f"/api/v1/accounts/names/{made.json()['id']}/remove", content_type="application/json")
    gone = api.post(f"/api/v1/accounts/names/{made.json()['id']}/remove", content_type="application/json")

    assert (made.status_code, again.status_code, removed.status_code, gone.status_code) == (201, 409, 200, 404)
    assert [(row["name"], row["kind"], row["until"]) for row in listed["results"]] == [
        ("Old Acme", "former", "2019-06-30")
    ]
    assert not AccountName.objects.exists()


def test_api_says_what_is_wrong_and_hides_what_is_not_ones_own(cast: Cast) -> None:
    account = make_account("Acme", owner=cast.admin)
    address = f"/api/v1/accounts/{account.public_id}/names"

    wrong = caller(cast.admin).post(address, {"name": "", "kind": "merged"}, content_type="application/json")

    assert (wrong.status_code, sorted(wrong.json()["errors"])) == (400, ["kind", "name"])
    assert caller(cast.seller).get(address).status_code == 403
    assert caller(cast.helix.rep).get(address).status_code == 404


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_page_adds_and_removes(cast: Cast) -> None:
    account = make_account("Acme", owner=cast.seller)
    page, add = reverse("account", args=[account.public_id]), reverse("account-name-add", args=[account.public_id])
    person = browser(cast.seller)

    answer = person.post(add, {"name": "Old Acme", "kind": "trade", "since": "2001-02-03", "until": ""})
    shown = person.get(page).content.decode()
    name = AccountName.objects.get()
    person.post(reverse("account-name-remove", args=[name.public_id]))

    assert (answer.status_code, answer["Location"]) == (302, page)
    assert all(text in shown for text in ("Old Acme", "Trade name", "since", "Remove the name Old Acme"))
    assert not AccountName.objects.exists()


def test_page_says_what_is_wrong(cast: Cast) -> None:
    account = make_account("Acme", former_names=["Old Acme"])
    add = reverse("account-name-add", args=[account.public_id])

    wrong = browser(cast.admin).post(add, {"name": "", "kind": "former"})
    twice = browser(cast.admin).post(add, {"name": "Old Acme", "kind": "former"})

    assert (wrong.status_code, twice.status_code) == (400, 409)
    assert "The customer has this name already." in twice.content.decode()


def test_page_of_somebody_elses_customer_shows_no_names(cast: Cast) -> None:
    account = make_account("Acme", owner=cast.admin, former_names=["Canary Works"])

    html = browser(cast.seller).get(reverse("account", args=[account.public_id])).content.decode()

    assert "Canary Works" not in html
    address = reverse("account-name-add", args=[account.public_id])
    assert browser(cast.seller).post(address, {"name": "x", "kind": "former"}).status_code == 403


def test_keys_of_every_name_are_there(cast: Cast) -> None:
    account = make_account("Zenturio Handels AG")

    added(account, "Quarzwerk Ostsee", cast.admin)

    account.refresh_from_db()
    assert matching.stored_keys(matching.normalise(Identity("Quarzwerk Ostsee"))) <= stored(SOURCE, account.pk)
