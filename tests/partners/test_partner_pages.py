"""The portal's pages of partners, and what the hall hangs into the shell."""

import csv
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partners.models import Partner
from prm.accounts.models import Invitation, User
from prm.portal.sockets import NAVIGATION, SEARCH, SUBJECTS
from tests.factories import Cast, make_account, make_partner, make_user

pytestmark = pytest.mark.django_db


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, name: str, *args: str) -> str:
    response = browser(user).get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


def listed(user: User, **query: str) -> list[str]:
    response = browser(user).get(reverse("partners"), query)
    assert response.status_code == 200
    return [partner.organisation.name for partner in response.context["page"].rows]


def sent(**changes: Any) -> dict[str, Any]:
    given = {
        "name": "Delta",
        "country": "JP",
        "time_zone": "Asia/Tokyo",
        "model": "isv",
        "size": "small",
        "regions": "jp, KR",
    }
    return {**given, **changes}


def test_list_shows_partners_by_name_and_narrows_down(cast: Cast) -> None:
    make_partner("Delta", pam=None, model="isv", state="suspended")

    assert listed(cast.seller) == ["Delta", "Helix Systems", "Orbit Solutions"]
    assert listed(cast.admin, q="hel") == listed(cast.admin, model="msp") == ["Helix Systems"]
    assert listed(cast.admin, state="suspended") == ["Delta"]
    assert listed(cast.admin, pam=cast.pam.public_id) == ["Helix Systems", "Orbit Solutions"]
    assert listed(cast.admin, model="bank", pam="nobody") == ["Delta", "Helix Systems", "Orbit Solutions"]
    assert "Suspended" in page(cast.admin, "partners")


def test_fragment_is_the_table_alone(cast: Cast) -> None:
    html = browser(cast.admin).get(reverse("partners"), headers={"HX-Request": "true"}).content.decode()

    assert "Helix Systems" in html
    assert "<html" not in html


