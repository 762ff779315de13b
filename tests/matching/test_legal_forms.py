"""Legal forms of many countries, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.matching.folding import fold, words
from prm.matching.legal_forms import strip, unglue
from prm.matching.normaliser import name_key

FORMS = {
    "Germany": [
        "GmbH",
        "G.m.b.H.",
        "gGmbH",
        "AG",
        "SE",
        "KG",
        "OHG",
        "e.V.",
        "UG (haftungsbeschränkt)",
        "GmbH & Co. KG",
        "KGaA",
    ],
    "Austria": ["OG", "e.U."],
    "Switzerland": ["Sàrl", "Sagl"],
    "France": ["S.A.", "SAS", "SASU", "SARL", "S.A.R.L.", "EURL", "SNC"],
    "Italy": ["S.p.A.", "SpA", "S.r.l.", "Srl"],
    "Spain": ["S.L.", "SL", "S.A."],
    "Portugal": ["Lda", "Lda.", "SGPS"],
    "Netherlands": ["B.V.", "BV", "N.V.", "VOF"],
    "Belgium": ["BVBA", "SPRL", "ASBL", "VZW"],
    "Nordics": ["A/S", "ApS", "AB", "AS", "ASA", "Oy", "Oyj", "hf."],
    "Britain": ["Ltd", "Ltd.", "Limited", "PLC", "LLP", "Co. Ltd."],
    "United States": ["Inc.", "Inc", "Incorporated", "Corp.", "Corporation", "LLC", "L.L.C.", "LP", "Company", "Co."],
    "Poland": ["Sp. z o.o.", "S.A.", "sp.j."],
    "Czechia": ["s.r.o.", "spol. s r.o.", "a.s."],
    "Hungary": ["Kft.", "Zrt.", "Nyrt."],
    "Balkans": ["d.o.o.", "d.d.", "DOOEL", "OOD"],
    "Turkey": ["A.Ş.", "Ltd. Şti.", "San. ve Tic. A.Ş."],
    "Latin America": ["S.A. de C.V.", "S. de R.L. de C.V.", "Ltda.", "EIRELI"],
    "Asia": ["Pte. Ltd.", "Pty Ltd", "Pvt. Ltd.", "Private Limited", "Sdn. Bhd.", "Tbk", "K.K.", "Co., Ltd."],
    "Gulf": ["FZE", "FZ-LLC", "W.L.L."],
    "Russia": ["JSC", "PJSC"],
}
ALL = [(country, form) for country, forms in FORMS.items() for form in forms]


@pytest.mark.parametrize(("country", "form"), ALL)
def test_legal_form_at_the_end_is_taken_off(country: str, form: str) -> None:
    assert name_key(f"Nordlicht Spedition {form}") == "nordlicht spedition"
    assert name_key(f"Nordlicht Spedition, {form.upper()}") == "nordlicht spedition"


@pytest.mark.parametrize("form", ["ООО", "ОАО", "ЗАО", "ПАО", "АО", "PT", "The"])
def test_legal_form_at_the_start_is_taken_off(form: str) -> None:
    assert name_key(f"{form} Nordlicht") == "nordlicht"


@pytest.mark.parametrize("form", ["株式会社", "有限会社", "주식회사", "有限公司", "股份有限公司"])
@pytest.mark.parametrize("place", ["{form}{name}", "{name}{form}"])
def test_legal_form_glued_to_the_name_is_taken_off(form: str, place: str) -> None:
    assert name_key(place.format(form=form, name="東芝")) == name_key("東芝")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("AG Metall", "ag metall"),
        ("SA Recycling", "sa recycling"),
        ("Co Work Berlin", "co work berlin"),
        ("Amazon UK", "amazon uk"),
        ("Meet at", "meet at"),
        ("OK", "ok"),
        ("Limited Edition Prints", "limited edition prints"),
        ("Private", "private"),
        ("Company & Co", "company"),
        ("The The", "the"),
    ],
)
def test_words_that_only_look_like_a_legal_form_stay(name: str, key: str) -> None:
    assert name_key(name) == key


def test_unglue_leaves_what_is_nothing_but_a_form() -> None:
    assert unglue("株式会社") == "株式会社"
    assert unglue("acme") == "acme"


@given(
    st.lists(
        st.sampled_from(["gmbh", "inc", "co", "kg", "the", "acme", "sa", "ltd", "sp", "zoo", "de"]),
        min_size=1,
        max_size=40,
    )
)
def test_strip_leaves_a_piece_of_the_name_and_nothing_else(name: list[str]) -> None:
    left = strip(tuple(name))

    assert 1 <= len(left) <= len(name)
    assert " ".join(left) in " ".join(name)


@given(st.text(max_size=60))
def test_name_key_has_no_more_words_than_the_name(name: str) -> None:
    assert len(name_key(name).split()) <= len(words(fold(name)))


@given(st.sampled_from(["Nordlicht", "Müller Bau", "AT&T", "東芝"]), st.sampled_from([form for _country, form in ALL]))
def test_name_with_and_without_its_form_are_one_name(name: str, form: str) -> None:
    assert name_key(f"{name} {form}") == name_key(name)
