"""The stylesheet and the script: our own, small, and readable in both lights."""

import re
from pathlib import Path

import pytest

from prm.portal import theme

STATIC = Path(theme.__file__).parent / "static" / "portal"
CSS = (STATIC / "portal.css").read_text()
TOKENS = dict(re.findall(r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}, #[0-9a-f]{6})\)", CSS))
MODES = {"light": 0, "dark": 1}


def colour(token: str, mode: str) -> theme.Rgb:
    return theme.parse(TOKENS[token].split(", ")[MODES[mode]])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("ground", ["page", "card", "sunk"])
@pytest.mark.parametrize("text", ["ink", "ink-2"])
def test_text_has_contrast(text: str, ground: str, mode: str) -> None:
    assert theme.contrast(colour(text, mode), colour(ground, mode)) >= 4.5


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("tone", ["good", "warn", "bad", "accent"])
def test_tones_have_contrast(tone: str, mode: str) -> None:
    for ground in (f"{tone}-wash", "card", "page"):
        assert theme.contrast(colour(tone, mode), colour(ground, mode)) >= 4.5


@pytest.mark.parametrize("mode", MODES)
def test_edges_of_fields_can_be_seen(mode: str) -> None:
    assert theme.contrast(colour("edge", mode), colour("card", mode)) >= 3


@pytest.mark.parametrize("mode", MODES)
def test_ink_can_be_read_on_every_wash(mode: str) -> None:
    for wash in ("accent-wash", "good-wash", "warn-wash", "bad-wash"):
        assert theme.contrast(colour("ink", mode), colour(wash, mode)) >= 7
        assert theme.contrast(colour("ink-2", mode), colour(wash, mode)) >= 4.5


@pytest.mark.parametrize("file", sorted(path.name for path in STATIC.iterdir()))
def test_nothing_is_loaded_from_elsewhere(file: str) -> None:
    text = (STATIC / file).read_text().replace("http://www.w3.org/2000/svg", "")

    assert re.findall(r"https?://|@import|url\(", text) == []


def test_script_evaluates_nothing() -> None:
    script = (STATIC / "portal.js").read_text()

    assert re.findall(r"\beval\b|\bFunction\(|innerHTML|document\.write|setAttribute\(.on", script) == []


def test_stylesheet_is_layered() -> None:
    assert "@layer tokens, base, layout, components, utilities, print;" in CSS
    assert len(CSS.splitlines()) <= 1000
    assert CSS.count("{") == CSS.count("}")


@pytest.mark.parametrize(
    "need", ["prefers-reduced-motion", "forced-colors", "@media print", ":focus-visible", "light-dark("]
)
def test_stylesheet_thinks_of_everybody(need: str) -> None:
    assert need in CSS
