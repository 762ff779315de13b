"""Overlaps, lists and what can be shown: what stands in files, what narrows them, and who may show what."""

from datetime import date
from typing import Any

import pytest
from django.http import Http404, QueryDict
from django.test import Client

from deals.mapping import actions
from deals.mapping.listing import ACCOUNTS, HEADER, LISTED, LISTED_ROWS, LISTING, LISTS, ROWS, SHOWN
from deals.mapping.models import MappedList, MappedRow, SharedAccount
from deals.mapping.selectors import meant, own_accounts, samples
from deals.registrations.actions import lose
from partners.models import Account
from prm.accounts.models import User
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.portal.listings import Listing
from tests.deals.mapping.test_mapping import HEADER as COLUMNS
from tests.deals.mapping.test_mapping import MUELLER, NOBODY, brought, browser, ours, show
from tests.factories import Cast, make_account, make_approved, make_token


def rows(listing: Listing, user: User, query: str = "") -> list[dict[str, Any]]:
    found = listing.cells(listing.found(user, QueryDict(query)), user)
    return [dict(zip(listing.header, cells, strict=True)) for cells in found]


def agreed(cast: Cast, **changes: Any) -> tuple[MappedList, Account]:
    """The list of Helix and our customer, which both sides show."""
    account = ours(cast, **changes)
    given = show(brought(cast.helix))
    actions.show_accounts(partner=cast.helix.partner, accounts=[account.public_id], by=cast.seller, now=database_now())
    return given, account


def test_overlap_stands_in_the_file_of_both_with_the_same_words(cast: Cast) -> None:
    agreed(cast, customer_since=date(2020, 1, 1))
    (told,) = rows(LISTING, cast.helix.rep)

    assert told == {
        "Partner": "Helix Systems",
        "Partner's customer": MUELLER[0],
        "Country": "DE",
        "Relation": "Prospect",
        "Looked after by the partner's": "Ina Roth",
        "Vendor's customer": "Müller Logistik GmbH",
        "Owner": str(cast.seller),
        "Customer since": date(2020, 1, 1),
        "Registration": "",
    }
    assert tuple(told) == HEADER
    for reader in (cast.seller, cast.pam, cast.helix.marketing, cast.executive):
        assert rows(LISTING, reader) == [told]
    assert rows(LISTING, cast.orbit.admin) == []


def test_overlap_leads_to_the_newest_deal_that_its_reader_may_read(cast: Cast) -> None:
    """The rival's registration for the same customer is nobody's but its own."""
    _given, account = agreed(cast)
    about = {"customer_name": account.name, "customer_website": account.website}
    first = make_approved(cast.helix, cast.products["fleet-cloud"], **about)
    first = lose(registration=first, reason="price", by=cast.helix.rep, now=database_now())
    assert first.account == account
    second = make_approved(cast.orbit, cast.products["fleet-cloud"], **about)
    third = make_approved(cast.helix, cast.products["telematics"], **about)

    assert second.account == third.account == account
    for reader in (cast.helix.rep, cast.seller, cast.pam):
        assert [row["Registration"] for row in rows(LISTING, reader)] == [third.reference]
    page = browser(cast.helix.rep).get("/mapping/").text
    assert second.reference not in page
    assert f"{third.get_absolute_url()}co-sell/" in page


def test_filters_narrow_overlaps(cast: Cast) -> None:
    agreed(cast)
    table = [
        (cast.pam, "", 1),
        (cast.pam, "q=müller", 1),
        (cast.pam, "q=nobody", 0),
        (cast.pam, "relation=prospect", 1),
        (cast.pam, "relation=customer", 0),
        (cast.pam, "relation=nonsense", 1),
        (cast.pam, f"partner={cast.helix.organisation.public_id}", 1),
        (cast.pam, f"partner={cast.orbit.organisation.public_id}", 0),
        (cast.helix.rep, f"partner={cast.orbit.organisation.public_id}", 1),
        (cast.helix.rep, "q=GmbH&relation=prospect", 1),
    ]

    assert [len(rows(LISTING, user, query)) for user, query, _number in table] == [number for *_, number in table]
    client = browser(cast.pam)
    assert "No overlap is like that" in client.get("/mapping/?q=nobody").text
    fragment = client.get("/mapping/?q=Logistik", headers={"hx-request": "true"}).text
    assert (MUELLER[0] in fragment, "<html" in fragment) == (True, False)


