"""Two people at once: publishing, taking back and noting, each with a control that shows that it could go wrong."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from deals.rulebook import SCHEMA, DealRules
from deals.tenders.actions import note_tender, withdraw_tender
from deals.tenders.models import Tender
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import StateConflict
from prm.policy.actions import publish_version, take_back
from prm.policy.models import PolicyVersion
from prm.policy.selectors import version_in_force
from tests.factories import Cast, make_account

VALUES = DealRules().model_dump(mode="json")


def at_once(count: int, act: Callable[[int], Any]) -> list[str]:
    """What each came to: "done", "conflict" or "refused by the database"."""
    ready = Barrier(count)

    def one(number: int) -> str:
        try:
            ready.wait(10)
            act(number)
        except StateConflict:
            return "conflict"
        except IntegrityError:
            return "refused by the database"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(count) as pool:
        return sorted(pool.map(one, range(count)))


def published(cast: Cast, days: int, after: int = 1) -> PolicyVersion:
    now = database_now()
    values = {**VALUES, "protection_days": days}
    begins = now + timedelta(days=30)
    return publish_version(schema=SCHEMA, values=values, effective_from=begins, after=after, by=cast.admin, now=now)


def test_of_many_who_publish_after_the_same_version_one_does(live_cast: Cast) -> None:
    found = at_once(4, lambda number: published(live_cast, 40 + number))

    assert found == ["conflict", "conflict", "conflict", "done"]
    assert PolicyVersion.objects.filter(schema=SCHEMA).count() == 2


def test_number_is_given_once_even_without_the_verb(live_cast: Cast) -> None:
    """The control: whoever does not wait in line is refused by the database."""
    now = database_now()

    def one(_number: int) -> None:
        with transaction.atomic():
            PolicyVersion.objects.create(schema=SCHEMA, number=2, values=VALUES, effective_from=now, published_at=now)

    assert at_once(3, one) == ["done", "refused by the database", "refused by the database"]


def test_version_is_taken_back_once(live_cast: Cast) -> None:
    version = published(live_cast, 60)

    found = at_once(4, lambda _number: take_back(version=version, by=live_cast.admin, now=database_now()))

    assert found == ["conflict", "conflict", "conflict", "done"]
    assert Event.objects.filter(kind="policy.taken_back").count() == 1
    assert version_in_force(SCHEMA, version.effective_from + timedelta(days=1)).number == 1


def test_same_need_is_noted_once_by_many(live_cast: Cast) -> None:
    account, now = make_account("Brauerei Oberland", website=""), database_now()
    about = {"account": account, "published_on": now.date(), "source": "Gazette", "by": live_cast.pam, "now": now}

    found = at_once(4, lambda _number: note_tender(**about))

    assert found == ["conflict", "conflict", "conflict", "done"]
    assert Tender.objects.count() == 1
    assert Event.objects.filter(kind="tender.noted").count() == 1


def test_tender_is_taken_back_once_by_many(live_cast: Cast) -> None:
    account, now = make_account("Brauerei Oberland", website=""), database_now()
    tender = note_tender(account=account, published_on=now.date(), source="Gazette", by=live_cast.pam, now=now)

    found = at_once(3, lambda _number: withdraw_tender(tender=tender, by=live_cast.pam, now=database_now()))

    assert found == ["conflict", "conflict", "done"]


def test_two_needs_of_one_customer_are_two_tenders(live_cast: Cast) -> None:
    account, now = make_account("Brauerei Oberland", website=""), database_now()
    products = list(live_cast.products.values())
    about = {"account": account, "published_on": now.date(), "source": "Gazette", "by": live_cast.pam, "now": now}

    found = at_once(3, lambda number: note_tender(**about, product=products[number]))

    assert found == ["done", "done", "done"]


@pytest.mark.parametrize("product", [False, True])
def test_database_keeps_one_standing_tender(live_cast: Cast, product: bool) -> None:
    account, now = make_account("Brauerei Oberland", website=""), database_now()
    about = {"account": account, "published_on": now.date(), "source": "Gazette", "created_at": now}
    about["product"] = live_cast.products["telematics"] if product else None

    assert at_once(2, lambda _number: Tender.objects.create(**about)) == ["done", "refused by the database"]
    assert Tender.objects.update(withdrawn_at=now) == 1
    assert at_once(1, lambda _number: Tender.objects.create(**about)) == ["done"]
