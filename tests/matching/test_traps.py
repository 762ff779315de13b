"""Traps of match keys: rules without a shared key, words that everybody has, keys that meet by chance, old forms."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from prm import matching
from prm.matching import Identity, compare, keys, matches, normalise, score, stored_keys
from prm.matching.frequencies import share
from prm.matching.hashing import COMMON, COMMON_STEM, Kind, asked_values, meet, salt, stored_values
from prm.matching.models import MatchKey, MatchRecord
from prm.matching.rules import REVIEW_FROM
from prm.matching.selectors import WEIGHED, found, worth_weighing

WORDS = [
    *("Nordlicht", "Nordlichd", "Harbour", "Harbor", "Robotics", "Robotik", "University", "Universität", "of", "The"),
    *("Bank", "China", "GmbH", "Ltd", "Germany", "(Germany)", "d/b/a", "-", "BMW", "Bayerische", "Motoren", "Werke"),
    *("株式会社", "大学", "Мосэнерго", "\u0430cme", "Acme", "A.", "C.", "M.", "E."),
]
companies = st.builds(
    Identity,
    name=st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join),
    country=st.sampled_from(["", "DE", "AT"]),
    city=st.sampled_from(["", "Hamburg", "Kiel"]),
    website=st.sampled_from(["", "acme.com", "acme.de", "nordlicht.de", "bmw.de"]),
    tax_number=st.sampled_from(["", "DE136695976", "DE129273398"]),
    former_names=st.lists(st.sampled_from(["Acme", "Nordlicht Robotics", "BMW"]), max_size=2).map(tuple),
)


@settings(max_examples=400)
@given(companies, companies)
def test_no_rule_fires_for_two_that_cannot_be_found_from_one_another(a: Identity, b: Identity) -> None:
    one, other = normalise(a), normalise(b)
    found_from_one_side = keys(one) & stored_keys(other) or keys(other) & stored_keys(one)

    if not found_from_one_side:
        assert score(a, b).score == 0
    assert bool(found_from_one_side) == meet(one, other)


@settings(max_examples=400)
@given(companies, companies)
def test_whoever_is_found_shares_a_key_that_both_of_them_lock(a: Identity, b: Identity) -> None:
    if score(a, b).score > 0:
        assert keys(normalise(a)) & keys(normalise(b))


def test_control_without_the_gate_a_rule_does_fire() -> None:
    a, b = Identity("Bank Bank", "DE"), Identity("China", "DE")
    one, other = normalise(a), normalise(b)
    pretended = replace(one, city_key="kiel"), replace(other, city_key="kiel", domain="bank.de")

    assert not meet(one, other)
    assert compare(a, one, other) == score(a, b)
    assert compare(a, *pretended, is_found=True).evidence != ()


@settings(max_examples=400)
@given(companies, companies)
def test_it_does_not_matter_which_of_the_two_is_asked(a: Identity, b: Identity) -> None:
    assert score(a, b).score == score(b, a).score


@given(companies, st.permutations(range(6)))
def test_words_in_another_order_are_still_for_review(identity: Identity, order: list[int]) -> None:
    said = ["Nordlicht", "Harbour", "Quarry", "Zebra", "Meadow", "Orchard"]
    asked = replace(identity, name=" ".join(said[at] for at in order), country="DE", website="", tax_number="")
    known = replace(asked, name=" ".join(said))

    assert score(asked, known).score >= REVIEW_FROM


@settings(max_examples=300)
@given(companies)
def test_words_that_everybody_has_are_neither_stored_nor_locked(identity: Identity) -> None:
    normal = normalise(identity)
    single = [value for kind, value in (*stored_values(normal), *asked_values(normal)) if kind == Kind.TOKEN]

    assert [word for word in single if share(word) > COMMON] == []


def test_beginning_of_a_word_that_everybody_has_is_no_key() -> None:
    assert share("university") > COMMON_STEM
    assert [value for kind, value in asked_values(normalise(Identity("University", "DE"))) if kind == Kind.STEM] == []


@pytest.mark.django_db
class TestLookup:
    def test_keys_that_meet_by_chance_say_nothing(self) -> None:
        matching.index("account", 1, Identity("Zebra Quarry", "GB"))
        key = next(iter(keys(normalise(Identity("Acme")))))
        MatchKey.objects.create(key=key ^ salt("account"), record_id=1)

        assert matching.candidates(Identity("Acme"), sources=["account"]) == {"account": {1}}
        assert matches(Identity("Acme"), source="account") == []

    def test_key_of_a_record_that_is_gone_leads_nowhere(self) -> None:
        matching.index("account", 1, Identity("Acme"))
        MatchRecord.objects.all().delete()

        assert matching.candidates(Identity("Acme"), sources=["account"]) == {}

    def test_matches_are_those_of_the_identities_themselves(self) -> None:
        known = {
            1: Identity("Nordlicht Robotics GmbH", "DE", "Kiel", "nordlicht.de", former_names=("Polar Robotics",)),
            2: Identity("Nordlicht Robotics", "AT"),
            3: Identity("Harbour Works (formerly Nordlicht)", "DE"),
        }
        matching.index_many("account", known.items())

        asked = Identity("Nordlicht Robotics", "DE", "Kiel")
        got = matches(asked, source="account", apart=True)

        assert got == matching.rank(asked, known.items())
        assert got[0][0] == 1

    def test_matches_take_one_statement_whoever_is_found(self) -> None:
        matching.index_many("account", [(number, Identity("Acme", website="acme.com")) for number in range(30)])
        matching.normalise(Identity("Acme"))

        with CaptureQueriesContext(connection) as somebody:
            matches(Identity("Acme"), source="account")
        with CaptureQueriesContext(connection) as nobody:
            matches(Identity("Zebra"), source="account")

        assert (len(somebody), len(nobody)) == (1, 1)

    def test_best_by_keys_and_best_by_letters_are_weighed(self) -> None:
        shared = [(number, Identity(f"Nordlicht Harbour {chr(97 + number) * 4}", "DE", "Kiel")) for number in range(20)]
        matching.index_many("account", [*shared, (99, Identity("Nordlihct Zebraworks"))])
        asked = normalise(Identity("Nordlicht Zebraworks", "DE", "Kiel"))

        known = found(keys(asked), sources=["account"])
        chosen = worth_weighing(asked, known)

        assert 99 in {each.record_id for each in chosen}
        assert WEIGHED <= len(chosen) <= 2 * WEIGHED < len(known)

    def test_sources_do_not_meet(self) -> None:
        matching.index("account", 1, Identity("Acme"))
        matching.index("registration", 2, Identity("Acme"))

        assert matching.candidates(Identity("Acme"), sources=["registration"]) == {"registration": {2}}
        matching.remove("registration", 2)
        assert matching.candidates(Identity("Acme"), sources=["account", "registration"]) == {"account": {1}}