def test_own_lists_and_rows_as_files(cast: Cast) -> None:
    given = brought(cast.helix, MUELLER, NOBODY, name="kunden 2026.csv")
    (told,) = rows(LISTED, cast.helix.admin)
    assert told == {
        "List": "kunden 2026.csv",
        "At": given.created_at,
        "By": str(cast.helix.rep),
        "State": "Ready",
        "Rows": 2,
        "Not read": 0,
    }
    assert tuple(told) == LISTS
    show(given, given.customers.get(number=3))
    first, second = rows(LISTED_ROWS, cast.helix.rep, f"list={given.public_id}")
    assert tuple(first) == ROWS
    assert tuple(first.values()) == (2, MUELLER[0], "DE", "", "Prospect", "Ina Roth", False)
    assert tuple(second.values()) == (3, NOBODY[0], "DE", "", "Customer", "", True)
    assert rows(LISTED, cast.orbit.admin) == rows(LISTED_ROWS, cast.orbit.admin) == []
    for stranger in (cast.orbit.admin, cast.pam, cast.admin):
        with pytest.raises(Http404):
            rows(LISTED_ROWS, stranger, f"list={given.public_id}")


def test_who_may_show_which_customers(cast: Cast) -> None:
    """Sellers their own, the partner's account manager those that nobody owns, an administrator all."""
    mine = make_account("Seller's Works", owner=cast.seller)
    free = make_account("Free Works")
    partner, now = cast.helix.partner, database_now()
    table: list[tuple[User, set[Account]]] = [
        (cast.seller, {mine}),
        (cast.pam, {free}),
        (cast.pam2, set()),
        (cast.admin, {mine, free}),
    ]

    for user, expected in table:
        assert set(own_accounts(user, partner)) == expected, str(user)
    actions.show_accounts(partner=partner, accounts=None, by=cast.seller, now=now)
    query = f"partner={cast.helix.organisation.public_id}"
    assert [tuple(row.values()) for row in rows(SHOWN, cast.admin, query)] == [
        ("Free Works", "DE", "", "", False),
        ("Seller's Works", "DE", "", str(cast.seller), True),
    ]
    assert tuple(rows(SHOWN, cast.admin, query)[0]) == ACCOUNTS
    file = browser(cast.admin).get(f"/mapping/accounts/export/?{query}")
    assert (file.status_code, b"Free Works" in b"".join(file)) == (200, True)  # type: ignore[call-overload]
    page = browser(cast.admin).get(f"/mapping/accounts/?{query}").text
    assert f"/mapping/accounts/export/?{query}" in page
    other = f"partner={cast.orbit.organisation.public_id}"
    assert [row["Shown to the partner"] for row in rows(SHOWN, cast.admin, other)] == [False, False]
    assert rows(SHOWN, cast.admin) == []
    with pytest.raises(Http404):
        rows(SHOWN, cast.admin, "partner=org_nothing")


def test_what_we_show_is_an_event_that_no_partner_reads(cast: Cast) -> None:
    account = ours(cast)
    given = {"partner": cast.helix.partner, "accounts": [account.public_id], "by": cast.seller}
    actions.show_accounts(**given, now=database_now())
    actions.hide_accounts(**given, now=database_now())
    api = Client(headers={"authorization": f"Bearer {make_token(cast.helix.admin)}"})
    events = Event.objects.filter(kind__startswith="mapping.accounts").order_by("pk")

    assert [(event.kind, event.organisation_id, event.data) for event in events] == [
        ("mapping.accounts_shown", None, {"count": 1, "ids": [account.public_id]}),
        ("mapping.accounts_hidden", None, {"count": 1, "ids": [account.public_id]}),
    ]
    assert account.public_id not in api.get("/api/v1/events").text
    assert browser(cast.admin).get("/audit/").status_code == 200


