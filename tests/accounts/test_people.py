"""The pages about colleagues: who sees them, and who may change what."""

import pytest
from django.test import Client

from prm.accounts import actions
from prm.accounts.models import ApiToken, Membership
from prm.accounts.roles import ROLES
from prm.clocks.database import database_now
from tests.factories import Cast, make_token, make_user


def names_on(page: str, cast: Cast) -> set[str]:
    people = [*cast.vendor_staff, cast.helix.admin, cast.helix.rep, cast.orbit.admin, cast.orbit.rep]
    return {person.email for person in people if person.email in page}


def test_partner_admin_sees_the_own_colleagues_alone(client: Client, cast: Cast) -> None:
    client.force_login(cast.helix.admin)
    page = client.get("/people/").text

    assert names_on(page, cast) == {cast.helix.admin.email, cast.helix.rep.email}
    assert "Orbit" not in page


def test_programme_admin_sees_everybody(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    page = client.get("/people/").text

    assert {cast.pam.email, cast.helix.rep.email, cast.orbit.rep.email} <= names_on(page, cast)


def test_programme_admin_filters_by_organisation_and_name(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    organisation = cast.orbit.organisation.public_id

    assert names_on(client.get("/people/", {"organisation": organisation}).text, cast) == {
        cast.orbit.admin.email,
        cast.orbit.rep.email,
    }
    assert names_on(client.get("/people/", {"q": "rep helix"}).text, cast) == {cast.helix.rep.email}


def test_filter_by_an_unknown_organisation_finds_no_page(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)

    assert client.get("/people/", {"organisation": "org_222222222222222222"}).status_code == 404


def test_fragment_is_the_list_alone(client: Client, cast: Cast) -> None:
    client.force_login(cast.helix.admin)
    fragment = client.get("/people/", {"q": "rep"}, headers={"HX-Request": "true"})

    assert "<html" not in fragment.text
    assert cast.helix.rep.email in fragment.text
    assert "HX-Request" in fragment["Vary"]


@pytest.mark.parametrize("who", ["pam", "seller", "expert", "finance", "executive"])
def test_vendor_staff_without_the_right_is_refused(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast, who))

    assert client.get("/people/").status_code == 403
    assert client.post("/people/invite/", {"email": "x@y.example", "roles": ["pam"]}).status_code == 403


@pytest.mark.parametrize("who", ["rep", "engineer", "marketing"])
def test_colleagues_without_the_right_are_refused(client: Client, cast: Cast, who: str) -> None:
    client.force_login(getattr(cast.helix, who))

    assert client.get("/people/").status_code == 403
    assert client.get(f"/people/{cast.helix.admin.public_id}/").status_code == 403


def test_foreign_person_answers_like_a_missing_one(client: Client, cast: Cast) -> None:
    client.force_login(cast.helix.admin)
    foreign = client.get(f"/people/{cast.orbit.rep.public_id}/")
    missing = client.get("/people/usr_222222222222222222/")

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.content == missing.content


@pytest.mark.parametrize("verb", ["", "end/"])
def test_foreign_person_cannot_be_changed(client: Client, cast: Cast, verb: str) -> None:
    client.force_login(cast.helix.admin)
    response = client.post(f"/people/{cast.orbit.rep.public_id}/{verb}", {"roles": ["support"]})
    membership = Membership.objects.get(user=cast.orbit.rep)

    assert response.status_code == 404
    assert (membership.roles, membership.ended_at) == (["sales_rep"], None)


def test_roles_page_explains_every_role_of_the_side(client: Client, cast: Cast) -> None:
    client.force_login(cast.helix.admin)
    page = client.get(f"/people/{cast.helix.rep.public_id}/").text
    explained = {slug for slug, role in ROLES.items() if str(role.description).replace("'", "&#x27;") in page}

    assert explained >= {"partner_admin", "sales_rep", "presales_engineer", "support", "marketing"}
    assert "programme_admin" not in explained


def test_roles_change_counts_at_once(cast: Cast) -> None:
    admin, rep = Client(), Client()
    admin.force_login(cast.helix.admin)
    rep.force_login(cast.helix.rep)
    before = rep.get("/people/").status_code
    changed = admin.post(f"/people/{cast.helix.rep.public_id}/", {"roles": ["partner_admin", "sales_rep"]})

    assert (before, changed.status_code, rep.get("/people/").status_code) == (403, 302, 200)


def test_empty_roles_are_refused_and_nothing_changes(client: Client, cast: Cast) -> None:
    client.force_login(cast.helix.admin)
    page = client.post(f"/people/{cast.helix.rep.public_id}/", {})

    assert "Choose at least one role" in page.text
    assert Membership.objects.get(user=cast.helix.rep).roles == ["sales_rep"]


def test_own_roles_are_somebody_elses_to_change(client: Client, cast: Cast) -> None:
    client.force_login(cast.helix.admin)
    path = f"/people/{cast.helix.admin.public_id}/"

    assert "These are your own roles" in client.get(path).text
    assert client.post(path, {"roles": ["support"]}).status_code == 403
    assert client.post(f"{path}end/").status_code == 403
    assert Membership.objects.get(user=cast.helix.admin).roles == ["partner_admin"]


def test_end_of_a_membership_shuts_every_door(cast: Cast) -> None:
    admin, rep = Client(), Client()
    admin.force_login(cast.helix.admin)
    rep.force_login(cast.helix.rep)
    make_token(cast.helix.rep)
    ended = admin.post(f"/people/{cast.helix.rep.public_id}/end/")
    page = rep.get("/")

    assert (ended.status_code, ended["Location"]) == (302, "/people/")
    assert (page.status_code, "You belong to no organisation now" in page.text) == (403, True)
    assert ApiToken.objects.filter(user=cast.helix.rep, revoked_at=None).count() == 0


def test_ended_member_is_gone_from_the_list(client: Client, cast: Cast) -> None:
    membership = Membership.objects.get(user=cast.helix.rep)
    actions.end_membership(membership=membership, by=cast.helix.admin, now=database_now())
    client.force_login(cast.helix.admin)

    assert cast.helix.rep.email not in client.get("/people/").text
    assert client.get(f"/people/{cast.helix.rep.public_id}/").status_code == 404


def test_history_of_a_person_is_told(client: Client, cast: Cast) -> None:
    client.force_login(cast.helix.admin)
    client.post(f"/people/{cast.helix.rep.public_id}/", {"roles": ["support"]})
    page = client.get(f"/people/{cast.helix.rep.public_id}/").text

    assert "Roles changed to" in page
    assert str(cast.helix.admin) in page


def test_list_costs_the_same_for_many(client: Client, cast: Cast, django_assert_num_queries) -> None:
    client.force_login(cast.helix.admin)
    few = queries_of(client)
    for number in range(30):
        make_user(f"colleague{number}@helix.example", cast.helix.organisation, "support")

    assert queries_of(client) == few


def queries_of(client: Client) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        assert client.get("/people/").status_code == 200
    return len(queries)


def test_list_is_read_page_by_page(client: Client, cast: Cast) -> None:
    for number in range(30):
        make_user(f"colleague{number}@helix.example", cast.helix.organisation, "support", name=f"Colleague {number:02}")
    client.force_login(cast.helix.admin)
    seen: list[str] = []
    url = "/people/?q=colleague"
    while url:
        page = client.get(url).context["page"]
        seen += [str(row.user) for row in page.rows]
        url = page.next_url

    assert seen == [f"Colleague {number:02}" for number in range(30)]
