"""Keys in the database: stored, replaced, found in one statement."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from prm import matching
from prm.matching import Identity, keys, normalise, stored_keys
from prm.matching.hashing import Kind, asked_values, kind_of, salt, stored_values
from prm.matching.models import MatchKey
from tests.matching.stored import stored

ACME = Identity("Acme GmbH", "DE", "Hamburg", "acme.com", "", "DE136695976")
BOLT = Identity("Bolt Ltd", "GB", "Leeds", "bolt.co.uk")
SOURCES = ["account", "registration"]
NAMES = ["Garden", "Harbour", "Meadow", "Orchard", "Quarry"]
PINNED = {-1968820892, 393287123, 548398566, 840583685}


def keys_of(identity: Identity) -> frozenset[int]:
    return keys(normalise(identity))


def stored_of(identity: Identity) -> frozenset[int]:
    return stored_keys(normalise(identity))


def values_of(identity: Identity) -> set[tuple[str, str]]:
    return {(kind.name, value) for kind, value in stored_values(normalise(identity)) if value}


def asked_of(identity: Identity) -> set[tuple[str, str]]:
    return {(kind.name, value) for kind, value in asked_values(normalise(identity)) if value}


def test_few_keys_are_stored_one_of_every_kind() -> None:
    identity = Identity("Harbour Logistics Nordlicht GmbH", "DE", "Hamburg", "nord.de", "", "DE136695976")

    assert values_of(identity) == {
        ("TAX", "DE136695976"),
        ("DOMAIN", "nord.de"),
        ("NAME", "harbourlogisticsnordlicht"),
        ("WORDS", "harbour logistics nordlicht"),
        ("SHORT", "nord"),
        ("SHORT", "hln"),
        ("TOKEN", "harbour"),
        ("TOKEN", "nordlicht"),
        ("STEM", "DEharbo"),
        ("STEM", "DEnordl"),
        ("PLACE", "hamburg/harbour"),
        ("PLACE", "hamburg/logistics"),
        ("PLACE", "hamburg/nordlicht"),
    }


def test_more_is_asked_than_is_stored() -> None:
    identity = Identity("Harbour Logistics Nordlicht GmbH", "DE", "Hamburg", "nord.de")

    assert asked_of(identity) - values_of(identity) == {
        ("NAME", "nord"),
        ("NAME", "hln"),
        ("SHORT", "harbourlogisticsnordlicht"),
        ("STEM", "DElogis"),
    }


def test_ends_of_a_name_with_few_telling_words_are_stored() -> None:
    stored_ends = {value for kind, value in values_of(Identity("Nordlicht International")) if kind == "EDGE"}

    assert stored_ends == {"nordl-", "-licht"}


def test_words_that_many_companies_have_are_no_keys_of_their_own() -> None:
    common = Identity("University of Research", "DE")

    assert [value for kind, value in values_of(common) | asked_of(common) if kind in {"TOKEN", "STEM"}] == []


@given(st.text(max_size=40), st.sampled_from(["", "DE"]), st.sampled_from(["", "Kiel"]), st.text(max_size=20))
def test_what_is_asked_holds_what_is_stored(name: str, country: str, city: str, former: str) -> None:
    identity = Identity(name, country, city, "acme.com", former_names=(former,))

    assert stored_of(identity) <= keys_of(identity)


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
def test_keys_fit_the_column_whatever_their_source(name: str, website: str) -> None:
    made = [key ^ salt(source) for key in keys_of(Identity(name, website=website)) for source in SOURCES]

    assert all(-(2**31) <= key < 2**31 for key in made)


def test_salt_of_a_source_leaves_the_kind() -> None:
    made = keys_of(ACME)

    assert {kind_of(key ^ salt("account")) for key in made} == {kind_of(key) for key in made}
    assert salt("account") != salt("registration")


@pytest.mark.django_db
class TestIndex:
    def test_index_stores_the_keys_of_the_record(self) -> None:
        matching.index("account", 1, ACME)

        assert stored("account", 1) == stored_of(ACME)

    def test_index_again_replaces_what_changed_and_nothing_else(self) -> None:
        matching.index("account", 1, ACME)
        matching.index("account", 2, ACME)
        matching.index("registration", 1, ACME)

        matching.index("account", 1, BOLT)

        assert stored("account", 1) == stored_of(BOLT)
        assert stored("account", 2) == stored("registration", 1) == stored_of(ACME)

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
        assert MatchKey.objects.count() == len(stored_of(ACME)) + 298 * len(stored_of(BOLT))

    def test_index_many_of_one_record_twice_keeps_the_last(self) -> None:
        matching.index_many("account", [(1, ACME), (1, BOLT)])

        assert stored("account", 1) == stored_of(BOLT)

    def test_remove_takes_the_keys_of_that_record_alone(self) -> None:
        matching.index_many("account", [(1, ACME), (2, ACME)])

        matching.remove("account", 1)

        assert (stored("account", 1), stored("account", 2)) == (frozenset(), stored_of(ACME))

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

    def test_candidates_of_a_busy_word_are_bounded_for_each_source(self) -> None:
        busy = [(number, Identity(f"Nordlicht {chr(97 + number)}{number}")) for number in range(20)]
        matching.index_many("account", busy)
        matching.index("registration", 7, Identity("Nordlicht Harbour"))

        asked = Identity("Nordlicht Zebra")
        found = matching.candidates(asked, sources=SOURCES, limit_per_key=10)
        everybody = matching.candidates(asked, sources=SOURCES)

        assert (len(found["account"]), found["registration"]) == (10, {7})
        assert len(everybody["account"]) == 20

    def test_who_shares_what_decides_alone_is_never_left_out_for_a_busy_word(self) -> None:
        matching.index_many("account", [(number, ACME) for number in range(60)])

        found = matching.candidates(ACME, sources=["account"], limit_per_key=20, most=5)

        assert len(found["account"]) == 60

    def test_fewer_are_read_for_what_strangers_share(self) -> None:
        strangers = [(number, Identity(f"Nordlicht {chr(97 + number)}{number}")) for number in range(20)]
        same_words = [(100 + number, Identity("Harbour Nordlicht")) for number in range(20)]
        matching.index_many("account", [*strangers, *same_words])

        asked = Identity("Nordlicht Harbour")
        found = matching.candidates(asked, sources=["account"], limit_per_key=2, most=99)["account"]

        assert 8 <= len([number for number in found if number >= 100]) <= 12
        assert len([number for number in found if number < 100]) <= 2

    def test_even_what_decides_alone_is_read_up_to_an_end(self) -> None:
        matching.index_many("account", [(number, ACME) for number in range(60)])

        asked = Identity("Acme")
        found = matching.candidates(asked, sources=["account"], limit_per_key=1, most=5)

        assert 20 <= len(found["account"]) <= 22

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
            cursor.execute("set local enable_seqscan = off; set local enable_bitmapscan = off")
            cursor.execute("explain select record_id from matching_matchkey where key = 1")
            plan = "\n".join(row[0] for row in cursor.fetchall())

        assert "Index Only Scan using matching_matchkey_pkey" in plan
