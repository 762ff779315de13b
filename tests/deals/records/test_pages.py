"""What the pages of partners of record say, and what each of them offers to whom."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from deals.records.models import PartnerOfRecord
from prm.accounts.models import User
from prm.clocks.database import database_now
from tests.deals.portal.reading import main, rows
from tests.deals.records.asking import appointed, asked, confirmed, moved, won_deal
from tests.deals.test_earning import MANAGED
from tests.factories import Cast, make_account


def opened(user: User, path: str) -> str:
    client = Client()
    client.force_login(user)
    return main(client.get(path))


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("rep", "You are partner of record of nobody yet"),
        ("pam", "No partners of record yet"),
    ],
)
def test_empty_list_says_what_comes_there(cast: Cast, who: str, sentence: str) -> None:
    user = cast.helix.rep if who == "rep" else cast.pam

    assert sentence in opened(user, "/records/")


@pytest.mark.parametrize(
    ("state", "who", "offered"),
    [
        ("asked", "rep", set()),
        ("asked", "marketing", set()),
        ("asked", "pam", {"Confirm or refuse"}),
        ("asked", "executive", set()),
        ("standing", "rep", set()),
        ("standing", "pam", {"End it early"}),
        ("standing", "pam2", set()),
        ("ending", "rep", {"Give proof"}),
        ("ending", "marketing", set()),
        ("ending", "pam", {"End it early"}),
        ("ended", "rep", set()),
        ("ended", "pam", set()),
    ],
)
def test_page_offers_what_can_be_done(cast: Cast, state: str, who: str, offered: set[str]) -> None:
    record = asked(cast.helix)
    if state != "asked":
        confirmed(record, cast.pam)
        record = PartnerOfRecord.objects.get()
    if state == "ending":
        moved(record, 300)
    if state == "ended":
        moved(record, 400)
        now = database_now()
        PartnerOfRecord.objects.update(state="ended", end_reason="time", ended_at=now, next_reminder_at=None)
    people = {"rep": cast.helix.rep, "marketing": cast.helix.marketing, "pam": cast.pam, "pam2": cast.pam2}
    page = opened(people.get(who, cast.executive), record.get_absolute_url())

    verbs = {"Confirm or refuse", "Give proof", "Answer", "End it early"}
    assert {verb for verb in verbs if verb in page} == offered
    assert record.customer_name in page


def test_page_of_a_won_deal_shows_where_it_stands(cast: Cast) -> None:
    plain, managed = won_deal(cast.helix), won_deal(cast.helix, **MANAGED)
    assert "Ask to be partner of record" in opened(cast.helix.rep, plain.get_absolute_url())
    assert "Ask to be partner of record" not in opened(cast.pam, plain.get_absolute_url())
    page = opened(cast.helix.rep, managed.get_absolute_url())
    assert "Ask to be partner of record" not in page
    assert "for the days of being the customer's partner of record" in page
    assert "for the days on which" not in opened(cast.helix.rep, plain.get_absolute_url())


def test_rival_finds_none_of_it(cast: Cast) -> None:
    record = appointed(cast, cast.helix, make_account("Nordwerk Anlagen"))
    client = Client()
    client.force_login(cast.orbit.admin)

    assert client.get(record.get_absolute_url()).status_code == 404
    assert client.post(f"{record.get_absolute_url()}proof/", {"text": "x" * 30}).status_code == 404
    assert "Nordwerk" not in client.get("/records/").text
    assert "Nordwerk" not in client.get("/records/export/").getvalue().decode()


def test_newest_stand_first_and_pages_follow(cast: Cast) -> None:
    names = [f"Werk{number:03d}" for number in range(3)]
    for number, name in enumerate(names):
        when = database_now() + timedelta(seconds=number)
        appointed(cast, cast.helix, make_account(name), now=when)
    client = Client()
    client.force_login(cast.pam)

    assert rows(client.get("/records/")) == names[::-1]
    assert rows(client.get("/records/", headers={"hx-request": "true"})) == names[::-1]


def test_page_of_a_customer_leads_to_the_appointment(cast: Cast) -> None:
    account = make_account("Nordwerk Anlagen")
    path = reverse("account-record", args=[account.public_id])

    assert "No partner looks after this customer by its consent." in opened(cast.pam, f"/accounts/{account.public_id}/")
    assert "Appoint a partner of record of Nordwerk Anlagen" in opened(cast.pam, path)
    assert "Partner of record" not in opened(cast.seller, f"/accounts/{account.public_id}/")
