"""Lists: whole, in order, and deaf to forged cursors."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.test import Client

from prm.accounts.models import Organisation
from tests.api.conftest import API

pytestmark = pytest.mark.django_db

THINGS = f"{API}/things"


@pytest.fixture
def many(vendor: Organisation) -> list[str]:
    """Names with ties, in the order of the list: by name, then latest id first."""
    rows = [Organisation(kind="partner", name=f"P{n // 3:02}") for n in range(23)]
    Organisation.objects.bulk_create(rows)
    ordered = sorted(Organisation.objects.all(), key=lambda row: row.public_id, reverse=True)
    return [row.public_id for row in sorted(ordered, key=lambda row: row.name)]


def ids(answer: Any) -> list[str]:
    return [row["id"] for row in answer.json()["results"]]


def walk(client: Client, url: str, way: str) -> list[list[str]]:
    pages = []
    while url:
        answer = client.get(url)
        assert answer.status_code == 200
        pages.append(ids(answer))
        url = answer.json()[way]
    return pages


@pytest.mark.parametrize("size", [1, 2, 5, 8, 23, 24, 25, 100])
def test_walk_forward_and_back_meets_every_row_once(as_pam: Client, many: list[str], size: int) -> None:
    everything = [*many]
    pages = walk(as_pam, f"{THINGS}?page_size={size}", "next")
    assert [row for page in pages for row in page] == everything
    assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)
    last = as_pam.get(f"{THINGS}?page_size={size}")
    while last.json()["next"]:
        last = as_pam.get(last.json()["next"])
    back = [ids(last), *walk(as_pam, last.json()["previous"], "previous")] if last.json()["previous"] else [ids(last)]
    assert [row for page in reversed(back) for row in page] == everything


def test_rows_that_come_and_go_shift_nothing(as_pam: Client, many: list[str]) -> None:
    first = as_pam.get(f"{THINGS}?page_size=10")
    Organisation.objects.create(kind="partner", name="A first one")
    Organisation.objects.filter(public_id=many[0]).delete()
    assert ids(as_pam.get(first.json()["next"])) == many[10:20]


def test_filters_stay_in_the_links(as_pam: Client, many: list[str]) -> None:
    first = as_pam.get(f"{THINGS}?kind=partner&name=p0&page_size=2").json()
    assert "kind=partner" in first["next"]
    assert len(walk(as_pam, first["next"], "next")) == 11


def test_default_page_has_25_rows(as_pam: Client, many: list[str]) -> None:
    Organisation.objects.bulk_create(Organisation(kind="partner", name=f"Q{n}") for n in range(10))
    assert len(ids(as_pam.get(THINGS))) == 25


@pytest.mark.parametrize(
    "size", ["0", "-1", "101", "1000000", "9" * 30, "abc", "", "1.5", "１０", "1_0", "+5", " 5", "1e1"]
)
def test_page_size_out_of_bounds_is_400(as_pam: Client, size: str) -> None:
    answer = as_pam.get(THINGS, {"page_size": size})
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["page_size"]


FORGED = {
    "empty": "",
    "rest framework's p=abc": "cD1hYmM=",
    "rest framework's p=NUL": "cD0A",
    "garbage": "§$%&/()=?",
    "huge": "a" * 5000,
    "dots": "a:b:c",
    "number": "1",
    "unsigned": "WyJuIiwib3JnXzEiXQ",
    "compressed bomb": ".eJx:1:1",
}


@pytest.mark.parametrize("what", list(FORGED))
def test_forged_cursor_is_400(as_pam: Client, what: str) -> None:
    answer = as_pam.get(THINGS, {"cursor": FORGED[what]})
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["cursor"]


def test_tampered_cursor_is_400(as_pam: Client, many: list[str]) -> None:
    url = as_pam.get(f"{THINGS}?page_size=2").json()["next"]
    cursor = next(part for part in urlsplit(url).query.split("&") if part.startswith("cursor="))
    for position in (8, len(cursor) // 2, len(cursor) - 1):
        swapped = "A" if cursor[position] != "A" else "B"
        forged = cursor[:position] + swapped + cursor[position + 1 :]
        assert as_pam.get(url.replace(cursor, forged)).status_code == 400


def test_cursor_of_another_list_is_400(as_pam: Client, many: list[str]) -> None:
    foreign = signing.dumps(["n", many[0]], salt="cursor:elsewhere")
    assert as_pam.get(THINGS, {"cursor": foreign}).status_code == 400


def test_cursor_at_a_row_that_is_gone_is_400(as_pam: Client, many: list[str]) -> None:
    url = as_pam.get(f"{THINGS}?page_size=2").json()["next"]
    Organisation.objects.filter(public_id=many[1]).delete()
    assert as_pam.get(url).status_code == 400


def test_cursor_of_the_vendor_shows_a_partner_only_its_own(
    as_pam: Client, as_admin: Client, helix: Organisation, many: list[str]
) -> None:
    url = as_pam.get(f"{THINGS}?page_size=1").json()["next"]
    assert set(ids(as_admin.get(url))) <= {helix.public_id}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?ordering=name", "ordering"),
        ("?search=x", "search"),
        ("?format=json", "format"),
        ("?kind__in=partner", "kind__in"),
        ("?name__regex=(", "name__regex"),
        ("?limit=5", "limit"),
        ("?offset=99999999999999999999", "offset"),
        ("?id=abc", "id"),
        ("?kind=partner&kind=vendor", "kind"),
        ("?kind=nothing", "kind"),
        ("?since=2026-02-30", "since"),
        ("?since=0001-01-01", "since"),
        ("?since=9999-12-31", "since"),
        ("?since=２０２６-01-01", "since"),
        ("?since=20260101", "since"),
        ("?since=2026-W01-1", "since"),
        ("?name=" + "x" * 201, "name"),
        ("?name=", "name"),
    ],
)
def test_parameter_that_is_unknown_or_unreadable_is_400(as_pam: Client, query: str, field: str) -> None:
    answer = as_pam.get(THINGS + query)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


@pytest.mark.parametrize("path", ["/me", "/things/{id}", "/metrics", "/events"])
def test_unknown_parameter_is_400_everywhere(as_admin: Client, helix: Organisation, path: str) -> None:
    url = API + path.format(id=helix.public_id)
    assert as_admin.get(url + "?x=1").status_code == 400


def test_filter_narrows(as_pam: Client, many: list[str]) -> None:
    assert len(ids(as_pam.get(f"{THINGS}?name=P00&kind=partner&since=2001-01-01&page_size=100"))) == 3
    assert ids(as_pam.get(f"{THINGS}?name=P00&since=2098-01-01")) == []


@pytest.mark.parametrize("count", [1, 10, 100])
def test_queries_of_a_list_do_not_grow(
    as_pam: Client, count: int, django_assert_num_queries: Any, vendor: Organisation
) -> None:
    Organisation.objects.bulk_create(Organisation(kind="partner", name=f"Q{n}") for n in range(count))
    as_pam.get(THINGS)
    with django_assert_num_queries(4):
        as_pam.get(f"{THINGS}?page_size=100")
