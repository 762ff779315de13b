"""The same over the API."""

import json
from typing import Any

import pytest
from django.test import Client

from prm.accounts.models import User
from prm.branding import actions, pictures
from prm.branding.models import Branding, Logo
from prm.branding.selectors import row
from prm.clocks.database import database_now
from tests.branding.drawing import png
from tests.factories import Cast, make_token

URL = "/api/v1/branding"


def caller(user: User) -> Client:
    return Client(headers={"authorization": f"Bearer {make_token(user)}"})


def patch(user: User, body: Any, **headers: str) -> Any:
    return caller(user).patch(URL, json.dumps(body), content_type="application/json", headers=headers)


def test_everybody_reads_what_is_installed(cast: Cast) -> None:
    response = caller(cast.helix.engineer).get(URL)

    assert response.json() == {"name": "Northwind Partners", "accent": "#0b6b5f", "logo": None}
    assert not Branding.objects.exists()


def test_what_is_set_is_read_with_the_address_of_the_logo(cast: Cast, settings: Any) -> None:
    settings.PRM_BASE_URL = "https://partners.contoso.example"
    values = {"name": "Contoso Allies", "accent": "#7a1fa2", "logo": pictures.read(png())}
    actions.change(values=values, by=cast.admin, now=database_now())
    logo = f"https://partners.contoso.example/branding/logo/{Logo.objects.get().digest}"

    assert caller(cast.helix.rep).get(URL).json() == {"name": "Contoso Allies", "accent": "#7a1fa2", "logo": logo}


def test_patch_changes_what_is_given(cast: Cast) -> None:
    patch(cast.admin, {"name": "Contoso Allies", "accent": "#7A1FA2"})
    response = patch(cast.admin, {"name": ""})

    assert response.json() == {"name": "Northwind Partners", "accent": "#7a1fa2", "logo": None}
    assert row().version == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"accent": "teal"}, "accent"),
        ({"accent": "#ffcc00"}, "accent"),
        ({"accent": 7}, "accent"),
        ({"name": "x" * 81}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"name": None}, "name"),
        ({"logo": None}, "logo"),
        ({"version": 3}, "version"),
    ],
)
def test_wrong_value_is_said_at_its_field(cast: Cast, body: Any, field: str) -> None:
    response = patch(cast.admin, body)

    assert (response.status_code, list(response.json()["errors"])) == (400, [field])
    assert not Branding.objects.exists()


def test_patch_of_what_somebody_else_changed_is_refused(cast: Cast) -> None:
    tag = caller(cast.admin).get(URL)["ETag"]
    first = patch(cast.admin, {"name": "First"}, **{"if-match": tag})
    second = patch(cast.admin, {"name": "Second"}, **{"if-match": tag})

    assert (first.status_code, second.status_code, row().name) == (200, 412, "First")


def test_reader_who_knows_it_gets_no_body(cast: Cast) -> None:
    client = caller(cast.helix.rep)
    tag = client.get(URL)["ETag"]

    assert client.get(URL, headers={"if-none-match": tag}).status_code == 304


def test_only_the_programme_admin_changes_it(cast: Cast) -> None:
    statuses = [patch(user, {"name": "X"}).status_code for user in (cast.pam, cast.executive, cast.helix.admin)]

    assert statuses == [403, 403, 403]
