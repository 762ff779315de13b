"""The list of registrations: whose, which, how many queries, and what leaves the house as a file."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deals.decisions import actions as decisions
from deals.registrations import actions
from deals.registrations.models import Registration
from prm.clocks.database import database_now
from tests.deals.portal.conftest import Login
from tests.deals.portal.reading import html, main, rows, text
from tests.factories import Cast, make_account, make_approved, make_asked, make_draft, make_registration


def listed(client: Client, **query: str) -> list[str]:
    """References of the list, in its order."""
    response = client.get("/deals/", query)
    assert response.status_code == 200
    return [row.rpartition(" ")[2] for row in rows(response)]


def references(*registrations: Registration) -> list[str]:
    return [registration.reference for registration in registrations]


def exported(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


@contextmanager
def counted() -> Iterator[CaptureQueriesContext]:
    with CaptureQueriesContext(connection) as captured:
        yield captured


# Whose


def test_partner_sees_the_own_organisation_alone(cast: Cast, login: Login) -> None:
    own, colleague = make_registration(cast.helix), make_registration(cast.helix, by=cast.helix.admin)
    draft = make_draft(cast.helix)
    make_registration(cast.orbit)

    for user in (cast.helix.rep, cast.helix.admin, cast.helix.marketing):
        assert sorted(listed(login(user))) == sorted(references(own, colleague, draft))


def test_engineer_sees_what_is_shared(cast: Cast, login: Login) -> None:
    shared, _other = make_registration(cast.helix), make_registration(cast.helix)
    client = login(cast.helix.engineer)
    assert "Nothing is shared with you yet" in main(client.get("/deals/"))

    now = database_now()
    actions.share(registration=shared, colleague=cast.helix.engineer, by=cast.helix.rep, now=now)

    assert listed(client) == references(shared)


def test_vendor_sees_all_but_drafts(cast: Cast, login: Login) -> None:
    made = [make_registration(cast.helix), make_registration(cast.orbit)]
    make_draft(cast.helix)

    for user in (cast.pam, cast.pam2, cast.admin, cast.executive):
        assert sorted(listed(login(user))) == sorted(references(*made))


def test_finance_sees_won_deals_alone(cast: Cast, login: Login) -> None:
    won = make_approved(cast.helix)
    make_approved(cast.helix)
    now = database_now()
    actions.win(registration=won, closed_on=now.date(), early_reason="Signed at once.", by=cast.helix.rep, now=now)

    assert listed(login(cast.finance)) == references(won)


def test_seller_sees_the_deals_of_own_accounts(cast: Cast, login: Login) -> None:
    account = make_account("Müller Logistik GmbH", owner=cast.seller)
    mine = make_registration(cast.helix)
    decisions.approve(registration=mine, account=account.public_id, by=cast.pam, now=database_now())
    make_approved(cast.orbit)

    assert listed(login(cast.seller)) == references(mine)


def test_expert_has_no_list(cast: Cast, login: Login) -> None:
    assert login(cast.expert).get("/deals/").status_code == 403


def test_stranger_is_asked_to_log_in(db: None) -> None:
    response = Client().get("/deals/")

    assert (response.status_code, response["Location"]) == (302, "/auth/login/?next=/deals/")


# What it shows


def test_row_tells_where_a_deal_stands(cast: Cast, login: Login) -> None:
    approved = make_approved(cast.helix, cast.products["fleet-cloud"], cast.products["telematics"])

    said = main(login(cast.helix.rep).get("/deals/"))

    assert f"{approved.customer_name} {approved.reference} Fleet Cloud, Telematics €86,400" in said
    assert "· 90 days" in said
    assert "Approved" in said


def test_protection_that_ends_soon_says_so(cast: Cast, login: Login) -> None:
    # At noon, so that no change of the clocks in between moves it to another day.
    noon = database_now().astimezone(ZoneInfo("Europe/Berlin")).replace(hour=12)
    made = make_approved(cast.helix, now=noon - timedelta(days=84))

    said = main(login(cast.helix.rep).get("/deals/"))

    assert "· 6 days Ends soon" in said
    assert made.customer_name in said


def test_vendor_reads_partner_and_due_date(cast: Cast, login: Login) -> None:
    late = make_registration(cast.helix)
    Registration.objects.filter(pk=late.pk).update(decision_due_at=database_now() - timedelta(hours=1))
    make_asked(cast.orbit)

    said = main(login(cast.pam).get("/deals/"))

    assert "Helix Systems" in said
    assert "· overdue" in said
    assert "waits for the partner" in said


def test_partner_reads_no_column_of_the_vendor(cast: Cast, login: Login) -> None:
    make_registration(cast.helix)

    said = main(login(cast.helix.rep).get("/deals/"))

    assert "Decision due" not in said
    assert "Partner Products" not in said


def test_empty_list_teaches_the_first_step(cast: Cast, login: Login) -> None:
    response = login(cast.helix.rep).get("/deals/")

    assert "Register your first deal" in main(response)
    assert html(response).count('href="/deals/new/"') == 2


def test_filters_that_fit_nothing_offer_the_whole_list(cast: Cast, login: Login) -> None:
    make_registration(cast.helix)

    response = login(cast.helix.rep).get("/deals/", {"state": "won"})

    assert "Nothing matches" in main(response)
    assert 'href="/deals/?view=all">Clear the filters' in html(response)


def test_names_are_shown_as_text(cast: Cast, login: Login) -> None:
    make_registration(cast.helix, customer_name="<b onclick=x>Müller</b> & <script>alert(1)</script>")

    for user in (cast.helix.rep, cast.pam):
        page = html(login(user).get("/deals/"))
        assert "<script>alert" not in page
        assert "&lt;b onclick=x&gt;Müller&lt;/b&gt; &amp;" in page


# Which


def test_state_narrows_the_list(cast: Cast, login: Login) -> None:
    draft, waiting, approved = make_draft(cast.helix), make_registration(cast.helix), make_approved(cast.helix)
    client = login(cast.helix.rep)

    assert listed(client, state="draft") == references(draft)
    assert listed(client, state="submitted") == references(waiting)
    assert listed(client, state="open") == references(approved, waiting)


def test_search_finds_customer_reference_and_partner(cast: Cast, login: Login) -> None:
    first = make_registration(cast.helix, customer_name="Anker Werft AG")
    second = make_registration(cast.orbit)
    client = login(cast.pam)

    assert listed(client, q="werft") == references(first)
    assert listed(client, q=second.reference.lower()) == references(second)
    assert listed(client, q="orbit") == references(second)


def test_product_and_partner_narrow_the_list(cast: Cast, login: Login) -> None:
    fleet = make_registration(cast.helix, cast.products["fleet-cloud"], cast.products["telematics"])
    route = make_registration(cast.orbit, cast.products["route-planner"])
    client = login(cast.pam)

    assert listed(client, product="telematics") == references(fleet)
    assert listed(client, partner=cast.orbit.organisation.public_id) == references(route)
    assert listed(client, partner=cast.orbit.organisation.public_id, product="telematics") == []


def test_only_mine_is_what_i_registered(cast: Cast, login: Login) -> None:
    mine = make_registration(cast.helix)
    make_registration(cast.helix, by=cast.helix.admin)

    assert listed(login(cast.helix.rep), mine="1") == references(mine)


def test_my_partners_are_those_i_look_after(cast: Cast, login: Login) -> None:
    cast.orbit.partner.pam = cast.pam2
    cast.orbit.partner.save()
    make_registration(cast.helix)
    other = make_registration(cast.orbit)

    assert listed(login(cast.pam2), mine="1") == references(other)


def test_due_dates_narrow_and_order_the_list(cast: Cast, login: Login) -> None:
    now = database_now()
    later, late = make_registration(cast.helix), make_registration(cast.orbit)
    make_asked(cast.helix)
    make_approved(cast.helix)
    Registration.objects.filter(pk=late.pk).update(decision_due_at=now - timedelta(hours=1))
    client = login(cast.pam)

    assert listed(client, due="waiting") == references(late, later)
    assert listed(client, due="overdue") == references(late)
    assert listed(client, due="today") == []


@pytest.mark.parametrize(
    "query",
    [
        *({"state": "nonsense"}, {"product": "nonsense"}, {"partner": "org_nonsense"}, {"due": "never"}),
        *({"mine": "2"}, {"cursor": "nonsense"}, {"q": "x" * 101}),
    ],
)
def test_unknown_filter_is_not_there(cast: Cast, login: Login, query: dict[str, str]) -> None:
    assert login(cast.pam).get("/deals/", query).status_code == 404


def test_partner_cannot_ask_about_another_partner(cast: Cast, login: Login) -> None:
    make_registration(cast.orbit)
    mine = make_registration(cast.helix)

    assert listed(login(cast.helix.rep), partner=cast.orbit.organisation.public_id) == references(mine)


def test_vendor_cannot_ask_for_drafts(cast: Cast, login: Login) -> None:
    assert login(cast.pam).get("/deals/", {"state": "draft"}).status_code == 404


def test_fragment_holds_the_rows_and_the_way_to_export_them(cast: Cast, login: Login) -> None:
    made = make_registration(cast.helix)

    response = login(cast.helix.rep).get("/deals/", {"state": "open"}, headers={"HX-Request": "true"})

    assert "<html" not in html(response)
    assert made.reference in text(response)
    assert 'id="export" hx-swap-oob="true"' in html(response)
    assert 'href="/deals/export/?state=open"' in html(response)


# How many


def test_list_is_read_page_by_page(cast: Cast, login: Login) -> None:
    made = [make_registration(cast.helix) for _ in range(3)]
    for number in range(24):
        copy_of(made[0], number)
    client = login(cast.helix.rep)

    first = client.get("/deals/")
    assert (len(rows(first)), 'rel="next"' in html(first), 'rel="prev"' in html(first)) == (25, True, False)
    second = client.get(html(first).partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&"))
    assert (len(rows(second)), 'rel="next"' in html(second), 'rel="prev"' in html(second)) == (2, False, True)
    assert len({*rows(first), *rows(second)}) == 27


def copy_of(registration: Registration, number: int) -> Registration:
    """Another draft like it, without going through the verbs."""
    lines = list(registration.lines.all())
    made = Registration.objects.create(
        partner=registration.partner,
        reference=f"DR-9{number:05d}",
        created_at=registration.created_at - timedelta(minutes=number),
        created_by=registration.created_by,
        customer_name=f"Customer {number}",
    )
    for line in lines:
        made.lines.create(product=line.product, quantity=1)
    return made


@pytest.mark.parametrize("who", ["rep", "pam"])
@pytest.mark.parametrize("path", ["/deals/", "/deals/export/"])
def test_queries_do_not_grow_with_the_rows(cast: Cast, login: Login, who: str, path: str) -> None:
    client = login(cast.helix.rep if who == "rep" else cast.pam)
    counts = []
    make_registration(cast.helix)
    for more in (0, 9, 10):
        for _ in range(more):
            make_registration(cast.helix, cast.products["telematics"])
        with counted() as captured:
            response = client.get(path)
            b"".join(response.streaming_content if response.streaming else [response.content])
        counts.append(len(captured))

    assert counts[0] == counts[1] == counts[2]
    assert counts[0] <= 14


# As a file


def test_export_holds_what_is_filtered(cast: Cast, login: Login) -> None:
    make_registration(cast.helix)
    approved = make_approved(cast.helix, cast.products["fleet-cloud"], external_id="HX-1")

    response = login(cast.helix.rep).get("/deals/export/", {"state": "approved"})
    [row] = exported(response)

    assert response["Content-Disposition"] == 'attachment; filename="deals.csv"'
    assert (row["Reference"], row["State"], row["Customer"]) == (
        *(approved.reference, "Approved", approved.customer_name),
    )
    assert (row["Products"], row["Value"], row["Currency"], row["Own CRM id"]) == (
        *("Fleet Cloud × 1", "86400.00", "EUR", "HX-1"),
    )
    assert approved.protected_until is not None
    assert row["Protected until"] == approved.protected_until.isoformat()


def test_export_holds_no_formula(cast: Cast, login: Login) -> None:
    make_registration(cast.helix, customer_name='=HYPERLINK("http://evil")', external_id="+1", customer_city="@x")

    [row] = exported(login(cast.pam).get("/deals/export/"))

    assert (row["Customer"], row["Own CRM id"], row["City"]) == ('\'=HYPERLINK("http://evil")', "'+1", "'@x")


def test_export_of_a_partner_holds_the_own_rows_alone(cast: Cast, login: Login) -> None:
    own = make_registration(cast.helix)
    make_registration(cast.orbit)

    assert [row["Reference"] for row in exported(login(cast.helix.admin).get("/deals/export/"))] == [own.reference]


@pytest.mark.parametrize("who", ["executive", "finance", "seller", "expert"])
def test_export_is_not_for_those_who_only_look(cast: Cast, login: Login, who: str) -> None:
    client = login(getattr(cast, who))

    assert client.get("/deals/export/").status_code == 403
    assert "deals/export/" not in html(client.get("/deals/"))


def test_export_of_an_unknown_filter_is_not_there(cast: Cast, login: Login) -> None:
    assert login(cast.pam).get("/deals/export/", {"state": "nonsense"}).status_code == 404
