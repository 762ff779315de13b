"""A schema taken apart: what a form asks for, and the way there and back."""

from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from deals.rulebook import DealRules
from prm.matching.rulebook import MatchingRules
from prm.policy.forms import NumbersField, ShareField, VersionForm, field_for, shown
from prm.policy.papers import PAPERS, Paper, Words
from prm.policy.schemas import SCHEMAS, PolicyValues
from prm.policy.shape import Leaf, Sort, flat, leaves, nested


class Inner(PolicyValues):
    weight: Literal["block", "hint"] = "hint"


class Whole(PolicyValues):
    days: Annotated[int, Field(ge=1, le=9)] = 3
    share: Annotated[Decimal, Field(ge=0, le=1)] = Decimal("0.25")
    prior: Annotated[Decimal, Field(ge=0, le=100)] = Decimal("2.5")
    steps: tuple[Annotated[int, Field(ge=1, le=30)], ...] = (14, 3)
    open: bool = False
    inner: Inner = Inner()


class Odd(PolicyValues):
    name: str = ""


LEAVES = [
    Leaf("days", Sort.WHOLE, Decimal(1), Decimal(9)),
    Leaf("share", Sort.SHARE, Decimal(0), Decimal(1)),
    Leaf("prior", Sort.NUMBER, Decimal(0), Decimal(100)),
    Leaf("steps", Sort.NUMBERS, Decimal(1), Decimal(30)),
    Leaf("open", Sort.FLAG),
    Leaf("inner.weight", Sort.CHOICE, options=("block", "hint")),
]
PAPER = Paper(
    title="Whole",
    description="",
    words={"days": Words("Days", "1 to 9.", "Time"), "inner.weight": Words("Weight", "", "Time")},
    options={"block": "Blocks"},
)
GIVEN = {"days": "4", "share": "12.5", "prior": "3.5", "steps": "30, 7", "inner.weight": "block", "after": "1"}


def form(**changes: str) -> VersionForm:
    data = {name: value for name, value in {**GIVEN, **changes}.items() if value != "-"}
    return VersionForm(data, schema=Whole, paper=PAPER, values=Whole().model_dump(mode="json"))


def test_schema_is_taken_apart_in_its_order() -> None:
    assert leaves(Whole) == LEAVES


def test_kind_that_no_form_asks_for_is_an_error() -> None:
    with pytest.raises(TypeError, match="name"):
        leaves(Odd)


@pytest.mark.parametrize("schema", [Whole, DealRules, MatchingRules])
def test_values_are_flattened_and_nested_again(schema: type[PolicyValues]) -> None:
    values = schema().model_dump(mode="json")

    assert nested(flat(values)) == values
    assert [leaf.path for leaf in leaves(schema)] == list(flat(values))


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(), max_size=4))
def test_flat_values_stay_as_they_are(values: dict[str, int]) -> None:
    assert nested(flat(values)) == values


@pytest.mark.parametrize("schema", SCHEMAS.names())
def test_every_value_of_every_schema_has_its_words(schema: str) -> None:
    paths = [leaf.path for leaf in leaves(SCHEMAS[schema])]

    assert sorted(PAPERS[schema].words) == sorted(paths)


def test_every_choice_of_the_rules_has_its_words() -> None:
    options = {option for leaf in leaves(DealRules) for option in leaf.options}

    assert options == set(PAPERS["deals"].options)


@pytest.mark.parametrize(
    ("leaf", "kind", "bounds"),
    [
        (LEAVES[0], forms.IntegerField, (1, 9)),
        (LEAVES[1], ShareField, (0, 100)),
        (LEAVES[2], forms.DecimalField, (0, 100)),
    ],
)
def test_field_has_the_bounds_of_the_schema(leaf: Leaf, kind: type[Any], bounds: tuple[int, int]) -> None:
    field = field_for(leaf, Words("Days"), {})

    assert type(field) is kind
    assert (field.min_value, field.max_value) == bounds  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("leaf", "value", "text"),
    [
        (LEAVES[0], 3, 3),
        (LEAVES[1], "0.25", "25"),
        (LEAVES[1], "0.125", "12.5"),
        (LEAVES[1], "0.00", "0"),
        (LEAVES[3], [14, 3], "14, 3"),
        (LEAVES[4], True, True),
    ],
)
def test_value_stands_in_its_field_as_people_write_it(leaf: Leaf, value: Any, text: Any) -> None:
    assert shown(leaf, value) == text


def test_form_gives_what_the_schema_takes() -> None:
    sent = form()

    assert sent.is_valid(), sent.errors
    assert Whole.model_validate(sent.values()) == Whole(
        days=4, share=Decimal("0.125"), prior=Decimal("3.5"), steps=(30, 7), open=False, inner=Inner(weight="block")
    )
    assert form(open="on", steps="5,").is_valid()


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"days": "0"}, "days", "greater than or equal to 1"),
        ({"days": "10"}, "days", "less than or equal to 9"),
        ({"days": "three"}, "days", "whole number"),
        ({"days": "-"}, "days", "required"),
        ({"share": "100.5"}, "share", "less than or equal to 100"),
        ({"share": "12.345"}, "share", "2 decimal places"),
        ({"prior": "2.55"}, "prior", "1 decimal place"),
        ({"steps": "30, soon"}, "steps", "whole numbers with commas"),
        ({"steps": "30, 0"}, "steps", "from 1 to 30"),
        ({"steps": "31"}, "steps", "from 1 to 30"),
        ({"steps": ",".join(["1"] * 21)}, "steps", "whole numbers with commas"),
        ({"steps": "-"}, "steps", "required"),
        ({"inner.weight": "review"}, "inner.weight", "not one of the available choices"),
        ({"effective_from": "tomorrow"}, "effective_from", "valid date"),
        ({"after": "-"}, "after", "required"),
    ],
)
def test_what_does_not_fit_is_said_at_the_field(changes: dict[str, str], field: str, sentence: str) -> None:
    sent = form(**changes)

    assert not sent.is_valid()
    assert list(sent.errors) == [field]
    assert sentence in str(sent.errors[field])


def test_mark_is_of_these_values_and_this_moment() -> None:
    marks = []
    for sent in (form(), form(days="5"), form(effective_from="2030-01-01T08:00"), form(note="only why")):
        assert sent.is_valid()
        marks.append(sent.mark())

    assert marks[0] == marks[3]
    assert len(set(marks)) == 3


def test_sections_hold_every_field_once() -> None:
    sections = form().sections()

    assert [(title, [field.name for field in fields]) for title, fields in sections] == [
        ("Time", ["days", "inner.weight"]),
        ("", ["share", "prior", "steps", "open"]),
    ]


def test_unbound_form_begins_with_the_values() -> None:
    empty = VersionForm(schema=Whole, paper=PAPER, values={"days": 7})

    assert (empty["days"].value(), empty["share"].value(), empty["steps"].value()) == (7, "25", "14, 3")
    assert isinstance(empty.fields["steps"], NumbersField)
