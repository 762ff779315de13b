"""What would change the answer is what the rules answer when one thing is changed."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from prm.matching import Band, Identity, Thresholds, score
from prm.matching.counterfactuals import Change, changes
from tests.matching.test_whatever_is_typed import identities

VAT, OTHER_VAT = "DE136695976", "DE811569869"
PLAIN = Identity("Müller Logistik", "DE", "Hamburg")
SOMEWHERE = Identity("Müller Logistik", "", "Wien", "mueller-logistik.at")


def by_change(found: tuple[Change, ...]) -> dict[tuple[str, str], Band]:
    return {(each.field, each.change): each.band for each in found}


def test_same_name_somewhere_would_block_with_one_more_proof() -> None:
    found = by_change(changes(PLAIN, SOMEWHERE))

    assert score(PLAIN, SOMEWHERE).band == Band.REVIEW
    assert found[("tax_number", "same")] == found[("domain", "same")] == found[("country", "same")] == Band.BLOCK
    assert found[("name", "other")] == found[("domain", "other")] == Band.HINT


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"tax_number": VAT}, ("tax_number", "same")),
        ({"website": "mueller-logistik.at"}, ("domain", "same")),
        ({"website": "nordlicht-chemie.de"}, ("domain", "other")),
        ({"name": "Nordlicht Chemie"}, ("name", "other")),
    ],
    ids=lambda given: given[0] if isinstance(given, tuple) else "",
)
def test_what_is_said_is_what_happens(changed: dict[str, str], key: tuple[str, str]) -> None:
    """Typing the change leads to the band that was foretold."""
    other = replace(SOMEWHERE, tax_number=VAT)

    assert score(replace(PLAIN, **changed), other).band == by_change(changes(PLAIN, other))[key]  # type: ignore[arg-type]


def test_certain_pair_names_what_would_part_it() -> None:
    a = Identity("Müller Logistik", "DE", website="mueller-logistik.de")
    b = Identity("Müller Logistik GmbH", "DE", "Hamburg", "mueller-logistik.de")
    found = by_change(changes(a, b))

    assert score(a, b).band == Band.BLOCK
    assert found == {("domain", "other"): Band.REVIEW, ("name", "other"): Band.REVIEW}


def test_tax_numbers_of_one_country_speak_against_each_other() -> None:
    a = replace(PLAIN, tax_number=VAT)
    found = by_change(changes(a, replace(PLAIN, tax_number=VAT)))

    assert found == {("tax_number", "other"): Band.REVIEW}
    assert score(a, replace(PLAIN, tax_number=OTHER_VAT)).band == Band.REVIEW
    assert by_change(changes(PLAIN, PLAIN))[("tax_number", "other")] == Band.REVIEW


def test_thresholds_decide_what_is_a_change() -> None:
    shipped = by_change(changes(PLAIN, SOMEWHERE))
    lenient = by_change(changes(PLAIN, SOMEWHERE, thresholds=Thresholds(0.82, 1.0)))

    assert shipped[("country", "same")] == Band.BLOCK
    assert ("country", "same") not in lenient


def test_domain_of_many_is_asked_as_one_of_many() -> None:
    a = Identity("Nordlicht Chemie", "DE", website="many.de")
    b = Identity("Nordlicht Chemikalien", "DE", website="many.de")

    assert ("city", "other") not in by_change(changes(a, b))
    assert by_change(changes(a, b)) != by_change(changes(a, b, under_domain=3))


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (Change("tax_number", "same", 1.0, Band.BLOCK), "With the same tax number, it would block."),
        (Change("domain", "other", 0.8, Band.REVIEW), "If the web domain were another, it would be for review."),
        (Change("city", "other", 0.7, Band.HINT), "If it were in another city, it would be no more than a hint."),
    ],
)
def test_change_reads_as_a_sentence(change: Change, text: str) -> None:
    assert change.text == text


@settings(max_examples=60)
@given(identities, identities)
def test_only_what_changes_the_answer_is_told(a: Identity, b: Identity) -> None:
    band = score(a, b).band
    found = changes(a, b)

    assert all(each.band != band for each in found)
    assert len({(each.field, each.change) for each in found}) == len(found)
    assert all(each.text.endswith(".") for each in found)
