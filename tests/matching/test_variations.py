"""The kinds of variation that people produce: each must still find its company, and be told apart from others."""

import pytest

from prm.matching import Band, Identity, keys, normalise, score
from prm.matching.readings import MOST, readings

NORDLICHT = Identity("Nordlicht Robotics Engineering GmbH", "DE", "Hamburg", "nordlicht-robotics.de")
HARBOUR = Identity("Institute for Harbour Construction", "DE", "Hamburg", "ihc-hamburg.de")

# What was typed, which record is meant, the rule that says so.
VARIATIONS = {
    "case and accents": (Identity("NORDLÏCHT ROBOTICS ENGINEERING", "DE"), NORDLICHT, "name_and_country"),
    "another legal form": (Identity("Nordlicht Robotics Engineering AG", "DE"), NORDLICHT, "name_and_country"),
    "words in another order": (Identity("Engineering Robotics Nordlicht", "DE"), NORDLICHT, "same_words"),
    "abbreviation": (Identity("Nordlicht Robotics Eng.", "DE"), NORDLICHT, "same_words"),
    "several abbreviations": (Identity("Inst. for Harbour Constr.", "DE"), HARBOUR, "same_words"),
    "another language": (Identity("Institut für Harbour Construcción", "DE"), HARBOUR, "same_words"),
    "no space": (Identity("NordlichtRobotics Engineering", "DE"), NORDLICHT, "name_and_country"),
    "hyphen": (Identity("Nordlicht-Robotics-Engineering", "DE"), NORDLICHT, "name_and_country"),
    "a letter too few": (Identity("Nordlicht Robotcs Engineering", "DE"), NORDLICHT, "similar_letters"),
    "a letter too many": (Identity("Nordlichtt Robotics Engineering", "DE"), NORDLICHT, "similar_letters"),
    "two letters swapped": (Identity("Nodrlicht Robotics Engineering", "DE"), NORDLICHT, "similar_letters"),
    "a mistake in a common word": (Identity("Insitute for Harbour Construction", "DE"), HARBOUR, "similar_words"),
    "a word more": (Identity("Nordlicht Robotics Engineering Group", "DE"), NORDLICHT, "similar_words"),
    "a word less": (Identity("Nordlicht Robotics", "DE", "Hamburg"), NORDLICHT, "similar_words"),
    "cut off": (Identity("Nordlicht Robotics Engineer", "DE"), NORDLICHT, "similar_words"),
    "initials": (Identity("IFHC", "DE", "Hamburg"), HARBOUR, "acronym"),
    "brand of another suffix": (
        Identity("Nordlicht Automaten", "DE", "Hamburg", "nordlicht-robotics.com"),
        NORDLICHT,
        "same_brand",
    ),
    "doing business as": (Identity("Kruse Holding d/b/a Nordlicht Robotics Engineering", "DE"), NORDLICHT, None),
    "trading as": (Identity("H. Kruse t/a Nordlicht Robotics Engineering", "DE"), NORDLICHT, None),
    "former name in brackets": (Identity("Kruse (formerly Nordlicht Robotics Engineering)", "DE"), NORDLICHT, None),
    "department": (Identity("Nordlicht Robotics Engineering, Department of Purchasing", "DE"), NORDLICHT, None),
    "place behind a dash": (Identity("Nordlicht Robotics Engineering - Hamburg", "DE"), NORDLICHT, None),
    "short form in brackets": (Identity("Institute for Harbour Construction (IHC)", "DE"), HARBOUR, None),
    "subsidiary": (Identity("Nordlicht Robotics Engineering Australia Pty Ltd", "AU"), NORDLICHT, None),
    "subsidiary without a country": (Identity("Nordlicht Robotics Engineering (India) Pvt Ltd"), NORDLICHT, None),
}


def said(a: Identity, b: Identity) -> list[str]:
    return [evidence.rule for evidence in score(a, b).evidence]


@pytest.mark.parametrize("kind", VARIATIONS)
def test_variation_is_found_and_shown_to_a_person(kind: str) -> None:
    typed, meant, rule = VARIATIONS[kind]
    match = score(typed, meant)

    assert match.band in {Band.REVIEW, Band.BLOCK}
    assert rule in (None, match.evidence[0].rule)


