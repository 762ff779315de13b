import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.matching import ENGINE_VERSION, Identity, normalise
from prm.matching.folding import LONGEST_KEY, LONGEST_TEXT, fold, words
from prm.matching.normaliser import country_code, look_key, name_key

SPELLINGS = [
    ("Müller Logistik GmbH", "mueller logistik"),
    ("MUELLER LOGISTIK", "mueller logistik"),
    ("Mu\u0308ller Logistik", "mueller logistik"),
    ("Müller\u200b Log\u200distik", "mueller logistik"),
    ("Müller Log\u00adistik", "mueller logistik"),
    ("ＭÜＬＬＥＲ　Logistik", "mueller logistik"),
    ("  Müller,\tLogistik  GmbH & Co. KG ", "mueller logistik"),
    ("Straße AG", "strasse"),
    ("STRASSE", "strasse"),
    ("İstanbul Lojistik A.Ş.", "istanbul lojistik"),
    ("AT&T Inc.", "att"),
    ("O'Neill Ltd", "oneill"),
    ("J.P. Morgan", "jp morgan"),
    ("J P Morgan", "jp morgan"),
    ("Café Société S.A.R.L.", "cafe societe"),
    ("Øresund A/S", "oeresund"),
    ("Grupo X, S. de R.L. de C.V.", "grupo x"),
    ("Acme Sp. z o.o.", "acme"),
    ("Acme Sdn. Bhd.", "acme"),
    ("The Acme Company Limited", "acme"),
    ("ООО Восток", "vostok"),
    ("Vostok", "vostok"),
    ("株式会社東芝", "dongzhi"),
    ("Acme (Germany)", "acme"),
    ("Acme (Deutschland) ", "acme"),
    ("Acme (DE)", "acme"),
    ("Acme (Research)", "acme research"),
]


@pytest.mark.parametrize(("typed", "key"), SPELLINGS)
def test_name_key_is_one_spelling(typed: str, key: str) -> None:
    assert name_key(typed) == key


@pytest.mark.parametrize("typed", ["GmbH", "S.A.", "inc inc inc inc", "The", "株式会社", "Ltd. & Co."])
def test_name_key_of_nothing_but_legal_forms_keeps_a_word(typed: str) -> None:
    assert name_key(typed) != ""


@pytest.mark.parametrize("typed", ["", "   ", ")))", "\u200b\u200b", "…"])
def test_name_key_without_any_letter_is_empty(typed: str) -> None:
    assert name_key(typed) == ""


def test_name_key_of_a_long_row_of_legal_forms_is_its_first_word() -> None:
    assert name_key("acme " + "inc " * 40) == "acme"


def test_look_alike_letter_inside_a_latin_word_is_read_as_it_looks() -> None:
    assert name_key("\u0410cme GmbH") == "acme"


def test_name_of_look_alikes_only_pretends_to_be_another() -> None:
    disguised = "\u0410\u0421\u041c\u0415 GmbH"

    assert (name_key(disguised), look_key(disguised)) == ("asme", "acme")


@pytest.mark.parametrize("typed", ["Acme", "Лукойл", "東芝"])
def test_look_key_of_an_ordinary_name_is_empty(typed: str) -> None:
    assert look_key(typed) == ""


HOSTILE = [
    " " * 20_000 + "x",
    "," * 20_000,
    "x" * 1_000_000,
    "e" + "\u0301" * 20_000,
    "inc " * 20_000,
    "\ufdfa" * 20_000,
    "鬱" * 20_000,
    "(" * 20_000 + ")",
    "\ud800" * 300,
    "\x00acme\x00",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_are_capped_before_anything_else(text: str) -> None:
    folded = fold(text)
    normalised = normalise(Identity(text, text, text, text, text, text, (text,)))

    assert len(folded) <= 3 * LONGEST_TEXT
    assert len(normalised.name_key) <= LONGEST_KEY
    assert normalised.name_key.isascii()


def test_what_lies_behind_the_cap_is_never_looked_at() -> None:
    assert fold("a" * 10_000) == fold("a" * LONGEST_TEXT)


@given(st.text(max_size=300))
def test_words_are_lower_case_ascii_letters_and_digits(text: str) -> None:
    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in words(fold(text)))


@given(st.text(max_size=80))
def test_name_key_does_not_depend_on_composition_or_form(text: str) -> None:
    composed = unicodedata.normalize("NFKC", text)

    assert name_key(unicodedata.normalize("NFD", composed)) == name_key(composed)


@pytest.mark.parametrize(("typed", "code"), [("de", "DE"), (" XK ", "XK"), ("Germany", ""), ("", ""), ("Ä1", "")])
def test_country_code_is_two_letters_or_nothing(typed: str, code: str) -> None:
    assert country_code(typed) == code


def test_normalise_takes_the_domain_of_the_website_before_that_of_the_mailbox() -> None:
    both = normalise(Identity("Acme", website="acme.com", email="info@other.com"))
    mailbox = normalise(Identity("Acme", email="info@mail.other.com"))

    assert (both.domain, mailbox.domain) == ("acme.com", "other.com")


def test_normalise_knows_former_names_once_each() -> None:
    normalised = normalise(Identity("New Name", former_names=("Old Name Ltd", "New Name GmbH", "…")))

    assert normalised.names == ("new name", "old name")


def test_engine_version_names_what_stored_keys_were_made_with() -> None:
    assert ENGINE_VERSION == 2
