"""What a merge takes over, as plain values, and what the database keeps of pairs."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from partners.imports.rules import guessed
from partners.lists.rules import FIELDS
from partners.merges.models import AlikePair
from partners.merges.rules import FILLED, filled, new_names, parent_of
from partners.merges.selectors import pair_of
from prm import matching
from tests.factories import Cast, make_account

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
NAMES = st.lists(st.text(alphabet="aAbBßéÉ ", min_size=1, max_size=4), max_size=6)
FACTS = st.fixed_dictionaries(dict.fromkeys(FILLED, st.sampled_from(["", None, "x", "y", 1, True, False])))


@given(FACTS, FACTS)
def test_nothing_that_the_survivor_knows_is_overwritten(survivor: dict[str, Any], merged: dict[str, Any]) -> None:
    taken = filled(survivor, merged)

    assert all(not survivor[name] for name in taken)
    assert all(value and value == merged[name] for name, value in taken.items())


@given(FACTS)
def test_taking_over_twice_takes_nothing_more(facts: dict[str, Any]) -> None:
    empty = dict.fromkeys(FILLED, "")

    assert filled({**empty, **filled(empty, facts)}, facts) == {}
    assert filled(facts, facts) == {}


@given(NAMES, NAMES)
def test_each_name_is_brought_once_however_it_is_written(known: list[str], brought: list[str]) -> None:
    found = new_names(known, brought)
    folded = [name.casefold() for name in found]

    assert len(set(folded)) == len(folded)
    assert set(folded).isdisjoint(name.casefold() for name in known)
    assert {name.casefold() for name in [*known, *found]} == {name.casefold() for name in [*known, *brought]}


def test_names_keep_their_order_and_their_writing() -> None:
    assert new_names(["Acme"], ["ACME", "Beta", "beta", "Alpha"]) == ["Beta", "Alpha"]


@pytest.mark.parametrize(
    ("one", "other", "parent"),
    [
        ("acme", "acme australia", 0),
        ("acme australia", "acme", 1),
        ("acme", "acmebau", None),
        ("acme", "acme", None),
        ("acme nord", "acme sued", None),
    ],
)
def test_parent_is_the_one_that_the_other_adds_to(one: str, other: str, parent: int | None) -> None:
    assert parent_of(one, other) == parent


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (["Company", "E-Mail Address", "Homepage"], ["name", "email", "website"]),
        (["Firma", "Land", "Ort", "USt-Id"], ["name", "country", "city", "tax_number"]),
        (["Name", "Customer name"], ["name", ""]),
        (["CRM id", "Owner", "Notes"], ["", "", ""]),
    ],
)
def test_columns_of_a_list_are_guessed_from_their_titles(header: list[str], columns: list[str]) -> None:
    assert guessed(header, FIELDS) == columns


@pytest.mark.django_db
def test_pair_is_the_same_from_both_sides(cast: Cast) -> None:
    one, other = make_account("Zenturio Handels AG"), make_account("Zenturio Handels Australia", country="AU")

    there = pair_of(one, other, matching.score(one.identity, other.identity))
    back = pair_of(other, one, matching.score(other.identity, one.identity))

    assert (there.one, there.other, there.kind, there.parent) == (back.one, back.other, back.kind, back.parent)
    assert (there.parent, there.child, there.score) == (one, other, back.score)


@pytest.mark.django_db
def test_database_keeps_pairs_whole(cast: Cast) -> None:
    one, other, third = (make_account(name) for name in ("Eins", "Zwei", "Drei"))
    about: dict[str, Any] = {"one": one, "other": other, "kind": "same", "score": 1, "found_at": NOW}
    wrong: list[dict[str, Any]] = [
        {"one": other, "other": one},
        {"other": one},
        {"kind": "nonsense"},
        {"score": Decimal("1.5")},
        {"parent": one},
        {"kind": "family", "parent": third},
    ]

    for values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            AlikePair.objects.create(**{**about, **values})
    pair = AlikePair.objects.create(**{**about, "kind": "family", "parent": other})
    with pytest.raises(IntegrityError), transaction.atomic():
        AlikePair.objects.create(**about)

    assert (pair.child, AlikePair.objects.count()) == (one, 1)
