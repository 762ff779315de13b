"""The portal's pages of customers."""

import csv
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partners.customers.actions import update_account
from partners.customers.rows import COLUMNS
from partners.models import Account
from prm.accounts.models import User
from prm.clocks.database import database_now
from tests.factories import Cast, make_account

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, name: str, *args: str, **query: str) -> str:
    response = browser(user).get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def listed(user: User, **query: str) -> list[str]:
    response = browser(user).get(reverse("accounts"), query)
    assert response.status_code == 200
    return [account.name for account in response.context["page"].rows]


def sent(**changes: Any) -> dict[str, Any]:
    return {"name": "Acme GmbH", "country": "DE", **changes}


def test_list_shows_customers_by_name_with_owner_and_marks(cast: Cast) -> None:
    make_account("Zeta")
    make_account("Ägypten Reisen", website="www.aegypten.com", owner=cast.seller, named_account=True)

    html = page(cast.admin, "accounts")

    assert listed(cast.admin) == ["Ägypten Reisen", "Zeta"]
    assert all(text in html for text in ("aegypten.com", cast.seller.name, "Named account", "Germany"))


def test_list_of_a_seller_hides_what_is_not_the_own(cast: Cast) -> None:
    make_account("Other", website="canary.com", owner=cast.admin, named_account=True, city="Kiel")
    make_account("Own", website="own.com", owner=cast.seller)

    html = page(cast.seller, "accounts")

    assert "Kiel" in html
    assert "own.com" in html
    assert "canary.com" not in html
    assert cast.admin.name not in html


def test_list_filters_by_what_the_address_says(cast: Cast) -> None:
    make_account("Müller Logistik", country="DE", owner=cast.seller)
    make_account("Mueller Bau", country="FR", named_account=True)

    assert listed(cast.admin, q="müller log") == ["Müller Logistik"]
    assert listed(cast.admin, country="FR") == listed(cast.admin, named="yes") == ["Mueller Bau"]
    assert listed(cast.admin, named="no") == listed(cast.admin, owner=cast.seller.public_id) == ["Müller Logistik"]
    assert listed(cast.seller, mine="on") == ["Müller Logistik"]
    assert listed(cast.admin, country="ZZ", owner="nonsense", named="perhaps") == ["Mueller Bau", "Müller Logistik"]


def test_fragment_is_the_table_alone(cast: Cast) -> None:
    make_account("Acme")

    html = browser(cast.admin).get(reverse("accounts"), {"q": "acme"}, headers=HTMX).content.decode()

    assert "Acme" in html
    assert "<html" not in html
    # What is exported follows what is shown.
    assert 'id="export" hx-swap-oob="true"' in html
    assert 'href="/accounts/export/?q=acme"' in html


def test_pages_follow_each_other_in_both_directions(cast: Cast) -> None:
    for number in range(30):
        make_account(f"Customer {number:02}")
    client = browser(cast.admin)

    first = client.get(reverse("accounts")).context["page"]
    second = client.get(first.next_url).context["page"]

    assert [account.name for account in second.rows] == [f"Customer {number}" for number in range(25, 30)]
    assert [account.pk for account in client.get(second.previous_url).context["page"].rows] == [
        row.pk for row in first.rows
    ]
    assert client.get(reverse("accounts"), {"cursor": "forged"}).status_code == 404


def test_empty_list_says_what_to_do_first(cast: Cast) -> None:
    assert 'href="/accounts/imports/">Import customers' in page(cast.admin, "accounts")
    assert "No customer is like that" in page(cast.admin, "accounts", q="nothing")


def exported(user: User, **query: str) -> list[list[str]]:
    response = browser(user).get(reverse("accounts-export"), query)
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline="")))


def test_export_is_what_the_list_shows_and_an_import_takes(cast: Cast) -> None:
    make_account("=1+1", external_id="x1", city="Kiel", website="acme.com", owner=cast.seller, named_account=True)
    make_account("Bolt", country="FR")

    assert exported(cast.admin, country="DE") == [
        list(COLUMNS),
        ["x1", "'=1+1", "DE", "Kiel", "acme.com", "", "seller@vendor.example", "yes", ""],
    ]


def test_export_of_a_seller_hides_what_is_not_the_own(cast: Cast) -> None:
    make_account("Other", external_id="x1", city="Kiel", website="canary.com", owner=cast.admin)

    assert exported(cast.seller)[1:] == [["", "Other", "DE", "Kiel", "", "", "", "", ""]]


def test_page_shows_facts_family_and_history(cast: Cast) -> None:
    parent = make_account("Group")
    account = make_account("Acme", parent=parent, former_names=["Alt AG"], tax_number="DE136695976", owner=cast.seller)

    html = page(cast.pam, "account", account.public_id)

    assert all(text in html for text in ("Group", "Alt AG", "DE136695976", cast.seller.name, "Customer created"))
    assert "Acme" in page(cast.pam, "account", parent.public_id)
    assert reverse("account-edit", args=[account.public_id]) not in html


def test_page_of_a_colleagues_customer_tells_a_seller_who_and_where(cast: Cast) -> None:
    account = make_account("Acme", city="Kiel", website="canary.com", tax_number="DE136695976", owner=cast.admin)

    html = page(cast.seller, "account", account.public_id)

    assert "Kiel" in html
    assert not any(text in html for text in ("canary.com", "DE136695976", "Customer created"))


