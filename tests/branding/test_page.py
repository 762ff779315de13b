"""The page of the administrator, and where everybody sees what was set."""

import re
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from prm.accounts.models import User
from prm.accounts.second_steps.adapter import SecondStepAdapter
from prm.branding import actions, pictures, rules
from prm.branding.models import Branding, Logo
from prm.branding.selectors import row
from prm.clocks.database import database_now
from prm.notices import relay
from prm.notices.actions import promise
from tests.branding.drawing import jpeg, png, promising, upload
from tests.factories import Cast

PAGE = "/branding/"


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def set_to(by: User, **values: Any) -> Branding:
    return actions.change(values=values, by=by, now=database_now())


def send(cast: Cast, **given: Any) -> Any:
    return browser(cast.admin).post(PAGE, {"name": "", "accent": "", "version": row().version, **given})


def errors(response: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = response.context["form"].errors
    return found


def test_form_sets_name_colour_and_logo(cast: Cast) -> None:
    response = send(cast, name=" Contoso   Allies ", accent="#7A1FA2", logo=upload(png()))
    branding = row()

    assert (response.status_code, response["Location"]) == (302, PAGE)
    assert (branding.name, branding.accent) == ("Contoso Allies", "#7a1fa2")
    assert branding.logo == Logo.objects.get()


def test_form_without_a_file_keeps_the_logo(cast: Cast) -> None:
    set_to(cast.admin, logo=pictures.read(png()))
    send(cast, name="Contoso Allies")

    assert row().logo is not None


def test_logo_is_removed_on_request(cast: Cast) -> None:
    set_to(cast.admin, logo=pictures.read(png()))
    send(cast, without_logo="on")

    assert row().logo is None


def test_new_logo_and_removal_at_once_is_a_question(cast: Cast) -> None:
    set_to(cast.admin, logo=pictures.read(png()))
    response = send(cast, without_logo="on", logo=upload(jpeg()))

    assert (response.status_code, list(errors(response))) == (400, ["without_logo"])
    assert row().version == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"accent": "teal"}, "accent"),
        ({"accent": "#fff"}, "accent"),
        ({"accent": "#0b6b5f;}"}, "accent"),
        ({"accent": "#ffcc00"}, "accent"),
        ({"name": "x" * 81}, "name"),
        ({"version": "x"}, "version"),
        ({"version": "-1"}, "version"),
        ({"version": ""}, "version"),
    ],
)
def test_wrong_value_is_said_at_its_field_and_kept(cast: Cast, given: dict[str, str], field: str) -> None:
    response = send(cast, **{"name": "Contoso Allies", **given})

    assert (response.status_code, list(errors(response))) == (400, [field])
    assert f'value="{given.get("name", "Contoso Allies")}"' in response.text
    assert f'value="{given.get("accent", "")}"' in response.text or "accent" not in given
    assert not Branding.objects.exists()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"<svg/>", "neither PNG nor JPEG"),
        (promising(50_000, 50_000), "more than 3000 pixels"),
        (png()[:70], "broken"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * pictures.MOST_BYTES, "larger than 512 KB"),
        (b"", "empty"),
    ],
)
def test_wrong_file_is_said_at_its_field(cast: Cast, raw: bytes, said: str) -> None:
    response = send(cast, name="Contoso Allies", logo=upload(raw))

    assert response.status_code == 400
    assert said in errors(response)["logo"][0]
    assert 'value="Contoso Allies"' in response.text
    assert not Logo.objects.exists()


def test_file_beyond_every_measure_is_turned_away_at_the_door(cast: Cast) -> None:
    assert send(cast, logo=upload(b"\x89PNG\r\n\x1a\n" + b"\0" * 1_100_000)).status_code == 413


@pytest.mark.parametrize("name", ["../../etc/passwd", "x" * 255 + ".png", "logo.html", "\u202egnp.exe", "CON"])
def test_name_of_the_file_is_nobodys_business(cast: Cast, name: str) -> None:
    assert send(cast, logo=upload(png(), name)).status_code == 302
    assert row().logo is not None


def test_second_administrator_sees_what_came_between_and_may_save_again(cast: Cast) -> None:
    seen = row().version
    set_to(cast.admin, name="First", accent="#7a1fa2")
    refused = browser(cast.admin).post(PAGE, {"name": "Second", "accent": "", "version": seen})
    sent_again = browser(cast.admin).post(PAGE, {"name": "Second", "accent": "", "version": hidden(refused.text)})

    assert refused.status_code == 409
    assert "Somebody else has changed this meanwhile" in refused.text
    assert 'value="Second"' in refused.text
    assert "<dd>First</dd>" in refused.text
    assert (sent_again.status_code, row().name) == (302, "Second")


