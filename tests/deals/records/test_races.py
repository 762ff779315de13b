"""Two who become partner of record of one customer at the same moment. The control shows that the test can fail."""

from collections.abc import Callable
from threading import Barrier
from typing import Any

import pytest
from django.db import OperationalError

from deals.records import actions, holding
from deals.records.models import PartnerOfRecord, PartnerOfRecordQuerySet
from prm.errors import StateConflict
from tests.deals.punctuality.test_races import together
from tests.deals.records.asking import appointed, asked, confirmed, won_deal
from tests.factories import Cast, make_account


def tried(verb: Callable[[], Any], *also: type[Exception]) -> Callable[[], bool]:
    """Whether it did something; `also` are other ways of being refused."""

    def attempt() -> bool:
        try:
            verb()
        except (StateConflict, *also):
            return False
        return True

    return attempt


def test_one_of_many_confirmations_counts(live_cast: Cast) -> None:
    record = asked(live_cast.helix, won_deal(live_cast.helix))

    done = together(*[tried(lambda: confirmed(record, live_cast.pam))] * 6)

    assert done.count(True) == 1
    assert PartnerOfRecord.objects.get().version == 2


def test_two_appointed_at_once_follow_one_another_or_one_is_refused(live_cast: Cast) -> None:
    account = make_account()
    teams = (live_cast.helix, live_cast.orbit) * 3

    together(*[tried(lambda team=team: appointed(live_cast, team, account)) for team in teams])  # type: ignore[misc]

    assert PartnerOfRecord.objects.standing().filter(end_reason="").count() == 1


def test_without_the_locks_the_database_refuses_the_second(live_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: nobody waits for the other, and both have looked before one writes. The database refuses the second
    by its constraint, or because each waits for the other's row.
    """
    account, read = make_account(), Barrier(2)
    monkeypatch.setattr(holding, "_lock_customer", lambda key: type(account).objects.get(pk=key))
    monkeypatch.setattr(PartnerOfRecordQuerySet, "select_for_update", lambda rows, **_how: rows)
    monkeypatch.setattr(actions, "_remind_next", lambda *_given: read.wait(timeout=20))
    verbs = [
        tried(lambda team=team: appointed(live_cast, team, account), OperationalError)
        for team in (live_cast.helix, live_cast.orbit)
    ]  # type: ignore[misc]

    done = together(*verbs)

    assert sorted(done) == [False, True]
    assert PartnerOfRecord.objects.count() == 1
