"""Files as people have them, and files as nobody should; and the API's own ways to be wrong."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from deals.mapping import actions, rules
from deals.mapping.models import MappedList, MappedPortion, MappedRow
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.errors import InvalidInput
from prm.jobs.actions import work as work_one
from tests.deals.mapping.test_mapping import brought, browser, ours
from tests.factories import Cast, make_token

BASE = "/api/v1/mapping"


def workbook(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for cells in rows:
        book.active.append(cells)
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def uploaded(cast: Cast, content: bytes, name: str = "kunden.csv") -> MappedList:
    return actions.upload(name=name, content=content, by=cast.helix.rep, now=database_now())


def test_files_are_read_however_a_spreadsheet_saves_them(cast: Cast) -> None:
    """Four of them; a fifth would be tomorrow's."""
    text = "Firma{0}Land{0}Website\nMüller Logistik GmbH{0}DE{0}mueller-logistik.de\n"
    files = [
        text.format(",").encode(),
        text.format(";").encode("utf-8-sig"),
        text.format("\t").encode("utf-16"),
        workbook(["Firma", "Land", "Website"], ["Müller Logistik GmbH", "DE", "mueller-logistik.de"]),
    ]
    for content in files:
        made = uploaded(cast, content)
        assert (made.header, made.columns, made.rows) == (
            *(["Firma", "Land", "Website"], ["name", "country", "website"], 1),
        )
        assert made.portions.get().rows == [["Müller Logistik GmbH", "DE", "mueller-logistik.de"]]


def test_files_that_are_none_are_refused_and_keep_nothing(cast: Cast) -> None:
    many = b"name\n" + b"Acme\n" * (rules.MOST_ROWS + 1)
    files = [b"", b"\n\n", b"name\n", b"\xff\xfe\x00", b"PK\x03\x04broken", b'name\n"open', many, b"na\0me\nAcme\n"]
    for content in files:
        with pytest.raises(InvalidInput) as refused:
            uploaded(cast, content)
        assert list(refused.value.errors) == ["file"], content[:20]
    assert not MappedList.objects.exists()
    assert not MappedPortion.objects.exists()


def test_hostile_cells_are_text_and_nothing_else(cast: Cast) -> None:
    """They stand on the page as they were typed, and leave in the file so that no spreadsheet runs them."""
    script, formula = "<script>alert(1)</script> GmbH", "=HYPERLINK(1) Werke"
    given = brought(cast.helix, [script, "DE", "javascript:alert(1)", "x", "<b>"], [formula, "XX", "", "", "\x07"])
    page = browser(cast.helix.rep).get(given.get_absolute_url()).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; GmbH" in page
    names = list(given.customers.values_list("name", "country", "relation"))
    assert names[0] == (script, "DE", "customer")
    assert given.refused + len(names) == 2
    file = b"".join(browser(cast.helix.rep).get(f"/mapping/lists/rows/?list={given.public_id}"))  # type: ignore[call-overload]
    assert b"\n=HYPERLINK" not in file
    assert b",=HYPERLINK" not in file


def test_form_sent_twice_brings_one_list(cast: Cast) -> None:
    client = browser(cast.helix.rep)
    for _ in range(2):
        file = SimpleUploadedFile("kunden.csv", b"name\nAcme\n")
        answer = client.post("/mapping/lists/", {"file": file, "form_nonce": "n" * 20})
        assert answer.url == MappedList.objects.get().get_absolute_url()
    empty = client.post("/mapping/lists/", {"form_nonce": "m" * 20})
    assert (empty.status_code, MappedList.objects.count()) == (400, 1)


def caller(user: User) -> Client:
    return Client(headers={"authorization": f"Bearer {make_token(user)}"})


def post(client: Client, path: str, body: Any) -> Any:
    return client.post(f"{BASE}/{path}", body, content_type="application/json")


