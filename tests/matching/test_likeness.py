"""How much two names have in common, and what the shipped word lists make of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prm.matching import Identity, normalise
from prm.matching.folding import fold, words
from prm.matching.frequencies import share, weight
from prm.matching.lexicon import LITTLE_WORDS, meanings, translated
from prm.matching.likeness import MOST_NAMES, Likeness, likeness
from prm.matching.selectors import rank
from prm.matching.wording import MOST_WORDS, stem, wording


def of(one: str, other: str) -> Likeness:
    return likeness(normalise(Identity(one)), normalise(Identity(other)))


def test_words_of_one_name_in_another_order_are_the_same() -> None:
    found = of("Nordlicht Robotics", "Robotics Nordlicht")

    assert (found.same_words, found.words, found.odd) == (True, 1.0, False)


def test_rare_words_count_for_more_than_common_ones() -> None:
    rare, common = of("Nordlicht Institute", "Nordlicht Academy"), of("Nordlicht Institute", "Suedwind Institute")

    assert rare.words > 0.6 > 0.3 > common.words


def test_both_have_a_word_of_their_own_only_when_they_have() -> None:
    assert of("Nordlicht Garden", "Nordlicht Quarry").odd
    assert not of("Nordlicht Garden", "Nordlicht").odd


def test_mistyped_common_word_tells_no_more_than_the_word_meant() -> None:
    assert of("Nordlicht Instittute", "Nordlicht Institute").words > 0.95


def test_word_cut_short_and_cousin_in_another_language_are_alike() -> None:
    assert of("Geodetski Institut", "Geodetic Institute").words > 0.6
    assert of("Nordlicht Manufac", "Nordlicht Manufacturers").words > 0.75


def test_part_of_a_name_is_contained() -> None:
    assert of("Nordlicht Garden", "Nordlicht Garden Harbour").contained == 1.0


@pytest.mark.parametrize(
    ("short", "long"), [("NGH", "Nordlicht Garden Harbour"), ("JCME", "Japan Council for the Middle East")]
)
def test_initials_are_read_with_and_without_little_words(short: str, long: str) -> None:
    assert of(short, long).acronym == of(long, short).acronym == len(short)


def test_likeness_of_nothing_is_none() -> None:
    assert of("…", "Acme") == of("", "") == Likeness()


def test_no_more_names_are_compared_than_a_few() -> None:
    former = [f"Former {number}" for number in range(10, 30)]
    many = normalise(Identity("First", former_names=tuple(former)))

    assert likeness(many, normalise(Identity(former[MOST_NAMES - 2]))).same_words
    assert not likeness(many, normalise(Identity(former[MOST_NAMES - 1]))).same_words


NAMED = ["nordlicht", "nordlich", "robotics", "institute", "inst", "of", "garden", "gardens", "a"]
names = st.lists(st.sampled_from(NAMED), max_size=5).map(" ".join)


@settings(max_examples=300)
@given(names, names)
def test_likeness_is_the_same_from_both_sides(one: str, other: str) -> None:
    assert of(one, other) == of(other, one)


@given(names)
def test_every_share_is_at_most_all(name: str) -> None:
    found = of(name, name)

    assert max(found.words, found.letters, found.contained) <= 1.000001


@given(st.text(max_size=300))
def test_wording_of_anything_is_bounded(text: str) -> None:
    said = wording(" ".join(words(fold(text))))

    assert len(said.words) <= MOST_WORDS
    assert all(len(short) <= 14 for short in said.acronyms)


def test_every_word_of_the_list_has_one_meaning_in_our_letters() -> None:
    known = meanings()

    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in known)
    assert {known[meaning] for meaning in known.values()} == set(known.values())


@pytest.mark.parametrize("spelling", ["univ", "universidad", "Universität", "universitet", "daigaku"])
def test_spellings_of_a_word_have_its_meaning(spelling: str) -> None:
    assert wording(" ".join(words(fold(f"{spelling} Kiel")))).words == ("university", "kiel")


def test_name_of_little_words_alone_keeps_them() -> None:
    assert wording("of the").words == ("of", "the")
    assert {"of", "the"} <= LITTLE_WORDS


@pytest.mark.parametrize(("typed", "read"), [("東京大学", "tokyo university"), ("acme", "acme"), ("müller", "mueller")])
def test_words_of_other_scripts_are_translated_and_the_rest_is_left(typed: str, read: str) -> None:
    assert " ".join(words(translated(fold(typed)))) == read


def test_longest_word_of_a_script_wins() -> None:
    assert translated(fold("研究院")).split() == ["research", "institute"]


def test_word_that_nobody_has_tells_most() -> None:
    assert weight("nordlicht") > weight("robotics") > weight("university")
    assert share("nordlicht") < share("university") < 1
    assert weight("xy") < weight("xyz")


@pytest.mark.parametrize(("one", "other"), [("geodetic", "geodetski"), ("physical", "fizikal"), ("chemie", "kemija")])
def test_stem_is_how_a_word_begins_to_sound(one: str, other: str) -> None:
    assert stem(one)[:3] == stem(other)[:3]


HOUSE = [Identity(f"{name} Institute", "DE", website="house.example.de") for name in ("Garden", "Quarry", "Meadow")]


def test_domain_of_many_tenants_does_not_tell_which() -> None:
    asked = Identity("Orchard Academy", "DE", website="house.example.de")
    many, one = rank(asked, enumerate(HOUSE)), rank(asked, enumerate(HOUSE[:1]))

    assert [match.evidence[0].rule for _record, match in many] == ["domain_of_many"] * 3
    assert [match.band for _record, match in many] == ["hint"] * 3
    assert [(match.evidence[0].rule, match.band) for _record, match in one] == [("domain_other_name", "review")]


def test_rank_puts_the_closest_of_equal_scores_first_and_leaves_out_strangers() -> None:
    asked = Identity("Garden Institut", "DE", website="house.example.de")
    records = [*enumerate(HOUSE[::-1]), (9, Identity("Stranger"))]

    ranked = [record for record, _match in rank(asked, records)]

    assert (ranked[0], sorted(ranked)) == (2, [0, 1, 2])
