"""Who must have a second step, whom it keeps out until then, and who takes a lost one away."""

from typing import Any

import pytest
from django.test import Client

from prm.accounts import actions as people
from prm.accounts.models import User
from prm.accounts.second_steps.selectors import has_second_step
from prm.clocks.database import database_now
from prm.notices.models import Notice
from prm.notices.relay import link
from tests.authenticators import browser, code_of, shown_secret, with_app
from tests.factories import PASSWORD, Cast, make_token

PLACE, LOGIN = "/profile/two-steps/", "/auth/login/"


@pytest.mark.parametrize("path", ["/", "/work/", "/people/", "/profile/", "/profile/tokens/", "/deals/", "/notices/"])
def test_whoever_must_set_up_can_do_nothing_else(cast: Cast, settings: Any, path: str) -> None:
    settings.PRM_MFA_REQUIRED = "vendor"
    client = browser(cast.admin)
    page, fragment = client.get(path), client.get(path, headers={"hx-request": "true"})

    assert (page.status_code, page["Location"]) == (302, PLACE)
    assert fragment["HX-Redirect"] == PLACE


def test_whoever_must_set_up_cannot_change_anything_either(cast: Cast, settings: Any) -> None:
    settings.PRM_MFA_REQUIRED = "vendor"
    answer = browser(cast.admin).post("/profile/", {"name": "Another", "time_zone": "", "locale": "en_GB"})

    assert answer["Location"] == PLACE
    assert User.objects.get(pk=cast.admin.pk).name == cast.admin.name


def test_set_up_pages_open_for_whoever_must_and_everything_after_it(cast: Cast, settings: Any) -> None:
    settings.PRM_MFA_REQUIRED = "vendor"
    client = browser(cast.admin)
    pages = [client.get(f"{PLACE}{name}").status_code for name in ("", "app/", "key/", "codes/", "remove/")]
    said = client.get(PLACE).text
    secret = shown_secret(client.get(f"{PLACE}app/").text)
    client.post(f"{PLACE}app/", {"code": code_of(secret), "password": PASSWORD})

    assert pages == [200] * 5
    assert "Please set up a second step." in said
    assert client.get("/people/").status_code == 200


def test_demand_on_vendor_staff_leaves_partners_alone(cast: Cast, settings: Any) -> None:
    settings.PRM_MFA_REQUIRED = "vendor"

    assert browser(cast.helix.rep).get("/").status_code == 200
    settings.PRM_MFA_REQUIRED = "all"
    assert browser(cast.helix.rep).get("/")["Location"] == PLACE


def test_tokens_go_on_while_sessions_wait(cast: Cast, settings: Any) -> None:
    token = make_token(cast.pam)
    settings.PRM_MFA_REQUIRED = "vendor"
    calling = Client(headers={"authorization": f"Bearer {token}"})
    refused = browser(cast.pam).get("/api/v1/me")

    assert calling.get("/api/v1/me").status_code == 200
    assert (refused.status_code, refused.json()["detail"]) == (403, "Set up a second step for your login first.")


def test_stock_admin_waits_for_the_second_step_too(cast: Cast, settings: Any) -> None:
    User.objects.filter(pk=cast.admin.pk).update(is_staff=True, is_superuser=True)
    settings.PRM_MFA_REQUIRED = "vendor"
    before = browser(cast.admin).get("/admin/", follow=True).status_code
    with_app(cast.admin)

    assert (before, browser(cast.admin).get("/admin/").status_code) == (404, 200)


def test_invitation_is_no_way_around_the_second_step(cast: Cast, settings: Any) -> None:
    """A person who moves gives the password at the invitation, and the second step at the login as ever."""
    with_app(cast.helix.rep)
    invitation = people.invite(
        organisation=cast.orbit.organisation,
        email=cast.helix.rep.email,
        roles=["sales_rep"],
        by=cast.orbit.admin,
        now=database_now(),
    )
    client = Client()
    answer = client.post(
        link(Notice.objects.get(email=cast.helix.rep.email)).removeprefix(settings.PRM_BASE_URL), {"password": PASSWORD}
    )

    assert invitation.public_id != ""
    assert answer["Location"] == LOGIN
    assert client.get("/profile/").status_code == 302


def test_admin_resets_on_the_page_of_the_person(cast: Cast) -> None:
    with_app(cast.pam)
    client, url = browser(cast.admin), f"/people/{cast.pam.public_id}/"
    before = client.get(url).text
    client.post(f"{url}reset-second-step/")

    assert "Reset the second step" in before
    assert "Reset the second step" not in client.get(url).text
    assert not has_second_step(cast.pam)


@pytest.mark.parametrize("who", ["pam2", "executive"])
def test_reset_is_for_programme_admins(cast: Cast, who: str) -> None:
    with_app(cast.pam)
    answer = browser(getattr(cast, who)).post(f"/people/{cast.pam.public_id}/reset-second-step/")

    assert (answer.status_code, has_second_step(cast.pam)) == (403, True)


def test_partner_admin_resets_nobody(cast: Cast) -> None:
    with_app(cast.helix.rep)
    client = browser(cast.helix.admin)
    own = client.post(f"/people/{cast.helix.rep.public_id}/reset-second-step/")
    strange = client.post(f"/people/{cast.orbit.rep.public_id}/reset-second-step/")

    assert (own.status_code, strange.status_code, has_second_step(cast.helix.rep)) == (403, 404, True)
    assert "Reset the second step" not in client.get(f"/people/{cast.helix.rep.public_id}/").text