def test_customers_do_not_exist_for_partners(cast: Cast) -> None:
    account = make_account()
    for name, args in (
        ("accounts", []),
        ("accounts-export", []),
        ("account-new", []),
        ("account", [account.public_id]),
    ):
        response = browser(cast.helix.admin).get(reverse(name, args=args))
        assert response.status_code == 403
        assert account.name not in response.content.decode()


def test_missing_customer_is_not_found(cast: Cast) -> None:
    assert browser(cast.admin).get(reverse("account", args=["acc_nothing"])).status_code == 404
    assert browser(cast.admin).get(reverse("account-edit", args=["acc_nothing"])).status_code == 404


def test_customer_is_created_by_an_administrator_for_a_seller(cast: Cast) -> None:
    given = sent(
        website="acme.com", owner=cast.seller.public_id, former_names="Alt AG\n\nÄlter AG\nAlt AG", segment="enterprise"
    )

    response = browser(cast.admin).post(reverse("account-new"), given)

    account = Account.objects.get()
    assert response.headers["Location"] == reverse("account", args=[account.public_id])
    assert (account.owner, account.former_names, account.external_id) == (cast.seller, ["Alt AG", "Älter AG"], None)


def test_seller_creates_for_oneself(cast: Cast) -> None:
    assert "owner" not in browser(cast.seller).get(reverse("account-new")).context["form"].fields

    browser(cast.seller).post(reverse("account-new"), sent(owner=cast.admin.public_id))

    assert Account.objects.get().owner == cast.seller


def test_company_that_is_known_already_is_shown_before_it_is_created_twice(cast: Cast) -> None:
    known = make_account("ACME")
    client = browser(cast.admin)

    refused = client.post(reverse("account-new"), sent())
    created = client.post(reverse("account-new"), sent(known_anyway="on"))

    assert refused.status_code == 400
    assert reverse("account", args=[known.public_id]) in refused.content.decode()
    assert (created.status_code, Account.objects.count()) == (302, 2)


def test_second_click_creates_nothing(cast: Cast) -> None:
    client = browser(cast.admin)
    nonce = client.get(reverse("account-new")).context["form"]["form_nonce"].value()

    for _click in range(2):
        client.post(reverse("account-new"), sent(form_nonce=nonce, known_anyway="on"))

    assert Account.objects.count() == 1


REFUSED = [
    ("name", ""),
    ("country", "ZZ"),
    ("website", "javascript:alert(1)"),
    ("segment", "nobles"),
    ("owner", "usr_nobody"),
    ("parent", "acc_nothing"),
    ("customer_since", "tomorrow"),
    ("former_names", "\n".join(f"Name {number}" for number in range(41))),
    ("external_id", "taken"),
]


@pytest.mark.parametrize(("field", "value"), REFUSED)
def test_input_that_cannot_be_taken_is_refused_at_its_field(cast: Cast, field: str, value: str) -> None:
    make_account("Other", external_id="taken")

    response = browser(cast.admin).post(reverse("account-new"), sent(**{field: value, "city": "What was typed"}))

    assert response.status_code == 400
    assert "What was typed" in response.content.decode()
    assert list(response.context["form"].errors) == [field]
    assert Account.objects.count() == 1


def test_owner_changes_the_own_customer_and_clears_fields(cast: Cast) -> None:
    parent = make_account("Group", external_id="G1")
    account = make_account("Acme", owner=cast.seller, city="Kiel", former_names=["Alt"])
    form = browser(cast.seller).get(reverse("account-edit", args=[account.public_id])).context["form"]
    assert (form["former_names"].value(), form["version"].value()) == ("Alt", 1)

    given = sent(name="Acme Holding", parent="G1", version="1")
    browser(cast.seller).post(reverse("account-edit", args=[account.public_id]), given)

    account.refresh_from_db()
    assert (account.name, account.city, account.former_names, account.parent, account.owner, account.version) == (
        "Acme Holding",
        "",
        [],
        parent,
        cast.seller,
        2,
    )


def test_change_of_what_somebody_else_changed_meanwhile_is_refused(cast: Cast) -> None:
    account = make_account("Acme")
    update_account(account=account, values={"city": "Bonn"}, by=cast.admin, now=database_now())

    response = browser(cast.admin).post(
        reverse("account-edit", args=[account.public_id]), sent(version="1", city="Jena")
    )

    assert response.status_code == 400
    assert "Somebody else has changed this customer meanwhile." in response.content.decode()
    assert Account.objects.get().city == "Bonn"


def test_who_may_not_change_a_customer_is_told_so(cast: Cast) -> None:
    account = make_account(owner=cast.admin)

    for person in (cast.pam, cast.seller, cast.executive):
        assert browser(person).post(reverse("account-edit", args=[account.public_id]), sent()).status_code == 403
    assert browser(cast.pam).get(reverse("account-new")).status_code == 403


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_number_of_queries_does_not_depend_on_the_number_of_rows(cast: Cast) -> None:
    client = browser(cast.admin)
    parent = make_account("Group", owner=cast.seller)
    detail = reverse("account", args=[parent.public_id])
    queries(client, detail)
    counts = []
    for wanted in (1, 10, 100):
        while Account.objects.count() < wanted:
            make_account(owner=cast.seller, parent=parent)
        counts.append((queries(client, reverse("accounts")), queries(client, detail)))

    assert counts == [counts[0]] * 3
