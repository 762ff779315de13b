"""The verbs: who may, what is written, and what two administrators at once come to."""

from collections.abc import Callable
from datetime import datetime
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from prm.accounts.models import User
from prm.audit.models import Event
from prm.audit.selectors import logged
from prm.branding import actions, pictures
from prm.branding.models import Branding, Logo
from prm.branding.selectors import memory, row
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from tests.branding.drawing import jpeg, png
from tests.factories import Cast, make_user


def change(by: User, *, version: int | None = None, **values: Any) -> Branding:
    return actions.change(values=values, version=version, by=by, now=database_now())


def reset(by: User) -> Branding:
    return actions.reset(by=by, now=database_now())


def told() -> list[dict[str, Any]]:
    return [event.data for event in Event.objects.filter(kind="branding.changed").order_by("pk")]


def test_change_sets_what_is_given_and_leaves_the_rest(cast: Cast) -> None:
    change(cast.admin, name="Contoso Allies", accent="#7a1fa2")
    branding = change(cast.admin, accent="#0000ff")

    assert (branding.name, branding.accent, branding.logo, branding.version) == ("Contoso Allies", "#0000ff", None, 2)
    assert branding.changed_by == cast.admin


def test_change_is_an_event_with_fields_and_without_the_name(cast: Cast) -> None:
    logo = pictures.read(png())
    change(cast.admin, name="Contoso Allies", accent="#7a1fa2", logo=logo)

    assert told() == [{"fields": ["accent", "logo", "name"], "accent": "#7a1fa2", "logo": logo.digest}]
    event = Event.objects.get()
    assert (event.actor_id, event.organisation_id, event.subject_type) == (cast.admin.pk, None, "branding")
    assert [entry.text for entry in logged([event], reader=cast.admin)] == ["Branding changed: accent, logo, name"]


def test_change_to_the_same_writes_nothing(cast: Cast) -> None:
    given = {"name": "Contoso Allies", "accent": "#7a1fa2", "logo": pictures.read(png())}
    first = change(cast.admin, **given)
    again = change(cast.admin, **given)

    assert (first.version, again.version, len(told())) == (1, 1, 1)
    assert Logo.objects.count() == 1


def test_empty_is_what_the_installation_says(cast: Cast) -> None:
    change(cast.admin, name="Contoso Allies", accent="#7a1fa2", logo=pictures.read(png()))
    change(cast.admin, name="", accent="", logo=None)

    assert row().is_default
    assert memory.current().name == "Northwind Partners"


@pytest.mark.parametrize("accent", ["#ffcc00", "#ffffff", "#777777"])
def test_colour_that_cannot_be_read_says_which_could(cast: Cast, accent: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        change(cast.admin, accent=accent)
    sentence = refused.value.errors["accent"][0]
    better = sentence.split("Choose a darker one: ")[1][:7]

    assert "has a contrast of" in sentence
    assert change(cast.admin, accent=better).accent == better


def test_version_of_before_is_a_conflict_and_changes_nothing(cast: Cast) -> None:
    change(cast.admin, name="First", version=0)
    with pytest.raises(StateConflict):
        change(cast.admin, name="Second", version=0)

    assert (row().name, len(told())) == ("First", 1)
    assert change(cast.admin, name="Second", version=1).version == 2


def test_reset_takes_everything_away_and_once(cast: Cast) -> None:
    change(cast.admin, name="Contoso Allies", accent="#7a1fa2", logo=pictures.read(png()))
    branding = reset(cast.admin)
    with pytest.raises(StateConflict):
        reset(cast.admin)

    assert (branding.is_default, branding.version) == (True, 2)
    assert told()[1] == {"fields": ["accent", "logo", "name"], "accent": "", "logo": ""}
    assert len(told()) == 2


def test_reset_of_nothing_leaves_no_row(cast: Cast) -> None:
    with pytest.raises(StateConflict):
        reset(cast.admin)

    assert not Branding.objects.exists()


@pytest.mark.parametrize("who", ["pam", "seller", "expert", "finance", "executive"])
@pytest.mark.parametrize("verb", [lambda by: change(by, name="X"), reset])
def test_only_the_programme_admin_may(cast: Cast, who: str, verb: Callable[[User], Branding]) -> None:
    change(cast.admin, name="Contoso Allies")
    with pytest.raises(NotAllowed):
        verb(getattr(cast, who))
    with pytest.raises(NotAllowed):
        verb(cast.helix.admin)

    assert row().name == "Contoso Allies"


def test_logo_before_the_last_is_forgotten(cast: Cast) -> None:
    """Pages that were drawn a moment ago still show the last one."""
    drawn = [pictures.read(raw) for raw in (png(10), png(20), jpeg(30))]
    for picture in drawn:
        change(cast.admin, logo=picture)

    assert list(Logo.objects.order_by("pk").values_list("digest", flat=True)) == [each.digest for each in drawn[1:]]


def test_logo_that_was_removed_goes_with_the_next_change(cast: Cast) -> None:
    change(cast.admin, logo=pictures.read(png()))
    change(cast.admin, logo=None)
    removed = Logo.objects.count()
    change(cast.admin, name="Contoso Allies")

    assert (removed, Logo.objects.count()) == (1, 0)


def test_logo_says_who_sent_it(cast: Cast) -> None:
    change(cast.admin, logo=pictures.read(png()))
    logo = Logo.objects.get()

    assert (logo.created_by, logo.kind, logo.width, logo.height) == (cast.admin, "image/png", 200, 80)


@pytest.mark.parametrize(
    "values", [{"id": 2}, {"id": 1, "accent": "red"}, {"id": 1, "accent": "#FFFFFF"}, {"id": 1, "accent": "#12345"}]
)
def test_database_takes_one_row_with_a_colour(db: None, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Branding.objects.create(**values)


def at_once(verbs: list[Callable[[], Any]]) -> list[str]:
    """How each of them ended, all begun together."""
    barrier, found = Barrier(len(verbs)), []

    def run(verb: Callable[[], Any]) -> None:
        try:
            barrier.wait()
            verb()
            found.append("done")
        except StateConflict:
            found.append("conflict")
        finally:
            connection.close()

    threads = [Thread(target=run, args=[verb]) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


def test_one_of_two_administrators_at_once_wins(live_cast: Cast) -> None:
    """Also the very first time, when there is no row to wait for yet."""
    second = make_user("admin2@vendor.example", live_cast.vendor, "programme_admin")
    for version in range(3):
        ended = at_once(
            [
                lambda by=by, version=version: change(by, name=f"{by.pk} {version}", version=version)  # type: ignore[misc]
                for by in (live_cast.admin, second)
            ]
        )
        assert ended == ["conflict", "done"]

    assert (row().version, len(told())) == (3, 3)


def test_without_versions_both_would_win(live_cast: Cast) -> None:
    """The control: what the race is decided by is the version alone."""
    second = make_user("admin2@vendor.example", live_cast.vendor, "programme_admin")

    assert at_once([lambda by=by: change(by, name=str(by.pk)) for by in (live_cast.admin, second)]) == ["done"] * 2  # type: ignore[misc]
    assert row().version == 2


def test_resets_at_once_reset_once(live_cast: Cast) -> None:
    change(live_cast.admin, name="Contoso Allies")

    assert at_once([lambda: reset(live_cast.admin)] * 3) == ["conflict", "conflict", "done"]


def test_moment_is_the_one_of_the_verb(cast: Cast) -> None:
    now: datetime = database_now()
    actions.change(values={"name": "X"}, by=cast.admin, now=now)

    assert (row().changed_at, Event.objects.get().at) == (now, now)
