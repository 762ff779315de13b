"""The page of whoever keeps the programme running, and the figures for machines."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import NotAllowed, StateConflict
from prm.notices import relay
from prm.notices.actions import deliver_again, deliver_all_again, promise
from prm.notices.models import Notice
from prm.operations import selectors
from prm.operations.actions import note_failure, note_success
from prm.operations.models import JobRun
from tests.factories import Cast, make_registration

TOKEN = "a long token of the watching machine"


@pytest.fixture
def operator(cast: Cast, client: Client) -> Client:
    client.force_login(cast.admin)
    return client


def make_parked(cast: Cast, key: str = "first", **changes: object) -> Notice:
    now = database_now()
    promise(
        key=key, kind="test", to=cast.helix.rep, organisation=cast.helix.organisation, title=f"Kanarie {key}", now=now
    )
    said = {"parked_at": now, "attempts": relay.ATTEMPTS, "last_error": "SMTPRecipientsRefused: 550"} | changes
    Notice.objects.filter(key=key).update(**said)
    return Notice.objects.get(key=key)


def test_page_says_what_runs_and_what_lies_about(operator: Client, cast: Cast) -> None:
    note_success("relay")
    note_failure("expire-due", ValueError("deadlock"))
    note_success("remind-due")
    JobRun.objects.filter(name="remind-due").update(succeeded_at=database_now() - timedelta(hours=1))
    make_parked(cast)

    page = operator.get("/status").text

    assert "On time" in page
    assert "Failing" in page
    assert "ValueError: deadlock" in page
    assert "Late" in page
    assert "Not yet" in page
    assert "5 minutes" in page
    assert "Kanarie first" in page
    assert "SMTPRecipientsRefused: 550" in page
    assert "Redis answers" in page


def test_quiet_programme_says_so(operator: Client) -> None:
    page = operator.get("/status").text

    assert "Everything was delivered" in page
    assert "nothing lies about" in page


def test_page_is_json_for_machines(operator: Client, cast: Cast) -> None:
    note_success("relay")
    make_parked(cast)
    registration = make_registration(cast.helix)
    registration.decision_due_at = database_now() - timedelta(hours=1)
    registration.save(update_fields=["decision_due_at"])

    said = operator.get("/status", headers={"Accept": "application/json"}).json()

    assert {job["name"]: job["late"] for job in said["jobs"]}["relay"] is False
    assert said["outbox"]["parked"] == 1
    assert said["readings"] == {"receipts_due": 0, "receipts_broken": 0, "deals_to_assess": 1, "deals_overdue": 1}
    assert said["redis"] is True
    assert said["database"].split(".")[0].isdigit()


def test_redis_that_is_away_is_said_and_breaks_nothing(operator: Client, settings: Settings) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"

    assert "Redis does not answer" in operator.get("/status").text


def test_outbox_counts_what_is_due_alone(cast: Cast) -> None:
    now = database_now()
    Notice.objects.all().delete()
    for key, due in (("late", -60), ("now", 0), ("later", 60)):
        promise(key=key, kind="test", to=cast.pam, organisation=None, title=key, now=now)
        Notice.objects.filter(key=key).update(due_at=now + timedelta(seconds=due))
    make_parked(cast, "parked")

    counted = selectors.outbox(now)

    assert (counted.waiting, counted.oldest, counted.parked) == (2, now - timedelta(seconds=60), 1)


@pytest.mark.parametrize("who", ["pam", "seller", "expert", "finance", "executive"])
def test_only_the_programme_admin_operates(cast: Cast, client: Client, who: str) -> None:
    notice = make_parked(cast)
    person = getattr(cast, who)
    client.force_login(person)

    assert client.get("/status").status_code == 403
    assert client.post(f"/status/notices/{notice.public_id}/again").status_code == 403
    with pytest.raises(NotAllowed):
        deliver_again(notice=notice, by=person, now=database_now())
    with pytest.raises(NotAllowed):
        deliver_all_again(by=person, now=database_now())
    assert Notice.objects.parked().count() == 1


def test_notice_is_delivered_after_another_try(operator: Client, cast: Cast, mailoutbox: list[object]) -> None:
    notice = make_parked(cast)
    first = operator.post(f"/status/notices/{notice.public_id}/again", follow=True)
    while relay.run():
        continue

    notice.refresh_from_db()
    assert "tried again now" in first.text
    assert notice.sent_at is not None
    assert Event.objects.get(kind="notice.retried").actor_id == cast.admin.pk


def test_second_click_changes_nothing(operator: Client, cast: Cast) -> None:
    notice = make_parked(cast)
    operator.post(f"/status/notices/{notice.public_id}/again")
    second = operator.post(f"/status/notices/{notice.public_id}/again", follow=True)

    assert "not given up; nothing was changed" in second.text
    assert Event.objects.filter(kind="notice.retried").count() == 1


def test_notice_that_was_never_given_up_is_left_alone(cast: Cast) -> None:
    notice = make_parked(cast, parked_at=None)

    with pytest.raises(StateConflict):
        deliver_again(notice=notice, by=cast.admin, now=database_now())
    notice.refresh_from_db()
    assert notice.attempts == relay.ATTEMPTS


def test_all_are_tried_again_at_once(operator: Client, cast: Cast) -> None:
    for number in range(3):
        make_parked(cast, f"number-{number}")

    said = operator.post("/status/notices/again", follow=True)

    assert "3 notices are tried again now" in said.text
    assert Notice.objects.parked().count() == 0
    assert {notice.attempts for notice in Notice.objects.filter(key__startswith="number-")} == {0}
    assert deliver_all_again(by=cast.admin, now=database_now()) == 0
    assert Event.objects.filter(kind="notice.retried").count() == 3


def test_event_holds_no_address(operator: Client, cast: Cast) -> None:
    operator.post(f"/status/notices/{make_parked(cast).public_id}/again")

    event = Event.objects.get(kind="notice.retried")
    assert cast.helix.rep.email not in str(event.data)
    assert "Kanarie" not in str(event.data)


def scrape(client: Client, authorization: str = f"Bearer {TOKEN}") -> tuple[int, str]:
    response = client.get("/metrics", headers={"Authorization": authorization} if authorization else {})
    return response.status_code, response.text


def figures(text: str) -> dict[str, float]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_machines_read_the_same_figures(client: Client, cast: Cast, settings: Settings) -> None:
    settings.PRM_METRICS_TOKEN = TOKEN
    note_success("relay")
    make_parked(cast)
    make_registration(cast.helix)

    status, text = scrape(client)

    assert status == 200
    read = figures(text)
    assert read["prm_outbox_parked"] == 1
    assert read["prm_deals_to_assess"] == 1
    assert read["prm_deals_overdue"] == 0
    assert read['prm_job_late{job="relay"}'] == 0
    assert read['prm_job_late{job="expire-due"}'] == 1
    assert 0 <= read['prm_job_age_seconds{job="relay"}'] < 60
    assert 'prm_job_age_seconds{job="expire-due"}' not in read
    assert "Kanarie" not in text


def test_empty_outbox_has_no_age(client: Client, db: None, settings: Settings) -> None:
    settings.PRM_METRICS_TOKEN = TOKEN

    assert figures(scrape(client)[1])["prm_outbox_oldest_seconds"] == 0


@pytest.mark.parametrize(
    "given", ["", TOKEN, "Bearer ", "Bearer wrong", f"bearer {TOKEN}", f"Bearer {TOKEN} "[:-2], "Basic eA=="]
)
def test_whoever_lacks_the_token_finds_nothing(client: Client, db: None, settings: Settings, given: str) -> None:
    settings.PRM_METRICS_TOKEN = TOKEN

    assert scrape(client, given)[0] == 404


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer"])
def test_without_a_token_there_is_no_such_page(client: Client, db: None, settings: Settings, given: str) -> None:
    settings.PRM_METRICS_TOKEN = ""

    assert scrape(client, given)[0] == 404
