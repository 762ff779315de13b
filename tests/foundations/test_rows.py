"""Reading rows in few and narrow queries, and writing many at once."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models.sql.compiler import SQLInsertCompiler
from django.test.utils import CaptureQueriesContext

from deals.registrations.models import Registration
from prm.accounts.models import Organisation
from prm.audit.models import Event
from prm.rows import in_order, insert, insert_all, one_or_none
from tests.factories import MUELLER, Cast, make_draft

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


NOW = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)


def event(number: int, **changes: Any) -> dict[str, Any]:
    row = {"public_id": f"evt_{number}", "kind": "test.kind", "at": NOW, "actor_id": None, "organisation_id": 7}
    return row | {"subject_type": "deal", "subject_id": "deal_1", "data": {}} | changes


def test_inserted_row_is_as_a_saved_one(cast: Cast) -> None:
    """Defaults, amounts, days, JSON, arrays and relations."""
    values: dict[str, Any] = {
        "own_services": [{"name": "Audit %s"}],
        "asked_fields": ["customer.name"],
        "value": Decimal("86400.00"),
    }
    values |= MUELLER
    inserted, saved = (make_draft(cast.helix, **values) for _ in range(2))
    for row in (inserted, saved):
        Registration.objects.filter(pk=row.pk).delete()
        row.pk = None
    inserted._state.adding = True

    assert insert(inserted) is inserted
    saved.save()

    assert not inserted._state.adding
    assert stored(inserted) == stored(saved) | {
        name: getattr(inserted, name) for name in ("id", "public_id", "reference", "created_at")
    }


def stored(row: Registration) -> dict[str, Any]:
    return dict(Registration.objects.values().get(pk=row.pk))


def test_one_inserted_row_is_written_by_a_statement_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    insert(Organisation(kind="partner", name="Beta"))
    compiled: list[object] = []
    monkeypatch.setattr(SQLInsertCompiler, "as_sql", lambda self: compiled.append(self))

    insert(Organisation(kind="partner", name="Gamma"))

    assert compiled == []
    assert set(Organisation.objects.values_list("name", flat=True)) >= {"Beta", "Gamma"}


def test_rule_of_the_database_holds_for_an_inserted_row() -> None:
    twin = Organisation(kind="partner", name="Beta")
    insert(Organisation(kind="partner", name="Alpha", public_id=twin.public_id))

    with pytest.raises(IntegrityError), transaction.atomic():
        insert(twin)


def test_all_are_inserted_by_one_statement() -> None:
    with CaptureQueriesContext(connection) as captured:
        insert_all(Event, [event(number) for number in range(1000)])

    assert len(captured) == 1
    assert Event.objects.filter(kind="test.kind").count() == 1000


@pytest.mark.parametrize(
    "text", ["'; drop table audit_event; --", '"}],[{"', "%s %(x)s", "Ünïcode ✓ 𝛑", "a\\nb\n\t", ""]
)
def test_values_arrive_as_they_were(text: str) -> None:
    insert_all(Event, [event(1, subject_id=text, data={"a": [1, None, text], "b": {"c": 1.5}})])

    found = Event.objects.get(public_id="evt_1")
    assert (found.subject_id, found.data) == (text, {"a": [1, None, text], "b": {"c": 1.5}})
    assert (found.at, found.actor_id, found.organisation_id) == (NOW, None, 7)


def test_nothing_needs_no_statement() -> None:
    with CaptureQueriesContext(connection) as captured:
        insert_all(Event, [])

    assert len(captured) == 0


def test_known_rows_are_left_out_on_request_alone() -> None:
    insert_all(Event, [event(1, subject_id="first")])
    insert_all(Event, [event(1, subject_id="second"), event(2)], but_known=True)
    assert dict(Event.objects.values_list("public_id", "subject_id")) == {"evt_1": "first", "evt_2": "deal_1"}

    with pytest.raises(IntegrityError), transaction.atomic():
        insert_all(Event, [event(1)])


def test_value_that_is_not_plain_is_refused_before_anything_is_written() -> None:
    with pytest.raises(TypeError, match="no plain value"):
        insert_all(Event, [event(1), event(2, data={"who": object()})])

    assert Event.objects.filter(kind="test.kind").count() == 0
