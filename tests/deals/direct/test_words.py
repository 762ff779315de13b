"""What people are told about cases, word by word, and where it leads them."""

import pytest

from deals.cases.actions import decide_case
from deals.cases.models import DirectCase
from deals.cases.notices import decided, opened
from deals.registrations.models import Registration
from deals.registrations.notices import on_wall
from prm.clocks.database import database_now
from prm.notices.kinds import group_of
from prm.notices.models import Notice
from tests.deals.direct.selling import account_of, case_at, opportunity, protected
from tests.factories import Cast


@pytest.fixture
def deal(cast: Cast) -> Registration:
    return protected(cast)


@pytest.fixture
def case(cast: Cast, deal: Registration) -> DirectCase:
    return case_at(deal, cast.seller)


def settle(case: DirectCase, cast: Cast, outcome: str, message: str = "") -> None:
    decide_case(case=case, outcome=outcome, reason="Said why.", message=message, by=cast.pam, now=database_now())


def test_account_manager_is_told_whom_it_is_about(cast: Cast, deal: Registration, case: DirectCase) -> None:
    notice = Notice.objects.get(kind="deal.direct_case")

    assert notice.user == cast.pam
    assert notice.path == case.get_absolute_url()
    assert notice.title == "Our own sales at a protected customer: Müller Logistik GmbH"
    assert notice.body == (
        f"{cast.seller.name} was in touch with a customer who is protected by {deal.reference}. "
        f"Decide by {on_wall(case.due_at, cast.pam, deal)}."
    )


@pytest.mark.parametrize(
    ("outcome", "label"),
    [
        ("attached", "Partner attached"),
        ("permitted", "Permitted"),
        ("breach", "Breach of the protection"),
    ],
)
def test_seller_is_told_the_outcome_and_the_reason(cast: Cast, case: DirectCase, outcome: str, label: str) -> None:
    settle(case, cast, outcome)
    notice = Notice.objects.get(kind="deal.direct_case", user=cast.seller)

    assert notice.title == f"{label}: your case at Müller Logistik GmbH"
    assert notice.body == "Said why."
    assert notice.path == case.get_absolute_url()


@pytest.mark.parametrize(
    ("outcome", "label"),
    [
        ("attached", "Partner attached"),
        ("permitted", "Permitted"),
        ("breach", "Breach of the protection"),
    ],
)
@pytest.mark.parametrize("message", ["", "It was a service visit."])
def test_partner_is_told_the_outcome_on_its_own_page(
    cast: Cast, deal: Registration, case: DirectCase, outcome: str, label: str, message: str
) -> None:
    settle(case, cast, outcome, message)
    notice = Notice.objects.get(kind="deal.direct_contact")

    assert notice.user == cast.helix.rep
    assert notice.organisation == cast.helix.organisation
    assert notice.path == deal.get_absolute_url()
    assert notice.title == f"Our own sales at Müller Logistik GmbH: {label}"
    said = "A seller of ours was in touch with a customer who is protected for you. It was looked into."
    assert notice.body == "\n\n".join(part for part in (said, message) if part)


def test_nobody_else_is_told(cast: Cast, case: DirectCase) -> None:
    settle(case, cast, "breach")

    told = Notice.objects.filter(kind__in=["deal.direct_case", "deal.direct_contact"])
    assert sorted(told.values_list("user__email", flat=True)) == [
        "pam@vendor.example",
        "rep@helix.example",
        "seller@vendor.example",
    ]


def test_same_promise_is_kept_once(cast: Cast, case: DirectCase) -> None:
    settle(case, cast, "breach")
    before = Notice.objects.count()
    again = DirectCase.objects.with_nouns().get(pk=case.pk)

    opened(again, now=database_now())
    decided(again, now=database_now())

    assert Notice.objects.count() == before


def test_seller_who_is_gone_is_named_by_nobody(cast: Cast, case: DirectCase) -> None:
    Notice.objects.all().delete()
    DirectCase.objects.filter(pk=case.pk).update(seller=None)

    opened(DirectCase.objects.with_nouns().get(pk=case.pk), now=database_now())

    assert Notice.objects.get().body.startswith("A seller was in touch")


@pytest.mark.parametrize("kind", ["deal.direct_case", "deal.direct_contact"])
def test_it_belongs_to_decisions(kind: str) -> None:
    assert group_of(kind) == "decisions"


def test_each_case_of_one_customer_is_told_by_itself(cast: Cast, deal: Registration, case: DirectCase) -> None:
    other = opportunity(account_of(deal), cast.seller).cases.get()

    paths = set(Notice.objects.filter(user=cast.pam, kind="deal.direct_case").values_list("path", flat=True))

    assert paths == {case.get_absolute_url(), other.get_absolute_url()}
