"""Merges at once with merges, approvals and changes: whatever wins, every row belongs to a customer that is there."""

from collections.abc import Callable
from threading import Event as Signal
from typing import Any

import pytest

from deals.decisions import accounts as approvals
from deals.decisions import actions as decisions
from deals.decisions import locks as decision_locks
from deals.protections.models import Protection
from deals.registrations import notices
from deals.registrations.models import Registration
from partners.customers import actions as customers
from partners.merges import actions as merges
from partners.merges.actions import merge, undo
from partners.models import Account, AccountMerge
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import PrmError
from tests.factories import Cast, make_account, make_registration
from tests.matching.stored import stored
from tests.partners.test_races import assert_keys_fit, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def merging(one: Account, into: Account, cast: Cast) -> Callable[[], Any]:
    return lambda: merge(account=one, into=into, by=cast.pam, now=database_now())


def approving(deal: Registration, account: Account, cast: Cast) -> Callable[[], Any]:
    return lambda: decisions.approve(
        registration=deal,
        account=account.public_id,
        by=cast.pam,
        now=database_now(),
        override_reason="customer_choice",
    )


def changing(account: Account, values: dict[str, Any], cast: Cast) -> Callable[[], Any]:
    return lambda: customers.update_account(account=account, values=values, by=cast.admin, now=database_now())


def names_of(answers: list[Any]) -> list[str]:
    return sorted(type(answer).__name__ for answer in answers)


def test_same_merge_many_times_at_once_happens_once(live_cast: Cast) -> None:
    one, into = make_account("Quarzwerk"), make_account("Zenturio")

    answers = at_once(*(merging(one, into, live_cast) for _ in range(6)))

    assert names_of(answers) == ["AccountMerge", *["StateConflict"] * 5]
    assert Event.objects.filter(kind="account.merged").count() == AccountMerge.objects.count() == 1


def test_two_that_are_merged_into_one_another_at_once_leave_one(live_cast: Cast) -> None:
    for _round in range(5):
        one, other = make_account("Quarzwerk"), make_account("Zenturio")

        answers = at_once(merging(one, other, live_cast), merging(other, one, live_cast))

        assert names_of(answers) == ["AccountMerge", "StateConflict"]
        assert Account.objects.present().filter(pk__in=[one.pk, other.pk]).count() == 1


def test_undo_many_times_at_once_happens_once(live_cast: Cast) -> None:
    one, into = make_account("Quarzwerk"), make_account("Zenturio")
    given = merging(one, into, live_cast)()

    answers = at_once(*(lambda: undo(given=given, by=live_cast.pam, now=database_now()) for _ in range(4)))

    assert names_of(answers) == ["AccountMerge", *["StateConflict"] * 3]
    assert_keys_fit()


def waiting_deals(cast: Cast, count: int) -> list[Registration]:
    """For customers that nobody takes for one another."""
    names = ("Brauerei Oberland", "Werft Nordsee", "Ziegelei Sachsen", "Molkerei Tal", "Druckhaus Rhein")
    product = cast.products["fleet-cloud"]
    return [
        make_registration(cast.helix, product, customer_name=name, customer_website="", contact_email="")
        for name in names[:count]
    ]


def strays() -> int:
    """What belongs to a customer that is part of another."""
    deals = Registration.objects.filter(account__merged_into__isnull=False).count()
    return deals + Protection.objects.filter(account__merged_into__isnull=False).count()


def without_locks_over_customers(monkeypatch: pytest.MonkeyPatch) -> None:
    for verbs in (decision_locks, merges):
        monkeypatch.setattr(verbs, "lock_customer", lambda *_identities, **_from: None)
        monkeypatch.setattr(verbs, "lock_accounts", lambda _ids: None)


def test_merge_and_approval_at_once_leave_nothing_behind(live_cast: Cast) -> None:
    for deal in waiting_deals(live_cast, 4):
        one, into = make_account("Quarzwerk"), make_account("Zenturio")

        answers = at_once(merging(one, into, live_cast), approving(deal, one, live_cast))

        assert names_of(answers) == ["AccountMerge", "Registration"]
    assert strays() == 0


def test_without_its_locks_an_approval_would_be_left_behind(live_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the merge looks for what belongs to the customer while the approval has not said so yet."""
    without_locks_over_customers(monkeypatch)
    unlocked: Callable[[Account], Account] = lambda account: Account.objects.get(pk=account.pk)  # noqa: E731
    monkeypatch.setattr(approvals, "held", unlocked)
    monkeypatch.setattr(merges, "locked_account", unlocked)
    merge_within_an_approval(live_cast, monkeypatch, patience=20)

    assert strays() > 0


def merge_within_an_approval(cast: Cast, monkeypatch: pytest.MonkeyPatch, patience: float) -> None:
    """The merge begins when the approval is about to take its last step, which waits for it, but not for ever."""
    (deal,) = waiting_deals(cast, 1)
    one, into = make_account("Quarzwerk"), make_account("Zenturio")
    nearly, merged = Signal(), Signal()

    class Late:
        def __getattr__(self, name: str) -> Any:
            nearly.set()
            merged.wait(timeout=patience)
            return getattr(notices, name)

    def merge_then() -> Any:
        assert nearly.wait(timeout=20)
        try:
            return merging(one, into, cast)()
        finally:
            merged.set()

    monkeypatch.setattr(decisions, "notices", Late())
    at_once(merge_then, approving(deal, one, cast))


def test_waiting_alone_leaves_nothing_behind(live_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    merge_within_an_approval(live_cast, monkeypatch, patience=0.5)

    assert strays() == 0


def test_row_of_the_customer_holds_where_the_lock_of_decisions_does_not_reach(
    live_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each verb locks the row of the customer that it writes to as well."""
    without_locks_over_customers(monkeypatch)
    merge_within_an_approval(live_cast, monkeypatch, patience=0.5)

    assert strays() == 0


def test_merge_and_change_at_once_follow_each_other(live_cast: Cast) -> None:
    for _round in range(4):
        one, into = make_account("Quarzwerk"), make_account("Zenturio")

        answers: list[Any | PrmError] = at_once(
            merging(one, into, live_cast),
            changing(into, {"parent": one}, live_cast),
        )

        into.refresh_from_db()
        assert isinstance(answers[0], AccountMerge)
        assert into.parent in (None, one)
    assert_keys_fit_of_those_present()


def assert_keys_fit_of_those_present() -> None:
    merged = Account.objects.filter(merged_into__isnull=False)
    assert merged.count() > 0
    merged_ids = list(merged.values_list("pk", flat=True))
    assert [stored("account", merged_id) for merged_id in merged_ids] == [frozenset()] * len(merged_ids)
