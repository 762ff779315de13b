"""Direct opportunities and touches from a file: a known id is changed, never doubled, and a bad row keeps nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from deals.cases.models import DirectCase
from deals.direct import actions
from deals.direct.models import DirectOpportunity, DirectTouch
from prm.accounts.models import User
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from tests.deals.direct.selling import account_of, protected, today, touch
from tests.factories import Cast, make_account, make_token

OF_OPPORTUNITY = "account,external_id,stage,products,value,currency,expected_close,closed_on"
OF_TOUCH = "account,external_id,kind,on,note"


def sent(user: User, what: str, header: str, *rows: str, query: str = "") -> Any:
    client = Client(headers={"authorization": f"Bearer {make_token(user)}"})
    content = "\n".join([header, *rows]).encode()
    return client.post(f"/api/v1/direct/{what}/imports{query}", content, content_type="text/csv")


def counts(answer: Any) -> tuple[int, int, int]:
    report = answer.json()
    return report["new"], report["changed"], report["unchanged"]


def facts() -> list[tuple[Any, ...]]:
    rows = DirectOpportunity.objects.order_by("external_id")
    return [(row.external_id, row.stage, row.value and f"{row.value:.0f}", row.currency, row.slugs) for row in rows]


def test_opportunities_come_and_come_again(cast: Cast) -> None:
    account, seller, day = make_account(external_id="crm-1"), cast.seller, today()
    one = f"{account.public_id},o-1,Qualified,fleet-cloud;telematics,1200,eur,{day},"
    other = "crm-1,o-2,,,,,,"

    dry = sent(seller, "opportunities", OF_OPPORTUNITY, one, other, query="?dry_run=true")
    assert (counts(dry), dry.json()["ids"], facts()) == ((2, 0, 0), [], [])
    made = sent(seller, "opportunities", OF_OPPORTUNITY, one, other)
    first = [
        ("o-1", "qualified", "1200", "EUR", ["fleet-cloud", "telematics"]),
        ("o-2", "prospecting", None, "", []),
    ]
    assert (counts(made), len(made.json()["ids"]), facts()) == ((2, 0, 0), 2, first)
    assert counts(sent(seller, "opportunities", OF_OPPORTUNITY, one, other)) == (0, 0, 2)
    noted = Event.objects.filter(kind__startswith="direct.")
    events = noted.count()
    # What has no cell stays, and what has one becomes so.
    changed = sent(seller, "opportunities", "customer,id,amount,products", "crm-1,o-1,1500,fleet-cloud", "crm-1,o-2,,")
    assert (counts(changed), noted.count()) == ((0, 1, 1), events + 1)
    assert facts()[0] == ("o-1", "qualified", "1500", "EUR", ["fleet-cloud"])

    won = [f"crm-1,o-1,won,,,,,{day}", f"crm-1,o-3,lost,,,,,{day}"]
    assert counts(sent(seller, "opportunities", OF_OPPORTUNITY, *won)) == (1, 1, 0)
    assert counts(sent(seller, "opportunities", OF_OPPORTUNITY, *won)) == (0, 0, 2)
    assert [fact[1] for fact in facts()] == ["won", "prospecting", "lost"]
    assert {row.seller for row in DirectOpportunity.objects.all()} == {seller}


def test_bad_rows_of_opportunities_are_named_and_nothing_is_kept(cast: Cast) -> None:
    make_account(external_id="crm-1"), make_account(external_id="crm-2")
    sent(cast.seller, "opportunities", OF_OPPORTUNITY, "crm-1,o-1,lost,,,,," + str(today()))
    sent(cast.admin, "opportunities", OF_OPPORTUNITY, "crm-1,o-2,,,,,,")
    before = facts()
    rows = [
        "crm-1,,,,,,,",
        "crm-9,o-3,,,,,,",
        "crm-1,o-4,dreaming,,,,,",
        "crm-1,o-5,,spaceship,,,,",
        "crm-1,o-6,won,,100,,,",
        "crm-1,o-1,qualified,,,,,",
        "crm-1,o-2,,,,,,",
        "crm-2,o-1,lost,,,,,",
        "crm-1,o-7,,,,,,",
        "crm-1,o-7,,,,,,",
    ]

    dry = sent(cast.seller, "opportunities", OF_OPPORTUNITY, *rows, query="?dry_run=true").json()["findings"]

    assert [(found["row"], found["field"]) for found in dry] == [
        *((2, "external_id"), (3, "account"), (4, "stage"), (5, "products"), (6, "closed_on"), (7, "")),
        *((8, "external_id"), (9, ""), (11, "")),
    ]
    refused = sent(cast.seller, "opportunities", OF_OPPORTUNITY, *rows)
    assert (refused.status_code, len(refused.json()["errors"]["file"]), facts()) == (400, len(dry), before)


def test_touches_come_and_come_again_and_meet_protections(cast: Cast) -> None:
    account, day = account_of(protected(cast)), today()
    row = f"{account.public_id},t-1,Call,{day},Asked for a date"

    assert counts(sent(cast.seller, "touches", OF_TOUCH, row)) == (1, 0, 0)
    assert counts(sent(cast.seller, "touches", OF_TOUCH, row)) == (0, 0, 1)
    assert counts(sent(cast.seller, "touches", OF_TOUCH, row.replace("Call", "meeting"))) == (0, 1, 0)
    found = DirectTouch.objects.get()
    assert (found.kind, found.seller, DirectCase.objects.count()) == ("meeting", cast.seller, 1)
    bad = [row.replace("t-1", ""), f"{account.public_id},t-2,dream,{day},", f"{account.public_id},t-3,call,2001-01-01,"]
    named = sent(cast.seller, "touches", OF_TOUCH, *bad, query="?dry_run=true").json()["findings"]
    assert [(one["row"], one["field"]) for one in named] == [(2, "external_id"), (3, "kind"), (4, "on")]
    # Another customer, a colleague's id, and one that was taken back.
    other = make_account().public_id
    for who, given in ((cast.seller, row.replace(account.public_id, other)), (cast.admin, row)):
        answer = sent(who, "touches", OF_TOUCH, given)
        assert answer.status_code == (400 if who == cast.seller else 201)
    actions.withdraw_touch(touch=found, by=cast.seller, now=database_now())
    assert sent(cast.seller, "touches", OF_TOUCH, row).status_code == 400


def test_touch_is_put_right_by_whoever_noted_it(cast: Cast) -> None:
    noted, now = touch(make_account(), cast.seller), database_now()
    given: dict[str, Any] = {"kind": "mail", "on": today(), "note": " Wrote "}

    with pytest.raises(NotAllowed):
        actions.change_touch(touch=noted, **given, by=cast.pam, now=now)
    with pytest.raises(InvalidInput) as refused:
        actions.change_touch(touch=noted, **given | {"on": today() + timedelta(days=2)}, by=cast.seller, now=now)
    changed = actions.change_touch(touch=noted, **given, by=cast.seller, now=now)

    assert list(refused.value.errors) == ["on"]
    assert (changed.kind, changed.note) == ("mail", "Wrote")
    assert Event.objects.filter(kind="direct.touch_changed").count() == 1
    actions.withdraw_touch(touch=noted, by=cast.seller, now=now)
    with pytest.raises(StateConflict):
        actions.change_touch(touch=noted, **given, by=cast.seller, now=now)


@pytest.mark.parametrize(
    ("path", "content", "said"),
    [
        ("/direct/import/", b"account,external_id\ncrm-1,o-1\n", "1 row: 1 new"),
        ("/direct/touches/import/", b"account,external_id,kind,on\ncrm-1,t-1,call,%s\n", "1 row: 1 new"),
    ],
)
def test_file_is_looked_at_and_imported_in_the_portal(cast: Cast, path: str, content: bytes, said: str) -> None:
    make_account(external_id="crm-1")
    client = Client()
    client.force_login(cast.seller)
    content = content.replace(b"%s", str(today()).encode())

    checked = client.post(path, {"file": SimpleUploadedFile("crm.csv", content)})
    assert said in checked.text
    assert DirectOpportunity.objects.count() + DirectTouch.objects.count() == 0
    carried = {"rows": checked.context["carried"]["rows"].value(), "form_nonce": "n" * 20}
    assert "Imported: 1 new" in client.post(path, carried, follow=True).text
    assert DirectOpportunity.objects.count() + DirectTouch.objects.count() == 1


@pytest.mark.parametrize(
    ("list_page", "form"), [("/direct/", "/direct/import/"), ("/direct/touches/", "/direct/touches/import/")]
)
def test_who_enters_is_offered_the_import(cast: Cast, list_page: str, form: str) -> None:
    offered = {}
    for user in (cast.seller, cast.admin, cast.pam, cast.executive):
        client = Client()
        client.force_login(user)
        offered[user.email] = (form in client.get(list_page).text, client.get(form).status_code)

    assert offered == {
        cast.seller.email: (True, 200),
        cast.admin.email: (True, 200),
        cast.pam.email: (False, 403),
        cast.executive.email: (False, 403),
    }


def test_page_says_which_columns_it_reads_and_what_it_cannot_read(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.seller)

    assert OF_OPPORTUNITY.replace(",", ", ") in client.get("/direct/import/").text
    for content, sentence in (
        (b"colour\nred\n", "These columns are unknown: colour."),
        (b"account,external_id\n", "There is no row below the names of the columns."),
    ):
        page = client.post("/direct/import/", {"file": SimpleUploadedFile("crm.csv", content)})
        assert (page.status_code, sentence in page.text) == (400, True)
