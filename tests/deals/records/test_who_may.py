"""Who may do what with a partner of record: each person, each verb, written down by hand."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from deals.records import policies
from deals.records.models import PartnerOfRecord
from prm.accounts.models import User
from prm.clocks.database import database_now
from tests.deals.records.asking import appointed, asked, won_deal
from tests.factories import Cast, make_account, make_user

PEOPLE = (
    *("admin", "rep", "colleague", "engineer", "marketing", "rival"),
    *("pam", "pam2", "programme", "seller", "expert", "finance", "executive"),
)
# One letter for each person, in the order above; a dot where the person may not.
TABLE = {
    "reads": "xxx.x. xxx...x",
    "asks": "xx.... .......",
    "proves": "xx.... .......",
    "confirms": "...... x.x....",
    "appoints": "...... x.x....",
    "gives a reason": "xxxxxx .xxxxxx",
    "asks for some": "xxx..x .......",
    "appoints some": "...... xxx....",
    "reads all": "...... xxx...x",
}


@pytest.fixture
def people(cast: Cast) -> dict[str, User]:
    helix = cast.helix
    return {
        "admin": helix.admin,
        "rep": helix.rep,
        "colleague": make_user("second@helix.example", helix.organisation, "sales_rep"),
        "engineer": helix.engineer,
        "marketing": helix.marketing,
        "rival": cast.orbit.admin,
        "pam": cast.pam,
        "pam2": cast.pam2,
        "programme": cast.admin,
        "seller": cast.seller,
        "expert": cast.expert,
        "finance": cast.finance,
        "executive": cast.executive,
    }


def answers(record: PartnerOfRecord, user: User) -> dict[str, bool]:
    assert record.registration is not None
    return {
        "reads": PartnerOfRecord.objects.visible_to(user).filter(pk=record.pk).exists(),
        "asks": policies.can_ask(user, record.registration),
        "proves": policies.can_act(user, record),
        "confirms": policies.can_decide(user, record),
        "appoints": policies.can_appoint(user, record.partner),
        "gives a reason": policies.must_give_reason(user, record.partner),
        "asks for some": policies.may_ask_some(user),
        "appoints some": policies.may_appoint_some(user),
        "reads all": policies.reads_all(user),
    }


def test_table_of_people_and_verbs(cast: Cast, people: dict[str, User]) -> None:
    record = asked(cast.helix)
    found = {name: answers(record, user) for name, user in people.items()}

    for verb, letters in TABLE.items():
        expected = dict(zip(PEOPLE, (letter == "x" for letter in letters.replace(" ", "")), strict=True))
        assert {name: found[name][verb] for name in PEOPLE} == expected, verb


def test_partner_without_an_account_manager_is_everybodys_who_decides(cast: Cast) -> None:
    record = asked(cast.helix)
    record.partner.pam = None
    record.partner.save()

    assert [policies.can_decide(user, record) for user in (cast.pam, cast.pam2, cast.executive)] == [True, True, False]
    assert not policies.must_give_reason(cast.pam2, record.partner)
    assert set(PartnerOfRecord.objects.to_confirm_by(cast.pam2)) == {record}


def test_appointed_without_a_deal_is_the_admins(cast: Cast) -> None:
    record = appointed(cast, cast.helix, make_account())

    assert policies.can_act(cast.helix.admin, record)
    assert not policies.can_act(cast.helix.rep, record)


def test_nobody_asks_on_a_deal_that_is_not_won(cast: Cast) -> None:
    deal = won_deal(cast.helix)
    deal.state = "approved"

    assert not policies.can_ask(cast.helix.rep, deal)


@pytest.mark.parametrize("nobody", ["anonymous", "without an organisation"])
def test_nobody_reads_nothing(cast: Cast, nobody: str) -> None:

    asked(cast.helix, now=database_now())
    user: Any = AnonymousUser() if nobody == "anonymous" else make_user("nobody@nowhere.example", None)

    assert not PartnerOfRecord.objects.visible_to(user).exists()
