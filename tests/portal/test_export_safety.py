"""Whatever stands in a cell, no spreadsheet finds a formula in the file, at whichever character it parts cells."""

import csv
import io
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from prm.portal.exports import csv_lines, safe

SIGNS = "=+-@＝＋－＠"
# What a hostile customer name is made of.
cells = st.text(st.sampled_from(";,\t\n\r \"'|\ufeff\u200b a1" + SIGNS), max_size=12)
BLANK = " \"'\ufeff\u200b\n\r"


def starts_a_formula(cell: str) -> bool:
    return cell.lstrip(' "\ufeff\u200b')[:1] in set(SIGNS) and cell.strip() != ""


@given(cells)
@example("Acme;=HYPERLINK(1)")
@example("Acme;\t =1+1")
@example('";=1')
@example("a\tb\t=1")
def test_no_piece_of_a_cell_is_a_formula(cell: str) -> None:
    pieces = re.split(r"[;\t]", safe(cell))

    assert [piece for piece in pieces if piece.lstrip(BLANK.replace("'", ""))[:1] and starts_a_formula(piece)] == []


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Acme;=1+1", "Acme;'=1+1"),
        ("Acme; =1+1", "Acme; '=1+1"),
        ("Acme\t@SUM(A1)", "Acme\t'@SUM(A1)"),
        ("=1;=2", "'=1;'=2"),
        ("\t=1", "'\t'=1"),
        ("a;;＝1", "a;;'＝1"),
        ("Acme; Söhne", "Acme; Söhne"),
        ("a;b-c", "a;b-c"),
        ("a, =b", "a, =b"),
    ],
)
def test_formula_behind_another_separator_becomes_text(typed: str, written: str) -> None:
    assert safe(typed) == written


@given(st.lists(st.lists(cells, min_size=2, max_size=2), max_size=5))
def test_file_has_the_rows_and_cells_that_were_written(rows: list[list[str]]) -> None:
    text = "".join(csv_lines(["A", "B"], rows)).removeprefix("\ufeff")
    read = list(csv.reader(io.StringIO(text, newline="")))

    assert read == [["A", "B"], *([safe(cell) for cell in row] for row in rows)]


@given(st.text(st.characters(categories=["L", "N", "Zs"]), max_size=30))
def test_words_are_never_changed(text: str) -> None:
    assert safe(text) == text


@given(cells)
def test_marks_are_the_only_change(cell: str) -> None:
    written = safe(cell)

    assert written.replace("'", "") == cell.replace("'", "")
    assert written.count("'") >= cell.count("'")


@given(st.one_of(st.integers(), st.floats(), st.decimals(), st.booleans()))
def test_numbers_stay_numbers(value: object) -> None:
    assert safe(value) == str(value)  # type: ignore[arg-type]


# As the rule was first written: short and clear, and slow on purpose-made text.
PLAIN_FORMULA = re.compile(r"(?:^|[\r\n])[\s\"'\ufeff\u200b]*[=+\-@＝＋－＠]|^[\t\r]")
PLAIN_PARTED = re.compile(r"([;\t][\s\"'\ufeff\u200b]*)(?=[=+\-@＝＋－＠])")


@settings(max_examples=1000)
@given(st.text(" \t\r\n;\"'\u200b=-@a＋", max_size=12))
def test_quick_rule_marks_what_the_plain_one_marks(typed: str) -> None:
    text = PLAIN_PARTED.sub(r"\1'", typed)

    assert safe(typed) == (f"'{text}" if PLAIN_FORMULA.search(typed) else text)
