"""What every answer says to browsers and caches, errors included."""

import pytest
from django.conf import settings
from django.test import Client

from tests.factories import Cast

PATHS = [
    "/",
    "/people/",
    "/nothing-here/",
    "/auth/login/",
    "/profile/",
    "/people/usr_222222222222222222/",
    "/notices/?cursor=x",
]


@pytest.fixture(params=PATHS)
def answer(request: pytest.FixtureRequest, cast: Cast):
    client = Client()
    client.force_login(cast.helix.admin)
    return client.get(request.param)


def test_policy_allows_nothing_inline(answer) -> None:
    policy = answer["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "object-src 'none'" in policy
    assert "report-uri /csp-report/" in policy


def test_browser_is_told_the_rest(answer) -> None:
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


def test_no_cache_keeps_it(answer) -> None:
    assert {"private", "no-store"} <= {name.strip() for name in answer["Cache-Control"].split(",")}
    assert {"Cookie", "HX-Request"} <= {name.strip() for name in answer["Vary"].split(",")}


def test_session_cookie_is_out_of_reach_of_scripts(cast: Cast) -> None:
    from tests.factories import PASSWORD

    response = Client().post("/auth/login/", {"login": cast.helix.rep.email, "password": PASSWORD})
    cookie = response.cookies[settings.SESSION_COOKIE_NAME]

    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_stylesheet_is_kept_by_caches(client: Client) -> None:
    response = client.get("/theme.css?v=0b6b5f")

    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Vary" not in response or "Cookie" not in response["Vary"]
    assert response["Content-Type"] == "text/css; charset=utf-8"


@pytest.mark.parametrize("path", ["/people/invite/", "/profile/", "/profile/tokens/", "/notices/read/", "/auth/login/"])
def test_form_from_elsewhere_is_refused(cast: Cast, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.helix.admin)
    response = client.post(path, {"name": "x"}, headers={"Origin": "https://evil.example"})

    assert response.status_code == 403
    assert "Please send that once more" in response.text


def test_form_without_a_token_is_refused_as_json_too(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.helix.admin)
    response = client.post("/notices/read/", '{"a": 1}', content_type="text/plain", headers={"HX-Request": "true"})

    assert response.status_code == 403


@pytest.mark.parametrize(
    "path", ["/people/usr_x/end/", "/notices/read/", "/notices/ntc_x/open/", "/profile/tokens/tok_x/revoke/"]
)
def test_reading_changes_nothing(cast: Cast, path: str) -> None:
    client = Client()
    client.force_login(cast.helix.admin)

    assert client.get(path).status_code == 405
