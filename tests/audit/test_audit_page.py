"""The log for administrators: narrowed, paged, exported, and an export that tells of itself."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from prm.accounts.models import User
from prm.audit.actions import record, record_many
from prm.audit.forms import MOST_PEOPLE, EventFilter
from prm.audit.models import Event
from prm.audit.selectors import logged
from prm.clocks.database import database_now
from tests.factories import Cast, make_user

KIND = "person.roles_changed"
NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)


def write(
    cast: Cast, subject: str = "usr_one", *, kind: str = KIND, by: User | None = None, at: datetime = NOON, **more: Any
) -> Event:
    organisation = more.pop("organisation", cast.helix.organisation)
    return record(
        kind,
        by=by,
        now=at,
        organisation_id=organisation.pk if organisation else None,
        subject=("user", subject),
        data={"roles": ["sales_rep"], **more},
    )


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def found(user: User, **asked: str) -> list[str]:
    """Subjects that the page shows, in its order."""
    response = browser(user).get("/audit/", asked)
    assert response.status_code == 200
    return [row.subject_id for row in response.context["rows"]]


def exported(user: User, **asked: str) -> list[dict[str, str]]:
    response = browser(user).post("/audit/export/", asked)
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_newest_is_first_and_says_what_happened(cast: Cast) -> None:
    write(cast, "usr_one", by=cast.helix.admin)
    write(cast, "usr_two", by=None, at=NOON - timedelta(days=1))
    page = browser(cast.admin).get("/audit/").text

    assert found(cast.admin) == ["usr_two", "usr_one"]
    assert "Roles changed to sales_rep" in page
    assert "Admin Helix" in page
    assert "The system" in page
    assert "Helix Systems" in page


@pytest.mark.parametrize(
    ("asked", "subjects"),
    [
        ({}, ["usr_four", "usr_three", "usr_two", "usr_one"]),
        ({"kind": "person.left"}, ["usr_two"]),
        ({"kind": "person.joined"}, []),
        ({"subject": "usr_three"}, ["usr_three"]),
        ({"subject": "usr_thre"}, []),
        ({"person": "rep@helix.example"}, ["usr_one"]),
        ({"person": " REP@Helix.example "}, ["usr_one"]),
        ({"person": "Pam2"}, ["usr_two"]),
        ({"person": "nobody"}, []),
        ({"since": "2026-11-10"}, ["usr_four", "usr_two", "usr_one"]),
        ({"until": "2026-11-10"}, ["usr_three", "usr_two", "usr_one"]),
        ({"since": "2026-11-10", "until": "2026-11-10"}, ["usr_two", "usr_one"]),
        ({"since": "2026-11-10", "kind": KIND, "person": "rep@helix.example"}, ["usr_one"]),
    ],
)
def test_filters_narrow_together(cast: Cast, asked: dict[str, str], subjects: list[str]) -> None:
    write(cast, "usr_one", by=cast.helix.rep)
    write(cast, "usr_two", kind="person.left", by=cast.pam2)
    write(cast, "usr_three", at=NOON - timedelta(days=1))
    write(cast, "usr_four", at=NOON + timedelta(days=1))

    assert found(cast.admin, **asked) == subjects


def test_organisation_and_person_are_found_by_id(cast: Cast) -> None:
    write(cast, "usr_one", by=cast.helix.rep)
    write(cast, "usr_two", organisation=cast.orbit.organisation)
    write(cast, "usr_three", organisation=None)

    assert found(cast.admin, organisation=cast.orbit.organisation.public_id) == ["usr_two"]
    assert found(cast.admin, person=cast.helix.rep.public_id) == ["usr_one"]


def test_days_are_those_of_the_reader(cast: Cast) -> None:
    """Half past eleven in the evening in London is the next day in Berlin, where the vendor is."""
    write(cast, "usr_one", at=datetime(2026, 11, 9, 23, 30, tzinfo=UTC))
    in_berlin = found(cast.admin, since="2026-11-10", until="2026-11-10")
    User.objects.filter(pk=cast.admin.pk).update(time_zone="Europe/London")

    assert (in_berlin, found(cast.admin, since="2026-11-10")) == (["usr_one"], [])


@pytest.mark.parametrize(
    "asked",
    [
        *({"kind": "nothing"}, {"organisation": "org_222222222222222222"}, {"since": "yesterday"}),
        *({"since": "0001-01-01"}, {"until": "9999-12-31"}, {"subject": "a' or 1=1"}, {"subject": "x" * 60}),
        *({"person": "x" * 300}, {"cursor": "forged"}, {"kind": ["a", "b"]}),
    ],
)
def test_odd_filters_find_nothing(cast: Cast, asked: dict[str, str]) -> None:
    assert browser(cast.admin).get("/audit/", asked).status_code == 404


def test_pages_follow_one_another(cast: Cast) -> None:
    rows = [(None, ("user", f"usr_{number}"), {"roles": []}) for number in range(60)]
    record_many(KIND, by=cast.pam, now=NOON, rows=rows)
    client, url, seen = browser(cast.admin), "/audit/?person=pam@vendor.example", []
    while url:
        page = client.get(url)
        seen.append([row.subject_id for row in page.context["rows"]])
        url = page.context["page"].next_url

    assert [len(rows) for rows in seen] == [25, 25, 10]
    assert [name for rows in seen for name in rows] == [f"usr_{number}" for number in reversed(range(60))]


def test_fragment_is_the_list_alone(cast: Cast) -> None:
    write(cast)
    fragment = browser(cast.admin).get("/audit/", headers={"hx-request": "true"}).text

    assert "usr_one" in fragment
    assert "<html" not in fragment


def test_event_of_a_kind_that_is_gone_is_still_listed(cast: Cast) -> None:
    event = write(cast, by=cast.pam)
    Event.objects.filter(pk=event.pk).update(kind="person.forgotten_kind")
    rows = logged(list(Event.objects.all()), reader=cast.admin)

    assert [(row.text, row.actor) for row in rows] == [("person.forgotten_kind", "Pam Vendor")]


def test_what_is_gone_leaves_a_gap(cast: Cast) -> None:
    by = make_user("gone@helix.example", None)
    event = write(cast, by=by)
    Event.objects.filter(pk=event.pk).update(organisation_id=10**9)
    by.delete()
    row = logged(list(Event.objects.all()), reader=cast.admin)[0]

    assert (row.actor, row.actor_id, row.organisation, row.organisation_id) == ("A former user", "", "", "")


def test_rows_cost_the_same_however_many(cast: Cast) -> None:
    # Who reads is known before the first row is drawn.
    assert cast.admin.is_vendor
    counts = []
    for _round in range(2):
        for number in range(10):
            write(cast, by=make_user(f"p{Event.objects.count()}-{number}@helix.example", None))
        with CaptureQueriesContext(connection) as captured:
            logged(list(Event.objects.all()), reader=cast.admin)
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 4


def test_export_has_what_is_narrowed(cast: Cast) -> None:
    write(cast, "usr_one", by=cast.helix.rep)
    write(cast, "usr_two", kind="person.left")
    rows = exported(cast.admin, kind=KIND)

    assert [row["Subject id"] for row in rows] == ["usr_one"]
    row = rows[0]
    assert (row["Kind"], row["Actor"], row["Actor id"]) == (KIND, "Rep Helix", cast.helix.rep.public_id)
    assert (row["Organisation"], row["About"]) == ("Helix Systems", "user")
    assert json.loads(row["Data"]) == {"roles": ["sales_rep"]}
    assert datetime.fromisoformat(row["At"]) == NOON


def test_export_goes_beyond_one_page_and_one_chunk(cast: Cast) -> None:
    rows = [(None, ("user", f"usr_{number}"), {"roles": []}) for number in range(1001)]
    record_many(KIND, by=cast.pam, now=NOON, rows=rows)

    assert len({row["Subject id"] for row in exported(cast.admin, kind=KIND)}) == 1001


def test_export_is_an_event_without_names(cast: Cast) -> None:
    exported(cast.admin, person="rep@helix.example", since="2026-11-01", organisation=cast.helix.organisation.public_id)
    event = Event.objects.get(kind="events.exported")

    assert (event.actor_id, event.organisation_id, event.subject_id) == (cast.admin.pk, None, cast.admin.public_id)
    assert event.data == {
        "asked": {
            "since": "2026-11-01",
            "organisation": cast.helix.organisation.public_id,
            "people": [cast.helix.rep.public_id],
        }
    }


def test_refused_export_leaves_no_event(cast: Cast) -> None:
    answers = [
        browser(cast.admin).post("/audit/export/", {"kind": "nothing"}).status_code,
        browser(cast.admin).get("/audit/export/").status_code,
        browser(cast.pam).post("/audit/export/").status_code,
        browser(cast.executive).post("/audit/export/").status_code,
        browser(cast.helix.admin).post("/audit/export/").status_code,
    ]

    assert answers == [404, 405, 403, 403, 403]
    assert not Event.objects.exists()


def test_spreadsheet_runs_nothing_of_it(cast: Cast) -> None:
    User.objects.filter(pk=cast.pam.pk).update(name="=cmd|calc")
    write(cast, by=cast.pam)

    assert exported(cast.admin, kind=KIND)[0]["Actor"] == "'=cmd|calc"


def test_button_is_there_for_whom_it_works(cast: Cast) -> None:
    write(cast)

    assert "Export these events" in browser(cast.admin).get("/audit/", {"kind": KIND}).text
    assert f'name="kind" value="{KIND}"' in browser(cast.admin).get("/audit/", {"kind": KIND}).text
    assert "Export these events" not in browser(cast.pam).get("/audit/").text


def test_people_meant_by_a_text_are_bounded(cast: Cast) -> None:
    for number in range(MOST_PEOPLE + 3):
        make_user(f"same{number}@helix.example", None, name="Same Name")
    form = EventFilter({"person": "same name"}, reader=cast.admin)

    assert form.is_valid()
    assert len(form.people()) == MOST_PEOPLE


def test_audit_is_in_the_navigation_of_whoever_reads_it(cast: Cast) -> None:
    shown = [user.email for user in cast.vendor_staff if 'href="/audit/"' in browser(user).get("/profile/").text]

    assert shown == [f"{name}@vendor.example" for name in ("pam", "pam2", "admin", "executive")]
    assert 'href="/audit/"' not in browser(cast.helix.admin).get("/profile/").text


@pytest.mark.parametrize("asked", ["kind", "actor_id", "subject_id", "organisation_id"])
def test_filter_has_an_index_in_the_order_of_the_page(db: None, asked: str) -> None:
    columns = [index.fields for index in Event._meta.indexes]

    assert [asked, "-id"] in columns


def test_moment_of_an_event_is_the_databases(cast: Cast) -> None:
    exported(cast.admin)

    assert abs(Event.objects.get().at - database_now()) < timedelta(minutes=1)
