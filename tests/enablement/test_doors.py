"""The pages and operations of certificates, as people use them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from enablement.certificates.models import Certificate
from enablement.certification.models import Certification
from enablement.claims.models import Claim
from prm.accounts.models import User
from prm.clocks.database import database_now
from tests.enablement.making import SHOWN, awarded, claimed, make_certification, moved
from tests.factories import Cast, make_token

TYPED = {
    "title": "Dock engineer",
    "competency": "docks",
    "level": "expert",
    "kind": "product",
    "proof": "external",
    "validity_months": "24",
    "renewal_days": "90",
    "grace_days": "30",
    "review_days": "5",
    "reminder_days": "7 30, 90",
}


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def caller(user: User) -> Client:
    return Client(headers={"authorization": f"Bearer {make_token(user)}"})


def today() -> str:
    return database_now().date().isoformat()


def test_certification_is_defined_changed_and_archived(cast: Cast) -> None:
    client, other = browser(cast.admin), make_certification(cast.admin)

    made = client.post("/certifications/offered/new/", {**TYPED, "prerequisites": [other.public_id]})
    row = Certification.objects.get(title="Dock engineer")
    assert made["Location"] == row.get_absolute_url()
    assert (row.reminder_days, list(row.prerequisites.all())) == ([90, 30, 7], [other])

    changed = {**TYPED, "grace_days": "10", "version": "1"}
    assert client.post(f"{row.get_absolute_url()}edit/", changed).status_code == 302
    assert client.post(f"{row.get_absolute_url()}edit/", {**changed, "grace_days": "11"}).status_code == 409
    client.post(f"{row.get_absolute_url()}archive/")
    row.refresh_from_db()
    assert (row.grace_days, row.is_offered, list(row.prerequisites.all())) == (10, False, [])
    assert "Offer it again" in client.get(row.get_absolute_url()).content.decode()
    client.post(f"{row.get_absolute_url()}restore/")
    assert Certification.objects.offered().filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"competency": "No Slug!"}, "competency"),
        ({"reminder_days": "soon"}, "reminder_days"),
        ({"reminder_days": "120"}, "reminder_days"),
        ({"validity_months": "0"}, "validity_months"),
        ({"level": "master"}, "level"),
    ],
)
def test_form_keeps_what_was_typed(cast: Cast, changes: dict[str, str], field: str) -> None:
    answer = browser(cast.admin).post("/certifications/offered/new/", {**TYPED, **changes})

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert 'value="90"' in answer.content.decode()
    assert not Certification.objects.exists()


def test_certificate_is_awarded_once_by_a_double_click(cast: Cast) -> None:
    what, client = make_certification(cast.admin), browser(cast.admin)
    given = {"certification": what.public_id, "user": "rep@helix.example", "earned_on": today()}
    given |= {"form_nonce": "n" * 20}

    first, second = (client.post("/certifications/award/", given) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 302)
    assert Certificate.objects.get().user == cast.helix.rep


@pytest.mark.parametrize("address", ["nobody@x.example", "pam@vendor.example", "no address"])
def test_award_needs_somebody_of_a_partner(cast: Cast, address: str) -> None:
    what = make_certification(cast.admin)
    given = {"certification": what.public_id, "user": address, "earned_on": today()}

    answer = browser(cast.admin).post("/certifications/award/", given)

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["user"])
    assert address in answer.content.decode()


def test_desk_shows_who_ends_when(cast: Cast) -> None:
    what = make_certification(cast.admin, title="Route Planner Sales")
    moved(awarded(cast, cast.helix.rep, what), 30)
    moved(awarded(cast, cast.orbit.rep, what), -3)

    page = browser(cast.admin).get("/certifications/").content.decode()

    for text in (
        "Helix Systems",
        "Orbit Solutions",
        "Renewal open",
        "In grace",
        "30 days",
        "3 days ago",
        "Who ends when",
    ):
        assert text in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"helix", "orbit", "engineer"}),
        ("q=Helix", {"helix", "engineer"}),
        ("q=rep%40orbit", {"orbit"}),
        ("state=in_grace", {"orbit"}),
        ("state=valid", {"engineer"}),
        ("ends=90", {"helix"}),
        ("ends=30", set()),
        ("state=nonsense", {"helix", "orbit", "engineer"}),
        ("certification=cert_x", {"helix", "orbit", "engineer"}),
    ],
)
def test_desk_is_narrowed(cast: Cast, query: str, found: set[str]) -> None:
    what = make_certification(cast.admin)
    rows = {
        "helix": moved(awarded(cast, cast.helix.rep, what), 60),
        "orbit": moved(awarded(cast, cast.orbit.rep, what), -3),
        "engineer": awarded(cast, cast.helix.engineer, what),
    }

    shown = browser(cast.admin).get(f"/certifications/?{query}").context["rows"]

    assert {row.certificate for row in shown} == {rows[name] for name in found}


def test_partner_reads_the_own_and_renews(cast: Cast) -> None:
    row = moved(awarded(cast, cast.helix.rep), 30)
    client = browser(cast.helix.rep)

    page = client.get("/certifications/").content.decode()
    assert "Renew" in page
    assert "Who ends when" not in page
    answer = client.post(
        f"{row.certification.get_absolute_url()}proof/", {"issuer": "Academy", "earned_on": today(), "text": SHOWN}
    )
    claim = Claim.objects.get()
    assert answer["Location"] == claim.get_absolute_url()
    assert "Withdraw" in client.get(claim.get_absolute_url()).content.decode()

    pam = browser(cast.pam)
    assert "Accept or decline" in pam.get(claim.get_absolute_url()).content.decode()
    refused = pam.post(f"{claim.get_absolute_url()}decide/", {"decision": "no", "reason": "", "message": ""})
    assert (refused.status_code, set(refused.context["decide"].errors)) == (400, {"reason", "message"})
    assert pam.post(f"{claim.get_absolute_url()}decide/", {"decision": "yes"}).status_code == 302
    row.refresh_from_db()
    assert row.renewed_by == cast.pam


def test_team_is_read_by_the_admin_alone(cast: Cast) -> None:
    row = awarded(cast, cast.helix.rep)

    assert browser(cast.helix.admin).get(row.get_absolute_url()).status_code == 200
    assert browser(cast.helix.engineer).get(row.get_absolute_url()).status_code == 404
    assert browser(cast.orbit.admin).get(row.get_absolute_url()).status_code == 404


def test_form_of_a_proof_says_what_is_needed_first(cast: Cast) -> None:
    first = make_certification(cast.admin, title="Basics of fleets")
    what = make_certification(cast.admin, prerequisites=[first])
    address = f"{what.get_absolute_url()}proof/"

    assert "Basics of fleets" in browser(cast.helix.rep).get(address).content.decode()
    given = {"issuer": "Academy", "earned_on": today(), "text": SHOWN}
    assert browser(cast.helix.rep).post(address, given).status_code == 400
    assert browser(cast.pam).get(address).status_code == 403


def test_proof_is_withdrawn(cast: Cast) -> None:
    claim = claimed(cast.helix.rep, make_certification(cast.admin))

    assert browser(cast.helix.admin).post(f"{claim.get_absolute_url()}withdraw/").status_code == 403
    browser(cast.helix.rep).post(f"{claim.get_absolute_url()}withdraw/")
    assert Claim.objects.get().state == "withdrawn"


def test_revoked_on_its_page(cast: Cast) -> None:
    row, client = awarded(cast, cast.helix.rep), browser(cast.admin)
    address = f"{row.get_absolute_url()}revoke/"

    assert client.post(address, {"reason": "", "message": ""}).status_code == 400
    assert browser(cast.pam).post(address, {"reason": "mistake", "message": "x"}).status_code == 403
    client.post(address, {"reason": "mistake", "message": "Two share a name."})
    assert "Two share a name." in browser(cast.helix.rep).get(row.get_absolute_url()).content.decode()


def given(client: Client, path: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


def test_life_over_rest(cast: Cast) -> None:
    admin, rep, pam = caller(cast.admin), caller(cast.helix.rep), caller(cast.pam)
    made = given(admin, "certifications", {"title": "Docks", "competency": "docks", "level": "expert"})
    assert (made.status_code, made.json()["state"], made.json()["validity_months"]) == (201, "offered", 24)
    what = made.json()["id"]

    handed = given(
        rep, "credentials/claims", {"certification": what, "issuer": "A", "earned_on": today(), "text": SHOWN}
    )
    assert (handed.status_code, handed.json()["state"]) == (201, "open")
    done = given(pam, f"credentials/claims/{handed.json()['id']}/decide", {"accept": True})
    assert (done.status_code, done.json()["state"]) == (200, "granted")
    credential = rep.get(f"/api/v1/credentials/{done.json()['credential']}").json()
    assert (credential["state"], credential["partner"]) == ("valid", cast.helix.organisation.public_id)

    again = given(pam, f"credentials/claims/{handed.json()['id']}/decide", {"accept": True})
    assert again.status_code == 409
    body = {"certification": what, "person": cast.helix.rep.public_id, "earned_on": today()}
    assert given(admin, "credentials", body).status_code == 409
    gone = given(admin, f"credentials/{credential['id']}/revoke", {"reason": "mistake", "message": "No."})
    assert (gone.json()["state"], gone.json()["revocation"]) == ("revoked", "mistake")
    listed = admin.get("/api/v1/credentials?state=revoked").json()["results"]
    assert [row["id"] for row in listed] == [credential["id"]]
    assert admin.get("/api/v1/credentials?state=valid").json()["results"] == []


def test_change_honours_what_the_caller_knows(cast: Cast) -> None:
    row, client = make_certification(cast.admin), caller(cast.admin)
    address = f"/api/v1/certifications/{row.public_id}"
    tag = client.get(address)["ETag"]
    about = {"content_type": "application/json", "headers": {"if-match": tag}}

    assert client.patch(address, {"grace_days": 10}, **about).status_code == 200
    assert client.patch(address, {"grace_days": 11}, **about).status_code == 412
    row.refresh_from_db()
    assert (row.grace_days, row.version) == (10, 2)


def test_award_over_rest_refuses_at_the_field(cast: Cast) -> None:
    row, client = make_certification(cast.admin), caller(cast.admin)
    tomorrow = (database_now() + timedelta(days=2)).date().isoformat()
    for changes, field in (
        ({"person": cast.pam.public_id}, "person"),
        ({"certification": "cert_x"}, "certification"),
        ({"earned_on": tomorrow}, "earned_on"),
    ):
        body = {"certification": row.public_id, "person": cast.helix.rep.public_id, "earned_on": today(), **changes}
        answer = given(client, "credentials", body)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_lists_leave_as_files(cast: Cast) -> None:
    what = make_certification(cast.admin, title="Docks of all kinds")
    claimed(cast.helix.rep, what)
    awarded(cast, cast.helix.engineer, what)
    client = browser(cast.admin)

    for path in ("", "offered/", "claims/"):
        body = b"".join(client.get(f"/certifications/{path}export/")).decode()
        assert "Docks of all kinds" in body
