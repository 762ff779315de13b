"""Two customers that are one: what goes with the merge, what stands in its way, and the way back."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from deals.conflicts.actions import assess_pending
from deals.decisions import actions as decisions
from deals.protections.models import Protection
from deals.registrations.models import Registration
from partners.customers.actions import record_revenue, update_account
from partners.customers.imports import import_rows
from partners.customers.models import MOST_NAMES
from partners.customers.names import add_name
from partners.customers.rows import Row
from partners.customers.selectors import accounts_like
from partners.merges.actions import merge, undo
from partners.models import Account, AccountMerge, RevenueFact
from prm.accounts.models import User
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.matching import Identity
from tests.factories import Cast, make_account, make_approved, make_registration

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def merged(one: Account, into: Account, by: User) -> AccountMerge:
    return merge(account=one, into=into, by=by, now=database_now())


def undone(given: AccountMerge, by: User) -> AccountMerge:
    return undo(given=given, by=by, now=database_now())


def two(**values: Any) -> tuple[Account, Account]:
    return make_account("Quarzwerk Ostsee", **values), make_account("Zenturio Handels AG")


def approved_for(cast: Cast, account: Account, product: str = "fleet-cloud", team: str = "helix") -> Registration:
    deal = make_registration(getattr(cast, team), cast.products[product], customer_name=f"For {account.name}")
    return decisions.approve(
        registration=deal,
        account=account.public_id,
        by=cast.pam,
        now=database_now(),
        override_reason="customer_choice",
    )


def found(name: str) -> list[str]:
    return [account.name for account, match in accounts_like(Identity(name, "DE")) if match.score >= 0.78]


def everything() -> dict[str, list[Any]]:
    """What a merge may touch, without versions and times."""
    accounts = Account.objects.order_by("pk").values_list(
        *("name", "external_id", "country", "city", "website", "tax_number", "segment", "owner", "named_account"),
        *("customer_since", "parent", "merged_into", "former_names", "name_key", "domain"),
    )
    return {
        "accounts": list(accounts),
        "deals": list(Registration.objects.order_by("pk").values_list("pk", "account")),
        "protections": list(Protection.objects.order_by("pk").values_list("pk", "account")),
        "revenue": list(RevenueFact.objects.order_by("pk").values_list("pk", "account")),
    }


def test_survivor_is_found_under_the_names_of_both(cast: Cast) -> None:
    one, into = two(former_names=["Kiesgrube Nord"])

    merged(one, into, cast.pam)

    into.refresh_from_db()
    assert into.former_names == ["Quarzwerk Ostsee", "Kiesgrube Nord"]
    assert set(into.other_names.values_list("kind", flat=True)) == {"merged"}
    assert found("Quarzwerk Ostsee") == found("Kiesgrube Nord") == found("Zenturio Handels") == ["Zenturio Handels AG"]


def test_merged_customer_is_nowhere_to_be_seen(cast: Cast) -> None:
    one, into = two()

    merged(one, into, cast.pam)

    assert list(Account.objects.visible_to(cast.admin)) == [into]
    assert list(Account.objects.known_to(cast.admin).order_by("pk")) == [one, into]
    assert list(Account.objects.known_to(cast.helix.admin)) == []


def test_everything_that_belonged_to_it_belongs_to_the_survivor(cast: Cast) -> None:
    one, into = two()
    child = make_account("Tochter", parent=one)
    deal = approved_for(cast, one)
    fact = record_revenue(
        account=one,
        partner=cast.helix.partner,
        subject=("deal", "deal_x"),
        amount=Decimal(5),
        currency="EUR",
        origin="partner",
        on=NOW.date(),
        now=NOW,
    )
    version = deal.version

    merged(one, into, cast.pam)

    for row in (child, deal, fact):
        row.refresh_from_db()
    assert (child.parent, deal.account, fact.account, deal.version) == (into, into, into, version + 1)
    assert list(Protection.objects.values_list("account", flat=True)) == [into.pk]


def test_survivor_learns_what_it_did_not_know_and_keeps_what_it_did(cast: Cast) -> None:
    one = make_account(
        "Quarzwerk",
        city="Kiel",
        website="quarzwerk.de",
        external_id="crm-1",
        owner=cast.seller,
        customer_since=date(2020, 5, 1),
        named_account=True,
    )
    into = make_account("Zenturio", city="Bremen", segment="enterprise")

    given = merged(one, into, cast.pam)

    into.refresh_from_db()
    one.refresh_from_db()
    assert (into.city, into.segment, into.website, into.domain) == (
        "Bremen",
        "enterprise",
        "quarzwerk.de",
        "quarzwerk.de",
    )
    assert (into.external_id, into.owner, into.customer_since, into.named_account) == (
        "crm-1",
        cast.seller,
        date(2020, 5, 1),
        True,
    )
    assert one.external_id is None
    assert given.filled["website"] == ["", "quarzwerk.de"]


def test_protections_that_overlap_stand_in_the_way_and_nothing_changes(cast: Cast) -> None:
    one, into = two()
    ours, theirs = approved_for(cast, one), approved_for(cast, into, team="orbit")
    before, events = everything(), Event.objects.count()

    with pytest.raises(StateConflict) as refused:
        merged(one, into, cast.pam)

    assert refused.value.code == "protected"
    assert all(text in refused.value.message for text in (ours.reference, theirs.reference, "Helix", "Orbit"))
    assert (everything(), Event.objects.count(), AccountMerge.objects.count()) == (before, events, 0)


def test_database_is_the_wall_behind_the_question(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    one, into = two()
    approved_for(cast, one)
    approved_for(cast, into, team="orbit")
    monkeypatch.setattr("deals.holdings._check_protections", lambda *_about: None)
    before = everything()

    with pytest.raises(StateConflict):
        merged(one, into, cast.pam)

    assert everything() == before


def test_protections_of_other_products_or_of_the_past_are_no_obstacle(cast: Cast) -> None:
    one, into = two()
    past, other = approved_for(cast, one), approved_for(cast, one, "telematics")
    approved_for(cast, into, team="orbit")
    now = database_now()
    Protection.objects.filter(registration=past).update(period=(now - timedelta(days=90), now - timedelta(days=1)))

    merged(one, into, cast.pam)

    belongs = dict(Protection.objects.filter(registration__in=[past, other]).values_list("registration", "account"))
    assert belongs == {past.pk: one.pk, other.pk: into.pk}


def test_too_many_names_stand_in_the_way(cast: Cast) -> None:
    one = make_account("Quarzwerk", former_names=[f"Old {number}" for number in range(MOST_NAMES)])
    into = make_account("Zenturio")
    before = everything()

    with pytest.raises(StateConflict) as refused:
        merged(one, into, cast.pam)

    assert refused.value.state == "names"
    assert everything() == before


def test_somebody_in_between_stands_in_the_way(cast: Cast) -> None:
    one = make_account("Oberhaus")
    between = make_account("Zwischenhaus", parent=one)
    into = make_account("Unterhaus", parent=between)

    with pytest.raises(StateConflict) as refused:
        merged(one, into, cast.pam)

    assert refused.value.state == "family"
    merged(into, one, cast.pam)


def test_second_time_is_a_conflict(cast: Cast) -> None:
    one, into = two()
    given = merged(one, into, cast.pam)

    for pair in ((one, into), (into, one), (make_account("Third"), one)):
        with pytest.raises(StateConflict):
            merged(*pair, cast.pam)
    undone(given, cast.pam)
    with pytest.raises(StateConflict):
        undone(given, cast.pam)

    assert AccountMerge.objects.count() == 1


def test_customer_is_not_merged_into_itself(cast: Cast) -> None:
    one, _into = two()

    with pytest.raises(InvalidInput) as refused:
        merged(one, one, cast.pam)

    assert list(refused.value.errors) == ["into"]


def test_only_account_managers_and_admins_merge(cast: Cast) -> None:
    one, into = two(owner=cast.seller)

    for somebody in (cast.seller, cast.executive, cast.finance, cast.expert, cast.helix.admin):
        with pytest.raises(NotAllowed):
            merged(one, into, somebody)
    given = merged(one, into, cast.admin)
    with pytest.raises(NotAllowed):
        undone(given, cast.seller)

    assert AccountMerge.objects.standing().count() == 1


def test_both_are_told_by_ids_alone(cast: Cast) -> None:
    one, into = two()

    given = merged(one, into, cast.pam)
    undone(given, cast.pam)

    about = {"survivor": into.public_id, "merged": one.public_id, "merge": given.public_id}
    told = Event.objects.filter(data__has_key="merge").order_by("pk")
    assert [(event.kind, event.subject_id, event.data) for event in told] == [
        ("account.merged", into.public_id, about),
        ("account.absorbed", one.public_id, about),
        ("account.unmerged", into.public_id, about),
        ("account.restored", one.public_id, about),
    ]


def test_merged_customer_takes_no_change(cast: Cast) -> None:
    one, into = two()
    merged(one, into, cast.pam)

    with pytest.raises(StateConflict):
        update_account(account=one, values={"city": "Kiel"}, by=cast.admin, now=NOW)
    with pytest.raises(StateConflict):
        add_name(account=one, name="Old", kind="former", by=cast.admin, now=NOW)


def test_approval_that_names_the_merged_one_is_for_the_survivor(cast: Cast) -> None:
    one, into = two()
    merged(one, into, cast.pam)

    deal = approved_for(cast, one)

    assert deal.account == into


def test_import_leaves_the_rows_of_a_merged_customer_out(cast: Cast) -> None:
    one, into = make_account("Quarzwerk", external_id="a"), make_account("Zenturio", external_id="b")
    merged(one, into, cast.pam)
    rows = [Row(2, {"external_id": "a", "name": "Renamed"}), Row(3, {"external_id": "b", "name": "Zenturio Neu"})]

    batch = import_rows(rows=rows, run="imp_x", by=cast.admin, now=NOW)

    one.refresh_from_db()
    assert (batch.created, batch.changed, [str(error) for error in batch.errors]) == (
        *(0, 1),
        ["row 2, external_id: This customer was merged into Zenturio; the row is left out."],
    )
    assert one.name == "Quarzwerk"


def test_undecided_registrations_that_know_of_it_are_assessed_again(cast: Cast) -> None:
    one, into = make_account("Quarzwerk Ostsee", website="quarzwerk.de"), make_account("Zenturio")
    deal = make_registration(
        cast.helix, cast.products["fleet-cloud"], customer_name="Quarzwerk Ostsee", customer_website="quarzwerk.de"
    )
    assess_pending()
    known = list(deal.findings.filter(subject_type="account").values_list("subject_id", flat=True))

    merged(one, into, cast.pam)
    deal.refresh_from_db()
    waits = deal.assessed_at is None
    assess_pending()

    assert (known, waits) == ([one.public_id], True)
    assert list(deal.findings.filter(subject_type="account").values_list("subject_id", flat=True)) == [into.public_id]


def test_database_keeps_one_merge_of_a_customer(cast: Cast) -> None:
    one, into = two()
    about = {"merged": one, "merged_at": NOW}
    AccountMerge.objects.create(survivor=into, **about)

    with pytest.raises(IntegrityError), transaction.atomic():
        AccountMerge.objects.create(survivor=into, **about)
    with pytest.raises(IntegrityError), transaction.atomic():
        AccountMerge.objects.create(survivor=one, **about | {"undone_at": NOW})
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=one.pk).update(merged_into=one)


def test_approved_deal_of_the_survivor_shows_both(cast: Cast) -> None:
    deal = make_approved(cast.helix, cast.products["fleet-cloud"])
    assert deal.account is not None
    into = make_account("Zenturio")

    merged(deal.account, into, cast.pam)

    deal.refresh_from_db()
    assert deal.account == into