def hidden(text: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', text)
    assert found is not None
    return found[1]


def test_second_click_on_save_conflicts(cast: Cast) -> None:
    given = {"name": "Contoso Allies", "accent": "", "version": 0}
    statuses = [browser(cast.admin).post(PAGE, given).status_code for _ in range(2)]

    assert (statuses, row().version) == ([302, 409], 1)


def test_reset_button_is_there_when_there_is_something_to_reset(cast: Cast) -> None:
    before = browser(cast.admin).get(PAGE).text
    set_to(cast.admin, name="Contoso Allies")
    after = browser(cast.admin).get(PAGE).text
    answers = [browser(cast.admin).post("/branding/reset/", follow=True).text for _ in range(2)]

    assert ("/branding/reset/" in before, "/branding/reset/" in after) == (False, True)
    assert "looks as it was installed." in answers[0]
    assert "Nothing is set here" in answers[1]
    assert row().is_default


def test_page_shows_what_pages_make_of_the_colour(cast: Cast) -> None:
    set_to(cast.admin, accent="#7a1fa2")
    page = browser(cast.admin).get(PAGE).text

    assert '<rect width="16" height="16" rx="4" fill="#7a1fa2"/>' in page
    assert f"contrast {rules.tones('#7a1fa2')[0].contrast:.1f} : 1" in page


@pytest.mark.parametrize("path", ["/auth/login/", "/nothing-here/", "/profile/"])
def test_name_and_logo_are_on_every_page(cast: Cast, path: str) -> None:
    set_to(cast.admin, name="Contoso <Allies>", logo=pictures.read(png()), accent="#7a1fa2")
    logo = Logo.objects.get()
    page = browser(cast.helix.rep).get(path).text if path == "/profile/" else Client().get(path).text

    assert f'<img class="logo" src="/branding/logo/{logo.digest}" width="200" height="80" alt="">' in page
    assert "<span>Contoso &lt;Allies&gt;</span>" in page
    assert "Northwind Partners" not in page
    assert '<link rel="stylesheet" href="/theme.css?v=7a1fa2">' in page


def test_settings_speak_until_something_is_set(cast: Cast, settings: Any) -> None:
    settings.PRM_NAME, settings.PRM_ACCENT = "Installed Name", "#123456"
    page = Client().get("/auth/login/").text

    assert "<span>Installed Name</span>" in page
    assert "/theme.css?v=123456" in page
    assert '<svg class="mark"' in page


def test_mails_come_from_the_programme_at_the_operators_address(cast: Cast, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Operator <hello@contoso.example>"
    senders = []
    for number, name in enumerate(("", "Contoso, Allies", "Grüße")):
        set_to(cast.admin, name=name)
        promise(key=f"k{number}", kind="x", to=cast.pam, organisation=None, title="T", now=database_now())
        relay.run()
        senders.append(str(mail.outbox[-1].message()["From"]))

    assert senders == [
        "Operator <hello@contoso.example>",
        '"Contoso, Allies" <hello@contoso.example>',
        "=?utf-8?b?R3LDvMOfZQ==?= <hello@contoso.example>",
    ]


def test_documents_of_the_api_carry_the_name(cast: Cast) -> None:
    set_to(cast.admin, name="Contoso Allies")

    assert Client().get("/api/v1/schema/").json()["info"]["title"] == "Contoso Allies API"
    assert "<title>Contoso Allies API</title>" in Client().get("/api/v1/docs/").text


def test_app_for_codes_shows_the_name(cast: Cast) -> None:
    set_to(cast.admin, name="Contoso Allies")
    address = SecondStepAdapter().build_totp_url(cast.pam, "SECRET")

    assert "issuer=Contoso%20Allies" in address


def test_pages_ask_for_the_branding_once_at_most(cast: Cast) -> None:
    set_to(cast.admin, name="Contoso Allies", logo=pictures.read(png()))
    client = browser(cast.pam)
    client.get("/profile/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/profile/")
    asked = [query["sql"] for query in captured if "branding_branding" in query["sql"]]

    assert len(asked) == 1
    assert '"branding_logo"."data"' not in asked[0]


def test_branding_is_in_the_navigation_of_the_programme_admin_alone(cast: Cast) -> None:
    shown = [user.email for user in cast.vendor_staff if f'href="{PAGE}"' in browser(user).get("/profile/").text]

    assert shown == ["admin@vendor.example"]
