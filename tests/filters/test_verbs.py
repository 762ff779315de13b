"""Saving, changing, deleting: who may, what is written, and what two tabs at once come to."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from prm.accounts.actions import end_membership
from prm.accounts.models import User
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.filters import actions
from prm.filters.models import SavedFilter
from prm.filters.rules import MOST, canonical, first_free
from prm.filters.selectors import MOST_SHARED, views_of
from tests.factories import Cast, make_user


def save(by: User, name: str = "Open ones", query: str = "state=open", **given: Any) -> SavedFilter:
    return actions.save_view(
        **{"name": name, "list_name": "deals", "query": query, "by": by, "now": database_now(), **given}
    )


def change(saved: SavedFilter, by: User, **given: Any) -> SavedFilter:
    values = {"name": saved.name, "is_default": saved.is_default, "shared": saved.shared, **given}
    return actions.change_view(saved=saved, **values, by=by, now=database_now())


def delete(saved: SavedFilter, by: User) -> None:
    actions.delete_view(saved=saved, by=by, now=database_now())


def told() -> list[tuple[str, dict[str, Any]]]:
    return [(event.kind, event.data) for event in Event.objects.filter(kind__startswith="filter.").order_by("pk")]


def names(user: User, list_name: str = "deals") -> tuple[list[str], list[str]]:
    views = views_of(User.objects.get(pk=user.pk), list_name)
    return [saved.name for saved in views.own], [saved.name for saved in views.shared]


def default_of(user: User, list_name: str) -> SavedFilter | None:
    return views_of(user, list_name).default


@pytest.mark.parametrize(
    ("pairs", "kept"),
    [
        ([], ""),
        ([("state", "open")], "state=open"),
        ([("state", "open"), ("q", "")], "state=open"),
        ([("state", " open "), ("q", "  ")], "state=open"),
        ([("state", "open"), ("q", "Müller & Co")], "q=M%C3%BCller+%26+Co&state=open"),
        ([("q", "x"), ("state", "open"), ("q", "x")], "q=x&state=open"),
        ([("cursor", "abc"), ("view", "all"), ("state", "open")], "state=open"),
    ],
)
def test_two_addresses_that_narrow_alike_are_one(pairs: list[tuple[str, str]], kept: str) -> None:
    assert canonical(pairs, {"q", "state"}) == kept


def test_first_free_place() -> None:
    assert [first_free(set()), first_free({1, 2, 4}), first_free(set(range(1, MOST + 1)))] == [1, 3, None]


def test_saved_view_is_its_owners_and_is_recorded_without_name_or_query(cast: Cast) -> None:
    saved = save(cast.helix.rep)

    assert names(cast.helix.rep) == (["Open ones"], [])
    assert names(cast.helix.admin) == ([], [])
    assert told() == [("filter.saved", {"list": "deals", "shared": False})]
    event = Event.objects.get(kind="filter.saved")
    assert (event.subject_id, event.organisation_id) == (saved.public_id, cast.helix.organisation.pk)


def test_same_once_more_is_the_one_that_is_there(cast: Cast) -> None:
    assert save(cast.pam, "Mine").pk == save(cast.pam, "MINE").pk
    assert len(told()) == 1


def test_name_is_taken_once_for_each_list_and_person(cast: Cast) -> None:
    save(cast.pam, "Mine")
    with pytest.raises(InvalidInput) as refused:
        save(cast.pam, "mine", "due=today")
    save(cast.pam, "Mine", list_name="partners")
    save(cast.pam2, "Mine")

    assert refused.value.errors == {"name": ["You have a view of this name for the list. Choose another name."]}
    assert SavedFilter.objects.count() == 3


def test_as_many_as_there_are_places(cast: Cast) -> None:
    made = [save(cast.pam, f"View {number}", f"q={number}") for number in range(MOST)]
    with pytest.raises(StateConflict, match=f"You have {MOST} views of this list"):
        save(cast.pam, "One more", "q=more")
    delete(made[4], cast.pam)
    again = save(cast.pam, "One more", "q=more")

    assert again.place == made[4].place == 5


def test_new_default_takes_the_place_of_the_old(cast: Cast) -> None:
    first = save(cast.pam, "A", is_default=True)
    second = save(cast.pam, "B", "due=today", is_default=True)
    elsewhere = save(cast.pam, "A", list_name="partners", is_default=True)
    found = [default_of(cast.pam, name) for name in ("deals", "partners", "people")]

    assert found == [second, elsewhere, None]
    change(first, cast.pam, is_default=True)
    assert default_of(cast.pam, "deals") == first


def test_default_is_no_colleagues_default(cast: Cast) -> None:
    save(cast.helix.admin, is_default=True, shared=True)

    assert default_of(cast.helix.rep, "deals") is None


@pytest.mark.parametrize("who", ["helix.admin", "pam", "admin"])
def test_who_may_share_is_read_by_the_own_organisation_alone(cast: Cast, who: str) -> None:
    author: Any = cast
    for name in who.split("."):
        author = getattr(author, name)
    save(author, "Shared", shared=True)
    readers = {"helix": cast.helix.rep, "orbit": cast.orbit.rep, "orbit admin": cast.orbit.admin, "vendor": cast.pam2}
    found = {name for name, reader in readers.items() if names(reader) == ([], ["Shared"])}

    assert found == ({"helix"} if who == "helix.admin" else {"vendor"})


def test_who_may_not_share_keeps_to_themselves(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="sharing"):
        save(cast.helix.rep, shared=True)
    saved = save(cast.helix.rep)
    with pytest.raises(NotAllowed, match="sharing"):
        change(saved, cast.helix.rep, shared=True)

    assert names(cast.helix.admin) == ([], [])


def test_change_writes_what_differs(cast: Cast) -> None:
    saved = save(cast.pam, "A")
    change(saved, cast.pam)
    changed = change(saved, cast.pam, name="B", shared=True)

    assert (changed.name, changed.shared) == ("B", True)
    assert told()[1:] == [("filter.changed", {"list": "deals", "shared": True, "fields": ["name", "shared"]})]


def test_change_to_a_taken_name_is_refused(cast: Cast) -> None:
    save(cast.pam, "A")
    other = save(cast.pam, "B", "due=today")
    with pytest.raises(InvalidInput):
        change(other, cast.pam, name="a")

    assert change(other, cast.pam, name="b").name == "b"


def test_colleague_changes_nothing_of_mine(cast: Cast) -> None:
    shared, private = save(cast.helix.admin, "A", shared=True), save(cast.helix.admin, "B", "q=x")
    for saved, by in ((shared, cast.helix.rep), (private, cast.helix.rep), (shared, cast.orbit.admin)):
        with pytest.raises(NotAllowed):
            change(saved, by, name="Taken")
        with pytest.raises(NotAllowed):
            delete(saved, by)

    assert names(cast.helix.admin) == (["A", "B"], [])


def test_who_may_share_looks_after_what_a_colleague_left_shared(cast: Cast) -> None:
    second = make_user("second@helix.example", cast.helix.organisation, "partner_admin")
    saved = save(second, "Left", shared=True)
    end_membership(membership=second.membership, by=cast.helix.admin, now=database_now())
    saved = SavedFilter.objects.get(pk=saved.pk)
    assert names(cast.helix.rep) == ([], ["Left"])
    with pytest.raises(NotAllowed, match="their default"):
        change(saved, cast.helix.admin, is_default=True)
    change(saved, cast.helix.admin, name="Kept")
    assert names(cast.helix.rep) == ([], ["Kept"])
    delete(saved, cast.helix.admin)

    assert names(cast.helix.rep) == ([], [])


def test_who_has_left_saves_nothing_and_reads_nothing(cast: Cast) -> None:
    save(cast.helix.admin, shared=True)
    save(cast.helix.rep, "Mine", "q=x")
    end_membership(membership=cast.helix.rep.membership, by=cast.helix.admin, now=database_now())
    rep = User.objects.get(pk=cast.helix.rep.pk)
    with pytest.raises(NotAllowed):
        save(rep, "More", "q=y")

    assert names(rep) == ([], [])


def test_deleting_twice_is_deleting_once(cast: Cast) -> None:
    saved = save(cast.pam)
    gone = SavedFilter.objects.get(pk=saved.pk)
    delete(saved, cast.pam)
    delete(gone, cast.pam)
    with pytest.raises(StateConflict, match="deleted meanwhile"):
        change(gone, cast.pam, name="B")

    assert [kind for kind, _data in told()] == ["filter.saved", "filter.deleted"]


def test_only_so_many_of_the_colleagues_stand_above_a_list(cast: Cast) -> None:
    for number in range(MOST):
        save(cast.pam, f"A{number:02}", f"q={number}", shared=True)
        save(cast.admin, f"B{number:02}", f"q={number}", shared=True)

    assert names(cast.pam2) == ([], [f"A{number:02}" for number in range(MOST_SHARED)])


def test_reading_costs_the_same_for_many(cast: Cast) -> None:
    def queries() -> int:
        reader = User.objects.get(pk=cast.pam2.pk)
        with CaptureQueriesContext(connection) as captured:
            [str(saved.created_by) for saved in views_of(reader, "deals").shared]
        return len(captured)

    save(cast.pam, shared=True)
    one = queries()
    for number in range(10):
        save(cast.pam, f"A{number}", f"q={number}", shared=True)

    assert queries() == one


BROKEN = {
    "saved_filter_name_once": {"name": "open ONES", "place": 2},
    "saved_filter_one_default": {"name": "Other", "place": 2, "is_default": True},
    "saved_filter_place_once": {"name": "Other", "place": 1},
    "saved_filter_place_bounded": {"name": "Other", "place": MOST + 1},
    "saved_filter_has_name": {"name": "", "place": 2},
    "saved_filter_narrows": {"name": "Other", "place": 2, "query": ""},
}


@pytest.mark.parametrize("constraint", BROKEN)
def test_database_holds_what_the_verbs_promise(cast: Cast, constraint: str) -> None:
    saved = save(cast.pam, is_default=True)
    saved.pk, saved.public_id, saved._state.adding = None, "flt_another", True
    saved.is_default = False
    for field, value in BROKEN[constraint].items():
        setattr(saved, field, value)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        saved.save(force_insert=True)


def at_once(*calls: Any) -> list[Any]:
    """Each in a thread and with a connection of its own; the answers or errors in any order."""
    barrier, answers = Barrier(len(calls)), []

    def run(call: Any) -> None:
        barrier.wait()
        try:
            answers.append(call())
        except Exception as error:
            answers.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_many_at_once_never_pass_the_bound(live_cast: Cast) -> None:
    for number in range(MOST - 2):
        save(live_cast.pam, f"View {number}", f"q={number}")
    answers = at_once(*[lambda n=n: save(live_cast.pam, f"Late {n}", f"q=late{n}") for n in range(6)])

    assert sorted(type(answer).__name__ for answer in answers) == ["SavedFilter"] * 2 + ["StateConflict"] * 4
    assert SavedFilter.objects.count() == MOST


def test_one_name_twice_at_once_is_one_view(live_cast: Cast) -> None:
    answers = at_once(*[lambda: save(live_cast.pam, "Same", is_default=True)] * 4)

    assert {answer.pk for answer in answers} == {SavedFilter.objects.get().pk}
