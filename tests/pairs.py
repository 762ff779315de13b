"""Pairs of customers of the same shape: a rival is protected for the one of each pair, and nobody knows the other."""

from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Any

from deals.conflicts.actions import assess_pending
from deals.products.models import ProductLine
from deals.protections.models import Protection
from deals.registrations.models import Registration, RegistrationLine
from partners.customers.models import SOURCE as ACCOUNTS
from partners.models import Account
from prm import matching
from tests.factories import Team, make_approved
from tests.house.copies import another

SYLLABLES = [consonant + vowel for consonant in "bdfghjklmnprstvwz" for vowel in "aeiou"]


@dataclass(frozen=True)
class Customer:
    """All of one length, so that nothing but the letters differs."""

    word: str

    @property
    def said(self) -> dict[str, str]:
        return {"name": f"{self.word.title()} GmbH", "website": f"{self.word}.de", "city": f"{self.word[:6].title()}"}

    @property
    def values(self) -> dict[str, str]:
        return {"customer_country": "DE", **{f"customer_{name}": value for name, value in self.said.items()}}


def pairs(count: int) -> list[tuple[Customer, Customer]]:
    """(held, free), the same ones in every run."""
    drawn = iter(customers(2 * count))
    return [(next(drawn), next(drawn)) for _ in range(count)]


def customers(count: int) -> list[Customer]:
    random = Random(200)
    words = dict.fromkeys("".join(random.choices(SYLLABLES, k=6)) for _ in range(2 * count))
    return [Customer(word) for word in islice(words, count)]


def hold(team: Team, product: ProductLine, held: list[Customer]) -> None:
    """The team is protected for each of them: one by the verbs, the others are copies of it."""
    first = make_approved(team, product, **held[0].values)
    assess_pending()
    accounts = Account.objects.bulk_create(
        another(first.account, "acc", name=one.said["name"], website=one.said["website"], city=one.said["city"])
        for one in held[1:]
        if first.account
    )
    made = Registration.objects.bulk_create(
        another(first, "deal", account=account, reference=f"DR-9{number:05}", priority_number=-number, **one.values)
        for number, (one, account) in enumerate(zip(held[1:], accounts, strict=True), start=1)
    )
    RegistrationLine.objects.bulk_create(
        RegistrationLine(registration=row, product=product, approved=True) for row in made
    )
    until: Any = Protection.objects.get(registration=first).period
    Protection.objects.bulk_create(
        Protection(registration=row, account=row.account, product=product, period=until) for row in made
    )
    matching.index_many("registration", [(row.pk, row.identity) for row in made])
    matching.index_many(ACCOUNTS, [(account.pk, account.identity) for account in accounts])
