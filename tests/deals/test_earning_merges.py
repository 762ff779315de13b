"""Money of a customer that is merged with another: it goes along, and comes back."""

from decimal import Decimal

from deals.earnings.models import Refund
from partners.merges.actions import merge, undo
from partners.models import Account, RevenueFact
from prm.clocks.database import database_now
from prm.ledger.models import Entry
from tests.deals.test_earning import taken, won
from tests.factories import Cast, make_account


def facts(account: Account) -> list[tuple[str, Decimal]]:
    return list(RevenueFact.objects.filter(account=account).order_by("pk").values_list("kind", "amount"))


def test_refunds_go_along_with_their_customer_and_come_back(cast: Cast) -> None:
    deal = won(cast.helix)
    merged, survivor = deal.account, make_account("Sachsenwerk Anlagenbau")
    assert merged is not None
    before = [("won", Decimal("86400.00"))]
    made = merge(account=merged, into=survivor, by=cast.pam, now=database_now())
    assert (facts(merged), facts(survivor)) == ([], before)

    # What is refunded while they are one belongs to the customer that it was sold to.
    deal.refresh_from_db()
    taken(cast, deal, "8640.00")
    both = [*before, ("reversed", Decimal("8640.00"))]
    assert facts(survivor) == both
    undo(given=made, by=cast.pam, now=database_now())

    assert (facts(merged), facts(survivor)) == (both, [])
    assert Refund.objects.get().registration.account == merged


def test_ledger_does_not_follow_the_names_of_customers(cast: Cast) -> None:
    """What stands on a statement stays as it was written."""
    deal = won(cast.helix, customer_name="Alter Name Spedition GmbH")
    survivor = make_account("Neuer Name Logistik")
    assert deal.account is not None
    merge(account=deal.account, into=survivor, by=cast.pam, now=database_now())

    assert Entry.objects.get().label == f"{deal.reference} · Alter Name Spedition GmbH"
