"""Several connections at once: nothing is lost, nothing is written twice, keys always fit what is stored."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any, TypeVar

import pytest
from django.db import connection

from partners.customers.actions import create_account, record_revenue, update_account
from partners.customers.imports import import_rows
from partners.customers.rows import Row
from partners.models import Account, RevenueFact
from partners.profiles.actions import assign_pam, update_partner
from prm import matching
from prm.audit.models import Event
from prm.errors import InvalidInput, PrmError, StateConflict
from prm.matching.models import MatchRecord
from tests.factories import Cast, make_account
from tests.matching.stored import stored, strays

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
T = TypeVar("T")

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*verbs: Callable[[], T]) -> list[T | PrmError]:
    """Each verb on a connection of its own, all started together; what it answered or why it refused."""
    together = Barrier(len(verbs))

    def call(verb: Callable[[], T]) -> T | PrmError:
        try:
            together.wait(timeout=30)
            return verb()
        except PrmError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(verbs)) as threads:
        return list(threads.map(call, verbs))


def assert_keys_fit() -> None:
    known = MatchRecord.objects.filter(source="account").values_list("record_id", flat=True)
    kept = {pk: stored("account", pk) for pk in known}
    assert kept == {row.pk: matching.stored_keys(matching.normalise(row.identity)) for row in Account.objects.all()}
    assert strays() == set()


def test_two_changes_of_one_customer_follow_each_other(live_cast: Cast) -> None:
    account = make_account("Acme")

    at_once(
        *(
            lambda values=values: update_account(account=account, values=values, by=live_cast.admin, now=NOW)  # type: ignore[misc]
            for values in (
                {"website": "one.com"},
                {"city": "Kiel"},
                {"name": "Acme Holding"},
                {"tax_number": "DE136695976"},
            )
        )
    )

    changed = Account.objects.get()
    assert (changed.website, changed.city, changed.name, changed.tax_number, changed.version) == (
        "one.com",
        "Kiel",
        "Acme Holding",
        "DE136695976",
        5,
    )
    assert Event.objects.filter(kind="account.updated").count() == 4
    assert_keys_fit()


def test_of_two_changes_of_one_version_one_is_refused(live_cast: Cast) -> None:
    account = make_account("Acme")

    answers = at_once(
        *(
            lambda city=city: update_account(  # type: ignore[misc]
                account=account, values={"city": city}, by=live_cast.admin, now=NOW, version=1
            )
            for city in ("Kiel", "Bonn", "Jena", "Ulm")
        )
    )

    assert [isinstance(answer, StateConflict) for answer in answers].count(True) == 3
    assert Account.objects.get().version == 2


def test_one_external_id_is_taken_once(live_cast: Cast) -> None:
    def create() -> Account:
        return create_account(values={"name": "Acme", "external_id": "x1"}, by=live_cast.admin, now=NOW)

    answers = at_once(create, create, create, create)

    assert [isinstance(answer, InvalidInput) for answer in answers].count(True) == 3
    assert Account.objects.count() == 1
    assert_keys_fit()


def test_revenue_of_one_deal_is_recorded_once(live_cast: Cast) -> None:
    account = make_account()

    def record() -> RevenueFact:
        return record_revenue(
            account=account,
            partner=live_cast.helix.partner,
            subject=("deal", "deal_x"),
            amount=7,  # type: ignore[arg-type]
            currency="EUR",
            origin="partner",
            on=NOW.date(),
            now=NOW,
        )

    answers = at_once(record, record, record)

    assert [isinstance(answer, StateConflict) for answer in answers].count(True) == 2
    assert RevenueFact.objects.count() == 1


def imported(start: int, step: int, **values: Any) -> Any:
    rows = [
        Row(number, {"external_id": f"x{number}", "name": f"Customer {number}", **values})
        for number in range(200)[start::step]
    ]
    return import_rows(rows=rows, run="imp_test", by=None, now=NOW)


def test_imports_at_once_of_the_same_rows_in_any_order_make_each_customer_once(live_cast: Cast) -> None:
    batches = at_once(
        lambda: imported(0, 1, city="Kiel"),
        lambda: imported(-1, -1, city="Bonn"),
        lambda: imported(0, 1, city="Jena", website="acme.com"),
    )

    assert sum(batch.created for batch in batches) == 200
    assert Account.objects.count() == 200
    assert_keys_fit()


def test_import_and_change_of_the_same_customers_keep_keys_true(live_cast: Cast) -> None:
    imported(0, 1, website="old.com")
    accounts = list(Account.objects.order_by("pk")[:20])

    def change() -> None:
        for account in accounts:
            update_account(account=account, values={"website": f"{account.pk}.com"}, by=live_cast.admin, now=NOW)

    at_once(change, lambda: imported(0, 1, website="new.com"), change)

    assert_keys_fit()


def test_changes_of_one_partner_follow_each_other(live_cast: Cast) -> None:
    partner, admin = live_cast.helix.partner, live_cast.admin
    before = partner.version

    at_once(
        lambda: update_partner(partner=partner, values={"name": "Helix Group"}, by=admin, now=NOW),
        lambda: update_partner(partner=partner, values={"size": "large"}, by=admin, now=NOW),
        lambda: assign_pam(partner=partner, pam=live_cast.pam2, by=admin, now=NOW),
    )

    partner.refresh_from_db()
    assert (partner.organisation.name, partner.size, partner.pam, partner.version) == (
        "Helix Group",
        "large",
        live_cast.pam2,
        before + 3,
    )
