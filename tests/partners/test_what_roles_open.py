"""The pages of a partner and of a customer, role by role: which open, and what stands on them."""

import csv
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from partners.customers.actions import record_revenue
from partners.models import Account, Partner
from partners.states import Origin
from prm.accounts.models import Organisation, User
from prm.clocks.database import database_now
from tests.factories import Cast, make_account, make_partner, make_registration

HELIX = ("helix.admin", "helix.rep", "helix.engineer", "helix.marketing")
ORBIT = ("orbit.admin", "orbit.rep", "orbit.engineer", "orbit.marketing")
VENDOR = ("pam", "pam2", "admin", "executive", "finance", "seller", "expert")
EVERYBODY = (*HELIX, *ORBIT, *VENDOR)
READS_CUSTOMERS = {"pam", "pam2", "admin", "executive"}


def person(cast: Cast, who: str) -> User:
    found: Any = cast
    for name in who.split("."):
        found = getattr(found, name)
    return User.objects.get(pk=found.pk)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def roles_for(cast: Cast, path: str, status: int = 200) -> set[str]:
    """Who gets this status there."""
    return {who for who in EVERYBODY if browser(person(cast, who)).get(path).status_code == status}


def shown_to(cast: Cast, path: str, what: str) -> set[str]:
    """For whom this is neither missing nor empty in what the page is made of."""
    answers = {who: browser(person(cast, who)).get(path) for who in EVERYBODY}
    return {who for who, answer in answers.items() if answer.status_code == 200 and answer.context[what]}


@pytest.fixture
def helix(cast: Cast) -> str:
    Partner.objects.filter(pk=cast.helix.partner.pk).update(executive_sponsor=cast.executive)
    make_registration(cast.helix)
    browser(cast.admin).post(f"/partners/{cast.helix.partner.public_id}/pam/", {"pam": cast.pam.public_id})
    return f"/partners/{cast.helix.partner.public_id}/"


def test_partner_page_opens_for_itself_and_those_who_work_with_partners(cast: Cast, helix: str) -> None:
    assert roles_for(cast, helix) == {*HELIX, "pam", "pam2", "admin", "executive", "finance", "seller"}
    assert roles_for(cast, helix, 404) == {*ORBIT, "expert"}
    assert roles_for(cast, "/partners/pam_nothing/", 404) == set(EVERYBODY)


def test_people_of_a_partner_are_not_for_the_directory(cast: Cast, helix: str) -> None:
    full = {*HELIX, "pam", "pam2", "admin", "executive", "finance"}

    assert shown_to(cast, helix, "full") == shown_to(cast, helix, "people") == full
    seller = browser(cast.seller).get(helix).text
    assert [text for text in ("rep@helix.example", "Executive sponsor", "Time zone") if text in seller] == []
    assert str(cast.pam) in seller


def test_verbs_of_a_partner_page_are_offered_to_whom_they_are_open(cast: Cast, helix: str) -> None:
    assert shown_to(cast, helix, "may_update") == {"pam", "admin"}
    assert shown_to(cast, helix, "pam_form") == {"admin"}
    assert shown_to(cast, helix, "may_invite") == {"helix.admin", "admin"}
    assert roles_for(cast, f"{helix}edit/") == {"pam", "admin"}
    assert roles_for(cast, f"{helix}edit/", 404) == {*ORBIT, "expert"}
    assert roles_for(cast, "/partners/new/") == {"admin"}


@pytest.fixture
def customer(cast: Cast) -> Account:
    """The seller's own, a part of a group and with revenue through Helix."""
    group = make_account("Kepler Group", owner=cast.admin)
    account = make_account("Kepler Works", owner=cast.seller, parent=group, tax_number="DE136695976", city="Kiel")
    record_revenue(
        account=account,
        partner=cast.helix.partner,
        subject=("deal", "deal_probe"),
        amount=Decimal(4711),
        currency="EUR",
        origin=Origin.PARTNER,
        on=date(2026, 1, 1),
        now=database_now(),
    )
    return account


def test_customer_page_opens_for_the_vendor_who_works_with_customers(cast: Cast, customer: Account) -> None:
    path, group = f"/accounts/{customer.public_id}/", f"/accounts/{customer.parent.public_id}/"  # type: ignore[union-attr]

    assert roles_for(cast, path) == roles_for(cast, "/accounts/") == {*READS_CUSTOMERS, "seller"}
    assert roles_for(cast, path, 403) == {*HELIX, *ORBIT, "finance", "expert"}
    assert shown_to(cast, path, "full") == {*READS_CUSTOMERS, "seller"}
    assert shown_to(cast, group, "full") == shown_to(cast, group, "children") == READS_CUSTOMERS


