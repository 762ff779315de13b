"""Owners hear once of what is old and once of what is hidden; whatever is told is in the outbox."""

from datetime import timedelta

import pytest

from enablement.library.actions import archive, review
from enablement.library.models import LibraryItem
from enablement.library.sockets import to_review
from enablement.library.sweeping import library_due
from enablement.library.tasks import remind_of_library
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.notices.models import Notice
from prm.operations.models import JobRun
from tests.enablement.library.making import make_draft, make_item, review_in
from tests.factories import Cast, make_user


def told(item: LibraryItem) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(key__startswith=f"{item.public_id}-").order_by("pk")
    return [(notice.kind, notice.user.email if notice.user else "") for notice in rows]


@pytest.mark.parametrize(
    ("days", "kinds"),
    [
        (30, []),
        (1, []),
        (0, ["library.stale"]),
        (-29, ["library.stale"]),
        (-30, ["library.stale", "library.hidden"]),
        (-500, ["library.stale", "library.hidden"]),
    ],
)
def test_owner_is_told_once(cast: Cast, days: int, kinds: list[str]) -> None:
    item = make_item(cast)
    review_in(item, days)
    for _time in range(3):
        library_due(now=database_now())

    assert told(item) == [(kind, "admin@vendor.example") for kind in kinds]
    assert [event.kind for event in Event.objects.filter(subject_id=item.public_id, actor_id=None)] == kinds


def test_next_date_is_told_anew(cast: Cast) -> None:
    item = make_item(cast)
    review_in(item, -3)
    library_due(now=database_now())
    soon = database_now().date() + timedelta(days=2)
    review(item=item, review_on=soon, by=cast.admin, now=database_now())

    assert library_due(now=database_now()) == 0
    assert library_due(now=database_now() + timedelta(days=2)) == 1
    assert [kind for kind, _who in told(item)] == ["library.stale"] * 2


@pytest.mark.parametrize("owner", [None, "left"])
def test_without_an_owner_everybody_who_writes_is_told(cast: Cast, owner: str | None) -> None:
    make_user("admin2@vendor.example", cast.vendor, "programme_admin")
    item = make_item(cast)
    LibraryItem.objects.filter(pk=item.pk).update(owner=cast.pam if owner else None)
    review_in(item, 0)
    library_due(now=database_now())

    assert {who for _kind, who in told(item)} == {"admin@vendor.example", "admin2@vendor.example"}


def test_nobody_is_told_of_drafts_and_archived_ones(cast: Cast) -> None:
    items = [make_draft(cast), archive(item=make_item(cast), by=cast.admin, now=database_now())]
    for item in items:
        review_in(item, -60)

    assert library_due(now=database_now()) == 0


def test_many_are_told_in_batches(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("enablement.library.sweeping.BATCH", 2)
    for number in range(5):
        review_in(make_item(cast, title=f"Paper {number}"), 0)

    assert library_due(now=database_now()) == 5
    assert Notice.objects.filter(kind="library.stale").count() == 5


def test_task_looks_and_notes_that_it_did(cast: Cast) -> None:
    item = make_item(cast)
    review_in(item, 0)
    remind_of_library()

    assert len(told(item)) == 1
    assert JobRun.objects.get(name="library-due").succeeded_at is not None


def test_what_is_old_waits_for_its_owner(cast: Cast) -> None:
    item, now = make_item(cast), database_now()
    make_item(cast, title="Fresh")
    review_in(item, -1)

    assert [work.url for work in to_review(cast.admin, now, 9)] == [item.get_absolute_url()]
    assert to_review(make_user("other@vendor.example", cast.vendor, "programme_admin"), now, 9) == []
    assert to_review(cast.pam, now, 9) == []
    assert to_review(cast.helix.admin, now, 9) == []


def test_two_sweeps_at_once_tell_once(cast: Cast) -> None:
    """The key of a notice is unique, whatever marks say."""
    item = make_item(cast)
    review_in(item, 0)
    library_due(now=database_now())
    LibraryItem.objects.filter(pk=item.pk).update(warned_at=None)
    library_due(now=database_now())

    assert len(told(item)) == 1
