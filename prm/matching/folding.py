"""From any script and spelling to lower-case ASCII words; one pass each, whatever the text."""

import unicodedata

from anyascii import anyascii

LONGEST_TEXT = 200
# One letter of another script can become several of ours.
LONGEST_KEY = 400

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe"})
# Cyrillic and Greek letters that look like a Latin one, in lower or upper case.
_LOOKALIKES = str.maketrans(
    "авеіјкмнорсѕтухһԁԛԝαβεικμνορτυχζη",
    "abeijkmhopcstyxhdqwabeikmvoptyxzn",
)
# Punctuation that lives inside words vanishes (AT&T, O'Neill), what parts a name stays as a comma.
_SPACING = (
    {code: " " for code in range(128) if not chr(code).isalnum()}
    | dict.fromkeys(map(ord, "&'`"), "")
    | dict.fromkeys(map(ord, ",;()[]"), " , ")
)


def fold(text: str) -> str:
    """Capped, one spelling for each letter, no case; still in its own script. NFC again: casefold can undo it (İ)."""
    folded = unicodedata.normalize("NFKC", text[:LONGEST_TEXT])[:LONGEST_TEXT].casefold()
    return unicodedata.normalize("NFC", folded)


def words(folded: str) -> tuple[str, ...]:
    """ASCII words of a folded text: "müller & söhne, s.a." becomes mueller, soehne, sa."""
    plain = folded
    if not folded.isascii():
        plain = anyascii(_undisguised(folded).translate(_UMLAUTS)).lower()[:LONGEST_KEY]
    return _join_initials(plain.translate(_SPACING).split())


def as_it_looks(folded: str) -> str | None:
    """The Latin text this looks like, when every foreign letter has a Latin double; None for an ordinary text."""
    if folded.isascii():
        return None
    foreign = [letter for letter in folded if _is_cyrillic_or_greek(letter)]
    if foreign and all(ord(letter) in _LOOKALIKES for letter in foreign):
        return folded.translate(_LOOKALIKES)
    return None


def _undisguised(folded: str) -> str:
    """A look-alike inside a Latin word ("аcme" with a Cyrillic а) is read as the Latin letter."""
    if not any(map(_is_cyrillic_or_greek, folded)):
        return folded
    return " ".join(
        word.translate(_LOOKALIKES) if any("a" <= letter <= "z" for letter in word) else word for word in folded.split()
    )


def _is_cyrillic_or_greek(letter: str) -> bool:
    return "\u0370" <= letter <= "\u052f"


def _join_initials(parts: list[str]) -> tuple[str, ...]:
    """Single letters in a row are one word: "s a" is "sa", "j p morgan" is "jp morgan"."""
    joined: list[str] = []
    open_run = False
    for part in parts:
        if part == ",":
            open_run = False
            continue
        initial = len(part) == 1 and part.isalpha()
        if initial and open_run:
            joined[-1] += part
        else:
            joined.append(part)
        open_run = initial
    return tuple(joined)
