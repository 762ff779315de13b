"""The vendor's colour stays readable, whatever it is."""

import re

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from prm.portal import theme

ANY = st.tuples(*[st.integers(0, 255)] * 3).map(lambda rgb: "#{:02x}{:02x}{:02x}".format(*rgb))
PAGES = {"light": ("#ffffff", "#f5f6f8"), "dark": ("#1a1d21", "#111316")}


def contrast(one: str, other: str) -> float:
    return theme.contrast(theme.parse(one), theme.parse(other))


@given(ANY)
def test_any_colour_can_be_read(colour: str) -> None:
    for accent, grounds in zip(theme.accents(colour), PAGES.values(), strict=True):
        for ground in (*grounds, accent.wash):
            assert contrast(accent.ink, ground) >= 4.5
        assert contrast(accent.on, accent.ink) >= 4.5


def test_readable_colour_is_left_alone() -> None:
    assert theme.accents("#0b6b5f")[0].ink == "#0b6b5f"


@pytest.mark.parametrize("text", ["", "red", "#fff", "#12345g", "#0b6b5f;}", "0b6b5f", "#0b6b5f\n"])
def test_what_is_no_colour_stops_the_start(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="PRM_ACCENT must be a colour"):
        theme.parse(text)


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#ffffff", "#000000", 21), ("#777777", "#ffffff", 4.48), ("#aaaaaa", "#aaaaaa", 1)]
)
def test_contrast_is_the_one_of_the_guideline(one: str, other: str, ratio: float) -> None:
    assert round(contrast(one, other), 2) == ratio


def test_stylesheet_follows_the_setting(client: Client, settings, db: None) -> None:
    settings.PRM_ACCENT = "#7a1fa2"
    text = client.get("/theme.css").text

    assert "--accent: light-dark(#7a1fa2, " in text
    assert re.findall(r"--[a-z-]+", text) == ["--accent", "--accent-wash", "--accent-on"]
