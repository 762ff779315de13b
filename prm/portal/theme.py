"""The vendor's accent colour, made readable: darkened on white and lightened on black until text in it has contrast."""

import colorsys
import re
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

Rgb = tuple[int, int, int]

LIGHT_PAGE: Rgb = (245, 246, 248)
DARK_CARD: Rgb = (26, 29, 33)
# WCAG 2.2 AA asks for 4.5 : 1.
CONTRAST = 4.6


def is_colour(text: str) -> bool:
    return re.fullmatch(r"#[0-9a-fA-F]{6}", text) is not None


def parse(text: str) -> Rgb:
    if not is_colour(text):
        raise ImproperlyConfigured(f"PRM_ACCENT must be a colour such as #0b6b5f, not {text!r}.")
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def luminance(colour: Rgb) -> float:
    """Relative luminance as WCAG defines it, 0..1."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """1..21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def toned(colour: Rgb, lightness: float, most: float = 1.0) -> Rgb:
    """The same hue at another lightness (0..1), at `most` as saturated as given."""
    hue, _lightness, saturation = colorsys.rgb_to_hls(*(value / 255 for value in colour))
    red, green, blue = (round(value * 255) for value in colorsys.hls_to_rgb(hue, lightness, min(saturation, most)))
    return red, green, blue


def readable(colour: Rgb, *grounds: Rgb) -> Rgb:
    """The colour made darker, or on dark grounds lighter, until it can be read on all of them."""
    own = colorsys.rgb_to_hls(*(value / 255 for value in colour))[1]
    end = 0.0 if luminance(grounds[0]) > 0.5 else 1.0
    steps = (toned(colour, own + (end - own) * step / 50, 0.5 if step and end else 1.0) for step in range(51))
    return next(moved for moved in steps if all(contrast(moved, ground) >= CONTRAST for ground in grounds))


@dataclass(frozen=True)
class Accent:
    """What /theme.css says: text colour, the tinted ground behind it, and the text on a filled button."""

    ink: str
    wash: str
    on: str


def accents(text: str) -> tuple[Accent, Accent]:
    """For light and for dark."""
    chosen = parse(text)
    light, dark = toned(chosen, 0.93, 0.42), toned(chosen, 0.13, 0.42)
    return (
        Accent(_hex(readable(chosen, LIGHT_PAGE, light)), _hex(light), "#ffffff"),
        Accent(_hex(readable(chosen, DARK_CARD, dark)), _hex(dark), "#0d1113"),
    )


def stylesheet(text: str) -> str:
    light, dark = accents(text)
    return (
        ":root {\n"
        f"  --accent: light-dark({light.ink}, {dark.ink});\n"
        f"  --accent-wash: light-dark({light.wash}, {dark.wash});\n"
        f"  --accent-on: light-dark({light.on}, {dark.on});\n"
        "}\n"
    )


def _hex(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