OTHERS = {
    "a sister by name": (Identity("Nordlicht Bakery", "DE", "Kiel"), NORDLICHT),
    "another place": (
        Identity("University of Leeds", "GB", "Leeds"),
        Identity("University of Lincoln", "GB", "Lincoln"),
    ),
    "another trade": (
        Identity("Institute for Ship Construction", "DE", "Kiel"),
        Identity("Institute for Road Construction", "DE", "Bonn"),
    ),
    "initials of somebody else": (Identity("IBM", "US"), Identity("Institute of Beekeeping and Milk", "FR", "Lyon")),
    "the same legal form": (Identity("Mizuno Corporation", "JP", "Osaka"), Identity("Lion Corporation", "JP", "Osaka")),
    "the same country in brackets": (Identity("Nortel (Canada)", "CA"), Identity("Amgen (Canada)", "CA")),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_another_company_is_not_worth_a_look(kind: str) -> None:
    assert score(*OTHERS[kind]).band == Band.HINT


OTHER_SCRIPTS = [
    (Identity("中国医科大学", "CN", "Shenyang"), Identity("China Medical University", "CN", "Shenyang")),
    (Identity("Национальный университет", "UA", "Kyiv"), Identity("National University", "UA", "Kyiv")),
    (Identity("한국화학연구원", "KR", "Daejeon"), Identity("Korea Research Institute of Chemical", "KR", "Daejeon")),
    (Identity("جامعة الدولية", "JO", "Amman"), Identity("International University", "JO", "Amman")),
]


@pytest.mark.parametrize(("typed", "meant"), OTHER_SCRIPTS)
def test_name_in_another_script_is_read_by_its_meaning(typed: Identity, meant: Identity) -> None:
    assert score(typed, meant).band in {Band.REVIEW, Band.BLOCK}


@pytest.mark.parametrize("website", ["", "acme.com"])
def test_parent_and_subsidiary_are_always_for_a_person(website: str) -> None:
    parent, branch = Identity("Acme Works", "DE", "", website), Identity("Acme Works Japan K.K.", "JP", "", website)
    match = score(branch, parent)

    assert match.score <= 0.89
    assert "family" in said(branch, parent)


def test_same_tax_number_proves_more_than_a_subsidiary_s_name() -> None:
    number = "DE136695976"
    match = score(Identity("Acme Works Japan", tax_number=number), Identity("Acme Works", tax_number=number))

    assert (match.score, match.band) == (1.0, Band.BLOCK)


def test_generic_name_needs_a_second_signal_to_be_the_same() -> None:
    alone = score(Identity("Technologies Global", "US"), Identity("Global Technology", "US"))
    placed = score(Identity("Technologies Global", "US", "Austin"), Identity("Global Technology", "US", "Austin"))

    assert (alone.score, alone.band) == (0.80, Band.REVIEW)
    assert (placed.score, placed.band) == (0.98, Band.BLOCK)


def test_names_that_are_only_alike_are_never_certain() -> None:
    alike = Identity("Nordlicht Robotics Enginering", "DE", "Hamburg")

    assert score(alike, NORDLICHT).band == Band.REVIEW


def test_other_place_takes_away_from_names_that_are_alike() -> None:
    typed = "Nordlicht Robotcs Engineering"
    here, elsewhere = (score(Identity(typed, "DE", city), NORDLICHT).score for city in ("Hamburg", "Passau"))
    abroad = score(Identity(typed, "FR"), NORDLICHT).score

    assert here > score(Identity(typed, "DE"), NORDLICHT).score > elsewhere
    assert score(Identity(typed), NORDLICHT).score > abroad


def test_evidence_says_what_of_the_place_is_the_same_or_not() -> None:
    typed = "Nordlicht Robotcs Engineering"

    assert said(Identity(typed, "DE", "Hamburg"), NORDLICHT)[1:] == ["same_city"]
    assert said(Identity(typed, "FR", "Lyon"), NORDLICHT)[1:] == ["other_city", "other_country"]


SCRAPS = [
    ("acme d/b/a bolt", ["acme", "bolt"]),
    ("acme (formerly bolt)", ["acme", "bolt", "formerly bolt"]),
    ("acme", []),
    ("acme - department of bolts", ["acme", "department of bolts"]),
    ("acme, hamburg", ["acme", "hamburg"]),
]


@pytest.mark.parametrize(("typed", "expected"), SCRAPS)
def test_readings_are_the_names_in_a_name(typed: str, expected: list[str]) -> None:
    assert readings(typed)[: len(expected)] == expected
    assert bool(readings(typed)) == bool(expected)


def test_readings_have_an_end() -> None:
    assert len(readings("(ab) (cd) (ef) (gh) (ij) (kl) (mn), op - qr d/b/a st")) == MOST


HOSTILE = {
    "right to left": "\u202eNordlicht\u202c Robotics Engineering",
    "zero width": "Nord\u200blicht Rob\u200dotics Engineering",
    "full width": "Ｎｏｒｄｌｉｃｈｔ Ｒｏｂｏｔｉｃｓ Engineering",
    "look-alike letters": "N\u043erdlicht R\u043eb\u043etics Engineering",
    "soft hyphen": "Nord\u00adlicht Robotics Engineering",
    "combining marks": "No\u0301rdlicht Robotics Engineering",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_disguise_of_the_same_name_is_found(kind: str) -> None:
    assert score(Identity(HOSTILE[kind], "DE"), NORDLICHT).band in {Band.REVIEW, Band.BLOCK}


def test_a_megabyte_has_no_more_keys_than_its_beginning() -> None:
    endless = "nordlicht (robotics) - d/b/a engineering, " * 25_000

    assert keys(normalise(Identity(endless, "DE"))) == keys(normalise(Identity(endless[:400], "DE")))
