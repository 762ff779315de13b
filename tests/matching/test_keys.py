"""Keys in the database: stored, replaced, found in one statement."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from prm import matching
from prm.matching import Identity, keys, normalise
from prm.matching.hashing import Kind, key_values, kind_of
from prm.matching.models import MatchKey

ACME = Identity("Acme GmbH", "DE", "Hamburg", "acme.com", "", "DE136695976")
BOLT = Identity("Bolt Ltd", "GB", "Leeds", "bolt.co.uk")
SOURCES = ["account", "registration"]
NAMES = ["Garden", "Harbour", "Meadow", "Orchard", "Quarry"]
PINNED = {-8528108814075595932, 1202799815482278405, 1213062444157332083, 7660169849655227958}


def keys_of(identity: Identity) -> frozenset[int]:
    return keys(normalise(identity))


def stored(source: str, record_id: int) -> frozenset[int]:
    return frozenset(MatchKey.objects.filter(source=source, record_id=record_id).values_list("key", flat=True))


def values_of(identity: Identity) -> set[tuple[str, str]]:
    return {(kind.name, value) for kind, value in key_values(normalise(identity))}


def test_keys_are_of_every_kind() -> None:
    identity = Identity("Harbour Logistics Nordlicht GmbH", "DE", "Hamburg", "nordlicht.de", "", "DE136695976")

    assert values_of(identity) == {
        ("TAX", "DE136695976"),
        ("DOMAIN", "nordlicht.de"),
        ("NAME", "harbourlogisticsnordlicht"),
        ("WORDS", "harbour logistics nordlicht"),
        ("SHORT", "harbourlogisticsnordlicht"),
        ("SHORT", "nordlicht"),
        ("SHORT", "hln"),
        ("TOKEN", "harbour"),
        ("TOKEN", "logistics"),
        ("TOKEN", "nordlicht"),
        ("EDGE", "harbou-"),
        ("EDGE", "-dlicht"),
        ("STEM", "DEharb"),
        ("STEM", "DElogi"),
        ("STEM", "DEnord"),
        ("PLACE", "hamburg/harbour"),
        ("PLACE", "hamburg/logistics"),
        ("PLACE", "hamburg/nordlicht"),
    }


def test_words_that_every_company_has_are_no_keys_of_their_own() -> None:
    assert [value for kind, value in values_of(Identity("University of Research")) if kind == "TOKEN"] == []


def test_every_former_name_has_its_keys() -> None:
    assert keys_of(Identity("Old")) <= keys_of(Identity("Acme", former_names=("Old", "Older")))


def test_nothing_usable_has_no_keys() -> None:
    assert keys_of(Identity("…", "DE", "Hamburg")) == frozenset()


def test_keys_do_not_depend_on_the_process() -> None:
    assert keys_of(Identity("Acme")) == frozenset(PINNED)


def test_keys_tell_their_kind() -> None:
    assert sorted(map(kind_of, keys_of(Identity("Acme", website="acme.com")))) == [
        Kind.DOMAIN,
        Kind.NAME,
        Kind.WORDS,
        Kind.SHORT,
        Kind.TOKEN,
    ]


def test_kinds_of_keys_do_not_meet() -> None:
    domain = {key for key in keys_of(Identity("", website="acme.com")) if kind_of(key) == Kind.DOMAIN}

    assert keys_of(Identity("acme.com")).isdisjoint(domain)


def test_brand_initials_and_name_in_one_word_meet_in_one_kind() -> None:
    brand, name = Identity("", website="acme.co.uk"), Identity("Acme")
    short, long = Identity("BMW"), Identity("Bayerische Motoren Werke")

    assert not keys_of(brand).isdisjoint(keys_of(name))
    assert not keys_of(short).isdisjoint(keys_of(long))


@pytest.mark.parametrize("mistyped", ["Nordlichd", "Mordlicht", "Nordlcht", "Nordllicht", "Nrodlicht"])
def test_one_mistake_leaves_the_beginning_or_the_end(mistyped: str) -> None:
    assert not keys_of(Identity(mistyped)).isdisjoint(keys_of(Identity("Nordlicht")))


@given(st.text(max_size=40), st.text(max_size=40))
def test_keys_fit_a_signed_64_bit_column(name: str, website: str) -> None:
    assert all(-(2**63) <= key < 2**63 for key in keys_of(Identity(name, website=website)))


@pytest.mark.django_db
class TestIndex:
    def test_index_stores_the_keys_of_the_record(self) -> None:
        matching.index("account", 1, ACME)

        assert stored("account", 1) == keys_of(ACME)

    def test_index_again_replaces_what_changed_and_nothing_else(self) -> None:
        matching.index("account", 1, ACME)
        matching.index("account", 2, ACME)
        matching.index("registration", 1, ACME)

        matching.index("account", 1, BOLT)

        assert stored("account", 1) == keys_of(BOLT)
        assert stored("account", 2) == stored("registration", 1) == keys_of(ACME)

    def test_index_without_a_usable_fact_stores_nothing(self) -> None:
        matching.index("account", 1, ACME)
        matching.index("account", 1, Identity("…"))

        assert stored("account", 1) == frozenset()

    def test_index_many_is_one_statement_whatever_the_number(self) -> None:
        with CaptureQueriesContext(connection) as few:
            matching.index_many("account", [(1, ACME)])
        with CaptureQueriesContext(connection) as many:
            matching.index_many("account", ((number, BOLT) for number in range(2, 300)))

        assert len(few) == len(many)
        assert MatchKey.objects.count() == len(keys_of(ACME)) + 298 * len(keys_of(BOLT))

    def test_index_many_of_one_record_twice_keeps_the_last(self) -> None:
        matching.index_many("account", [(1, ACME), (1, BOLT)])

        assert stored("account", 1) == keys_of(BOLT)

    def test_remove_takes_the_keys_of_that_record_alone(self) -> None:
        matching.index_many("account", [(1, ACME), (2, ACME)])

        matching.remove("account", 1)

        assert (stored("account", 1), stored("account", 2)) == (frozenset(), keys_of(ACME))

    @pytest.mark.parametrize("verb", [lambda: matching.index("nobody", 1, ACME), lambda: matching.remove("nobody", 1)])
    def test_unknown_source_is_refused(self, verb: object) -> None:
        with pytest.raises(KeyError, match="nobody"):
            verb()  # type: ignore[operator]


@pytest.mark.django_db
class TestCandidates:
    def test_candidates_share_a_key(self) -> None:
        matching.index_many("account", [(1, ACME), (2, BOLT), (3, Identity("Other", website="www.acme.com"))])
        matching.index("registration", 9, Identity("ACME AG"))

        assert matching.candidates(ACME, sources=SOURCES) == {"account": {1, 3}, "registration": {9}}
        assert matching.candidates(ACME, sources=["registration"]) == {"registration": {9}}

    def test_candidates_of_nothing_known_are_none(self) -> None:
        matching.index("account", 1, ACME)

        assert matching.candidates(BOLT, sources=SOURCES) == {}
        assert matching.candidates(Identity("…"), sources=SOURCES) == {}
        assert matching.candidates(ACME, sources=[]) == {}

    def test_candidates_take_one_statement(self) -> None:
        matching.index_many("account", [(number, ACME) for number in range(50)])

        with CaptureQueriesContext(connection) as queries:
            matching.candidates(ACME, sources=SOURCES)

        assert len(queries) == 1

    def test_candidates_of_a_busy_key_are_bounded_for_each_source(self) -> None:
        matching.index_many("account", [(number, ACME) for number in range(30)])
        matching.index("registration", 7, ACME)

        found = matching.candidates(Identity("Acme"), sources=SOURCES, limit_per_key=10)

        assert (len(found["account"]), found["registration"]) == (10, {7})

    def test_candidates_leave_out_who_shares_the_least(self) -> None:
        matching.index_many("account", [(number, Identity(f"Nordlicht {name}")) for number, name in enumerate(NAMES)])
        matching.index("account", 99, Identity("Something Else", website="nordlicht.de"))

        asked = Identity("Nordlicht Harbour", website="nordlicht.de")

        assert matching.candidates(asked, sources=["account"], most=1) == {"account": {NAMES.index("Harbour"), 99}}

    def test_control_without_an_end_all_of_them_are_found(self) -> None:
        matching.index_many("account", [(number, Identity(f"Nordlicht {name}")) for number, name in enumerate(NAMES)])

        found = matching.candidates(Identity("Nordlicht Harbour"), sources=["account"])

        assert found == {"account": set(range(len(NAMES)))}

    def test_candidates_by_keys_takes_keys_that_are_held_already(self) -> None:
        matching.index("account", 1, ACME)

        assert matching.candidates_by_keys(keys_of(ACME), sources=SOURCES) == {"account": {1}}

    def test_lookup_uses_the_index_that_covers_it(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("set local enable_seqscan = off")
            cursor.execute("explain select record_id from matching_matchkey where key = 1 and source = 'account'")
            plan = "\n".join(row[0] for row in cursor.fetchall())

        assert "Index Only Scan using match_key_lookup" in plan
