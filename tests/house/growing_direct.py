"""Direct sales of a programme that grows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from deals.cases.models import DirectCase
from deals.cosell.actions import accept, ask
from deals.cosell.models import CoSell, CoSellStep
from deals.cosell.rules import NextStep
from deals.direct.actions import add_touch, create_opportunity
from deals.direct.models import DirectOpportunity, DirectTouch
from deals.mapping.models import MappedList, MappedRow, SharedAccount
from deals.registrations.models import Registration
from partners.models import Account
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.ledger.shown import today_of
from tests.house.copies import another

LISTS = ("co-sells", "mapping", "direct", "direct-touches", "direct-cases", "direct-uplift")


@dataclass(frozen=True)
class FirstSales:
    """At a customer that is protected, and together with the partner that it is protected for."""

    opportunity: DirectOpportunity
    touch: DirectTouch
    co_sell: CoSell
    mapped: MappedList

    @classmethod
    def made(cls, seller: User, deal: Registration) -> "FirstSales":
        assert deal.account is not None
        now = database_now()
        opportunity = create_opportunity(account=deal.account, values={}, by=seller, now=now)
        touch = add_touch(account=deal.account, kind="call", on=today_of(seller, now), by=seller, now=now)
        return cls(opportunity, touch, _together(deal, seller), _mapped(deal, seller))

    @property
    def case(self) -> DirectCase:
        return self.opportunity.cases.get()

    def grow(self, deal: Registration, numbers: Iterable[int]) -> None:
        """Opportunities and touches with a case each, about all the products of the registration."""
        made = list(numbers)
        opportunities = DirectOpportunity.objects.bulk_create(another(self.opportunity, "dop") for _number in made)
        for row in opportunities:
            row.products.set(line.product_id for line in deal.lines.all())
        touches = DirectTouch.objects.bulk_create(another(self.touch, "dtc") for _number in made)
        first, second = self.case, self.touch.cases.get()
        DirectCase.objects.bulk_create(another(first, "cas", opportunity=row) for row in opportunities)
        DirectCase.objects.bulk_create(another(second, "cas", touch=row) for row in touches)
        _grow_together(self.co_sell, made)
        _grow_mapped(self.mapped, deal, made)


def _together(deal: Registration, seller: User) -> CoSell:
    """Asked by the partner; its account manager has named the seller."""
    rep, pam, now = deal.created_by, deal.partner.pam, database_now()
    assert rep is not None
    assert pam is not None
    wanted = {"help": "technical", "message": "A demo, please.", "roles": {"lead": "partner"}}
    steps = [NextStep("vendor", "Show it", now.date() + timedelta(days=9))]
    found = ask(registration=deal, **wanted, steps=steps, by=rep, now=now)
    return accept(found=found, person=seller, by=pam, now=now)


def _grow_together(found: CoSell, numbers: list[int]) -> None:
    """As many that are over on the same deal, as many steps, and as many requests and co-sells on other deals."""
    now, step = database_now(), found.steps.earliest("pk")
    over = {"state": "ended", "result": "done", "ended_at": now}
    CoSell.objects.bulk_create(another(found, "csl", **over) for _number in numbers)
    CoSellStep.objects.bulk_create(another(step, "cst", text=f"Step {number}") for number in numbers)
    free = list(Registration.objects.filter(state="approved", cosells=None).order_by("-pk")[: 2 * len(numbers)])
    waiting = {"state": "asked", "answered_at": None, "vendor_person": None}
    asked = [another(found, "csl", registration=deal, **waiting) for deal in free[::2]]
    active = CoSell.objects.bulk_create(another(found, "csl", registration=deal) for deal in free[1::2])
    CoSell.objects.bulk_create(asked)
    CoSellStep.objects.bulk_create(another(step, "cst", co_sell=row) for row in active)


def _mapped(deal: Registration, seller: User) -> MappedList:
    """A list of the partner with one customer, which both sides show."""
    now, account = database_now(), deal.account
    made = MappedList.objects.create(
        partner=deal.partner,
        name="Ours",
        header=["name"],
        columns=["name"],
        rows=1,
        state="done",
        created_at=now,
        created_by=deal.created_by,
        finished_at=now,
    )
    MappedRow.objects.create(of=made, number=2, name="Ours", relation="customer", account=account, shared_at=now)
    assert account is not None
    SharedAccount.objects.create(partner=deal.partner, account=account, shared_at=now, shared_by=seller)
    return made


def _grow_mapped(given: MappedList, deal: Registration, numbers: list[int]) -> None:
    """As many lists, and as many rows that both sides show, each another customer."""
    now, row = database_now(), given.customers.earliest("pk")
    MappedList.objects.bulk_create(another(given, "map", name=f"List {number}") for number in numbers)
    accounts = list(Account.objects.present().exclude(pk=row.account_id).order_by("-pk")[: len(numbers)])
    SharedAccount.objects.bulk_create(
        [SharedAccount(partner=deal.partner, account=account, shared_at=now) for account in accounts],
        ignore_conflicts=True,
    )
    known = zip(numbers, accounts, strict=False)
    MappedRow.objects.bulk_create(
        another(row, "mpr", number=number + 3, name=account.name, account=account) for number, account in known
    )
