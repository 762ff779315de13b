"""Names that are harmless everywhere, and kinds by first bytes."""

import pytest

from prm.files.rules import LONGEST_NAME, clean_name, kind_of
from prm.files.states import ENDINGS, MEDIA_TYPES, OFFICE, PICTURES, TEXTS, Kind
from tests.files.making import PDF, archive, office, picture


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Price list.pdf", "Price list.pdf"),
        ("Übersicht Müller.pdf", "Übersicht Müller.pdf"),
        ("U\u0308bersicht.pdf", "Übersicht.pdf"),
        ("../../etc/passwd", "passwd"),
        ("/etc/shadow.txt", "shadow.txt"),
        ("C:\\temp\\deck.pptx", "deck.pptx"),
        ("a\x00b.pdf", "ab.pdf"),
        ("gpj.\u202eexe.pdf", "gpj.exe.pdf"),
        ("CON", "_CON"),
        ("con.pdf", "_con.pdf"),
        ("Lpt1.tar.pdf", "_Lpt1.tar.pdf"),
        ("trailing.pdf...", "trailing.pdf"),
        ("  two   blanks .pdf", "two blanks.pdf"),
        ('quote"<b>;x|y.pdf', "quote__b__x_y.pdf"),
        (".pdf", "pdf"),
        ("...", "file"),
        ("", "file"),
        ("\u200b.\u200b", "file"),
        ("line\nbreak.txt", "line break.txt"),
        ("x/", "file"),
    ],
)
def test_name_is_made_harmless(sent: str, kept: str) -> None:
    assert clean_name(sent) == kept


@pytest.mark.parametrize("length", [119, 120, 121, 300, 5000])
def test_long_name_keeps_its_ending(length: int) -> None:
    kept = clean_name("x" * length + ".pdf")

    assert len(kept) <= LONGEST_NAME
    assert kept.endswith(".pdf")


def test_very_long_ending_is_cut_too() -> None:
    assert len(clean_name("a." + "b" * 4000)) <= LONGEST_NAME


@pytest.mark.parametrize("name", ["Deck (2).pptx", "été.md", "a.b.c.pdf", "CON.txt"])
def test_cleaning_twice_changes_nothing(name: str) -> None:
    assert clean_name(clean_name(name)) == clean_name(name)


@pytest.mark.parametrize(
    ("raw", "name", "kind"),
    [
        (PDF, "a.pdf", Kind.PDF),
        (PDF, "a.PDF", Kind.PDF),
        (PDF, "a.txt", None),
        (PDF, "a", None),
        (PDF, "a.html", None),
        (b" " + PDF, "a.pdf", None),
        (picture(), "a.png", Kind.PNG),
        (picture(), "a.jpg", None),
        (picture("JPEG"), "a.jpg", Kind.JPEG),
        (picture("JPEG"), "a.jpeg", Kind.JPEG),
        (picture("GIF"), "a.gif", Kind.GIF),
        (picture("WEBP"), "a.webp", Kind.WEBP),
        (office("docx"), "a.docx", Kind.DOCX),
        (office("xlsx"), "a.xlsx", Kind.XLSX),
        (office("pptx"), "a.pptx", Kind.PPTX),
        (office("docx"), "a.docm", None),
        (archive({"a": b"b"}), "a.zip", None),
        (archive({"a": b"b"}), "a.pdf", None),
        (b"plain", "a.txt", Kind.TEXT),
        (b"# Title", "a.md", Kind.MARKDOWN),
        (b"# Title", "a.markdown", Kind.MARKDOWN),
        (b"a,b", "a.csv", Kind.CSV),
        (b"<svg/>", "a.svg", None),
        (b"<html>", "a.html", None),
        (b"plain", "a.pdf", None),
        (b"MZ\x90", "a.exe", None),
        (b"#!/bin/sh", "run", None),
        (b"%!PS-Adobe", "a.ps", None),
    ],
)
def test_kind_is_what_bytes_and_name_agree_on(raw: bytes, name: str, kind: Kind | None) -> None:
    assert kind_of(raw, name) == kind


def test_every_kind_has_an_ending_and_a_media_type() -> None:
    assert set(ENDINGS.values()) == set(Kind) == set(MEDIA_TYPES)
    assert {Kind.PDF} == set(Kind) - PICTURES - OFFICE - TEXTS
    assert not any("html" in kind or "svg" in kind for kind in MEDIA_TYPES.values())