def test_export_is_what_the_list_shows(cast: Cast) -> None:
    response = browser(cast.admin).get(reverse("partners-export"), {"model": "msp"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")

    assert list(csv.reader(StringIO(text, newline="")))[1:] == [
        ["Helix Systems", "DE", "MSP", "Small (10 to 49)", "Active", cast.pam.name, "2025-01-01"]
    ]


def test_page_shows_profile_people_and_history(cast: Cast) -> None:
    Partner.objects.filter(pk=cast.helix.partner.pk).update(regions=["DE", "AT"], segments=["enterprise"])

    html = page(cast.pam2, "partner", cast.helix.partner.public_id)

    for text in ("Helix Systems", "MSP", "Germany", "Austria", "Enterprise", "rep@helix.example", "Sales rep"):
        assert text in html
    assert reverse("partner-edit", args=[cast.helix.partner.public_id]) not in html


def test_directory_tells_a_seller_who_looks_after_a_partner_and_no_more(cast: Cast) -> None:
    html = page(cast.seller, "partner", cast.helix.partner.public_id)

    assert cast.pam.name in html
    assert "rep@helix.example" not in html


def test_partner_reads_its_own_page_and_no_other(cast: Cast) -> None:
    assert "Helix Systems" in page(cast.helix.engineer, "partner", cast.helix.partner.public_id)

    rival = browser(cast.helix.admin).get(reverse("partner", args=[cast.orbit.partner.public_id]))
    missing = browser(cast.helix.admin).get(reverse("partner", args=["org_nothing"]))
    assert (rival.status_code, missing.status_code) == (404, 404)
    assert "Orbit" not in rival.content.decode()
    assert browser(cast.helix.admin).get(reverse("partners")).status_code == 403
    assert (
        browser(cast.helix.admin).get(reverse("partner-edit", args=[cast.helix.partner.public_id])).status_code == 403
    )


def test_administrator_creates_a_partner_and_invites_its_admin(cast: Cast) -> None:
    given = sent(pam=cast.pam2.public_id, admin_email="first@delta.example", segments=["enterprise", "mid_market"])

    response = browser(cast.admin).post(reverse("partner-new"), given)

    partner = Partner.objects.select_related("organisation").get(organisation__name="Delta")
    assert response.headers["Location"] == reverse("partner", args=[partner.public_id])
    assert (partner.model, partner.regions, partner.segments, partner.pam) == (
        "isv",
        ["JP", "KR"],
        ["enterprise", "mid_market"],
        cast.pam2,
    )
    assert Invitation.objects.get().email == "first@delta.example"


def test_second_click_creates_nothing(cast: Cast) -> None:
    client = browser(cast.admin)
    nonce = client.get(reverse("partner-new")).context["form"]["form_nonce"].value()

    for _click in range(2):
        client.post(reverse("partner-new"), sent(admin_email="first@delta.example", form_nonce=nonce))

    assert Partner.objects.filter(organisation__name="Delta").count() == 1


REFUSED = [
    ("name", ""),
    ("country", "ZZ"),
    ("time_zone", "Mars/Olympus"),
    ("model", "bank"),
    ("size", "huge"),
    ("regions", "DE Germany"),
    ("segments", ["nobles"]),
    ("pam", "usr_nobody"),
    ("executive_sponsor", "usr_nobody"),
    ("admin_email", "nobody"),
]


@pytest.mark.parametrize(("field", "value"), REFUSED)
def test_input_that_cannot_be_taken_is_refused_at_its_field(cast: Cast, field: str, value: Any) -> None:
    given = {"admin_email": "first@delta.example", **sent(**{field: value})}

    response = browser(cast.admin).post(reverse("partner-new"), given)

    assert (response.status_code, list(response.context["form"].errors)) == (400, [field])
    assert Partner.objects.count() == 2


def test_only_an_administrator_creates_partners(cast: Cast) -> None:
    assert [browser(person).get(reverse("partner-new")).status_code for person in (cast.pam, cast.seller)] == [403, 403]


def test_account_manager_changes_the_profile_but_not_the_state(cast: Cast) -> None:
    partner = cast.helix.partner
    url = reverse("partner-edit", args=[partner.public_id])
    assert "state" not in browser(cast.pam).get(url).context["form"].fields

    given = sent(executive_sponsor=cast.executive.public_id, version=str(partner.version), state="suspended")
    browser(cast.pam).post(url, given)

    partner.refresh_from_db()
    assert (partner.organisation.name, partner.regions, partner.executive_sponsor, partner.state) == (
        "Delta",
        ["JP", "KR"],
        cast.executive,
        "active",
    )


def test_administrator_suspends_a_partner(cast: Cast) -> None:
    partner = cast.helix.partner

    browser(cast.admin).post(reverse("partner-edit", args=[partner.public_id]), sent(state="suspended"))

    partner.refresh_from_db()
    assert partner.state == "suspended"


def test_change_of_what_somebody_else_changed_meanwhile_is_refused(cast: Cast) -> None:
    url = reverse("partner-edit", args=[cast.helix.partner.public_id])
    client = browser(cast.pam)
    client.post(url, sent(version="1"))

    response = client.post(url, sent(version="1", size="large"))

    assert response.status_code == 400
    assert "Somebody else has changed this partner meanwhile." in response.content.decode()


def test_administrator_assigns_who_looks_after_a_partner(cast: Cast) -> None:
    url = reverse("partner-pam", args=[cast.helix.partner.public_id])

    for pam in (cast.pam2.public_id, "", cast.seller.public_id):
        assert browser(cast.admin).post(url, {"pam": pam}).status_code == 302
    assert Partner.objects.get(pk=cast.helix.partner.pk).pam is None
    assert browser(cast.pam).post(url, {"pam": cast.pam2.public_id}).status_code == 403
    assert browser(cast.orbit.admin).post(url, {"pam": ""}).status_code == 404


def test_navigation_offers_what_the_person_may_open(cast: Cast) -> None:
    def offered(user: User) -> list[str]:
        return [item.url_name for item in NAVIGATION if item.url_name in {"partners", "accounts"} and item.is_for(user)]

    assert offered(cast.admin) == offered(cast.pam) == offered(cast.seller) == ["partners", "accounts"]
    assert offered(cast.finance) == ["partners"]
    assert offered(cast.expert) == offered(cast.helix.admin) == []


def test_subjects_become_links_for_those_who_may_see_them(cast: Cast) -> None:
    account, partner = make_account("Acme"), cast.helix.partner

    def labels(user: User) -> list[str]:
        found = SUBJECTS["account"](user, [account.public_id, "acc_nothing"]).values()
        return [link.label for link in [*found, *SUBJECTS["partner"](user, [partner.public_id]).values()]]

    assert labels(cast.pam) == ["Acme", "Helix Systems"]
    assert labels(cast.helix.rep) == ["Helix Systems"]
    assert labels(cast.orbit.rep) == []


def test_search_finds_customers_and_partners_for_the_vendor_alone(cast: Cast) -> None:
    make_account("Helix Bau", country="FR")

    def hits(user: User) -> list[tuple[str, str]]:
        found = [*SEARCH["accounts"](user, "helix", 5), *SEARCH["partners"](user, "helix", 5)]
        return [(hit.label, hit.detail) for hit in found]

    assert hits(cast.pam) == [("Helix Bau", "France"), ("Helix Systems", "MSP")]
    assert hits(cast.helix.admin) == []


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_number_of_queries_does_not_depend_on_the_number_of_rows(cast: Cast) -> None:
    client, partner = browser(cast.admin), cast.helix.partner
    detail = reverse("partner", args=[partner.public_id])
    queries(client, detail)
    counts = []
    for wanted in (1, 10, 100):
        for number in range(Partner.objects.count(), wanted):
            make_partner(f"Partner {number}", pam=cast.pam)
            make_user(f"{number}@helix.example", partner.organisation, "sales_rep")
        counts.append((queries(client, reverse("partners")), queries(client, detail)))

    assert counts == [counts[0]] * 3


def test_partner_is_known_by_its_organisation(cast: Cast) -> None:
    assert cast.helix.partner.public_id == cast.helix.organisation.public_id
    assert (str(cast.helix.partner), cast.helix.partner.joined_on) == ("Helix Systems", date(2025, 1, 1))
