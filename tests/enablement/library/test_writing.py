"""The verbs of the library."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from enablement.library.actions import add_version, archive, change_item, create_item, publish, review, write_collection
from enablement.library.models import Favourite, LibraryItem, LibraryUse, LibraryVersion
from enablement.library.rules import Flaw, flaws
from enablement.library.states import CONFIGS, ItemState, Language, Use
from enablement.library.using import keep, note_use, served
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.files.models import StoredFile
from tests.enablement.library.making import make_draft, make_file_item, make_item, review_in, values
from tests.factories import Cast, make_user
from tests.files.making import PDF

TODAY = date(2026, 3, 2)
KNOWN = {"products": ["fleet-cloud"], "roles": ["support"], "business_models": ["msp"]}


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, []),
        ({"products": ["fleet-cloud"], "roles": ["support"], "business_models": ["msp"]}, []),
        ({"products": ["nothing"]}, [Flaw("products", "unknown")]),
        ({"roles": ["king"]}, [Flaw("roles", "unknown")]),
        ({"business_models": ["x"]}, [Flaw("business_models", "unknown")]),
        ({"tags": ["fleet-migration", "a1"]}, []),
        ({"tags": ["Fleet"]}, [Flaw("tags", "tags")]),
        ({"tags": ["-a"]}, [Flaw("tags", "tags")]),
        ({"tags": ["a" * 41]}, [Flaw("tags", "tags")]),
        ({"tags": [f"t{number}" for number in range(13)]}, [Flaw("tags", "tags")]),
        ({"competencies": ["fleet-migration"]}, []),
        ({"competencies": ["No good"]}, [Flaw("competencies", "competencies")]),
        ({"competencies": [f"c{number}" for number in range(11)]}, [Flaw("competencies", "competencies")]),
        ({"review_on": TODAY}, [Flaw("review_on", "review_on")]),
        ({"review_on": TODAY + timedelta(days=1)}, []),
        ({"review_on": TODAY + timedelta(days=3 * 366)}, []),
        ({"review_on": TODAY + timedelta(days=3 * 366 + 1)}, [Flaw("review_on", "review_on")]),
    ],
)
def test_flaws(given: dict[str, Any], found: list[Flaw]) -> None:
    assert flaws(given, known=KNOWN, today=TODAY) == found


def test_every_language_has_a_way_to_take_words_apart() -> None:
    assert set(CONFIGS) == set(Language)


def kinds(item: LibraryItem) -> list[str]:
    return list(Event.objects.filter(subject_id=item.public_id).order_by("pk").values_list("kind", flat=True))


def test_life_of_an_item(cast: Cast) -> None:
    item, now = make_draft(cast), database_now()
    assert (item.state, item.owner, item.current) == ("draft", cast.admin, None)
    first = add_version(item=item, text="# One", note="First", by=cast.admin, now=now)
    item = publish(item=item, by=cast.admin, now=now)
    second = add_version(item=item, text="# Two", by=cast.admin, now=now)
    assert (item.current, first.number, second.number) == (first, 1, 2)
    item = publish(item=item, by=cast.admin, now=now)
    assert item.current == second
    item = publish(item=item, number=1, by=cast.admin, now=now)
    assert item.current == first
    item = archive(item=item, by=cast.admin, now=now)
    assert (item.state, item.archived_by) == ("archived", cast.admin)
    item = publish(item=item, by=cast.admin, now=now)

    assert (item.state, item.archived_at, item.version) == ("published", None, 8)
    assert kinds(item) == [
        *("library.created", "library.version_added", "library.published", "library.version_added"),
        *("library.published", "library.published", "library.archived", "library.published"),
    ]


def test_events_hold_neither_titles_nor_texts(cast: Cast) -> None:
    item = make_file_item(cast, PDF, "Secret name.pdf", title="Secret title", summary="Secret", tags=["secret"])
    change_item(item=item, values={"title": "Another secret"}, by=cast.admin, now=database_now())

    assert "ecret" not in "".join(str(event.data) for event in Event.objects.all())


VERBS = {
    "create": lambda item, by: create_item(values=values(), by=by, now=database_now()),
    "change": lambda item, by: change_item(item=item, values={"title": "x"}, by=by, now=database_now()),
    "version": lambda item, by: add_version(item=item, text="x", by=by, now=database_now()),
    "publish": lambda item, by: publish(item=item, by=by, now=database_now()),
    "archive": lambda item, by: archive(item=item, by=by, now=database_now()),
    "review": lambda item, by: review(item=item, review_on=values()["review_on"], by=by, now=database_now()),
    "collect": lambda item, by: write_collection(name="x", items=[item], by=by, now=database_now()),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["pam", "seller", "expert", "finance", "executive", "partner"])
def test_only_who_writes_may(cast: Cast, verb: str, who: str) -> None:
    item = make_draft(cast)
    by = cast.helix.admin if who == "partner" else getattr(cast, who)

    with pytest.raises(NotAllowed):
        VERBS[verb](item, by)


@pytest.mark.parametrize("verb", ["change", "version", "archive", "review"])
def test_archived_item_is_a_conflict(cast: Cast, verb: str) -> None:
    item = archive(item=make_item(cast), by=cast.admin, now=database_now())

    with pytest.raises(StateConflict) as refused:
        VERBS[verb](item, cast.admin)
    assert refused.value.state == "archived"


@pytest.mark.parametrize(
    "wrong",
    [
        {"products": ["nothing"]},
        {"roles": ["king"]},
        {"business_models": ["x"]},
        {"tags": ["Not A Tag"]},
        {"competencies": ["Not one"]},
        {"review_on": date(2020, 1, 1)},
    ],
)
def test_wrong_values_are_named_at_their_field(cast: Cast, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as created:
        make_draft(cast, **wrong)
    with pytest.raises(InvalidInput) as changed:
        change_item(item=make_draft(cast), values=wrong, by=cast.admin, now=database_now())

    assert list(created.value.errors) == list(changed.value.errors) == list(wrong)


def test_owner_must_write(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        make_draft(cast, owner=cast.pam)

    assert list(refused.value.errors) == ["owner"]


def test_change_without_difference_changes_nothing(cast: Cast) -> None:
    item = make_draft(cast)
    same = change_item(item=item, values=values(), by=cast.admin, now=database_now())

    assert (same.version, kinds(item)) == (1, ["library.created"])


def test_new_review_date_forgets_that_the_owner_was_told(cast: Cast) -> None:
    item, now = make_item(cast), database_now()
    LibraryItem.objects.filter(pk=item.pk).update(warned_at=now, hidden_told_at=now)
    changed = change_item(item=item, values={"review_on": now.date() + timedelta(days=9)}, by=cast.admin, now=now)

    assert (changed.warned_at, changed.hidden_told_at) == (None, None)


@pytest.mark.parametrize("given", [{}, {"text": "x", "file": ("a.pdf", PDF)}])
def test_version_is_either_text_or_file(cast: Cast, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        add_version(item=make_draft(cast), **given, by=cast.admin, now=database_now())


def test_refused_file_leaves_no_version(cast: Cast) -> None:
    item = make_draft(cast)
    with pytest.raises(InvalidInput) as refused:
        add_version(item=item, file=("a.svg", b"<svg/>"), by=cast.admin, now=database_now())

    assert list(refused.value.errors) == ["file"]
    assert (LibraryVersion.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_publishing_needs_a_version(cast: Cast) -> None:
    with pytest.raises(StateConflict):
        publish(item=make_draft(cast), by=cast.admin, now=database_now())
    with pytest.raises(InvalidInput):
        publish(item=make_item(cast), number=7, by=cast.admin, now=database_now())


def test_publishing_what_is_shown_is_a_conflict(cast: Cast) -> None:
    with pytest.raises(StateConflict):
        publish(item=make_item(cast), by=cast.admin, now=database_now())


def test_what_is_past_its_review_date_is_not_published(cast: Cast) -> None:
    item = make_item(cast)
    add_version(item=item, text="New", by=cast.admin, now=database_now())
    review_in(item, 0)

    with pytest.raises(StateConflict):
        publish(item=item, by=cast.admin, now=database_now())


def test_review_to_the_same_day_is_a_conflict(cast: Cast) -> None:
    item, day = make_item(cast), database_now().date() + timedelta(days=200)
    item = review(item=item, review_on=day, by=cast.admin, now=database_now())
    with pytest.raises(StateConflict):
        review(item=item, review_on=day, by=cast.admin, now=database_now())

    assert kinds(item)[-1] == "library.reviewed"


def test_collection_is_written_and_written_anew(cast: Cast) -> None:
    one, other = make_item(cast), make_item(cast, title="Other")
    made = write_collection(name="Start", items=[one], by=cast.admin, now=database_now())
    again = write_collection(name="Start", items=[other], collection=made, by=cast.admin, now=database_now())

    assert (list(again.items.all()), again.version) == ([other], 2)
    with pytest.raises(InvalidInput):
        write_collection(name="Start", items=[], by=cast.admin, now=database_now())


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "x"},
        {"language": "x"},
        {"state": "x"},
        {"title": ""},
        {"current": None},
        {"published_at": None},
        {"state": ItemState.ARCHIVED},
        {"archived_at": "2026-01-01T00:00:00Z"},
    ],
)
def test_database_refuses_what_cannot_be(cast: Cast, wrong: dict[str, Any]) -> None:
    item = make_item(cast)

    with pytest.raises(IntegrityError), transaction.atomic():
        LibraryItem.objects.filter(pk=item.pk).update(**wrong)


@pytest.mark.parametrize("wrong", [{"text": ""}, {"number": 2}])
def test_database_refuses_wrong_versions(cast: Cast, wrong: dict[str, Any]) -> None:
    item = make_item(cast)
    add_version(item=item, text="Two", by=cast.admin, now=database_now())

    with pytest.raises(IntegrityError), transaction.atomic():
        LibraryVersion.objects.filter(item=item, number=1).update(**wrong)


def test_favourite_is_kept_once_and_dropped_again(cast: Cast) -> None:
    item = make_item(cast)
    for kept, left in ((True, 1), (True, 1), (False, 0), (False, 0)):
        keep(item=item, kept=kept, by=cast.helix.rep, now=database_now())
        assert Favourite.objects.count() == left


def test_use_counts_a_person_once_a_day(cast: Cast) -> None:
    item, now = make_item(cast), database_now()
    assert item.current is not None
    for moment in (now, now, now + timedelta(days=1)):
        note_use(version=item.current, what=Use.OPENED, by=cast.helix.rep, now=moment)
    note_use(version=item.current, what=Use.OPENED, by=cast.helix.admin, now=now)
    note_use(version=item.current, what=Use.OPENED, by=make_user("gone@nowhere.example", None), now=now)

    assert LibraryUse.objects.count() == 3


def test_old_version_that_is_looked_at_is_no_use(cast: Cast) -> None:
    item, now = make_file_item(cast, PDF), database_now()
    old = item.versions.get()
    add_version(item=item, text="New", by=cast.admin, now=now)
    publish(item=item, by=cast.admin, now=now)
    served(old.public_id, cast.admin, now)

    assert LibraryUse.objects.count() == 0
