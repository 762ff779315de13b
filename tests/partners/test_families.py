"""Who belongs to whom: no customer is its own ancestor, also when two are changed at one moment."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from threading import Barrier

import pytest
from django.db import transaction

from partners.customers.actions import check_parent, create_account, update_account
from partners.models import Account
from prm.audit.models import Event
from prm.errors import InvalidInput
from tests.factories import Cast, make_account
from tests.partners.test_races import at_once

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CIRCLE = {"parent": ["A customer cannot belong to itself or to one of its own."]}


def put_under(account: Account, parent: Account | None, cast: Cast) -> Account:
    return update_account(account=account, values={"parent": parent}, by=cast.admin, now=NOW)


def refused(call: Callable[[], object]) -> dict[str, list[str]]:
    with pytest.raises(InvalidInput) as error, transaction.atomic():
        call()
    return error.value.errors


def chain(cast: Cast, length: int) -> list[Account]:
    """The first one on top, each below the one before."""
    accounts = [make_account(f"Kepler {number}") for number in range(length)]
    for above, below in pairwise(accounts):
        put_under(below, above, cast)
    return accounts


@pytest.mark.parametrize(("top", "bottom"), [(0, 0), (0, 1), (0, 3), (1, 3), (2, 3)])
def test_customer_is_not_below_one_of_its_own(cast: Cast, top: int, bottom: int) -> None:
    accounts = chain(cast, 4)

    assert refused(lambda: put_under(accounts[top], accounts[bottom], cast)) == CIRCLE


@pytest.mark.parametrize(("moved", "under"), [(3, 0), (3, 1), (2, 0), (1, None), (3, None)])
def test_customer_moves_within_its_family(cast: Cast, moved: int, under: int | None) -> None:
    accounts = chain(cast, 4)
    parent = None if under is None else accounts[under]

    assert put_under(accounts[moved], parent, cast).parent == parent


def test_other_fields_change_without_a_look_at_the_family(cast: Cast) -> None:
    """An old circle, made before it was refused, keeps nobody from correcting an address."""
    one, other = make_account("One"), make_account("Other")
    Account.objects.filter(pk=one.pk).update(parent=other)
    Account.objects.filter(pk=other.pk).update(parent=one)
    one.refresh_from_db()

    changed = update_account(account=one, values={"city": "Kiel", "parent": other}, by=cast.admin, now=NOW)

    assert (changed.city, changed.parent) == ("Kiel", other)
    assert put_under(one, None, cast).parent is None


def test_parent_is_judged_as_it_is_stored_and_not_as_it_was_read(cast: Cast) -> None:
    grand, parent, child = (make_account(name) for name in ("Grand", "Parent", "Child"))
    read_before = Account.objects.get(pk=parent.pk)
    put_under(parent, child, cast)

    assert refused(lambda: put_under(child, read_before, cast)) == CIRCLE
    assert put_under(child, grand, cast).parent == grand


def test_new_customer_may_belong_to_one_that_belongs_to_another(cast: Cast) -> None:
    accounts = chain(cast, 3)
    made = create_account(values={"name": "Kepler Nord", "parent": accounts[2]}, by=cast.admin, now=NOW)

    assert (made.parent, list(accounts[2].children.all())) == (accounts[2], [made])


@pytest.mark.django_db(transaction=True)
def test_two_customers_cannot_be_put_under_each_other_at_once(live_cast: Cast) -> None:
    one, other = make_account("One"), make_account("Other")

    answers = at_once(lambda: put_under(one, other, live_cast), lambda: put_under(other, one, live_cast))

    assert sorted(isinstance(answer, InvalidInput) for answer in answers) == [False, True]
    assert Account.objects.exclude(parent=None).count() == 1
    assert Event.objects.filter(kind="account.updated").count() == 1


@pytest.mark.django_db(transaction=True)
def test_ring_of_customers_cannot_be_closed_at_once(live_cast: Cast) -> None:
    ring = [make_account(f"Ring {number}") for number in range(4)]
    pairs = list(zip(ring, ring[1:] + ring[:1], strict=True))

    answers = at_once(*[lambda a=a, b=b: put_under(a, b, live_cast) for a, b in pairs])  # type: ignore[misc]

    assert [isinstance(answer, InvalidInput) for answer in answers].count(True) == 1
    assert Account.objects.exclude(parent=None).count() == 3


@pytest.fixture
def two_families(live_cast: Cast) -> list[Account]:
    """The second is below the first, the fourth below the third."""
    accounts = [make_account(f"Kepler {number}") for number in range(4)]
    put_under(accounts[1], accounts[0], live_cast)
    put_under(accounts[3], accounts[2], live_cast)
    return accounts


@pytest.mark.django_db(transaction=True)
def test_two_families_cannot_be_put_under_each_other_at_once(live_cast: Cast, two_families: list[Account]) -> None:
    a, b, c, d = two_families

    answers = at_once(lambda: put_under(a, d, live_cast), lambda: put_under(c, b, live_cast))

    assert sorted(isinstance(answer, InvalidInput) for answer in answers) == [False, True]
    assert Account.objects.exclude(parent=None).count() == 3


@pytest.mark.django_db(transaction=True)
def test_naive_check_would_close_the_circle(live_cast: Cast, two_families: list[Account]) -> None:
    """The control: each finds the other's family whole before either has written, which is why they queue."""
    a, b, c, d = two_families
    looked = Barrier(2)

    def naive(account: Account, parent: Account) -> None:
        with transaction.atomic():
            locked = Account.objects.select_for_update().get(pk=account.pk)
            check_parent(locked, parent)
            looked.wait(timeout=30)
            locked.parent = parent
            locked.save(update_fields=["parent"])

    at_once(lambda: naive(a, d), lambda: naive(c, b))

    assert Account.objects.exclude(parent=None).count() == 4
