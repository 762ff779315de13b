"""The one log: what is written, who reads it, and how it reads."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from prm.accounts.models import User
from prm.audit import kinds
from prm.audit.actions import record, record_many
from prm.audit.kinds import EventKind, handle
from prm.audit.models import Event
from prm.audit.selectors import present, timeline
from prm.clocks.database import database_now
from prm.registry import AlreadyRegistered, Registry
from tests.factories import Cast, make_approved, make_registration


@pytest.fixture
def probe() -> Iterator[EventKind]:
    """A kind for the tests alone: partners read `days`, and nothing else."""
    kind = EventKind("test.probed", "Probed for {days} days by {secret}", partner=("days",))
    kinds.declare(kind)
    yield kind
    kinds.KINDS._entries.pop(kind.name)
    kinds._handlers.pop(kind.name, None)
    kinds._noters.pop(kind.name, None)


def write(cast: Cast, kind: EventKind, by: User | None = None) -> Event:
    return record(
        kind.name,
        by=by,
        now=database_now(),
        organisation_id=cast.helix.organisation.pk,
        subject=("deal", "deal_1"),
        data={"days": 3, "secret": "Orbit"},
    )


def test_event_of_an_undeclared_kind_is_refused(cast: Cast) -> None:
    with pytest.raises(KeyError):
        record("deal.vanished", by=None, now=database_now(), organisation_id=None, subject=("deal", "x"))

    assert Event.objects.count() == 0


def test_kind_is_declared_once(probe: EventKind) -> None:
    with pytest.raises(AlreadyRegistered):
        kinds.declare(probe)


def test_partner_reads_the_declared_fields_alone(cast: Cast, probe: EventKind) -> None:
    event = write(cast, probe)

    assert event.shown_to(cast.helix.rep) == {"days": 3}
    assert event.shown_to(cast.pam) == {"days": 3, "secret": "Orbit"}
    assert present([event], reader=cast.helix.rep)[0].text == "Probed for 3 days by …"
    assert present([event], reader=cast.pam)[0].text == "Probed for 3 days by Orbit"


def test_event_without_a_partner_declaration_is_the_vendors(cast: Cast) -> None:
    event = record(
        "deal.overridden",
        by=cast.pam,
        now=database_now(),
        organisation_id=cast.helix.organisation.pk,
        subject=("deal", "deal_1"),
        data={"reason": "other"},
    )

    assert present([event], reader=cast.helix.rep) == []
    assert event not in Event.objects.visible_to(cast.helix.admin)
    assert event in Event.objects.visible_to(cast.pam)


def test_each_role_reads_its_events(cast: Cast, probe: EventKind) -> None:
    event = write(cast, probe)
    readers = [*cast.vendor_staff, *(vars(cast.helix)[name] for name in ("admin", "rep", "engineer", "marketing"))]

    reading = [user.email for user in readers if event in Event.objects.visible_to(user)]

    assert reading == [
        *("pam@vendor.example", "pam2@vendor.example", "admin@vendor.example", "executive@vendor.example"),
        *("admin@helix.example", "rep@helix.example"),
    ]
    assert not Event.objects.visible_to(cast.orbit.admin).exists()


def test_stranger_and_former_colleague_read_nothing(cast: Cast, probe: EventKind) -> None:
    write(cast, probe)
    cast.helix.rep.memberships.update(ended_at=database_now())
    former = User.objects.get(pk=cast.helix.rep.pk)

    assert not Event.objects.visible_to(former).exists()


def test_handler_runs_in_the_verbs_transaction(cast: Cast, probe: EventKind) -> None:
    seen: list[str] = []
    handle(probe.name, lambda event: seen.append(event.subject_id))

    write(cast, probe)
    record_many(
        probe.name, by=None, now=database_now(), rows=[(None, ("deal", "deal_2"), {}), (None, ("deal", "3"), {})]
    )

    assert seen == ["deal_1", "deal_2", "3"]


def test_handler_is_registered_once(probe: EventKind) -> None:
    def handler(event: Event) -> None:
        """Never called here."""

    handle(probe.name, handler)
    handle(probe.name, handler)

    assert kinds.handlers_of(probe.name) == [handler]


def test_noter_is_told_once_of_a_batch(cast: Cast, probe: EventKind) -> None:
    told: list[kinds.Noted] = []
    kinds.note(probe.name, told.append)
    kinds.note(probe.name, told.append)

    single = write(cast, probe)
    rows: list[Any] = [(None, ("deal", "deal_2"), {}), (None, ("deal", "deal_3"), {})]
    record_many(probe.name, by=None, now=database_now(), rows=rows)

    batch = Event.objects.filter(kind=probe.name, subject_id__in=["deal_2", "deal_3"]).order_by("pk")
    assert told[0] == [(single.public_id, "deal", "deal_1")]
    assert told[1] == [(event.public_id, event.subject_type, event.subject_id) for event in batch]


def test_failing_handler_takes_the_event_with_it(cast: Cast, probe: EventKind) -> None:
    from django.db import transaction

    def fail(event: Event) -> None:
        raise RuntimeError("no")

    handle(probe.name, fail)

    with pytest.raises(RuntimeError), transaction.atomic():
        write(cast, probe)
    assert Event.objects.filter(kind=probe.name).count() == 0


def test_actor_is_named_and_a_former_one_is_not(cast: Cast, probe: EventKind) -> None:
    events = [write(cast, probe, by=cast.pam), write(cast, probe), write(cast, probe, by=cast.pam2)]
    cast.pam2.delete()

    assert [entry.actor for entry in present(events, reader=cast.pam)] == ["Pam Vendor", "The system", "A former user"]


def test_timeline_is_in_order_and_of_one_subject(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    make_registration(cast.helix)

    entries = timeline("deal", deal.public_id, reader=cast.pam)

    assert [entry.kind for entry in entries] == ["deal.drafted", "deal.submitted", "deal.approved"]
    assert entries[0].at <= entries[-1].at <= database_now() + timedelta(seconds=1)


def test_data_of_events_names_nobody(cast: Cast) -> None:
    make_approved(cast.helix, customer_name="Secretive Ltd", contact_email="ada@secretive.example")

    told = str(list(Event.objects.values_list("data", flat=True)))

    for name in ("Secretive", "ada@", cast.pam.name, cast.helix.rep.email, "Helix"):
        assert name not in told


def test_registry_keeps_its_order_and_answers_for_names() -> None:
    registry: Registry[int] = Registry("number")
    registry.register("one", 1)
    registry.register("two", 2)

    assert (list(registry), registry.names(), registry["two"]) == ([1, 2], ["one", "two"], 2)
    assert (registry.get("three"), "one" in registry, "three" in registry) == (None, True, False)


def test_event_reads_as_kind_and_subject(cast: Cast, probe: EventKind) -> None:
    assert str(write(cast, probe)) == "test.probed deal_1"


def test_staff_without_the_log_read_what_partners_read(cast: Cast, probe: EventKind) -> None:
    """A seller sees a deal of an own account, but neither what was found about it nor who else is after it."""
    event = write(cast, probe)
    secret = record(
        "deal.overridden",
        by=cast.pam,
        now=database_now(),
        organisation_id=cast.helix.organisation.pk,
        subject=("deal", "deal_1"),
        data={"reason": "other", "over": "deal_2"},
    )

    for reader in (cast.seller, cast.finance, cast.expert):
        assert [entry.data for entry in present([event, secret], reader=reader)] == [{"days": 3}]
        assert event.shown_to(reader) == {"days": 3}
    assert len(present([event, secret], reader=cast.executive)) == 2