def test_verbs_of_a_customer_page_are_offered_to_whom_they_are_open(cast: Cast, customer: Account) -> None:
    path, group = f"/accounts/{customer.public_id}/", f"/accounts/{customer.parent.public_id}/"  # type: ignore[union-attr]

    assert shown_to(cast, path, "may_update") == roles_for(cast, f"{path}edit/") == {"admin", "seller"}
    assert shown_to(cast, group, "may_update") == roles_for(cast, f"{group}edit/") == {"admin"}
    assert roles_for(cast, "/accounts/new/") == {"admin", "seller"}


def test_history_of_a_customer_is_for_those_who_read_the_log(cast: Cast, customer: Account) -> None:
    """A seller reads the facts of the own customer, but not what the log says of it."""
    assert shown_to(cast, f"/accounts/{customer.public_id}/", "entries") == READS_CUSTOMERS


def test_customer_and_its_revenue_are_known_by_name_and_kind(customer: Account) -> None:
    assert [str(customer), *map(str, customer.revenue.all())] == ["Kepler Works", "won 4711.00 EUR"]


# As a file

HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '"=1"', "'=1", "＝1", "a\n=1", "a\r\n-1", "a;=1", "a\t@x")
WRITTEN = [
    *("'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t'=1", '\'"=1"', "''=1", "'＝1", "'a\n=1", "'a\r\n-1", "a;'=1", "a\t'@x")
]


def cells(cast: Cast, who: str, path: str, column: str, **query: str) -> list[str]:
    answer = browser(person(cast, who)).get(path, query)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return [row[column] for row in csv.DictReader(StringIO(text, newline=""))]


@pytest.mark.parametrize(("typed", "written"), list(zip(HOSTILE, WRITTEN, strict=True)))
def test_no_file_holds_a_formula_that_somebody_typed(cast: Cast, typed: str, written: str) -> None:
    Organisation.objects.filter(pk=cast.helix.organisation.pk).update(name=typed)
    make_registration(cast.helix, customer_name=typed)
    make_account("Kepler", city=typed, owner=cast.seller)

    partners = cells(cast, "seller", "/partners/export/", "Partner")

    assert sorted(partners) == sorted([written, "Orbit Solutions"])
    assert cells(cast, "seller", "/accounts/export/", "city") == [written]
    for column in ("Customer", "Partner"):
        assert cells(cast, "helix.rep", "/deals/export/", column) == [written]


def test_file_is_for_those_who_open_the_list(cast: Cast) -> None:
    assert roles_for(cast, "/partners/export/") == {*READS_CUSTOMERS, "finance", "seller"}
    assert roles_for(cast, "/accounts/export/") == {*READS_CUSTOMERS, "seller"}
    assert roles_for(cast, "/deals/export/") == {
        *("helix.admin", "helix.rep", "helix.marketing", "orbit.admin", "orbit.rep", "orbit.marketing"),
        *("pam", "pam2", "admin"),
    }


@pytest.mark.parametrize(
    "query",
    [{"q": "geheim.de"}, {"q": "CRM-7"}, {"named": "yes"}, {"named": "yes", "country": "DE"}, {"mine": "on"}],
)
def test_file_answers_no_question_about_what_the_reader_may_not_see(cast: Cast, query: dict[str, str]) -> None:
    make_account("Kepler", website="geheim.de", external_id="CRM-7", named_account=True, owner=cast.admin)

    hidden = cells(cast, "seller", "/accounts/export/", "name", **query)
    known = cells(cast, "admin", "/accounts/export/", "name", **query)

    assert (hidden, known) == ([], ["Kepler"])


@pytest.mark.parametrize("who", ["helix.admin", "helix.rep", "helix.marketing"])
def test_file_of_a_partner_cannot_be_widened(cast: Cast, who: str) -> None:
    own = make_registration(cast.helix)
    rival = make_registration(cast.orbit)

    def found(**query: str) -> list[str]:
        return cells(cast, who, "/deals/export/", "Reference", **query)

    assert found() == found(cursor="x", page_size="1000") == [own.reference]
    assert found(partner=cast.orbit.partner.public_id) == [own.reference]
    assert found(q=rival.reference) == found(q="Orbit") == []


def test_file_holds_more_rows_than_a_page(cast: Cast) -> None:
    for number in range(30):
        make_partner(f"Partner {number:02}", pam=None)

    listed = browser(cast.admin).get("/partners/").context["page"].rows

    assert (len(listed), len(cells(cast, "admin", "/partners/export/", "Partner"))) == (25, 32)
