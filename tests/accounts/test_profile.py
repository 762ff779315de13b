"""The own page: what a person changes shows at once."""

import pytest
from django.test import Client

from prm.accounts.forms import locale_choices
from prm.accounts.models import User
from prm.audit.models import Event
from prm.portal.formats import OFFERED
from tests.factories import Cast


def save(client: Client, **changes: str):
    return client.post("/profile/", {"name": "Ana Ruiz", "time_zone": "", "locale": "en_GB", **changes})


def test_changes_are_saved_and_recorded(client: Client, cast: Cast) -> None:
    client.force_login(cast.helix.rep)
    response = save(client, time_zone="Asia/Tokyo", locale="de")
    user = User.objects.get(pk=cast.helix.rep.pk)

    assert response.status_code == 302
    assert (user.name, user.time_zone, user.locale) == ("Ana Ruiz", "Asia/Tokyo", "de")
    assert Event.objects.get(kind="person.profile_changed").data == {}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "This field is required"),
        ("time_zone", "Europe/Atlantis", "Choose one of the offered time zones"),
        ("time_zone", "../../etc/passwd", "Choose one of the offered time zones"),
        ("locale", "xx", "Select a valid choice"),
    ],
)
def test_refused_field_says_why_and_keeps_what_was_typed(
    client: Client, cast: Cast, field: str, value: str, said: str
) -> None:
    client.force_login(cast.helix.rep)
    page = save(client, **{field: value})
    user = User.objects.get(pk=cast.helix.rep.pk)

    assert said in page.text
    assert f'id="id_{field}_error"' in page.text
    assert user.name == cast.helix.rep.name


@pytest.mark.parametrize(("sent", "kept"), [({"single_keys": "on"}, True), ({}, False)])
def test_shortcuts_of_a_single_key_are_switched_off(
    client: Client, cast: Cast, sent: dict[str, str], kept: bool
) -> None:
    client.force_login(cast.helix.rep)
    assert "data-keys" not in client.get("/deals/").text
    save(client, **sent)
    page = client.get("/deals/").text

    assert User.objects.get(pk=cast.helix.rep.pk).single_keys is kept
    assert ('<body data-keys="off">' in page) is not kept
    assert ("They are switched off for you." in page) is not kept


def test_refused_name_does_not_change_the_shell(client: Client, cast: Cast) -> None:
    """The form's unsaved person must not be the one whose name stands in the frame."""
    client.force_login(cast.helix.rep)
    page = save(client, name="Somebody Else", time_zone="Nowhere/Land").text

    assert f"<b>{cast.helix.rep.name}</b>" in page


def test_profile_explains_the_own_roles(client: Client, cast: Cast) -> None:
    client.force_login(cast.pam)
    page = client.get("/profile/").text

    assert "Partner account manager" in page
    assert "decides their registrations in time and with a reason" in page


def test_other_fields_cannot_be_slipped_in(client: Client, cast: Cast) -> None:
    client.force_login(cast.helix.rep)
    save(client, email="ceo@helix.example", is_superuser="on", is_staff="on", roles="partner_admin")
    user = User.objects.get(pk=cast.helix.rep.pk)

    assert (user.email, user.is_superuser, user.is_staff) == (cast.helix.rep.email, False, False)
    assert user.membership.roles == ["sales_rep"]


def test_every_offered_locale_shows_its_own_way() -> None:
    shown = dict(locale_choices())

    assert tuple(shown) == OFFERED
    assert shown["de"].replace("\xa0", " ") == "Deutsch · 31.12.26 · 1.234,50 €"
    assert shown["en_US"] == "English (United States) · 12/31/26 · €1,234.50"
