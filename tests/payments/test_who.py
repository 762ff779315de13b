"""Who may do what about money: every role, every right, and the people of the cast at the doors of rules."""

from typing import Any

import pytest

from deals.earnings.policies import can_refund
from prm.accounts.models import User
from prm.accounts.roles import ROLES, SENTENCES
from prm.accounts.roles import Permission as P
from prm.clocks.database import database_now
from prm.ledger import policies as ledger
from prm.ledger.models import Entry
from prm.payments import actions, policies
from prm.payments.models import Payee, PaymentRun
from tests.deals.test_earning import won
from tests.factories import Cast
from tests.payments.paying import IBAN, payable, prepared

# Role                own org ass all ref acc rea run app
MATRIX = """
    partner_admin     -   x   -   -   -   x   -   -   -
    sales_rep         x   -   -   -   -   -   -   -   -
    presales_engineer -   -   -   -   -   -   -   -   -
    support           -   -   -   -   -   -   -   -   -
    marketing         -   -   -   -   -   -   -   -   -
    pam               -   -   x   -   x   -   -   -   -
    direct_seller     -   -   -   -   -   -   -   -   -
    expert            -   -   -   -   -   -   -   -   -
    programme_admin   -   -   -   x   -   -   x   -   x
    finance           -   -   -   x   x   -   x   x   -
    executive         -   -   -   x   -   -   x   -   -
"""
COLUMNS = (
    P.EARNINGS_READ_OWN,
    P.EARNINGS_READ_ORGANISATION,
    P.EARNINGS_READ_ASSIGNED,
    P.EARNINGS_READ_ALL,
    P.EARNINGS_REFUND,
    P.PAYEE_MANAGE,
    P.PAYMENTS_READ,
    P.PAYMENTS_RUN,
    P.PAYMENTS_APPROVE,
)


def matrix() -> dict[str, list[str]]:
    return {role: marks for role, *marks in (line.split() for line in MATRIX.strip().splitlines())}


@pytest.mark.parametrize("role", sorted(ROLES))
def test_role_may_about_money_what_the_table_says(role: str) -> None:
    wanted = {permission for permission, mark in zip(COLUMNS, matrix()[role], strict=True) if mark == "x"}

    assert {permission for permission in COLUMNS if permission in ROLES[role].permissions} == wanted


def test_table_knows_every_role_and_every_right_has_its_sentence() -> None:
    assert set(matrix()) == set(ROLES)
    assert [permission for permission in COLUMNS if not SENTENCES[permission]] == []


def people(cast: Cast) -> dict[str, User]:
    return {
        "admin": cast.helix.admin,
        "rep": cast.helix.rep,
        "engineer": cast.helix.engineer,
        "marketing": cast.helix.marketing,
        "rival": cast.orbit.admin,
        "pam": cast.pam,
        "other pam": cast.pam2,
        "programme": cast.admin,
        "seller": cast.seller,
        "expert": cast.expert,
        "finance": cast.finance,
        "executive": cast.executive,
    }


def those(cast: Cast, may: Any) -> set[str]:
    return {name for name, user in people(cast).items() if may(user)}


def test_refunds_are_recorded_by_those_who_look_after_the_partner_or_the_money(cast: Cast) -> None:
    deal = won(cast.helix)
    assert those(cast, lambda user: can_refund(user, deal)) == {"pam", "finance"}

    # A partner without an account manager is everybody's.
    deal.partner.pam = None
    deal.partner.save()
    assert those(cast, lambda user: can_refund(user, deal)) == {"pam", "other pam", "finance"}


def test_statements_are_read_by_those_whose_they_are(cast: Cast) -> None:
    own = cast.helix.organisation
    readers = those(cast, lambda user: ledger.can_read_statement(user, own))

    assert readers == {"admin", "pam", "programme", "finance", "executive"}
    assert those(cast, lambda user: ledger.can_read_statement(user, cast.orbit.organisation)) == {
        "rival",
        "pam",
        "programme",
        "finance",
        "executive",
    }


def test_entries_are_seen_by_those_who_read_the_ledger(cast: Cast) -> None:
    payable(cast.helix.organisation, "100.00")
    seen = those(cast, lambda user: Entry.objects.visible_to(user).exists())

    # It is nobody's own deal, so the rep does not see it.
    assert seen == {"admin", "pam", "programme", "finance", "executive"}
    assert those(cast, ledger.can_read) == seen | {"rep", "rival", "other pam"}


def test_runs_and_accounts_are_seen_by_whoever_pays_and_whoever_is_paid(cast: Cast) -> None:
    run = prepared(cast, "100.00")
    vendor = {"programme", "finance", "executive"}

    assert those(cast, lambda user: PaymentRun.objects.visible_to(user).exists()) == vendor
    assert those(cast, lambda user: Payee.objects.visible_to(user).exists()) == vendor | {"admin"}
    assert those(cast, policies.can_run) == {"finance"}
    assert those(cast, lambda user: policies.can_approve(user, run)) == {"finance", "programme"}
    assert those(cast, policies.can_request_payee) == {"admin", "rival"}


def test_run_above_the_limit_is_approved_by_anybody_but_who_prepared_it(cast: Cast) -> None:
    run = prepared(cast, "20000.00")
    assert those(cast, lambda user: policies.can_approve(user, run)) == {"programme"}

    run.created_by = cast.admin
    assert those(cast, lambda user: policies.can_approve(user, run)) == {"finance"}


def test_account_is_confirmed_by_finance_alone(cast: Cast) -> None:
    payee = actions.request_payee(holder="Helix", iban=IBAN, by=cast.helix.admin, now=database_now())
    assert those(cast, lambda user: policies.can_decide_payee(user, payee)) == {"finance"}

    payee.requested_by = cast.finance
    assert those(cast, lambda user: policies.can_decide_payee(user, payee)) == set()


def test_who_belongs_nowhere_sees_nothing(cast: Cast) -> None:
    prepared(cast, "100.00")
    stranger = User.objects.create_user("stranger@nowhere.example")

    assert not Entry.objects.visible_to(stranger).exists()
    assert not PaymentRun.objects.visible_to(stranger).exists()
    assert not Payee.objects.visible_to(stranger).exists()
