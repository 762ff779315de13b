"""Who reads and does what with direct sales, person by person."""

from collections.abc import Callable

import pytest

from deals.cases.models import DirectCase
from deals.cases.policies import can_decide, can_see_partner
from deals.direct.models import DirectOpportunity, DirectTouch
from deals.direct.policies import can_change, can_enter
from deals.panels import account_deals
from deals.uplift.policies import can_read, can_read_all
from prm.accounts.models import User
from prm.clocks.database import database_now
from tests.deals.direct.selling import account_of, case_at, opportunity, protected, touch
from tests.factories import Cast, make_account, make_user

# Enters · reads the seller's · changes the seller's · reads the own figures of uplift · reads everybody's.
PEOPLE = {
    "helix.admin": "-----",
    "helix.rep": "-----",
    "helix.engineer": "-----",
    "helix.marketing": "-----",
    "orbit.admin": "-----",
    "orbit.rep": "-----",
    "pam": "-r---",
    "pam2": "-r---",
    "seller": "erco-",
    "colleague": "e--o-",
    "expert": "-----",
    "admin": "ercoa",
    "finance": "---oa",
    "executive": "-r-oa",
}
# Reads the case · decides it · reads for whom the customer is protected.
OF_CASES = {
    "helix.admin": "---",
    "helix.rep": "---",
    "orbit.admin": "---",
    "pam": "rdp",
    "pam2": "r-p",
    "seller": "r--",
    "colleague": "---",
    "expert": "---",
    "admin": "rdp",
    "finance": "---",
    "executive": "r-p",
}


def person(cast: Cast, name: str) -> User:
    if name == "colleague":
        return make_user("seller2@vendor.example", cast.vendor, "direct_seller")
    team, _dot, who = name.rpartition(".")
    found: User = getattr(getattr(cast, team), who) if team else getattr(cast, who)
    return found


@pytest.mark.parametrize("name", PEOPLE)
def test_person_does_with_direct_sales_what_the_table_says(cast: Cast, name: str) -> None:
    made, noted = opportunity(make_account(), cast.seller), touch(make_account(), cast.seller)
    user = person(cast, name)

    reads = DirectOpportunity.objects.visible_to(user).exists()
    changes = can_change(user, made)
    found = {
        "e": can_enter(user),
        "r": reads,
        "c": changes,
        "o": can_read(user),
        "a": can_read_all(user),
    }

    assert "".join(letter if is_so else "-" for letter, is_so in found.items()) == PEOPLE[name]
    assert DirectTouch.objects.visible_to(user).exists() == reads
    assert can_change(user, noted) == changes


@pytest.mark.parametrize("name", OF_CASES)
def test_person_does_with_cases_what_the_table_says(cast: Cast, name: str) -> None:
    case = case_at(protected(cast), cast.seller)
    user = person(cast, name)

    found = {
        "r": DirectCase.objects.visible_to(user).exists(),
        "d": can_decide(user, case),
        "p": can_see_partner(user, case),
    }

    assert "".join(letter if is_so else "-" for letter, is_so in found.items()) == OF_CASES[name]


@pytest.mark.parametrize(
    ("state", "seen"),
    [
        ("open", False),
        ("withdrawn", False),
        ("attached", True),
        ("permitted", False),
        ("breach", False),
    ],
)
def test_seller_reads_the_partner_only_where_they_sell_together(cast: Cast, state: str, seen: bool) -> None:
    case = case_at(protected(cast), cast.seller)
    case.state = state

    assert can_see_partner(cast.seller, case) is seen
    assert can_see_partner(cast.pam, case) is True


def test_seller_reads_of_a_customer_that_it_is_protected_and_until_when(cast: Cast) -> None:
    deal = protected(cast)

    shown = account_deals(cast.seller, account_of(deal), database_now())

    assert shown is not None
    assert shown["protections"] == [("Fleet Cloud", deal.protected_until)]
    assert (shown["rows"], shown["reads_all"]) == ([], False)


@pytest.mark.parametrize(
    "rows",
    [
        DirectOpportunity.objects.visible_to,
        DirectTouch.objects.visible_to,
        DirectCase.objects.visible_to,
    ],
    ids=["opportunities", "touches", "cases"],
)
def test_who_belongs_nowhere_reads_nothing(cast: Cast, rows: Callable[[User], object]) -> None:
    case_at(protected(cast), cast.seller)
    opportunity(make_account(), cast.seller)
    left = make_user("left@vendor.example", None)

    assert list(rows(left)) == []  # type: ignore[call-overload]


def test_partner_without_an_account_manager_is_everybodys(cast: Cast) -> None:
    case = case_at(protected(cast), cast.seller)
    cast.helix.partner.pam = None
    cast.helix.partner.save(update_fields=["pam"])
    found = DirectCase.objects.with_nouns().get(pk=case.pk)

    assert (can_decide(cast.pam, found), can_decide(cast.pam2, found)) == (True, True)
    for pam in (cast.pam, cast.pam2):
        assert list(DirectCase.objects.to_decide_by(pam)) == [case]
