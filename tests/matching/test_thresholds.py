"""Bands by the thresholds of the programme, and what each rule weighs on its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.matching import Band, Evidence, Identity, Thresholds, band_of, compare, normalise, rank, score
from prm.matching.rules import ALWAYS_REVIEW, NOTABLE_FROM

LENIENT = Thresholds(review_from=0.82, block_from=1.0)
STRICT = Thresholds(review_from=0.65, block_from=0.83)

SAME_NAME = (Identity("Müller Logistik", "DE"), Identity("Mueller Logistik GmbH", "DE"))
OTHER_NAME = (Identity("Nordlicht", website="mueller.de"), Identity("Müller", "DE", website="mueller.de"))
FAMILY = (Identity("Nordlicht Chemie", "DE"), Identity("Nordlicht Chemie Australia", "AU"))
ALIKE = (Identity("Nordlicht Chemikalien GmbH", "DE", "Kiel"), Identity("Nordlicht Chemikalie", "DE", "Kiel"))
GENERIC = (Identity("Global Technologies", "DE"), Identity("Global Technologies Ltd", "DE"))


@pytest.mark.parametrize(
    ("value", "thresholds", "expected"),
    [
        (0.90, Thresholds(), Band.BLOCK),
        (0.89, Thresholds(), Band.REVIEW),
        (0.78, Thresholds(), Band.REVIEW),
        (0.77, Thresholds(), Band.HINT),
        (0.99, LENIENT, Band.REVIEW),
        (1.00, LENIENT, Band.BLOCK),
        (0.81, LENIENT, Band.HINT),
        (0.83, STRICT, Band.BLOCK),
        (0.65, STRICT, Band.REVIEW),
    ],
)
def test_band_begins_at_its_threshold(value: float, thresholds: Thresholds, expected: Band) -> None:
    assert band_of(value, thresholds) == expected


@pytest.mark.parametrize(
    ("ceiling", "expected"),
    [(Band.BLOCK, Band.BLOCK), (Band.REVIEW, Band.REVIEW), (Band.HINT, Band.HINT)],
)
def test_band_stays_below_its_ceiling(ceiling: Band, expected: Band) -> None:
    assert band_of(1.0, STRICT, ceiling) == expected
    assert band_of(0.1, STRICT, ceiling) == Band.HINT


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        (SAME_NAME, ("block", "review", "block")),
        (OTHER_NAME, ("review", "review", "block")),
        (FAMILY, ("review", "review", "review")),
        (ALIKE, ("review", "review", "review")),
        (GENERIC, ("review", "hint", "review")),
    ],
    ids=["same name", "domain under another name", "family", "alike", "generic"],
)
def test_thresholds_move_what_may_move(pair: tuple[Identity, Identity], expected: tuple[str, str, str]) -> None:
    bands = [score(*pair, thresholds=thresholds).band for thresholds in (Thresholds(), LENIENT, STRICT)]

    assert tuple(bands) == expected


@given(st.floats(NOTABLE_FROM, 0.82), st.floats(0.83, 1.0))
def test_family_is_for_review_whatever_the_thresholds_are(review_from: float, block_from: float) -> None:
    assert score(*FAMILY, thresholds=Thresholds(review_from, block_from)).band == Band.REVIEW


def test_score_does_not_depend_on_the_thresholds() -> None:
    pairs = [SAME_NAME, OTHER_NAME, FAMILY, ALIKE, GENERIC]

    assert [score(*pair, thresholds=STRICT).score for pair in pairs] == [score(*pair).score for pair in pairs]


def test_ranking_takes_the_thresholds_along() -> None:
    asked, other = OTHER_NAME

    assert [match.band for _row, match in rank(asked, [("x", other)])] == [Band.REVIEW]
    assert [match.band for _row, match in rank(asked, [("x", other)], thresholds=STRICT)] == [Band.BLOCK]


def test_each_rule_tells_what_it_gives_alone() -> None:
    a = Identity("Müller Logistik GmbH", "DE", "Hamburg", "mueller-logistik.de")
    match = compare(a, normalise(a), normalise(Identity("Müller Logistik", "DE", "Hamburg", "mueller-logistik.de")))

    assert [(line.rule, line.strength) for line in match.evidence] == [("name_and_country", 0.97), ("domain", 0.95)]


def test_what_only_explains_has_no_strength_of_its_own() -> None:
    match = score(*ALIKE)
    rules = {line.rule: line.strength for line in match.evidence}

    assert rules.pop("same_city") is None
    assert set(rules.values()) == {ALWAYS_REVIEW}


def test_doubt_tells_what_it_takes_away() -> None:
    a = Identity("Müller Logistik", "DE", website="mueller-logistik.de", tax_number="DE136695976")
    b = Identity("Müller Logistik", "DE", website="nordlicht.de", tax_number="DE811569869")
    match = score(a, b)

    assert [(line.rule, line.strength) for line in match.evidence] == [
        ("name_and_country", 0.97),
        ("other_domain", -0.15),
        ("other_tax_number", None),
    ]
    assert match.score == pytest.approx(0.97 - 0.15)


def test_evidence_needs_no_strength() -> None:
    assert Evidence("name", "Same name") == Evidence("name", "Same name", None)
