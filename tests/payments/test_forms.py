"""What people type about payments: taken as it is meant, refused with a sentence at its field."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from prm.payments.files import MOST_BYTES
from prm.payments.forms import PayeeForm, PrepareForm, ResultsForm

GOOD = {"holder": "Helix Systems GmbH", "iban": "DE02120300000000202051", "bic": ""}


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({}, {}),
        ({"iban": "de02 1203 0000 0000 2020 51"}, {}),
        ({"bic": "bylademm"}, {}),
        ({"holder": "Ł" * 70}, {}),
        ({"holder": ""}, {"holder": ["Say who holds the account."]}),
        ({"holder": "x" * 71}, {"holder": ["Ensure this value has at most 70 characters (it has 71)."]}),
        ({"holder": "two\nlines"}, {"holder": ["Only plain text can be taken here."]}),
        ({"iban": ""}, {"iban": ["Give the IBAN of the account."]}),
        ({"iban": "DE02120300000000202052"}, {"iban": ["This is no IBAN: check its digits."]}),
        ({"iban": "020-1203-2051"}, {"iban": ["This is no IBAN: check its digits."]}),
        ({"bic": "BANK"}, {"bic": ["This is no BIC."]}),
    ],
)
def test_account_is_taken_or_refused(changes: dict[str, str], errors: dict[str, list[str]]) -> None:
    form = PayeeForm({**GOOD, **changes})

    assert form.errors == errors
    if not errors:
        assert form.cleaned_data["iban"] == GOOD["iban"]
        assert form.cleaned_data["bic"] == changes.get("bic", "").upper()


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"currency": "EUR", "due_on": "2026-11-21"}, []),
        ({"currency": "USD", "due_on": "2026-11-21"}, []),
        ({"currency": "CHF", "due_on": "2026-11-21"}, ["currency"]),
        ({"currency": "", "due_on": "2026-11-21"}, ["currency"]),
        ({"currency": "EUR", "due_on": "21.11.2026"}, ["due_on"]),
        ({"currency": "EUR", "due_on": ""}, ["due_on"]),
        ({}, ["currency", "due_on"]),
    ],
)
def test_run_is_prepared_in_a_currency_that_can_be_paid(given: dict[str, str], fields: list[str]) -> None:
    assert sorted(PrepareForm(given, currencies=["EUR", "USD"]).errors) == fields


@pytest.mark.parametrize(("size", "fields"), [(10, []), (MOST_BYTES, []), (MOST_BYTES + 1, ["file"]), (0, ["file"])])
def test_answer_of_the_bank_is_a_small_file(size: int, fields: list[str]) -> None:
    files: Any = {"file": SimpleUploadedFile("answer.csv", b"x" * size)}

    assert list(ResultsForm({}, files).errors) == fields
