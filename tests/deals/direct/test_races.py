"""One case, decided and taken back by several at the same moment. The control shows that the tests can fail."""

from collections.abc import Callable
from threading import Barrier
from typing import Any

import pytest

from deals.cases import actions
from deals.cases.actions import decide_case
from deals.cases.models import DirectCase, DirectCaseQuerySet
from deals.direct.actions import withdraw_touch
from deals.direct.models import DirectTouch
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import StateConflict
from prm.notices.models import Notice
from tests.deals.direct.selling import case_at, protected
from tests.deals.punctuality.test_races import together
from tests.factories import Cast

PARALLEL = 6


def tried(verb: Callable[[], Any]) -> Callable[[], bool]:
    """Whether it did something."""

    def attempt() -> bool:
        try:
            verb()
        except StateConflict:
            return False
        return True

    return attempt


def deciding(cast: Cast, case: DirectCase, outcome: str) -> Callable[[], bool]:
    now = database_now()
    return tried(lambda: decide_case(case=case, outcome=outcome, reason="Why.", by=cast.pam, now=now))


def test_one_of_many_decisions_counts(live_cast: Cast) -> None:
    case = case_at(protected(live_cast), live_cast.seller)
    calls = [deciding(live_cast, case, outcome) for outcome in ("permitted", "breach")]

    done = together(*calls * (PARALLEL // 2))

    assert done.count(True) == 1
    assert Event.objects.filter(kind="direct.case_decided").count() == 1
    assert Notice.objects.filter(kind="deal.direct_contact").count() == 1


def test_seller_and_account_manager_close_it_once(live_cast: Cast) -> None:
    case = case_at(protected(live_cast), live_cast.seller)
    touch, now = DirectTouch.objects.get(), database_now()
    back = tried(lambda: withdraw_touch(touch=touch, by=live_cast.seller, now=now))

    together(back, deciding(live_cast, case, "breach"))

    closed = Event.objects.filter(kind__in=["direct.case_decided", "direct.case_withdrawn"])
    assert closed.count() == 1
    assert DirectCase.objects.get().state in {"breach", "withdrawn"}


def test_without_its_lock_a_case_is_decided_more_than_once(live_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: everybody has read the open case before anybody writes."""
    case = case_at(protected(live_cast), live_cast.seller)
    read = Barrier(2)
    monkeypatch.setattr(DirectCaseQuerySet, "select_for_update", lambda rows, **_how: rows)
    monkeypatch.setattr(actions, "_check", lambda *_given: read.wait(timeout=20))

    done = together(*[deciding(live_cast, case, outcome) for outcome in ("permitted", "breach")])

    assert done == [True, True]
