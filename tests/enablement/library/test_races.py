"""Two publish at once: one does, the other is told. Without the lock both believe that they did."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from enablement.library import actions
from enablement.library.models import LibraryItem
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import StateConflict
from tests.enablement.library.making import make_draft
from tests.factories import Cast
from tests.meeting import Meeting

TOGETHER = 3


def at_once(cast: Cast, monkeypatch: pytest.MonkeyPatch, patience: int) -> list[str]:
    """Everybody looks at the item before anybody goes on, as far as they are let: how each ended."""
    item = make_draft(cast)
    actions.add_version(item=item, text="One", by=cast.admin, now=database_now())
    monkeypatch.setattr(actions, "_locked", Meeting(of=TOGETHER, patience=patience).after(actions._locked))

    def one(_number: int) -> str:
        try:
            actions.publish(item=item, by=cast.admin, now=database_now())
        except StateConflict as error:
            return error.message
        finally:
            connection.close()
        return "published"

    with ThreadPoolExecutor(TOGETHER) as pool:
        return sorted(pool.map(one, range(TOGETHER)))


def published() -> int:
    return Event.objects.filter(kind="library.published").count()


def test_item_that_many_publish_at_once_is_published_once(live_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = at_once(live_cast, monkeypatch, patience=1)

    assert ended == ["This version is shown already."] * (TOGETHER - 1) + ["published"]
    assert published() == 1


def test_control_without_the_lock_it_is_published_by_all(live_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "_locked", lambda item, by: LibraryItem.objects.get(pk=item.pk))

    assert at_once(live_cast, monkeypatch, patience=20) == ["published"] * TOGETHER
    assert published() == TOGETHER
