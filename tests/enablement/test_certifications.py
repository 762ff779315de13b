"""Defining what can be earned."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from enablement.certification.actions import (
    archive_certification,
    change_certification,
    create_certification,
    restore_certification,
)
from enablement.certification.models import Certification
from enablement.certification.rules import faulty_reminders, leads_back
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from tests.enablement.making import awarded, make_certification
from tests.factories import Cast

VALUES = {"title": "Fleet Cloud Engineer", "competency": "fleet-cloud", "level": "professional"}


def test_terms_are_the_usual_ones_unless_they_are_given(cast: Cast) -> None:
    made = create_certification(values=VALUES, by=cast.admin, now=database_now())

    assert (made.validity_months, made.renewal_days, made.grace_days) == (24, 90, 30)
    assert (made.reminder_days, made.review_days) == ([90, 30, 7], 5)
    assert made.is_offered
    assert made.takes_proof
    event = Event.objects.get(kind="certification.created")
    assert (event.subject_id, event.organisation_id, event.data) == (made.public_id, None, {})


@pytest.mark.parametrize("who", ["pam", "seller", "expert", "finance", "executive"])
def test_only_administrators_define(cast: Cast, who: str) -> None:
    made = make_certification(cast.admin)
    by, now = getattr(cast, who), database_now()

    with pytest.raises(NotAllowed):
        create_certification(values=VALUES, by=by, now=now)
    with pytest.raises(NotAllowed):
        change_certification(certification=made, values={"title": "x"}, by=by, now=now)
    with pytest.raises(NotAllowed):
        archive_certification(certification=made, by=by, now=now)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"competency": "Not A Slug"}, "competency"),
        ({"competency": ""}, "competency"),
        ({"reminder_days": [91]}, "reminder_days"),
        ({"reminder_days": [30, 30]}, "reminder_days"),
        ({"reminder_days": [0]}, "reminder_days"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        create_certification(values=VALUES | changes, by=cast.admin, now=database_now())

    assert list(refused.value.errors) == [field]


def test_title_is_given_once_among_those_that_are_offered(cast: Cast) -> None:
    first = make_certification(cast.admin, title="Route Planner Sales")
    with pytest.raises(InvalidInput) as refused:
        make_certification(cast.admin, title="ROUTE planner sales")
    assert list(refused.value.errors) == ["title"]

    archive_certification(certification=first, by=cast.admin, now=database_now())
    make_certification(cast.admin, title="Route planner sales")
    with pytest.raises(InvalidInput):
        restore_certification(certification=first, by=cast.admin, now=database_now())


def test_change_counts_a_version_and_says_what(cast: Cast) -> None:
    made, other = make_certification(cast.admin), make_certification(cast.admin)
    values = {"validity_months": 12, "title": made.title}

    changed = change_certification(
        certification=made, values=values, prerequisites=[other], version=1, by=cast.admin, now=database_now()
    )
    again = change_certification(
        certification=made, values=values, prerequisites=[other], by=cast.admin, now=database_now()
    )

    assert (changed.version, again.version, changed.validity_months) == (2, 2, 12)
    assert Event.objects.get(kind="certification.changed").data == {"fields": ["validity_months", "prerequisites"]}


def test_stale_version_changes_nothing(cast: Cast) -> None:
    made = make_certification(cast.admin)
    change_certification(certification=made, values={"grace_days": 5}, version=1, by=cast.admin, now=database_now())

    with pytest.raises(StateConflict):
        change_certification(certification=made, values={"grace_days": 6}, version=1, by=cast.admin, now=database_now())
    assert Certification.objects.get(pk=made.pk).grace_days == 5


@pytest.mark.parametrize(("name", "value"), [("competency", "another"), ("level", "expert")])
def test_what_somebody_holds_keeps_its_name(cast: Cast, name: str, value: str) -> None:
    made = make_certification(cast.admin)
    awarded(cast, cast.helix.rep, made)

    with pytest.raises(InvalidInput) as refused:
        change_certification(certification=made, values={name: value}, by=cast.admin, now=database_now())
    assert list(refused.value.errors) == [name]


def test_nothing_needs_itself(cast: Cast) -> None:
    first = make_certification(cast.admin)
    second = make_certification(cast.admin, prerequisites=[first])
    third = make_certification(cast.admin, prerequisites=[second])

    for wanted in ([first], [second], [third], [second, third]):
        with pytest.raises(InvalidInput) as refused:
            change_certification(
                certification=first, values={}, prerequisites=wanted, by=cast.admin, now=database_now()
            )
        assert list(refused.value.errors) == ["prerequisites"]


def test_archived_once_and_restored_once(cast: Cast) -> None:
    made, now = make_certification(cast.admin), database_now()
    archive_certification(certification=made, by=cast.admin, now=now)
    with pytest.raises(StateConflict):
        archive_certification(certification=made, by=cast.admin, now=now)
    assert Certification.objects.get(pk=made.pk).state == "archived"

    restore_certification(certification=made, by=cast.admin, now=now)
    with pytest.raises(StateConflict):
        restore_certification(certification=made, by=cast.admin, now=now)
    assert Certification.objects.in_state("offered").get(pk=made.pk).is_offered


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        *(("pam", True), ("admin", True), ("executive", True), ("seller", False), ("expert", False)),
        *(("finance", False),),
    ],
)
def test_who_has_to_do_with_certificates_reads_them(cast: Cast, who: str, sees: bool) -> None:
    made = make_certification(cast.admin)

    assert Certification.objects.visible_to(getattr(cast, who)).filter(pk=made.pk).exists() is sees
    assert all(Certification.objects.visible_to(person).filter(pk=made.pk).exists() for person in cast.helix.people)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "other"},
        {"level": "master"},
        {"proof": "guess"},
        {"validity_months": 0},
        {"validity_months": 121},
        {"renewal_days": 366},
        {"grace_days": 181},
        {"review_days": 0},
        {"title": ""},
        {"archived_by": 1},
    ],
)
def test_database_keeps_certifications_whole(cast: Cast, changes: dict[str, Any]) -> None:
    made = make_certification(cast.admin)
    values = {**changes, **({"archived_by": cast.admin} if "archived_by" in changes else {})}

    with pytest.raises(IntegrityError), transaction.atomic():
        Certification.objects.filter(pk=made.pk).update(**values)


@pytest.mark.parametrize(
    ("days", "window", "faulty"),
    [
        ([90, 30, 7], 90, False),
        ([], 90, False),
        ([1], 0, False),
        ([91], 90, True),
        ([0], 90, True),
        ([-1], 90, True),
        ([7, 7], 90, True),
        ([1, 2, 3, 4, 5, 6, 7], 90, True),
    ],
)
def test_reminders_lie_within_the_window(days: list[int], window: int, faulty: bool) -> None:
    assert faulty_reminders(days, window) is faulty


@pytest.mark.parametrize(
    ("wanted", "known", "found"),
    [
        ({2}, {}, False),
        ({1}, {}, True),
        ({2}, {2: [1]}, True),
        ({2}, {2: [3], 3: [1]}, True),
        ({2}, {2: [3], 3: [2]}, False),
        (set(), {1: [1]}, False),
    ],
)
def test_way_back_is_found(wanted: set[int], known: dict[int, list[int]], found: bool) -> None:
    assert leads_back(1, wanted, known) is found
