"""The way back from a merge."""

from datetime import UTC, date, datetime

import pytest

from deals.protections.models import Protection
from deals.registrations import actions as registrations
from partners.customers.actions import update_account
from partners.models import Account, RevenueFact
from prm.clocks.database import database_now
from prm.errors import StateConflict
from tests.factories import Cast, make_account
from tests.partners.test_merges import approved_for, everything, found, merged, two, undone
from tests.partners.test_races import assert_keys_fit

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def test_undo_puts_everything_back(cast: Cast) -> None:
    one = make_account(
        "Quarzwerk", website="quarzwerk.de", external_id="crm-1", customer_since=date(2020, 5, 1), former_names=["Kies"]
    )
    into = make_account("Zenturio", parent=one)
    make_account("Tochter", parent=one)
    approved_for(cast, one)
    before = everything()

    given = merged(one, into, cast.pam)
    changed = everything()
    back = undone(given, cast.pam2)

    assert changed != before
    assert everything() == before
    assert (back.undone_by, back.kept) == (cast.pam2, {})
    assert found("Quarzwerk") == ["Quarzwerk"]
    assert_keys_fit()


def test_undo_leaves_what_was_changed_since_and_counts_it(cast: Cast) -> None:
    one = make_account("Quarzwerk", city="Kiel", former_names=["Kies"])
    into, other = make_account("Zenturio"), make_account("Other")
    child = make_account("Tochter", parent=one)
    given = merged(one, into, cast.pam)
    update_account(account=into, values={"city": "Bremen"}, by=cast.admin, now=NOW)
    update_account(account=child, values={"parent": other}, by=cast.admin, now=NOW)
    into.other_names.get(name="Kies").delete()

    back = undone(given, cast.pam)

    into.refresh_from_db()
    child.refresh_from_db()
    assert (into.city, child.parent, back.kept) == ("Bremen", other, {"names": 1, "fields": 1, "children": 1})


def test_what_was_approved_since_stays_and_what_was_won_since_goes_back_with_its_revenue(cast: Cast) -> None:
    one, into = two()
    before = approved_for(cast, one)
    given = merged(one, into, cast.pam)
    since = approved_for(cast, into, "telematics")
    before.refresh_from_db()
    registrations.win(
        registration=before,
        closed_on=database_now().date(),
        early_reason="Signed at once.",
        by=cast.helix.rep,
        now=database_now(),
    )

    undone(given, cast.pam)

    for deal in (before, since):
        deal.refresh_from_db()
    assert (before.account, since.account, RevenueFact.objects.get().account) == (one, into, one)
    assert dict(Protection.objects.values_list("registration", "account")) == {before.pk: one.pk, since.pk: into.pk}


def test_child_that_is_above_by_now_is_not_given_back(cast: Cast) -> None:
    above = make_account("Oberhaus")
    one, into = make_account("Quarzwerk", parent=above), make_account("Zenturio")
    child = make_account("Tochter", parent=one)
    given = merged(one, into, cast.pam)
    update_account(account=above, values={"parent": child}, by=cast.admin, now=NOW)

    back = undone(given, cast.pam)

    child.refresh_from_db()
    assert (child.parent, back.kept) == (into, {"children": 1})


def test_survivor_that_belonged_to_it_belongs_where_it_did(cast: Cast) -> None:
    above = make_account("Oberhaus")
    one = make_account("Quarzwerk", parent=above)
    into = make_account("Zenturio", parent=one)

    given = merged(one, into, cast.pam)
    into.refresh_from_db()
    during = into.parent
    undone(given, cast.pam)

    into.refresh_from_db()
    assert (during, into.parent) == (above, one)


def test_later_merge_is_undone_first(cast: Cast) -> None:
    one, into = two()
    last = make_account("Last")
    first = merged(one, into, cast.pam)
    second = merged(into, last, cast.pam)

    with pytest.raises(StateConflict) as refused:
        undone(first, cast.pam)
    undone(second, cast.pam)
    undone(first, cast.pam)

    assert refused.value.state == "merged"
    assert Account.objects.present().count() == 3
    assert_keys_fit()
