"""Reading rows in few and narrow queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from prm.accounts.models import Organisation
from prm.rows import in_order, one_or_none

pytestmark = pytest.mark.django_db


@pytest.fixture
def three() -> list[Organisation]:
    return [Organisation.objects.create(kind="partner", name=name) for name in ("Beta", "Alpha", "Gamma")]


def test_only_row_is_found_without_an_order(three: list[Organisation]) -> None:
    with CaptureQueriesContext(connection) as captured:
        found = one_or_none(Organisation.objects.order_by("name").filter(pk=three[1].pk))

    assert found == three[1]
    assert ["ORDER BY" in query["sql"] for query in captured] == [False]


def test_row_that_is_not_there_is_none(three: list[Organisation]) -> None:
    assert one_or_none(Organisation.objects.filter(name="Delta")) is None


@pytest.mark.parametrize(
    ("order", "limit", "names"),
    [
        (["name"], 3, ["Alpha", "Beta", "Gamma"]),
        (["-name"], 2, ["Gamma", "Beta"]),
        (["pk"], 9, ["Beta", "Alpha", "Gamma"]),
        (["kind", "-pk"], 1, ["Gamma"]),
    ],
)
def test_rows_come_in_the_wanted_order(
    three: list[Organisation], order: list[str], limit: int, names: list[str]
) -> None:
    found = in_order(Organisation.objects.filter(kind="partner"), order, limit=limit)

    assert [row.name for row in found] == names


def test_no_rows_need_one_query() -> None:
    with CaptureQueriesContext(connection) as captured:
        found = in_order(Organisation.objects.filter(name="Delta"), ["name"], limit=5)

    assert (found, len(captured)) == ([], 1)


def test_row_that_goes_between_the_two_queries_is_left_out(three: list[Organisation]) -> None:
    rows = Organisation.objects.filter(kind="partner")

    class Leaving(type(rows)):  # type: ignore[misc]
        """Somebody deletes one just after the keys were read."""

        def values_list(self, *fields: str, **options: bool) -> list[int]:  # type: ignore[override]
            keys = list(super().values_list(*fields, **options))
            three[0].delete()
            return keys

    leaving = Leaving(model=Organisation, query=rows.query.clone(), using="default")

    assert [row.name for row in in_order(leaving, ["name"], limit=3)] == ["Alpha", "Gamma"]
