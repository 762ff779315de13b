"""What is told of earnings, to whom and where it stands: each side its own, and a rival nothing."""

from datetime import timedelta

from django.test import Client

from deals.earnings.actions import book_years_due
from deals.events import SUBJECT
from prm.accounts.models import User
from prm.audit.selectors import timeline
from prm.clocks.database import database_now
from prm.notices.models import Notice
from tests.deals.portal.reading import main
from tests.deals.test_earning import MANAGED, taken, won
from tests.factories import Cast, make_approved, make_user


def said(deal_id: str, reader: User) -> list[str]:
    return [str(entry.text) for entry in timeline(SUBJECT, deal_id, reader=reader)]


def page(user: User, url: str) -> str:
    client = Client()
    client.force_login(user)
    return main(client.get(url))


def test_history_of_a_deal_names_its_refunds_to_both_sides(cast: Cast) -> None:
    deal = taken(cast, won(cast.helix), "8640.00")

    for reader in (cast.helix.rep, cast.pam):
        assert "Refunded: 8640.00 EUR" in said(deal.public_id, reader)
    assert said(deal.public_id, cast.orbit.admin) == []


def test_history_names_the_years_that_were_earned(cast: Cast) -> None:
    deal = won(cast.helix, **MANAGED)
    book_years_due(now=database_now() + timedelta(days=367))

    assert "Year 1 of managing is earned" in said(deal.public_id, cast.helix.admin)


def test_every_admin_is_told_and_nobody_else(cast: Cast) -> None:
    second = make_user("second@helix.example", cast.helix.organisation, "partner_admin", "sales_rep")
    left = make_user("left@helix.example", cast.helix.organisation, "partner_admin")
    left.memberships.update(ended_at=database_now())
    taken(cast, won(cast.helix), "8640.00")

    for kind in ("earnings.earned", "earnings.taken_back"):
        told = Notice.objects.filter(kind=kind)
        assert {notice.user for notice in told} == {cast.helix.admin, second}
        assert {notice.path for notice in told} == {"/earnings/"}


def test_terms_say_what_comes_once_and_each_year(cast: Cast) -> None:
    deal = make_approved(cast.helix, **MANAGED)

    for reader in (cast.helix.rep, cast.pam):
        shown = page(reader, deal.get_absolute_url())
        assert "Terms €17,280 20% of €86,400 and €1,200 each year: 5% of €24,000, for the days of being" in shown
        assert "the customer's partner of record Frozen at approval." in shown


def test_reviewer_sees_what_would_come_each_year(cast: Cast) -> None:
    deal = make_approved(cast.helix, **MANAGED)
    assert [line["what"] for line in deal.terms["lines"]] == ["once", "yearly"]
    assert deal.terms["shares"] == [{"organisation": cast.helix.organisation.public_id, "share": "1"}]
    assert deal.terms["payable_after_days"] == 30


def test_reversed_deal_says_so(cast: Cast) -> None:
    deal = taken(cast, won(cast.helix), "86400.00")
    shown = page(cast.helix.rep, deal.get_absolute_url())

    assert "Reversed" in shown
    assert "Won and refunded" in shown
    assert "Ten vehicles returned." in shown


def test_card_beside_the_form_says_what_comes_each_year(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.helix.rep)
    asked = {
        "value": "86400",
        "motion": "managed",
        "engagement": "independent",
        "recurring_amount": "2000",
        "recurring_per": "month",
        "recurring_months": "36",
    }
    whole = client.get("/deals/earnings/", asked, headers={"HX-Request": "true"}).text
    half = client.get("/deals/earnings/", {**asked, "recurring_per": ""}, headers={"HX-Request": "true"}).text

    assert "<b>€1,200</b> each year: 5% of €24,000" in whole
    assert "<b>€4,320</b> each year: 5% of €86,400" in half


def test_empty_page_says_what_will_stand_there(cast: Cast) -> None:
    assert "Your first earnings" in page(cast.helix.admin, "/earnings/")
    assert "Nothing is earned yet" in page(cast.finance, "/earnings/")
    assert "Nothing matches" in page(cast.finance, "/earnings/?kind=payout")
    assert "Nothing can be paid now." in page(cast.finance, "/payments/")
    assert "We do not know an account of yours yet." in page(cast.helix.admin, "/payee/")
