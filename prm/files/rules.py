"""What a file may be called, and what it is by its first bytes."""

import unicodedata

from prm.files.states import ENDINGS, OFFICE, TEXTS, Kind

LONGEST_NAME = 120
UNTITLED = "file"
# What some system reads as something other than a letter of a name.
FORBIDDEN = frozenset('<>:"|?*;')
# Devices, on systems that open them whatever ending is behind them.
RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{device}{number}" for device in ("com", "lpt") for number in range(10))}
)
MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF-", Kind.PDF),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
)
ZIP = b"PK\x03\x04"


def clean_name(name: str) -> str:
    """The last part of a path, as every system can write it; never empty, with its ending."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/")).rpartition("/")[2]
    # Controls, and what turns the direction of reading: "gpj.exe" must not look like "exe.jpg".
    seen = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C" or letter in "\t\n")
    plain = "".join("_" if letter in FORBIDDEN else letter for letter in " ".join(seen.split())).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        stem, ending = plain, ""
    if stem.partition(".")[0].strip().lower() in RESERVED:
        stem = f"_{stem}"
    kept = stem[: LONGEST_NAME - len(ending[:20]) - 1].strip(". ") or UNTITLED
    return f"{kept}.{ending[:20]}" if ending else kept


def ending_of(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def kind_by_name(name: str) -> Kind | None:
    return ENDINGS.get(ending_of(name))


def kind_of(raw: bytes, name: str) -> Kind | None:
    """By its first bytes; of two that begin alike, and of texts, the name says which. None when both do not agree."""
    named = kind_by_name(name)
    if raw.startswith(ZIP):
        return named if named in OFFICE else None
    found = next((kind for magic, kind in MAGIC if raw.startswith(magic)), None)
    if found is None and raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        found = Kind.WEBP
    if found is None:
        return named if named in TEXTS else None
    return found if found == named else None
