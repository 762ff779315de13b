"""What deals hang onto the home pages and onto the pages of partners and customers."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from deals.decisions import actions as decisions
from deals.registrations import actions
from deals.registrations.models import Registration
from deals.registrations.selectors import colleagues_to_share_with, desk, most_urgent, standing
from prm.accounts.models import Membership
from prm.clocks.database import database_now
from prm.currencies import Money
from tests.deals.portal.conftest import Login
from tests.deals.portal.reading import html, main, rows
from tests.deals.portal.test_list import counted
from tests.factories import Cast, Team, make_account, make_approved, make_asked, make_draft, make_registration


def win(team: Team, **changes: Any) -> Registration:
    made = make_approved(team, **changes)
    now = database_now()
    return actions.win(registration=made, closed_on=now.date(), early_reason="Signed at once.", by=team.rep, now=now)


# The partner's home


def test_home_of_a_rep_shows_figures_and_the_button(cast: Cast, login: Login) -> None:
    make_approved(cast.helix, value=Decimal(60_000))
    make_asked(cast.helix, value=Decimal(40_000))
    make_registration(cast.helix, value=Decimal(500), currency="USD")
    make_registration(cast.orbit, value=Decimal(9_000_000))
    win(cast.helix, value=Decimal(20_000))

    response = login(cast.helix.rep).get("/")
    said = main(response)

    assert "Open pipeline €100K 3 registered deals · US$500" in said
    assert "Protected now 1 next ends" in said
    assert "Waiting for a decision 2 1 waits for your answer" in said
    assert "Won this year €20K 1 deal" in said
    assert 'class="btn primary" href="/deals/new/"' in html(response)


def test_home_of_a_new_partner_teaches(cast: Cast, login: Login) -> None:
    said = main(login(cast.helix.rep).get("/"))

    assert "Open pipeline 0 0 registered deals" in said
    assert "An approval protects the customer" in said
    assert "Nothing is undecided" in said
    assert "Register your first deal" in said


def test_home_of_marketing_has_no_button(cast: Cast, login: Login) -> None:
    response = login(cast.helix.marketing).get("/")

    assert "/deals/new/" not in html(response)
    assert "No open deals" in main(response)


def test_home_shows_the_most_urgent_first(cast: Cast, login: Login) -> None:
    now = database_now()
    calm = make_approved(cast.helix)
    ending = make_approved(cast.helix, now=now - timedelta(days=85))
    ending_sooner = make_approved(cast.helix, now=now - timedelta(days=88))
    asked = make_asked(cast.helix)
    newest = make_registration(cast.helix)
    win(cast.helix)

    shown = rows(login(cast.helix.rep).get("/"))

    assert shown == [made.customer_name for made in (asked, ending_sooner, ending, newest, calm)]


def test_home_shows_five_and_the_way_to_all(cast: Cast, login: Login) -> None:
    for _ in range(6):
        make_draft(cast.helix)

    response = login(cast.helix.rep).get("/")

    assert len(rows(response)) == 5
    assert 'href="/deals/">All deals' in html(response)


@pytest.mark.parametrize("path", ["/", "/work/"])
def test_queries_of_home_do_not_grow(cast: Cast, login: Login, path: str) -> None:
    client = login(cast.helix.rep if path == "/" else cast.pam)
    counts = []
    for more in (1, 4, 10):
        for _ in range(more):
            make_registration(cast.helix)
        with counted() as captured:
            client.get(path)
        counts.append(len(captured))

    assert counts[0] == counts[1] == counts[2]


# The vendor's home


def test_desk_of_a_pam_counts_the_own_partners(cast: Cast, login: Login) -> None:
    cast.orbit.partner.pam = cast.pam2
    cast.orbit.partner.save()
    make_approved(cast.helix)
    make_registration(cast.helix)
    make_registration(cast.orbit)

    said = main(login(cast.pam).get("/work/"))

    assert "Decisions for your partners Insight Waiting 1 Due today 0 Overdue 0 Decided in 30 days 1" in said
    assert "Median time to decide 0 h" in said


@pytest.mark.parametrize("who", ["executive", "admin"])
def test_desk_of_the_programme_counts_all(cast: Cast, login: Login, who: str) -> None:
    late = make_registration(cast.helix)
    make_registration(cast.orbit)
    Registration.objects.filter(pk=late.pk).update(decision_due_at=database_now() - timedelta(hours=1))

    response = login(getattr(cast, who)).get("/work/")

    assert "Decisions in the programme Insight Open pipeline €172.8K Waiting 2" in main(response)
    assert "Overdue 1 Decided in 30 days 0 Median time to decide –" in main(response)
    assert 'href="/insight/"' in html(response)


@pytest.mark.parametrize("who", ["seller", "expert", "finance"])
def test_others_have_no_desk(cast: Cast, login: Login, who: str) -> None:
    assert "Decisions" not in main(login(getattr(cast, who)).get("/work/"))


# A customer's page


def test_customer_page_lists_registrations_and_protections(cast: Cast, login: Login) -> None:
    account = make_account("Müller Logistik GmbH")
    made = make_registration(cast.helix, cast.products["fleet-cloud"])
    decisions.approve(registration=made, account=account.public_id, by=cast.pam, now=database_now())

    said = main(login(cast.pam).get(f"/accounts/{account.public_id}/"))

    assert "Fleet Cloud is protected until" in said
    assert f"{made.reference} Helix Systems Fleet Cloud €86,400" in said


def test_customer_page_of_somebody_else_tells_a_seller_only_that_it_is_protected(cast: Cast, login: Login) -> None:
    account = make_account("Müller Logistik GmbH")
    made = make_registration(cast.helix, cast.products["fleet-cloud"])
    decisions.approve(registration=made, account=account.public_id, by=cast.pam, now=database_now())

    said = main(login(cast.seller).get(f"/accounts/{account.public_id}/"))

    assert "Fleet Cloud is protected until" in said
    assert [word for word in ("Helix", made.reference, "86,400") if word in said] == []


def test_customer_without_deals_says_so(cast: Cast, login: Login) -> None:
    path = f"/accounts/{make_account('Anker Werft AG').public_id}/"

    assert "No partner has had a registration approved for this customer." in main(login(cast.pam).get(path))
    assert "This customer is protected for nobody at present." in main(login(cast.seller).get(path))


# A partner's page


def test_partner_page_shows_what_is_open(cast: Cast, login: Login) -> None:
    made = make_registration(cast.helix)
    make_approved(cast.helix)
    make_draft(cast.helix)

    response = login(cast.pam2).get(f"/partners/{cast.helix.organisation.public_id}/")

    assert "Open 2 Open pipeline €172.8K Protected now 1 Registered 2 Won this year 0" in main(response)
    assert made.customer_name in main(response)
    assert f'href="/deals/?partner={cast.helix.organisation.public_id}"' in html(response)


def test_partner_page_shows_nothing_of_deals_to_those_who_read_none(cast: Cast, login: Login) -> None:
    made = make_registration(cast.helix)

    for user in (cast.seller, cast.finance):
        said = main(login(user).get(f"/partners/{cast.helix.organisation.public_id}/"))
        assert [word for word in (made.customer_name, "pipeline") if word in said] == []


# The questions behind them


def test_standing_of_nothing_is_nothing(cast: Cast) -> None:
    found = standing(Registration.objects.none(), database_now())

    assert (found.open, found.waiting, found.protected, found.won, found.registered) == (0, 0, 0, 0, 0)
    assert (found.pipeline, found.won_value, found.next_due_at, found.next_end_at) == ([], [], None, None)


def test_standing_counts_and_adds_by_currency(cast: Cast) -> None:
    waiting = make_registration(cast.helix, value=Decimal(100), currency="USD")
    approved = make_approved(cast.helix, value=Decimal(300))
    make_draft(cast.helix, value=Decimal(999))
    win(cast.helix, value=Decimal(50))
    old = win(cast.helix, value=Decimal(70))
    Registration.objects.filter(pk=old.pk).update(closed_on=old.closed_on - timedelta(days=800))  # type: ignore[operator]

    found = standing(Registration.objects.all(), database_now())

    assert (found.open, found.waiting, found.protected, found.won, found.registered) == (2, 1, 1, 1, 4)
    assert found.pipeline == [Money(Decimal("300.00"), "EUR"), Money(Decimal("100.00"), "USD")]
    assert found.won_value == [Money(Decimal("50.00"), "EUR")]
    assert (found.next_due_at, found.next_end_at) == (waiting.decision_due_at, approved.protected_until)


def test_desk_takes_the_median_of_thirty_days(cast: Cast) -> None:
    now = database_now()
    for hours, ago in ((2, 1), (10, 2), (30, 3), (500, 40)):
        made = make_approved(cast.helix)
        decided = now - timedelta(days=ago)
        since = decided - timedelta(hours=hours)
        Registration.objects.filter(pk=made.pk).update(submitted_at=since, decided_at=decided)

    found = desk(Registration.objects.all(), now, now + timedelta(hours=5))

    assert (found.decided, found.median_hours) == (3, Decimal("10.0"))


def test_desk_tells_today_from_overdue(cast: Cast) -> None:
    now = database_now()
    for hours in (-1, 2, 4, 30):
        made = make_registration(cast.helix)
        Registration.objects.filter(pk=made.pk).update(decision_due_at=now + timedelta(hours=hours))

    found = desk(Registration.objects.all(), now, now + timedelta(hours=5))

    assert (found.waiting, found.due_today, found.overdue) == (4, 2, 1)


def test_most_urgent_leaves_out_what_has_ended(cast: Cast) -> None:
    win(cast.helix)
    draft = make_draft(cast.helix)

    assert most_urgent(Registration.objects.all(), database_now(), 5) == [draft]


def test_colleague_who_has_left_is_not_offered(cast: Cast) -> None:
    made = make_registration(cast.helix)
    assert list(colleagues_to_share_with(made)) == [cast.helix.engineer]

    Membership.objects.filter(user=cast.helix.engineer).update(ended_at=database_now())

    assert list(colleagues_to_share_with(made)) == []


def test_colleague_who_became_a_rep_is_not_offered(cast: Cast) -> None:
    made = make_registration(cast.helix)

    Membership.objects.filter(user=cast.helix.engineer).update(roles=["presales_engineer", "sales_rep"])

    assert list(colleagues_to_share_with(made)) == []
