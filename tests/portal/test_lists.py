"""Pages that follow a row: complete, in order, there and back, whatever the cursor."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing
from django.db import connection
from django.http import Http404
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from prm.accounts.models import User
from prm.notices.models import Notice
from prm.portal.lists import SALT, ListPage, page_of
from tests.factories import make_user

START = datetime(2026, 3, 1, tzinfo=UTC)
ORDER = ("-created_at", "-pk")


@pytest.fixture
def reader(db: None) -> User:
    return make_user("reader@example.com", None)


def notices(reader: User, moments: list[datetime], read: list[datetime | None] | None = None) -> None:
    Notice.objects.bulk_create(
        Notice(
            key=f"k{n}",
            kind="x",
            user=reader,
            title=f"{n:02}",
            created_at=at,
            due_at=at,
            read_at=read[n] if read else None,
        )
        for n, at in enumerate(moments)
    )


def get(url: str = "/notices/", order=ORDER, size: int = 4) -> ListPage[Notice]:
    return page_of(RequestFactory().get(url), Notice.objects.all(), order=order, size=size)


def titles(page: ListPage[Notice]) -> list[str]:
    return [row.title for row in page.rows]


def walked(order=ORDER, size: int = 4, url: str = "/notices/") -> tuple[list[list[str]], list[list[str]]]:
    """All pages forwards, then all of them again backwards."""
    forth, back, page = [], [], None
    while url:
        page = get(url, order, size)
        forth.append(titles(page))
        url = page.next_url
    while page and page.previous_url:
        page = get(page.previous_url, order, size)
        back.append(titles(page))
    return forth, back


def test_pages_are_complete_in_both_directions(reader: User) -> None:
    notices(reader, [START + timedelta(hours=n) for n in range(10)])
    forth, back = walked()

    assert forth == [["09", "08", "07", "06"], ["05", "04", "03", "02"], ["01", "00"]]
    assert back == [["05", "04", "03", "02"], ["09", "08", "07", "06"]]


def test_equal_moments_lose_no_row(reader: User) -> None:
    notices(reader, [START] * 11)
    forth, _back = walked(size=3)

    assert [title for page in forth for title in page] == [f"{n:02}" for n in range(10, -1, -1)]


@pytest.mark.parametrize("order", [("read_at", "pk"), ("-read_at", "pk"), ("read_at", "-pk"), ("-read_at", "-pk")])
def test_missing_values_keep_the_order_of_the_database(reader: User, order: tuple[str, str]) -> None:
    notices(reader, [START] * 9, [None if n % 3 == 0 else START + timedelta(days=n % 2) for n in range(9)])
    forth, back = walked(order, size=2)
    expected = list(Notice.objects.order_by(*order).values_list("title", flat=True))

    assert [title for page in forth for title in page] == expected
    assert [title for page in reversed(back) for title in page] == expected[:8]


def test_related_column_orders(reader: User) -> None:
    other = make_user("another@example.com", None)
    notices(reader, [START] * 3)
    Notice.objects.filter(title="01").update(user=other)
    rows = Notice.objects.select_related("user")
    first = page_of(RequestFactory().get("/"), rows, order=("user__email", "pk"), size=1)
    second = page_of(RequestFactory().get(first.next_url), rows, order=("user__email", "pk"), size=2)

    assert (titles(first), titles(second)) == (["01"], ["00", "02"])


def test_new_row_does_not_shift_what_is_read(reader: User) -> None:
    notices(reader, [START + timedelta(hours=n) for n in range(6)])
    first = get(size=3)
    Notice.objects.create(
        key="new", kind="x", user=reader, title="new", created_at=START + timedelta(days=9), due_at=START
    )

    assert titles(get(first.next_url, size=3)) == ["02", "01", "00"]


def test_two_queries_at_any_depth(reader: User) -> None:
    notices(reader, [START + timedelta(hours=n) for n in range(9)])
    url = get().next_url
    with CaptureQueriesContext(connection) as queries:
        get(url)

    assert len(queries) == 2


def test_filters_stay_in_the_address(reader: User) -> None:
    notices(reader, [START] * 5)
    page = get("/notices/?state=open&q=a%20b")
    query = parse_qs(urlsplit(page.next_url).query)

    assert (query["state"], query["q"]) == (["open"], ["a b"])
    assert len(query["cursor"]) == 1


def test_short_list_has_no_other_pages(reader: User) -> None:
    notices(reader, [START] * 4)
    page = get()

    assert (page.is_only, page.next_url, page.previous_url) == (True, "", "")


def test_empty_list_is_one_page(db: None) -> None:
    page = get()

    assert (page.rows, page.is_only) == ([], True)


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "1",
        "../../",
        "'; drop table notices_notice; --",
        "eyJhIjoxfQ:1abc:deadbeef",
        "%00",
        signing.dumps([False, list(ORDER), ["a", 1]], salt="another"),
        signing.dumps([False, ["pk"], [1]], salt=SALT),
        "z" * 5000,
    ],
    # Signatures tell the time: workers must agree on the names.
    ids=["letter", "number", "path", "statement", "forged", "nul", "other-salt", "other-order", "long"],
)
def test_bad_cursor_finds_nothing(db: None, cursor: str) -> None:
    with pytest.raises(Http404):
        page_of(RequestFactory().get("/notices/", {"cursor": cursor}), Notice.objects.all())


def test_bad_cursor_answers_404_on_a_page(client, db: None) -> None:
    from tests.factories import make_cast

    client.force_login(make_cast().helix.admin)

    assert client.get("/notices/?cursor=abc").status_code == 404
    assert client.get("/people/?cursor=abc").status_code == 404
