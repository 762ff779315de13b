"""A customer that is spelt to look like another does not slip past the reviewer."""

import pytest

from deals.conflicts.models import Finding
from tests.factories import Cast, make_account, make_approved, make_assessed

pytestmark = pytest.mark.django_db

REAL = "Acme Spedition GmbH & Co. KG"
DISGUISES = {
    "Cyrillic a": "Аcme Spedition GmbH & Co. KG",
    "Cyrillic letters": "Асме Spedition GmbH & Co. KG",
    "Greek letters": "Αcme Spediτion GmbH & Co. KG",
    "zero width": "Ac\u200bme Spe\u2060dition GmbH & Co. KG",
    "soft hyphen": "Ac\u00adme Spedition GmbH & Co. KG",
    "full width": "Ａｃｍｅ Ｓｐｅｄｉｔｉｏｎ GmbH",
    "mathematical": "𝐀𝐜𝐦𝐞 Spedition",
    "accents put on": "A\u0301cme Spedition GmbH",
    "capitals": "ACME SPEDITION GMBH & CO. KG",
    "another legal form": "Acme Spedition AG",
    "no legal form": "Acme Spedition",
    "blanks": "  Acme \u00a0 Spedition\u3000GmbH & Co.KG ",
    "dots": "A.c.m.e Spedition GmbH",
    "hyphen": "Acme-Spedition GmbH",
}
# Letters whose case goes more than one way.
FOLDED = [
    ("Straße Lojistik AG", "STRASSE LOJISTIK"),
    ("İstanbul Kargo A.Ş.", "istanbul kargo"),
    ("Ångström AB", "Ångström"),
]


def found(cast: Cast, protected: str, typed: str) -> list[str]:
    """What is found of a rival's registration after the protection, by name alone."""
    make_approved(cast.orbit, customer_name=protected, customer_website="", customer_city="")
    deal = make_assessed(cast.helix, customer_name=typed, customer_website="", customer_city="")
    return [finding.kind for finding in Finding.objects.filter(registration=deal)]


@pytest.mark.parametrize("how", DISGUISES)
def test_disguised_customer_is_found(cast: Cast, how: str) -> None:
    assert "rival_protection" in found(cast, REAL, DISGUISES[how])


@pytest.mark.parametrize(("protected", "typed"), FOLDED)
def test_customer_is_found_however_its_case_is_folded(cast: Cast, protected: str, typed: str) -> None:
    assert "rival_protection" in found(cast, protected, typed)


def test_control_comparing_what_was_typed_misses_them() -> None:
    typed = {REAL.casefold(), *(disguise.casefold() for disguise in DISGUISES.values())}

    assert len(typed) == len(DISGUISES)


def test_other_customer_is_not_found(cast: Cast) -> None:
    assert found(cast, REAL, "Werft Nordsee AG") == ["thin_evidence"]


@pytest.mark.parametrize("name", ["\u202eemcA", "👻👻👻", "\u0301\u0301", "…", "a" * 200, "ﷺ" * 66])
def test_odd_name_breaks_nothing(cast: Cast, name: str) -> None:
    make_account("Acme")

    assert "rival_protection" not in found(cast, REAL, name)
