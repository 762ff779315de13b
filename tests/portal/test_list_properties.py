"""Lists of any shape: there and back every row is visited once, in the order of the database."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.http import Http404
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prm.accounts.models import User
from prm.notices.models import Notice
from prm.portal.lists import ListPage, page_of
from tests.factories import make_user

START = datetime(2026, 3, 1, tzinfo=UTC)
# Few values, many rows: ties and gaps in every column.
moments = st.none() | st.integers(0, 2).map(lambda hours: START + timedelta(hours=hours))
rows = st.lists(st.tuples(moments, moments, st.sampled_from(["", "a", "Z", "ä", "é"])), max_size=14)
columns = st.lists(st.sampled_from(["read_at", "sent_at", "title", "created_at"]), unique=True, max_size=3)
signs = st.lists(st.sampled_from(["", "-"]), min_size=4, max_size=4)


@pytest.fixture
def reader(db: None) -> User:
    return make_user("reader@example.com", None)


def fill(reader: User, given_rows: list[tuple[datetime | None, datetime | None, str]]) -> None:
    Notice.objects.all().delete()
    Notice.objects.bulk_create(
        Notice(
            key=f"k{n}", kind="x", user=reader, title=title, created_at=START, due_at=START, read_at=one, sent_at=two
        )
        for n, (one, two, title) in enumerate(given_rows)
    )


def page(url: str, order: tuple[str, ...], size: int) -> ListPage[Notice]:
    return page_of(RequestFactory().get(url), Notice.objects.all(), order=order, size=size)


def walk(order: tuple[str, ...], size: int) -> tuple[list[int], list[int], int]:
    """Ids on the way forth, ids on the way back, and how many pages that took."""
    here = page("/notices/", order, size)
    pages = [here]
    while here.next_url:
        here = page(here.next_url, order, size)
        pages.append(here)
    forth = [row.pk for each in pages for row in each.rows]
    back = [row.pk for row in reversed(here.rows)]
    while here.previous_url:
        here = page(here.previous_url, order, size)
        back += [row.pk for row in reversed(here.rows)]
    return forth, back, len(pages)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_rows=rows, names=columns, marks=signs, size=st.integers(1, 5))
def test_every_row_is_visited_once_in_both_directions(
    reader: User,
    given_rows: list[tuple[datetime | None, datetime | None, str]],
    names: list[str],
    marks: list[str],
    size: int,
) -> None:
    fill(reader, given_rows)
    order = tuple(mark + name for mark, name in zip(marks, [*names, "pk"], strict=False))
    expected = list(Notice.objects.order_by(*order).values_list("pk", flat=True))

    forth, back, pages = walk(order, size)

    assert forth == expected
    assert back == expected[::-1]
    assert pages == max(1, -(-len(expected) // size))


@pytest.mark.parametrize("gone", [0, 1, 2, 3])
def test_row_that_goes_meanwhile_takes_no_other_along(reader: User, gone: int) -> None:
    fill(reader, [(None, None, str(number)) for number in range(8)])
    order = ("title", "pk")
    first = page("/notices/", order, 4)
    Notice.objects.filter(title=str(gone)).delete()

    assert [row.title for row in page(first.next_url, order, 4).rows] == ["4", "5", "6", "7"]


def test_row_that_comes_meanwhile_is_found_on_the_way_back(reader: User) -> None:
    fill(reader, [(None, None, title) for title in "aceg"])
    order = ("title", "pk")
    second = page(page("/notices/", order, 2).next_url, order, 2)
    Notice.objects.create(key="new", kind="x", user=reader, title="b", created_at=START, due_at=START)

    back = page(second.previous_url, order, 2)

    assert [row.title for row in back.rows] == ["b", "c"]
    assert [row.title for row in page(back.previous_url, order, 2).rows] == ["a"]


@pytest.mark.parametrize("order", [("title", "pk"), ("-title", "pk"), ("title", "-pk"), ("read_at", "pk")])
def test_cursor_of_one_order_opens_no_other(reader: User, order: tuple[str, ...]) -> None:
    fill(reader, [(START, None, "a")] * 3)
    foreign = page("/notices/", ("sent_at", "pk"), 1).next_url

    with pytest.raises(Http404):
        page(foreign, order, 1)


def test_cursor_cannot_be_written_by_hand(reader: User) -> None:
    fill(reader, [(START, None, "a")] * 3)
    url = page("/notices/", ("title", "pk"), 1).next_url
    [cursor] = parse_qs(urlsplit(url).query)["cursor"]
    said, made, signature = cursor.split(":")
    forged = [f"{said}:{made}:{signature[:-1]}", f"{said}A:{made}:{signature}", f"{said}:A{made}:{signature}", said]

    for text in forged:
        with pytest.raises(Http404):
            page(f"/notices/?{urlencode({'cursor': text})}", ("title", "pk"), 1)
    assert len(page("/notices/?cursor=", ("title", "pk"), 1).rows) == 1