def test_bad_bodies_are_refused_at_their_field(cast: Cast) -> None:
    rep, seller = caller(cast.helix.rep), caller(cast.seller)
    given = brought(cast.helix)
    theirs = brought(cast.orbit).customers.get(number=2).public_id
    foreign = ours(cast, owner=None).public_id
    partner = f"partners/{cast.helix.organisation.public_id}"
    acme = {"name": "Acme"}
    table: list[tuple[Client, str, Any, str]] = [
        (rep, "lists", {"name": "Ours"}, "customers"),
        (rep, "lists", {"name": "", "customers": [acme]}, "name"),
        (rep, "lists", {"name": "Ours", "customers": []}, "customers"),
        (rep, "lists", {"name": "Ours", "customers": [{"country": "DE"}]}, "customers"),
        (rep, "lists", {"name": "Ours", "customers": [{**acme, "relation": "rival"}]}, "customers"),
        (rep, "lists", {"name": "Ours", "customers": [{**acme, "colour": "red"}]}, "customers"),
        (rep, "lists", {"name": "Ours", "customers": [acme] * 1001}, "customers"),
        (rep, f"lists/{given.public_id}/show", {}, "ids"),
        (rep, f"lists/{given.public_id}/show", {"ids": []}, "ids"),
        (rep, f"lists/{given.public_id}/show", {"ids": [theirs]}, "rows"),
        (rep, f"lists/{given.public_id}/show", {"all": "yes"}, "all"),
        (rep, f"lists/{given.public_id}/hide", {"ids": "mpr_x"}, "ids"),
        (seller, f"{partner}/show", {"ids": [foreign]}, "accounts"),
        (seller, f"{partner}/show", {"ids": ["acc_nothing"]}, "accounts"),
        (seller, f"{partner}/hide", {"colour": "red"}, "colour"),
    ]
    for client, path, body, field in table:
        answer = post(client, path, body)
        names = [name.partition(".")[0] for name in answer.json()["errors"]]
        assert (answer.status_code, names) == (400, [field]), (path, body)
    assert not MappedRow.objects.exclude(shared_at=None).exists()


def test_same_key_brings_one_list_and_a_stale_version_shows_nothing(cast: Cast) -> None:
    rep = caller(cast.helix.rep)
    body = {"name": "Ours", "customers": [{"name": "Acme", "relation": "prospect", "contact": "Ina"}]}
    key = {"idempotency-key": "once"}
    first, second = (rep.post(f"{BASE}/lists", body, content_type="application/json", headers=key) for _ in range(2))
    assert (first.status_code, first.json()) == (201, second.json())
    while work_one():
        continue
    path = f"{BASE}/lists/{first.json()['id']}"
    known = rep.get(path)["ETag"]
    stale = rep.post(f"{path}/show", {"all": True}, content_type="application/json", headers={"if-match": '"old"'})
    assert (stale.status_code, MappedRow.objects.get().is_shared) == (412, False)
    fresh = rep.post(f"{path}/show", {"all": True}, content_type="application/json", headers={"if-match": known})
    assert (fresh.status_code, MappedRow.objects.get().is_shared) == (200, True)
    (row,) = rep.get(f"{path}/rows").json()["results"]
    assert row == {
        "id": row["id"],
        "row": 2,
        "name": "Acme",
        "country": "",
        "city": "",
        "relation": "prospect",
        "contact": "Ina",
        "shown": True,
    }


def test_too_many_lists_a_day_are_said_with_when_to_come_back(cast: Cast) -> None:
    rep = caller(cast.helix.rep)
    body = {"name": "Ours", "customers": [{"name": "Acme"}]}
    answers = [post(rep, "lists", body) for _ in range(rules.MOST_A_DAY + 1)]

    assert [answer.status_code for answer in answers] == [*[201] * rules.MOST_A_DAY, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert MappedList.objects.count() == rules.MOST_A_DAY
    assert post(caller(cast.orbit.rep), "lists", body).status_code == 201
