"""Who may open a page: the three guards."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from prm.accounts.models import Membership
from prm.accounts.roles import Permission
from prm.clocks.database import database_now
from prm.portal.guards import member, public, requires
from tests.factories import Cast


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


def request_of(user: object, path: str = "/x/?a=1", **headers: str) -> HttpRequest:
    request = RequestFactory().get(path, headers=headers)
    request.user = user
    request.session = {}
    return request


def test_public_lets_everybody_in() -> None:
    assert public(page)(request_of(AnonymousUser())).content == b"in"


def test_stranger_is_sent_to_the_login_and_back() -> None:
    response = member(page)(request_of(AnonymousUser()))

    assert (response.status_code, response["Location"]) == (302, "/auth/login/?next=/x/%3Fa%3D1")


def test_stranger_who_posts_is_not_sent_back_to_the_verb() -> None:
    request = RequestFactory().post("/deals/1/approve/")
    request.user = AnonymousUser()

    assert member(page)(request)["Location"] == "/auth/login/?next=/"


def test_fragment_of_a_stranger_reloads_as_the_login(settings) -> None:
    current = f"{settings.PRM_BASE_URL}/people/?q=a"
    response = member(page)(request_of(AnonymousUser(), **{"HX-Request": "true", "HX-Current-URL": current}))

    assert response["HX-Redirect"] == "/auth/login/?next=/people/%3Fq%3Da"


def test_fragment_of_a_stranger_leads_back_to_no_other_host() -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "https://evil.example/people/"}

    assert member(page)(request_of(AnonymousUser(), **headers))["HX-Redirect"] == "/auth/login/?next=/"


def test_member_comes_in_with_the_organisation(cast: Cast) -> None:
    request = request_of(cast.helix.rep)

    assert member(page)(request).content == b"in"
    assert request.organisation == cast.helix.organisation


def test_former_member_gets_a_page_that_says_so(client: Client, cast: Cast) -> None:
    Membership.objects.filter(user=cast.helix.rep).update(ended_at=database_now())
    client.force_login(cast.helix.rep)
    response = client.get("/profile/")

    assert response.status_code == 403
    assert "You belong to no organisation now" in response.text
    assert 'action="/auth/logout/"' in response.text


@pytest.mark.parametrize(
    ("permissions", "status"),
    [
        ((Permission.PEOPLE_MANAGE_ALL,), 200),
        ((Permission.DEALS_DECIDE, Permission.PEOPLE_MANAGE_ALL), 200),
        ((Permission.DEALS_DECIDE,), 403),
    ],
)
def test_one_of_the_permissions_is_enough(cast: Cast, permissions: tuple[Permission, ...], status: int) -> None:
    from django.core.exceptions import PermissionDenied

    guarded = requires(*permissions)(page)
    try:
        answered = guarded(request_of(cast.admin)).status_code
    except PermissionDenied:
        answered = 403

    assert answered == status
