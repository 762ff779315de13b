"""How a row is read, and what the forms take; no database."""

from typing import Any

import pytest

from deals.mapping import rules
from deals.mapping.api import COLUMNS, chosen
from deals.mapping.forms import ALL_LABELS, MapColumnsForm
from deals.mapping.listing import ACCOUNTS, HEADER, LISTS, ROWS
from deals.mapping.models import MappedList, MappedPortion, MappedRow, SharedAccount
from deals.mapping.states import TONES, MapState, Relation
from partners.imports.rules import ALSO, guessed
from partners.lists.rules import LONGEST
from prm.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("", Relation.CUSTOMER),
        ("customer", Relation.CUSTOMER),
        ("Kunde", Relation.CUSTOMER),
        ("prospect", Relation.PROSPECT),
        (" Prospect ", Relation.PROSPECT),
        ("LEAD", Relation.PROSPECT),
        ("Interessent", Relation.PROSPECT),
        ("pipeline", Relation.PROSPECT),
        ("lost", Relation.CUSTOMER),
    ],
)
def test_relation_is_read_in_the_words_people_use(text: str, relation: Relation) -> None:
    assert rules.relation_of(text) == relation


@pytest.mark.parametrize(
    ("columns", "cells", "expected"),
    [
        (["name"], ["Acme"], {"relation": "customer", "contact": ""}),
        (["name", "relation"], ["Acme", "lead"], {"relation": "prospect", "contact": ""}),
        (["contact", "name"], ["  Ina   Roth ", "Acme"], {"relation": "customer", "contact": "Ina Roth"}),
        (["name", "contact"], ["Acme"], {"relation": "customer", "contact": ""}),
        (["name", ""], ["Acme", "left out"], {"relation": "customer", "contact": ""}),
        (["contact"], ["\x07"], {"relation": "customer", "contact": ""}),
        (["contact"], ["a" * 200], {"relation": "customer", "contact": "a" * rules.LONGEST_CONTACT}),
    ],
)
def test_row_says_what_it_is_to_the_partner(columns: list[str], cells: list[str], expected: dict[str, str]) -> None:
    assert rules.values_of(columns, cells) == expected


@pytest.mark.parametrize(
    ("columns", "expected"),
    [(["name"], []), (["", "name"], []), (["country"], ["name"]), ([], ["name"]), (["contact", ""], ["name"])],
)
def test_name_is_needed(columns: list[str], expected: list[str]) -> None:
    assert rules.lacking(columns) == expected


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (["Name", "Country"], ["name", "country"]),
        (["Firma", "Land", "Ort"], ["name", "country", "city"]),
        (["Kunde", "Status", "Ansprechpartner"], ["name", "relation", "contact"]),
        (["Company", "Relationship", "Contact name"], ["name", "relation", "contact"]),
        (["Account Name", "VAT", "Domain"], ["name", "tax_number", "website"]),
        (["Colour", "Name", "Name"], ["", "name", ""]),
    ],
)
def test_titles_are_understood(header: list[str], columns: list[str]) -> None:
    assert guessed(header, rules.FIELDS) == columns


def test_every_field_is_guessed_labelled_and_taken_over_rest() -> None:
    assert set(rules.FIELDS) <= set(ALSO)
    assert set(rules.FIELDS) == set(ALL_LABELS) == set(COLUMNS)
    assert set(rules.FIELDS) - {"relation", "contact"} == set(LONGEST)
    assert set(rules.NEEDED) <= set(rules.FIELDS)
    assert set(TONES) == set(MapState)
    assert rules.MOST_ROWS % rules.PORTION == 0
    for header in (HEADER, LISTS, ROWS, ACCOUNTS):
        assert len(set(header)) == len(header)


def test_no_file_of_a_partner_has_a_column_that_tells_of_the_other_side() -> None:
    """What is exported before both consent speaks of the own side alone."""
    assert ROWS == ("Row", "Name", "Country", "City", "Relation", "Looked after by", "Shown")
    assert LISTS == ("List", "At", "By", "State", "Rows", "Not read")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"all": True}, None),
        ({"all": True, "ids": ["mpr_a"]}, None),
        ({"ids": ["mpr_a", "mpr_b"], "all": False}, ["mpr_a", "mpr_b"]),
    ],
)
def test_some_or_all_are_chosen(given: dict[str, Any], expected: list[str] | None) -> None:
    assert chosen(given) == expected


@pytest.mark.parametrize("given", [{}, {"all": False}, {"ids": []}, {"ids": [], "all": False}])
def test_nothing_is_chosen_by_saying_nothing(given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        chosen(given)

    assert list(refused.value.errors) == ["ids"]


def test_rows_present_themselves() -> None:
    made = MappedList(name="ours.csv", state="working")

    assert (str(made), made.tone) == ("ours.csv", "info")
    assert made.get_absolute_url() == f"/mapping/lists/{made.public_id}/"
    assert str(MappedRow(name="Acme")) == "Acme"
    assert str(MappedPortion(of_id=3, number=1)) == "3 1"
    assert str(SharedAccount(account_id=5, partner_id=7)) == "5 7"


@pytest.mark.django_db
def test_columns_form_offers_every_field() -> None:
    given = MappedList(header=["Firma", "Farbe"], columns=["name", ""])
    given.pk = 0
    form = MapColumnsForm({"column_0": "name", "column_1": "contact"}, given=given)

    assert form.is_valid()
    assert form.columns == ["name", "contact"]
    offered = [value for value, _label in form.fields["column_0"].choices]  # type: ignore[attr-defined]
    assert offered == ["", *rules.FIELDS]
