"""Which colours can carry text."""

from dataclasses import dataclass

from prm.portal import theme

# WCAG 2.2 AA, for text of the usual size.
LEAST_CONTRAST = 4.5
WHITE: theme.Rgb = (255, 255, 255)


@dataclass(frozen=True)
class Tone:
    """A colour as pages draw it, and the least contrast of text in it or on it: 1..21."""

    colour: str
    contrast: float


def tones(accent: str) -> tuple[Tone, Tone]:
    """What light and dark pages make of an accent."""
    light, dark = theme.accents(accent)
    return _tone(light, WHITE, theme.LIGHT_PAGE), _tone(dark, theme.DARK_CARD)


def _tone(drawn: theme.Accent, *pages: theme.Rgb) -> Tone:
    ink = theme.parse(drawn.ink)
    grounds = (*pages, theme.parse(drawn.wash), theme.parse(drawn.on))
    return Tone(drawn.ink, min(theme.contrast(ink, ground) for ground in grounds))


def contrast_with_white(accent: str) -> float:
    """Of text in this colour on white, and of the white letters of a primary button on it."""
    return theme.contrast(theme.parse(accent), WHITE)


def can_be_read(accent: str) -> bool:
    """As it is in the light, and as it is lightened in the dark."""
    return min(contrast_with_white(accent), tones(accent)[1].contrast) >= LEAST_CONTRAST


def readable_like(accent: str) -> str:
    """The nearest colour of the same hue that can be read."""
    return tones(accent)[0].colour
