"""The doors of files of rows: a page that shows a dry run before it imports, and an operation of the API."""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from deals.sheets import MOST_BYTES, TAKES, Columns, Report, Row, as_text, refusal, rows_of
from partners.imports.api import CsvParser, WorkbookParser
from prm.accounts.models import User
from prm.api.doors import TakesFile
from prm.api.filters import Filter
from prm.clocks.database import database_now
from prm.portal.forms import NonceMixin
from prm.portal.guards import MemberRequest
from prm.portal.verbs import attempt, status_of

# Of the rows that cannot be taken a page names so many.
MOST_SHOWN = 100


class SheetForm(NonceMixin):
    """The file; from the dry run on the rows themselves, which the page carries along."""

    file = forms.FileField(
        label=gettext_lazy("CSV file or workbook"),
        help_text=gettext_lazy("The first row names the columns. Up to 500 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,text/csv"}),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )
    rows = forms.CharField(required=False, widget=forms.HiddenInput, max_length=MOST_BYTES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not self.data.get("rows")

    @property
    def is_confirmed(self) -> bool:
        """Somebody has seen what these rows would do."""
        return bool(self.cleaned_data["rows"])

    def content(self) -> bytes:
        if self.is_confirmed:
            return str(self.cleaned_data["rows"]).encode()
        return bytes(self.cleaned_data["file"].read(MOST_BYTES + 1))


Take = Callable[[Sequence[Row], User, datetime, bool], Report]


@dataclass(frozen=True)
class Sheet:
    """A list that takes files. `take` is given rows, who hands them in, the moment, and whether it is a dry run."""

    title: str | Promise
    subtitle: str | Promise
    hint: str | Promise
    # The list that it belongs to: the name of its page, and what it is called.
    back: str
    back_label: str | Promise
    columns: Columns
    take: Take


def sheet_page(request: MemberRequest, sheet: Sheet) -> HttpResponse:
    """First what the file would do, row by row; then, when nothing is wrong with it, the import."""
    if request.method != "POST":
        return _shown(request, sheet, SheetForm())
    form, report = SheetForm(request.POST, request.FILES), None
    if form.is_valid():
        if form.is_confirmed and not form.is_first():
            return redirect(sheet.back)
        report = attempt(request, lambda: _taken(request, sheet, form), form)
        if report is not None and form.is_confirmed and report.is_clean:
            messages.success(request, _said(report))
            return redirect(sheet.back)
        form.give_back()
    return _shown(request, sheet, form, report)


def _taken(request: MemberRequest, sheet: Sheet, form: SheetForm) -> Report:
    rows = rows_of(form.content(), sheet.columns)
    report = sheet.take(rows, request.user, database_now(), not form.is_confirmed)
    if report.is_clean and not form.is_confirmed:
        form.carried = SheetForm(initial={"rows": as_text(rows, sheet.columns)})  # type: ignore[attr-defined]
    return report


def _shown(request: MemberRequest, sheet: Sheet, form: SheetForm, report: Report | None = None) -> HttpResponse:
    context = {
        "sheet": sheet,
        "form": form,
        "report": report,
        "carried": getattr(form, "carried", None),
        "flaws": report.flaws[:MOST_SHOWN] if report else [],
        "more": max(0, len(report.flaws) - MOST_SHOWN) if report else 0,
    }
    refused = form.is_bound and (bool(form.errors) or (report is not None and not report.is_clean))
    status = (status_of(form) if form.errors else 400) if refused else 200
    return render(request, "deals/sheets/page.html", context, status=status)


def _said(report: Report) -> str:
    counts = {"new": report.new, "changed": report.changed, "unchanged": report.unchanged}
    return _("Imported: %(new)d new, %(changed)d changed, %(unchanged)d as they were.") % counts


class SheetFlawOut(serializers.Serializer[Any]):
    row = serializers.IntegerField(help_text="As a spreadsheet counts: the names of the columns are row 1.")
    field = serializers.CharField(help_text="Empty when it is about the whole row.")
    sentence = serializers.CharField()


class SheetReportOut(serializers.Serializer[Any]):
    rows = serializers.IntegerField()
    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    findings = SheetFlawOut(source="flaws", many=True, help_text="Of a dry run; an import with findings is refused.")
    ids = serializers.ListField(child=serializers.CharField(), help_text="In the order of the rows; not of a dry run.")


class SheetImport(TakesFile[Any]):
    """POST of a file of rows: all of them or none. With `dry_run=true` nothing is kept."""

    out = SheetReportOut
    parser_classes = [CsvParser, WorkbookParser]
    takes_bytes = TAKES
    has_address = False
    about = {
        "dry_run": Filter(
            serializers.ChoiceField(choices=["false", "true"]),
            description="`true`: say what every row would do, and keep nothing.",
        )
    }
    sheet: ClassVar[Sheet]

    @abstractmethod
    def may_create(self) -> bool: ...

    def read(self, content: bytes, about: Mapping[str, Any]) -> Any:
        is_dry = about.get("dry_run") == "true"
        report = type(self).sheet.take(rows_of(content, self.sheet.columns), self.user, self.now, is_dry)
        if is_dry:
            report.ids = []
        elif not report.is_clean:
            raise refusal(report.flaws)
        return report
