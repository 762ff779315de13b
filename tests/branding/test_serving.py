"""What browsers and caches get: the logo and the stylesheet, each under an address that never lies."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from prm.branding import actions, pictures
from prm.branding.models import Logo
from prm.clocks.database import database_now
from tests.branding.drawing import jpeg, opened, png
from tests.factories import Cast

FOR_EVER = "public, max-age=31536000, immutable"


def sent(cast: Cast, raw: bytes) -> Logo:
    actions.change(values={"logo": pictures.read(raw)}, by=cast.admin, now=database_now())
    return Logo.objects.latest("pk")


def address(logo: Logo) -> str:
    return f"/branding/logo/{logo.digest}"


@pytest.mark.parametrize(("raw", "kind", "name"), [(png(), "image/png", "png"), (jpeg(), "image/jpeg", "jpeg")])
def test_logo_is_served_to_everybody_and_can_do_nothing(cast: Cast, raw: bytes, kind: str, name: str) -> None:
    logo = sent(cast, raw)
    response = Client().get(address(logo))

    assert (response.status_code, response["Content-Type"]) == (200, kind)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == FOR_EVER
    assert response["Content-Disposition"] == f'inline; filename="logo.{name}"'
    assert "Cookie" not in response.get("Vary", "")
    assert opened(response.content).size == (200, 80)


def test_logo_that_is_known_is_not_sent_again(cast: Cast) -> None:
    logo = sent(cast, png())
    tag = Client().get(address(logo))["ETag"]
    known = Client().get(address(logo), headers={"if-none-match": tag})
    other = Client().get(address(logo), headers={"if-none-match": '"other"'})

    assert (known.status_code, known.content, other.status_code) == (304, b"", 200)


def test_head_of_the_logo_has_no_body(cast: Cast) -> None:
    response = Client().head(address(sent(cast, png())))

    assert (response.status_code, response.content) == (200, b"")


def test_logo_costs_one_query_and_no_session(cast: Cast) -> None:
    logo = sent(cast, png())
    client = Client()
    client.force_login(cast.pam)
    with CaptureQueriesContext(connection) as captured:
        client.get(address(logo))

    assert len(captured) == 1


@pytest.mark.parametrize("digest", ["0" * 64, "x", "..%2f..%2fetc", "%F0%9F%98%80", "1" * 500])
def test_logo_that_is_not_there_is_not_found(cast: Cast, digest: str) -> None:
    sent(cast, png())

    assert Client().get(f"/branding/logo/{digest}").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_logo_is_only_read(cast: Cast, method: str) -> None:
    logo = sent(cast, png())

    assert getattr(Client(), method)(address(logo)).status_code == 405


def test_stylesheet_of_a_named_colour_is_the_same_for_ever(client: Client) -> None:
    """Whichever process answers, and whatever was set meanwhile: no query, no mix of old and new."""
    one, again, other = (client.get(f"/theme.css?v={accent}") for accent in ("7a1fa2", "7a1fa2", "0b6b5f"))

    assert one.text == again.text != other.text
    assert one["ETag"] == again["ETag"] != other["ETag"]
    assert "--accent: light-dark(#7a1fa2, " in one.text
    assert one["Cache-Control"] == FOR_EVER


def test_stylesheet_without_a_colour_follows_each_change(cast: Cast, client: Client) -> None:
    seen = []
    for accent in ("", "#7a1fa2", "#0000ff"):
        actions.change(values={"accent": accent}, by=cast.admin, now=database_now())
        response = client.get("/theme.css")
        seen.append((response["ETag"], response["Cache-Control"], response.text.split("(")[1][:7]))

    assert [colour for _tag, _kept, colour in seen] == ["#0b6b5f", "#7a1fa2", "#0000ff"]
    assert {kept for _tag, kept, _colour in seen} == {"public, no-cache"}
    assert len({tag for tag, _kept, _colour in seen}) == 3


def test_stylesheet_that_is_known_is_not_sent_again(db: None, client: Client) -> None:
    tag = client.get("/theme.css")["ETag"]

    assert client.get("/theme.css", headers={"if-none-match": tag}).status_code == 304


@pytest.mark.parametrize("asked", ["red", "", "%237a1fa2", "7a1fa2;}", "7a1fa", "<script>", "7a1fa2%0a"])
def test_stylesheet_takes_nothing_but_a_colour(db: None, client: Client, asked: str) -> None:
    response = client.get(f"/theme.css?v={asked}")

    assert response.status_code == 200 or asked.endswith("%0a")
    assert "7a1fa2" not in response.text