def test_many_are_counted_and_not_named_in_events(cast: Cast) -> None:
    many = [[f"Kunde {number} Werk", "DE", "", "", ""] for number in range(actions.MOST_NAMED + 1)]
    show(brought(cast.helix, *many))

    assert Event.objects.get(kind="mapping.shown").data == {"count": actions.MOST_NAMED + 1}


def test_columns_are_remembered_for_the_same_titles_of_the_same_partner(cast: Cast) -> None:
    header = ["Alpha", "Beta"]
    now, by = database_now(), cast.helix.rep
    made = actions.bring(name="x", header=header, rows=[["Acme", "DE"]], by=by, now=now)
    assert (made.columns, samples(made)) == (["", ""], [["Acme"], ["DE"]])
    actions.start(given=made, columns=["name", "country"], by=by, now=now)

    again = actions.bring(name="y", header=header, rows=[["Bolt", "DE"]], by=by, now=now)
    assert again.columns == ["name", "country"]
    assert meant(header, cast.orbit.partner, ("name", "country")) == ["", ""]


def test_seller_who_loses_a_customer_sees_its_overlaps_no_more(cast: Cast) -> None:
    """What was shown stays shown: it is the programme's word, and its new owner may take it back."""
    given, account = agreed(cast)
    Account.objects.filter(pk=account.pk).update(owner=None)

    assert rows(LISTING, cast.seller) == []
    assert len(rows(LISTING, cast.helix.rep)) == 1
    hide = {"partner": cast.helix.partner, "accounts": [account.public_id], "now": database_now()}
    assert actions.hide_accounts(**hide, by=cast.pam) == 1
    assert rows(LISTING, cast.helix.rep) == []
    assert MappedRow.objects.get(of=given, number=2).is_shared
    assert not SharedAccount.objects.exists()


def test_pages_are_for_those_who_may_and_teach_the_first_step(cast: Cast) -> None:
    table = [
        (cast.helix.rep, "/mapping/", 200, "Your lists"),
        (cast.helix.marketing, "/mapping/", 200, "No overlaps yet"),
        (cast.helix.engineer, "/mapping/", 403, ""),
        (cast.seller, "/mapping/", 200, "What partners may see"),
        (cast.executive, "/mapping/", 200, "No overlaps yet"),
        (cast.finance, "/mapping/", 403, ""),
        (cast.helix.rep, "/mapping/lists/", 200, "No lists yet"),
        (cast.pam, "/mapping/lists/", 403, ""),
        (cast.seller, "/mapping/accounts/", 200, "Choose a partner first."),
        (cast.executive, "/mapping/accounts/", 403, ""),
        (cast.helix.admin, "/mapping/accounts/", 403, ""),
    ]

    for user, path, status, sentence in table:
        answer = browser(user).get(path)
        assert (answer.status_code, sentence in answer.text) == (status, True), (str(user), path)
    assert browser(cast.seller).get("/mapping/accounts/?partner=org_nothing").status_code == 404
    body = {"all": "1"}
    assert browser(cast.seller).post("/mapping/accounts/org_nothing/show/", body).status_code == 404
    given = brought(cast.helix)
    colleague = browser(cast.helix.marketing)
    assert colleague.get(given.get_absolute_url()).status_code == 200
    for verb in ("", "show/", "hide/", "delete/"):
        assert colleague.post(f"{given.get_absolute_url()}{verb}", body).status_code == 403
    assert COLUMNS[0] == "name"
