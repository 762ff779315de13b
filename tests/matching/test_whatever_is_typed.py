"""Properties of the keys over whatever people type: one form, stable, and never more work than the cap allows."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from prm.matching import Band, Identity, keys, normalise, score
from prm.matching.folding import LONGEST_KEY, LONGEST_TEXT, as_it_looks, fold, words
from prm.matching.hosts import NOBODYS, registrable
from prm.matching.legal_forms import strip, unglue
from prm.matching.normaliser import country_code, look_key, name_key
from prm.matching.rules import BLOCK_FROM, DOUBT, REVIEW_FROM, compare
from prm.matching.tax import tax_key

VAT, OTHER_VAT = "DE136695976", "DE129273398"
LATIN = "abeikmhopcstyxw"
names = st.one_of(
    st.text(max_size=30),
    st.lists(
        st.sampled_from(["acme", "The", "GmbH", "&", "Co.", "KG", "S.A.", "(Germany)", "Müller", "株式会社", "а", "İ"]),
        max_size=6,
    ).map(" ".join),
)
identities = st.builds(
    Identity,
    name=names,
    country=st.sampled_from(["", "DE", "AT", "de ", "D1"]),
    city=st.sampled_from(["", "Hamburg", "hamburg"]),
    website=st.sampled_from(["", "acme.com", "https://www.acme.com/x", "gmail.com", "müller.de", "http://["]),
    email=st.sampled_from(["", "a@acme.com", "a@gmail.com", "@"]),
    tax_number=st.sampled_from(["", VAT, OTHER_VAT, "136695976", "136 695 976"]),
    former_names=st.lists(names, max_size=3).map(tuple),
)


@given(names)
def test_fold_of_a_folded_text_is_itself(name: str) -> None:
    once = fold(name)
    assume(len(once) <= LONGEST_TEXT)

    assert fold(once) == once


@given(st.text(max_size=60))
def test_words_hold_no_blank_and_no_punctuation(name: str) -> None:
    odd = [word for word in words(fold(name)) if not (word.isalnum() and word.isascii() and word == word.lower())]

    assert odd == []


@settings(max_examples=200)
@given(identities)
def test_normal_form_depends_on_nothing_but_the_text(identity: Identity) -> None:
    assert normalise(identity) == normalise(replace(identity))
    assert keys(normalise(identity)) == keys(normalise(identity))


@given(names, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
@example("Ångström & Söhne", "NFD")
def test_key_of_a_name_does_not_depend_on_how_its_letters_are_put_together(name: str, form: str) -> None:
    composed = unicodedata.normalize(form, name)
    assume(len(composed) <= LONGEST_TEXT)
    # Compatibility forms and case are equal by meaning; only then is the text the same.
    assume(fold(composed) == fold(name))

    assert name_key(composed) == name_key(name)


@given(st.text(st.characters(codec="ascii", categories=["L"]), min_size=2, max_size=20))
def test_key_of_a_name_does_not_depend_on_case(name: str) -> None:
    assert name_key(name.upper()) == name_key(name.lower()) == name_key(name.title())


@given(names, st.sampled_from([" ", "  ", "\t", "\n", "\u00a0", " \u2003 "]))
def test_key_of_a_name_does_not_depend_on_blanks_around_it(name: str, blank: str) -> None:
    assume(len(name) <= LONGEST_TEXT - 20)

    assert name_key(f"{blank}{name}{blank}").replace(" ", "") == name_key(name).replace(" ", "")


@settings(max_examples=200)
@given(identities, identities)
def test_band_follows_from_the_score(a: Identity, b: Identity) -> None:
    match = score(a, b)
    expected = Band.BLOCK if match.score >= BLOCK_FROM else Band.REVIEW if match.score >= REVIEW_FROM else Band.HINT

    assert match.band == expected
    assert (match.score == 0) == (match.evidence == ())


@settings(max_examples=200)
@given(identities, identities)
def test_score_is_the_one_of_the_normal_forms(a: Identity, b: Identity) -> None:
    assert score(a, b) == compare(a, normalise(a), normalise(b))


@given(identities)
def test_identity_that_says_something_is_itself(identity: Identity) -> None:
    assert bool(score(identity, identity).evidence) == bool(keys(normalise(identity)))


@given(identities, names)
def test_former_name_is_found_under_the_name_it_has_now(identity: Identity, name: str) -> None:
    renamed = replace(identity, name=name, former_names=(identity.name, *identity.former_names))
    before = {name_key(former) for former in (identity.name, *identity.former_names)} - {""}

    assert before <= set(normalise(renamed).names)


@pytest.mark.parametrize(
    "typed", ["acme.com", "www.acme.com", "https://ACME.com/x?y#z", "http://me@acme.com:80/", "//acme.com"]
)
def test_website_is_one_domain_however_it_is_typed(typed: str) -> None:
    assert normalise(Identity("x", website=typed)).domain == "acme.com"


def test_domain_that_anybody_may_use_proves_nothing() -> None:
    typed = [spelling for host in NOBODYS for spelling in (host, f"https://WWW.{host}/acme", f"me@{host}")]

    assert {text: registrable(text) for text in typed if registrable(text)} == {}


@pytest.mark.parametrize("host", ["acme.wixsite.com", "acme.github.io", "acme.blogspot.com"])
def test_own_site_below_a_shared_domain_is_somebodys(host: str) -> None:
    assert registrable(f"https://{host}/") == host


@pytest.mark.parametrize(
    ("number", "country", "key"),
    [
        ("US 91-1144442", "US", "US911144442"),
        ("US911144442", "", "US911144442"),
        ("KR 700-30-13889", "KR", "KR7003013889"),
        ("XI980780684", "GB", "GB980780684"),
        ("GB980780684", "XI", "GB980780684"),
        ("DE DE136695976", "DE", "DE136695976"),
        ("DE", "DE", ""),
        ("US", "US", ""),
    ],
)
def test_country_may_stand_before_the_number_everywhere(number: str, country: str, key: str) -> None:
    assert tax_key(number, country) == key


@pytest.mark.parametrize(
    "country", ["US", "KR", "BR", "CA", "TR", "VN", "ID", "DE", "FR", "IT", "GB", "GR", "AU", "MX"]
)
@given(st.text("0123456789", min_size=6, max_size=15))
def test_tax_key_is_a_fixed_point(country: str, number: str) -> None:
    key = tax_key(number, country)

    assert key == "" or tax_key(key, country) == tax_key(key, "") == key


@pytest.mark.parametrize("typed", ["de", " DE ", "dE", "De\n"])
def test_country_is_read_in_any_case(typed: str) -> None:
    assert country_code(typed) == "DE"


@pytest.mark.parametrize("typed", ["", "D", "DEU", "Germany", "D1", "ÄÖ", "ß", "D E", "\u0410\u0412"])
def test_country_that_is_no_code_is_none(typed: str) -> None:
    assert country_code(typed) == ""


@pytest.mark.parametrize(
    ("disguised", "real"),
    [
        ("\u0430cme", "acme"),
        ("\u0410\u0421\u041c\u0415", "acme"),
        ("p\u0430yp\u0430l", "paypal"),
        ("Μicrosoft", "microsoft"),
        ("\u03bfracle", "oracle"),
        ("ａｃｍｅ", "acme"),
        ("𝐀𝐜𝐦𝐞", "acme"),
        ("Ⓐcme", "acme"),
        ("ac\u00adme", "acme"),
        ("ac\u200bme", "acme"),
        ("ac\u2060me", "acme"),
    ],
)
def test_disguised_name_meets_the_real_one(disguised: str, real: str) -> None:
    assert keys(normalise(Identity(disguised))) & keys(normalise(Identity(real)))
    assert score(Identity(disguised, "DE"), Identity(real, "DE")).score >= REVIEW_FROM


@given(st.text(LATIN, min_size=2, max_size=12))
def test_name_in_look_alikes_alone_pretends_to_be_the_latin_one(name: str) -> None:
    doubles = str.maketrans(LATIN, "авеікмнорсѕтухԝ")
    disguised = name.translate(doubles)

    assert as_it_looks(fold(disguised)) == name
    assert keys(normalise(Identity(disguised))) & keys(normalise(Identity(name)))


@given(st.text(st.characters(codec="ascii"), max_size=40))
def test_ordinary_name_pretends_nothing(name: str) -> None:
    assert (as_it_looks(fold(name)), look_key(name)) == (None, "")


@given(
    st.lists(st.sampled_from(["the", "acme", "gmbh", "co", "kg", "sa", "ooo", "x"]), min_size=1, max_size=8).map(tuple)
)
def test_strip_takes_from_the_ends_and_leaves_a_piece(name: tuple[str, ...]) -> None:
    left = strip(name)
    starts = [start for start in range(len(name)) if name[start : start + len(left)] == left]

    assert left != ()
    assert starts != []
    assert min(starts) <= 1


@given(names)
def test_unglue_leaves_something(name: str) -> None:
    assert (unglue(name) == "") == (name == "")


@pytest.mark.parametrize(
    "typed",
    ["a" * 10**6, "ß" * 10**6, "ﷺ" * 10**6, "( " * 10**6, "gmbh " * 10**6, "а" * 10**6, "e\u0301" * 10**6, "İ" * 10**6],
    ids=["letters", "sharp s", "ligatures", "brackets", "legal forms", "look-alikes", "accents", "dotted i"],
)
def test_giant_text_is_read_as_its_beginning(typed: str) -> None:
    everything = Identity(typed, typed, typed, typed, typed, typed, (typed,))
    beginning = typed[:500]
    short = Identity(beginning, beginning, beginning, beginning, typed, beginning, (beginning,))

    assert normalise(everything) == normalise(short)
    assert max(map(len, normalise(everything).names), default=0) <= LONGEST_KEY


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ({}, 0.97),
        ({"website": "acme.com"}, 0.97),
        ({"website": "other.com"}, 0.97 - DOUBT),
        ({"tax_number": OTHER_VAT}, 0.97 - DOUBT),
        ({"website": "other.com", "tax_number": OTHER_VAT}, 0.97 - DOUBT),
        ({"website": "other.com", "tax_number": VAT}, 1.0),
        ({"website": "acme.com", "tax_number": OTHER_VAT}, 0.97),
        ({"country": "AT"}, 0.76),
        ({"country": ""}, 0.88),
    ],
)
def test_doubt_takes_away_once_and_from_a_name_alone(extra: dict[str, str], expected: float) -> None:
    known = Identity("Kepler", "DE", website="acme.com" if "website" in extra else "", tax_number=VAT)
    asked = replace(known, **{"tax_number": "", **extra})

    assert score(asked, known).score == round(expected, 2)
