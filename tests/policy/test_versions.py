"""Programme rules: versions with effective dates, validated, never changing the past."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from pydantic import ValidationError

from deals.decisions import actions as decisions
from deals.precedence import CLAUSE_OF
from deals.rulebook import SCHEMA, DealRules, clauses, percent
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput
from prm.matching.rulebook import in_force
from prm.policy.actions import publish, publish_defaults
from prm.policy.models import PolicyVersion
from prm.policy.schemas import SCHEMAS, PolicyValues
from prm.policy.selectors import asked_once, current, values_of
from tests.factories import Cast, make_approved, make_registration

DEFAULTS = DealRules().model_dump(mode="json")


class OtherRules(PolicyValues):
    limit: int = 3


def test_new_installation_starts_with_the_shipped_values(db: None) -> None:
    PolicyVersion.objects.all().delete()

    version = current(SCHEMA, DealRules, now=database_now())

    assert version.values == DealRules()
    assert (version.version.number, version.version.values) == (1, DEFAULTS)
    assert str(version.version) == "deals v1"


def test_migration_ships_the_same_values_as_the_code(db: None) -> None:
    assert PolicyVersion.objects.get(schema=SCHEMA).values == DEFAULTS


def test_defaults_are_published_once(db: None) -> None:
    first = publish_defaults(schema=SCHEMA, now=database_now())
    second = publish_defaults(schema=SCHEMA, now=database_now())

    assert first.pk == second.pk


def test_version_takes_effect_on_its_day(cast: Cast) -> None:
    now = database_now()
    later = now + timedelta(days=10)

    published = publish(
        schema=SCHEMA,
        values={**DEFAULTS, "protection_days": 60},
        effective_from=later,
        note="Shorter",
        by=cast.admin,
        now=now,
    )

    assert published.number == 2
    assert current(SCHEMA, DealRules, now=now).values.protection_days == 90
    assert current(SCHEMA, DealRules, now=later).values.protection_days == 60
    event = Event.objects.get(kind="policy.published")
    assert (event.data, event.organisation_id) == ({"schema": "deals", "number": 2}, None)


def test_later_version_of_the_same_day_counts(cast: Cast) -> None:
    now = database_now()
    for days in (60, 45):
        publish(schema=SCHEMA, values={**DEFAULTS, "protection_days": days}, effective_from=now, by=cast.admin, now=now)

    assert current(SCHEMA, DealRules, now=now).values.protection_days == 45


def test_decision_keeps_the_version_it_used(cast: Cast) -> None:
    approved = make_approved(cast.helix)
    now = database_now()
    publish(schema=SCHEMA, values={**DEFAULTS, "rate_independent": "0.05"}, effective_from=now, by=cast.admin, now=now)
    cheaper = decisions.approve(registration=make_registration(cast.helix), by=cast.pam, now=database_now())

    approved.refresh_from_db()
    assert approved.policy is not None
    assert cheaper.policy is not None
    assert (approved.policy.number, approved.terms["rate"]) == (1, "0.2")
    assert (cheaper.policy.number, cheaper.terms["rate"]) == (2, "0.05")
    assert values_of(approved.policy, DealRules).rate_independent == Decimal("0.20")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"protection_days": 0}, "protection_days"),
        ({"protection_days": "soon"}, "protection_days"),
        ({"rate_shared": "1.2"}, "rate_shared"),
        ({"rate_shared": "-0.1"}, "rate_shared"),
        ({"reminder_days": [30, 0]}, "reminder_days.1"),
        ({"colour": "green"}, "colour"),
    ],
)
def test_value_that_does_not_fit_is_refused_at_its_path(cast: Cast, change: dict[str, object], path: str) -> None:
    now = database_now()

    with pytest.raises(InvalidInput) as refused:
        publish(schema=SCHEMA, values={**DEFAULTS, **change}, effective_from=now, by=cast.admin, now=now)

    assert list(refused.value.errors) == [path]
    assert PolicyVersion.objects.filter(schema=SCHEMA).count() == 1


def test_version_cannot_begin_in_the_past(cast: Cast) -> None:
    now = database_now()

    with pytest.raises(InvalidInput) as refused:
        publish(schema=SCHEMA, values=DEFAULTS, effective_from=now - timedelta(seconds=1), by=cast.admin, now=now)

    assert list(refused.value.errors) == ["effective_from"]


def test_values_are_read_with_their_own_schema(db: None) -> None:
    version = publish_defaults(schema=SCHEMA, now=database_now())

    with pytest.raises(TypeError):
        values_of(version, OtherRules)


def test_published_values_cannot_be_changed_in_memory() -> None:
    rules = DealRules()

    with pytest.raises(ValidationError):
        rules.protection_days = 1  # type: ignore[misc]


def test_administrators_publishing_at_once_get_a_number_each(live_cast: Cast) -> None:
    now = database_now()

    def one(days: int) -> int:
        try:
            values = {**DEFAULTS, "protection_days": days}
            return publish(schema=SCHEMA, values=values, effective_from=now, by=live_cast.admin, now=now).number
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(one, range(40, 48)))

    assert sorted(numbers) == list(range(2, 10))


def test_schema_of_deals_is_registered() -> None:
    assert SCHEMAS[SCHEMA] is DealRules


def test_clauses_are_numbered_and_cited_ones_exist() -> None:
    numbers = [clause.number for clause in clauses(DealRules())]

    assert numbers == sorted(set(numbers))
    assert set(CLAUSE_OF.values()) <= set(numbers)
    assert clauses(DealRules())[0].anchor == "rule-1-1"


def test_clauses_tell_the_values_in_force() -> None:
    texts = {clause.number: clause.text for clause in clauses(DealRules(protection_days=45, reminder_days=(10, 2)))}

    assert "45th day" in texts["4.1"]
    assert "10, 2 days before" in texts["4.1"]
    assert "20 % independent" in texts["5.1"]
    assert "within 2 business days" in texts["2.1"]


@pytest.mark.parametrize(("rate", "shown"), [("0.2", "20 %"), ("0.125", "12.5 %"), ("0", "0 %"), ("1", "100 %")])
def test_percent_is_plain(rate: str, shown: str) -> None:
    assert percent(Decimal(rate)) == shown


def test_work_under_one_set_of_rules_asks_once(db: None, django_assert_num_queries: Callable[[int], Any]) -> None:
    now = database_now()

    with asked_once(), django_assert_num_queries(1):
        found = [current(SCHEMA, DealRules, now=now), current(SCHEMA, DealRules, now=now)]
        edges = in_force(now)

    assert [one.version.pk for one in found] == [current(SCHEMA, DealRules, now=now).version.pk] * 2
    assert edges.version.pk == in_force(now).version.pk


def test_what_is_published_meanwhile_counts_afterwards(cast: Cast) -> None:
    now = database_now()
    values = DEFAULTS | {"decision_business_days": 5}

    with asked_once():
        before = current(SCHEMA, DealRules, now=now).values
        publish(schema=SCHEMA, values=values, effective_from=now, by=cast.admin, now=now)
        during = current(SCHEMA, DealRules, now=now).values
        later = current(SCHEMA, DealRules, now=now + timedelta(days=1)).values
    after = current(SCHEMA, DealRules, now=now).values

    assert [rules.decision_business_days for rules in (before, during, later, after)] == [2, 2, 5, 5]
