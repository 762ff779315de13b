"""Paging over amounts and days with gaps, and cursors that somebody has made up, cut off or carried elsewhere."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.http import Http404
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.portal.lists import ListPage, page_of
from tests.factories import Cast, make_registration

START = datetime(2026, 3, 1, tzinfo=UTC)
COLUMNS = ("value", "expected_close", "clock_paused_at", "customer_city")
amounts = st.sampled_from([None, Decimal("0.00"), Decimal("0.10"), Decimal("99999999999.99")])
days = st.sampled_from([None, date(2026, 2, 28), date(2028, 2, 29)])
moments = st.sampled_from([None, START, START.replace(microsecond=1)])
rows = st.lists(st.tuples(amounts, days, moments, st.sampled_from(["", "Kiel"])), max_size=12)
orders = st.permutations(COLUMNS).flatmap(
    lambda names: st.tuples(*[st.sampled_from([name, f"-{name}"]) for name in names], st.sampled_from(["pk", "-pk"]))
)
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def fill(cast: Cast, given_rows: list[tuple[Any, ...]]) -> None:
    Registration.objects.all().delete()
    Registration.objects.bulk_create(
        Registration(
            partner=cast.helix.partner,
            reference=f"R{n}",
            customer_name="Acme",
            currency="EUR",
            created_at=START,
            **dict(zip(COLUMNS, row, strict=True)),
        )
        for n, row in enumerate(given_rows)
    )


def page(url: str, order: tuple[str, ...], size: int) -> ListPage[Registration]:
    return page_of(RequestFactory().get(url), Registration.objects.all(), order=order, size=size)


def pages_from(here: ListPage[Registration], way: str, order: tuple[str, ...], size: int) -> list[list[int]]:
    """Ids of this page and of all that follow that way; no more than any list of these tests has."""
    found = [[row.pk for row in here.rows]]
    while url := getattr(here, way):
        here = page(url, order, size)
        found.append([row.pk for row in here.rows])
        assert len(found) <= 13
    return found


@FEW
@given(given_rows=rows, order=orders, size=st.integers(1, 5), stop=st.integers(0, 12))
def test_each_row_is_met_once_from_any_page_in_both_directions(
    cast: Cast, given_rows: list[tuple[Any, ...]], order: tuple[str, ...], size: int, stop: int
) -> None:
    fill(cast, given_rows)
    expected = list(Registration.objects.order_by(*order).values_list("pk", flat=True))
    here = page("/", order, size)
    for _ in range(stop):
        here = page(here.next_url, order, size) if here.next_url else here

    after = pages_from(here, "next_url", order, size)
    before = pages_from(here, "previous_url", order, size)[1:]

    assert [pk for found in [*reversed(before), *after] for pk in found] == expected
    assert {len(found) for found in [*before, *after[:-1]]} <= {size}


@FEW
@given(
    given_rows=rows.filter(lambda given: len(given) > 1),
    order=orders,
    somewhere=st.integers(0, 10_000),
    sign=st.characters(codec="utf-8"),
)
def test_cut_or_changed_cursor_opens_nothing(
    cast: Cast, given_rows: list[tuple[Any, ...]], order: tuple[str, ...], somewhere: int, sign: str
) -> None:
    fill(cast, given_rows)
    [cursor] = parse_qs(urlsplit(page("/", order, 1).next_url).query)["cursor"]
    place = 1 + somewhere % (len(cursor) - 1)
    other = sign if sign != cursor[place] else "~"

    for forged in (cursor[:place], cursor[place:], cursor[:place] + other + cursor[place + 1 :], cursor + other):
        with pytest.raises(Http404):
            page(f"/?{urlencode({'cursor': forged})}", order, 1)
    assert len(page(f"/?{urlencode({'cursor': cursor})}", order, 1).rows) == 1


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=200))
def test_made_up_cursor_opens_nothing(text: str) -> None:
    with pytest.raises(Http404):
        page_of(RequestFactory().get("/", {"cursor": text}), Registration.objects.none())


def reading(user: User, url: str) -> list[Registration]:
    client = Client()
    client.force_login(user)
    return list(client.get(url).context["page"].rows)


def test_cursor_of_somebody_else_shows_the_own_rows_alone(cast: Cast) -> None:
    """It says where to go on, never what may be read."""
    orbits = [make_registration(cast.orbit) for _ in range(2)]
    own = make_registration(cast.helix)
    orbits += [make_registration(cast.orbit) for _ in range(26)]
    client = Client()
    client.force_login(cast.pam)
    url = client.get("/deals/").context["page"].next_url

    assert reading(cast.pam, url) == [orbits[2], own, orbits[1], orbits[0]]
    assert reading(cast.helix.rep, url) == [own]
    assert reading(cast.finance, url) == reading(cast.seller, url) == []
