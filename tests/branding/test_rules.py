"""Which colours an administrator may choose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.branding import rules
from prm.portal import theme

ANY = st.tuples(*[st.integers(0, 255)] * 3).map(lambda rgb: "#{:02x}{:02x}{:02x}".format(*rgb))


@pytest.mark.parametrize("accent", ["#0b6b5f", "#000000", "#7a1fa2", "#767676", "#0000ff"])
def test_colour_with_contrast_is_taken(accent: str) -> None:
    assert rules.can_be_read(accent)


@pytest.mark.parametrize("accent", ["#ffffff", "#ffcc00", "#777777", "#00ff00", "#ff6600"])
def test_colour_without_contrast_is_refused(accent: str) -> None:
    assert not rules.can_be_read(accent)


@pytest.mark.parametrize(("accent", "ratio"), [("#000000", 21.0), ("#ffffff", 1.0), ("#777777", 4.48)])
def test_contrast_with_white_is_the_one_of_the_guideline(accent: str, ratio: float) -> None:
    assert round(rules.contrast_with_white(accent), 2) == ratio


@given(ANY)
def test_both_tones_of_any_colour_carry_text(accent: str) -> None:
    light, dark = rules.tones(accent)

    assert light.contrast >= rules.LEAST_CONTRAST
    assert dark.contrast >= rules.LEAST_CONTRAST


@given(ANY)
def test_suggested_colour_would_be_taken(accent: str) -> None:
    assert rules.can_be_read(rules.readable_like(accent))


def test_tones_are_those_of_the_stylesheet() -> None:
    light, dark = rules.tones("#7a1fa2")
    text = theme.stylesheet("#7a1fa2")

    assert f"--accent: light-dark({light.colour}, {dark.colour})" in text
