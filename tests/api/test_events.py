from typing import Any

import pytest
from django.test import Client

from prm.accounts.models import Organisation, User
from prm.audit.actions import record
from prm.audit.kinds import KINDS, EventKind
from prm.clocks.database import database_now
from tests.api.conftest import API, bearer, person

pytestmark = pytest.mark.django_db

EVENTS = f"{API}/events"


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = dict(KINDS._entries)
    entries["thing.shown"] = EventKind("thing.shown", "Shown as {colour}, because {reason}", partner=("colour",))
    entries["thing.hidden"] = EventKind("thing.hidden", "Hidden because {reason}")
    monkeypatch.setattr(KINDS, "_entries", entries)


def happened(kind: str, organisation: Organisation | None, by: User | None = None, subject: str = "thing_1") -> str:
    data = {"colour": "red", "reason": "secret"}
    pk = organisation.pk if organisation else None
    return record(kind, by=by, now=database_now(), organisation_id=pk, subject=("thing", subject), data=data).public_id


def shown(client: Client, query: str = "") -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = client.get(EVENTS + query).json()["results"]
    return [event for event in results if event["kind"].startswith("thing.")]


def test_partner_reads_own_events_and_the_fields_declared_for_it(
    as_admin: Client, admin: User, helix: Organisation, orbit: Organisation
) -> None:
    event = happened("thing.shown", helix, admin)
    for kind, organisation in (("thing.hidden", helix), ("thing.shown", orbit), ("thing.shown", None)):
        happened(kind, organisation)
    [only] = shown(as_admin)
    at = only.pop("at")
    assert at.endswith("Z")
    assert only == {
        "id": event,
        "kind": "thing.shown",
        "subject": {"type": "thing", "id": "thing_1"},
        "actor": "partner_admin",
        "text": "Shown as red, because …",
        "data": {"colour": "red"},
    }
    assert "secret" not in as_admin.get(EVENTS).content.decode()


def test_vendor_reads_everything_latest_first(as_pam: Client, helix: Organisation, orbit: Organisation) -> None:
    ids = [happened("thing.shown", helix), happened("thing.hidden", orbit), happened("thing.hidden", None)]
    assert [event["id"] for event in shown(as_pam)] == ids[::-1]
    assert shown(as_pam)[0]["data"] == {"colour": "red", "reason": "secret"}


@pytest.mark.parametrize("role", ["support", "marketing", "presales_engineer"])
def test_partner_role_without_the_right_is_403(helix: Organisation, role: str) -> None:
    assert bearer(person(helix, role)).get(EVENTS).status_code == 403


@pytest.mark.parametrize("role", ["expert", "finance", "direct_seller"])
def test_vendor_role_without_the_right_is_403(vendor: Organisation, role: str) -> None:
    assert bearer(person(vendor, role)).get(EVENTS).status_code == 403


def test_filters_narrow(as_pam: Client, helix: Organisation) -> None:
    first = happened("thing.shown", helix, subject="thing_a")
    second = happened("thing.hidden", helix, subject="thing_b")
    assert [event["id"] for event in shown(as_pam, "?kind=thing.hidden")] == [second]
    assert [event["id"] for event in shown(as_pam, "?subject=thing_a")] == [first]
    assert shown(as_pam, "?kind=thing.hidden&subject=thing_a") == []


def test_pages_follow_each_other(as_pam: Client, helix: Organisation) -> None:
    ids = [happened("thing.shown", helix) for _ in range(5)]
    first = as_pam.get(f"{EVENTS}?page_size=2&kind=thing.shown").json()
    second = as_pam.get(first["next"]).json()
    assert [event["id"] for event in first["results"] + second["results"]] == ids[:0:-1]


def test_cursor_tells_no_sequence(as_pam: Client, helix: Organisation) -> None:
    """What is in the cursor is the public id alone."""
    import base64

    happened("thing.shown", helix)
    last = happened("thing.shown", helix)
    url = as_pam.get(f"{EVENTS}?page_size=1&kind=thing.shown").json()["next"]
    payload = url.split("cursor=")[1].split("&")[0].split("%3A")[0]
    assert base64.urlsafe_b64decode(payload + "==").decode() == f'["n","{last}"]'


@pytest.mark.parametrize("count", [1, 10, 100])
def test_queries_do_not_grow(as_pam: Client, helix: Organisation, count: int, django_assert_num_queries: Any) -> None:
    people = [person(helix, "sales_rep", email=f"p{n}@helix.example") for n in range(min(count, 10))]
    for number in range(count):
        happened("thing.shown", helix, people[number % len(people)], subject=f"thing_{number}")
    as_pam.get(EVENTS)
    with django_assert_num_queries(5):
        as_pam.get(f"{EVENTS}?page_size=100")
