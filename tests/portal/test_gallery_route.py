"""The page of all components, where the installation has it in its addresses."""

from typing import Any

import pytest
from django.test import Client
from django.urls import include, path

from config import urls
from tests.factories import Cast

urlpatterns = [*urls.urlpatterns, path("_ui/", include("prm.portal.gallery_urls"))]


@pytest.mark.parametrize("who", [None, "pam"])
def test_gallery_is_open_to_everybody_and_draws_every_form(
    client: Client, cast: Cast, settings: Any, who: str | None
) -> None:
    settings.ROOT_URLCONF = __name__
    if who:
        client.force_login(getattr(cast, who))

    page = client.get("/_ui/")

    assert page.status_code == 200
    assert [theme["name"] for theme in page.context["themes"]] == ["light", "dark"]
    assert client.post("/_ui/").status_code == 405
