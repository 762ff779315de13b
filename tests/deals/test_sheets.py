"""Files of rows: how they are read, what keeps a row from being taken, and that a dry run finds what an import does."""

from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from hypothesis import given as drawn
from hypothesis import strategies as st

from deals import sheets
from deals.sheets import MOST_NAMED, MOST_ROWS, Change, Columns, Flaw, Report, as_text, flaws_of, refusal, rows_of
from partners.models import Account
from prm.errors import InvalidInput, NotAllowed, StateConflict
from tests.factories import make_account

COLUMNS = Columns(("name", "city", "value"), {"company": "name", "amount": "value"})


class RowForm(forms.Form):
    name = forms.CharField(max_length=20)
    city = forms.CharField(required=False)
    value = forms.IntegerField(required=False)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("name") == self.cleaned_data.get("city") != "":
            raise ValidationError("A town is no company.")
        return self.cleaned_data


READ: list[tuple[str, list[dict[str, str]]]] = [
    ("name,city\nAcme,Bremen\n", [{"name": "Acme", "city": "Bremen"}]),
    ("city;name\nBremen;Acme\n", [{"city": "Bremen", "name": "Acme"}]),
    ("Company\tAmount\nAcme\t5\n", [{"name": "Acme", "value": "5"}]),
    ("NAME,Value\nAcme,5\nBorea,6\n", [{"name": "Acme", "value": "5"}, {"name": "Borea", "value": "6"}]),
    ('name,city\n"Acme, Sons",\n', [{"name": "Acme, Sons", "city": ""}]),
    ("name,city\nAcme\n", [{"name": "Acme"}]),
    ("name\nAcme\n\n\n", [{"name": "Acme"}]),
    ("\ufeffname\nAcme\n", [{"name": "Acme"}]),
    ("name|city\nAcme|Bremen\n", [{"name": "Acme", "city": "Bremen"}]),
    ("name,city\r\nAcme,Bremen\r\n", [{"name": "Acme", "city": "Bremen"}]),
    (" name ,city\nAcme,Bremen\n", [{"name": "Acme", "city": "Bremen"}]),
    ('name\n"Acme ""and"" Sons"\n', [{"name": 'Acme "and" Sons'}]),
    ("name,city\nAcme,Bremen,more\n", [{"name": "Acme", "city": "Bremen"}]),
    ("amount,name\n5,Acme\n,Borea\n", [{"value": "5", "name": "Acme"}, {"value": "", "name": "Borea"}]),
]


@pytest.mark.parametrize(("text", "rows"), READ)
def test_rows_are_read_by_the_names_of_their_columns(text: str, rows: list[dict[str, str]]) -> None:
    assert rows_of(text.encode(), COLUMNS) == rows


REFUSED: list[tuple[bytes, str]] = [
    (b"", "The first row must name the columns."),
    (b"name,city\n", "There is no row below the names of the columns."),
    (b"name,colour\nAcme,red\n", "These columns are unknown: colour. Known are: name, city, value."),
    (b"name,Company\nAcme,Acme\n", "A column stands there twice."),
    (b"name\n\xff\xfe\xfa\n", "The file is not in UTF-8. Save it as “CSV UTF-8”, please."),
    (b"name\n" + b"Acme\n" * (MOST_ROWS + 1), f"There are {MOST_ROWS + 1} rows; at most {MOST_ROWS}, please."),
]


@pytest.mark.parametrize(("content", "sentence"), REFUSED)
def test_what_is_no_table_of_these_columns_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        rows_of(content, COLUMNS)

    assert refused.value.errors == {"file": [sentence]}


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)


@drawn(st.lists(st.fixed_dictionaries({"name": CELLS.filter(bool), "city": CELLS}), min_size=1, max_size=6))
def test_what_a_page_carries_to_the_import_is_read_as_before(rows: list[dict[str, str]]) -> None:
    assert rows_of(as_text(rows, COLUMNS).encode(), COLUMNS) == rows


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"name": "Acme"}, []),
        ({}, [("name", "This field is required.")]),
        ({"name": "Acme", "value": "much"}, [("value", "Enter a whole number.")]),
        ({"name": "Bremen", "city": "Bremen"}, [("", "A town is no company.")]),
    ],
)
def test_flaws_stand_at_their_column(given: dict[str, str], found: list[tuple[str, str]]) -> None:
    assert [(flaw.field, flaw.sentence) for flaw in flaws_of(7, RowForm(given))] == found


def test_flaws_are_said_with_their_row_and_no_more_than_a_page_holds() -> None:
    many = [Flaw(number, "name", "No.") for number in range(2, 2 * MOST_NAMED)]

    said = refusal(many).errors["file"]

    assert (len(said), said[0]) == (MOST_NAMED, "Row 2: name: No.")
    assert str(Flaw(3, "", "No.")) == "Row 3: No."


def taken(*rows: dict[str, str], dry_run: bool = False) -> Report:
    """Each row makes a customer; some are refused by the verb."""
    refusals: dict[str, Exception] = {
        "bad": InvalidInput({"city": ["Not there."]}),
        "foreign": NotAllowed("Not yours."),
        "late": StateConflict("Too late."),
    }

    def take(form: RowForm) -> tuple[str, Change]:
        account = make_account(form.cleaned_data["name"])
        if refused := refusals.get(form.cleaned_data["city"]):
            raise refused
        return account.public_id, Change.CHANGED if form.cleaned_data["value"] else Change.NEW

    forms_read = [RowForm(row) for row in rows]
    return sheets.take_in(forms_read, take, dry_run=dry_run, key=lambda form: form.cleaned_data["name"])


def test_import_takes_every_row(db: None) -> None:
    report = taken({"name": "Acme"}, {"name": "Borea", "value": "5"})

    assert (report.rows, report.new, report.changed, report.unchanged, report.is_clean) == (2, 1, 1, 0, True)
    assert report.ids == list(Account.objects.order_by("pk").values_list("public_id", flat=True))


def test_dry_run_counts_and_keeps_nothing(db: None) -> None:
    report = taken({"name": "Acme"}, {"name": "Borea", "value": "5"}, dry_run=True)

    assert (report.new, report.changed, report.is_clean) == (1, 1, True)
    assert Account.objects.count() == 0


@pytest.mark.parametrize("dry_run", [True, False])
def test_one_bad_row_and_nothing_is_kept(db: None, dry_run: bool) -> None:
    report = taken(
        {"name": "Acme"},
        {"name": "Borea", "city": "bad"},
        {"name": "Cirrus", "city": "foreign"},
        {"name": "Delta", "city": "late"},
        {"name": "Acme"},
        {"name": ""},
        dry_run=dry_run,
    )

    assert [(flaw.row, flaw.field, flaw.sentence) for flaw in report.flaws] == [
        (3, "city", "Not there."),
        (4, "", "Not yours."),
        (5, "", "Too late."),
        (6, "", "This is what row 2 is about already."),
        (7, "name", "This field is required."),
    ]
    assert Account.objects.count() == 0


def test_rows_about_nothing_in_particular_are_not_compared(db: None) -> None:
    report = sheets.take_in(
        [RowForm({"name": "Acme"}), RowForm({"name": "Acme"})],
        lambda _form: ("x", Change.UNCHANGED),
        dry_run=True,
        key=lambda _form: None,
    )

    assert (report.unchanged, report.flaws) == (2, [])
