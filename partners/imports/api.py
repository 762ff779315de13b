"""Imports of customers over REST: the file, the dry run, the import itself, and the way back."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from partners.customers.rows import COLUMNS
from partners.imports import actions, policies
from partners.imports.bounds import LONGEST_TITLE, MOST_COLUMNS, TAKES
from partners.imports.models import AccountImport, ImportFinding
from partners.imports.rules import doubled, missing
from partners.imports.selectors import with_progress
from partners.imports.states import State
from prm.api.doors import Acts, Lists, NounDoor, Reads, TakesFile
from prm.api.fields import PlainText
from prm.api.filters import Filter
from prm.api.pagination import CursorPage
from prm.api.parsers import FileParser
from prm.api.serializers import Given
from prm.rows import one_or_none

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CsvParser(FileParser):
    media_type = "text/csv"


class WorkbookParser(FileParser):
    media_type = WORKBOOK


class ColumnOut(serializers.Serializer[Any]):
    title = serializers.CharField()
    field = serializers.CharField(help_text="What it sets, as in `check`; empty: it is left out.")


class ImportOut(serializers.Serializer[AccountImport]):
    id = serializers.CharField(source="public_id")
    file_name = serializers.CharField()
    state = serializers.ChoiceField(State.values)
    progress = serializers.SerializerMethodField(help_text="Percent of the step that was begun last.")
    columns = serializers.SerializerMethodField()
    rows = serializers.IntegerField()
    new = serializers.IntegerField(help_text="Of the check first, then of the import itself; so are the next three.")
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    kept = serializers.IntegerField(help_text="Customers that an undo had to leave as they are.")
    created_at = serializers.DateTimeField()
    imported_at = serializers.DateTimeField(allow_null=True)
    undone_at = serializers.DateTimeField(allow_null=True)

    def get_progress(self, given: AccountImport) -> int:
        done, total = getattr(given, "job_done", None), getattr(given, "job_total", None)
        if done is None or total is None:
            return 0
        return 100 * done // total if total else 100

    @extend_schema_field(ColumnOut(many=True))
    def get_columns(self, given: AccountImport) -> list[dict[str, str]]:
        return [{"title": title, "field": field} for title, field in zip(given.header, given.columns, strict=True)]


class RowFindingOut(serializers.Serializer[ImportFinding]):
    row = serializers.IntegerField(help_text="As a spreadsheet counts: the names of the columns are row 1.")
    field = serializers.CharField()
    sentence = serializers.CharField()


class CheckIn(Given):
    """For each column of the file, in its order, the field that it sets, or an empty text."""

    columns = serializers.ListField(child=serializers.ChoiceField(["", *COLUMNS]), max_length=MOST_COLUMNS)


class ImportDoor(NounDoor[AccountImport]):
    out = ImportOut

    def rows(self) -> QuerySet[AccountImport]:
        return with_progress(AccountImport.objects.visible_to(self.user))

    def again(self, changed: AccountImport) -> AccountImport:
        """As it is now, with its progress."""
        return self.rows().get(pk=changed.pk)


class Imports(ImportDoor, Lists[AccountImport], TakesFile[AccountImport]):
    """Imports, the newest first. POST takes a file whose first row names the columns, and begins the dry run with what
    the titles seem to mean, or what was chosen the last time; where that is not enough the state is `uploaded`, and
    `check` says what they mean."""

    order = ("-created_at", "-pk")
    parser_classes = [CsvParser, WorkbookParser]
    takes_bytes = TAKES
    about = {
        "file_name": Filter(PlainText(max_length=LONGEST_TITLE), description="What people will know it by."),
        "sheet": Filter(PlainText(max_length=100), description="Of a workbook with several; without it the first one."),
    }

    def may_list(self) -> bool:
        return policies.can_import(self.user)

    def may_create(self) -> bool:
        return policies.can_import(self.user)

    def read(self, content: bytes, about: Mapping[str, Any]) -> AccountImport:
        made = actions.upload(
            file_name=about.get("file_name", ""),
            sheet=about.get("sheet", ""),
            content=content,
            by=self.user,
            now=self.now,
        )
        if not (missing(made.columns) or doubled(made.columns)):
            actions.check(given=made, columns=made.columns, by=self.user, now=self.now)
        return self.again(made)


class OneImport(ImportDoor, Reads[AccountImport]):
    """An import: how far it has come, and what it did or would do."""


class RowFindingsPage(CursorPage):
    # Findings have no address; whoever may read one may read them all.
    anchor = "pk"


class RowFindings(Lists[ImportFinding]):
    """What is wrong with which row, at most a thousand of them."""

    out = RowFindingOut
    order = ("row", "pk")
    pagination_class = RowFindingsPage

    def rows(self) -> QuerySet[ImportFinding]:
        return self.of.findings.all()

    @cached_property
    def of(self) -> AccountImport:
        found = one_or_none(AccountImport.objects.visible_to(self.user).filter(public_id=self.kwargs["public_id"]))
        if found is None:
            raise Http404
        return found


class Step(ImportDoor, Acts[AccountImport]):
    """409 while the import is in another state."""

    verb: Callable[..., AccountImport]

    def may(self, noun: AccountImport) -> bool:
        return policies.can_import(self.user)

    def act(self, noun: AccountImport, given: dict[str, Any]) -> AccountImport:
        return self.again(type(self).verb(given=noun, by=self.user, now=self.now, **given))


class Check(Step):
    """A dry run with these columns: counts and findings, and nothing is changed."""

    into = CheckIn
    verb = staticmethod(actions.check)


class Start(Step):
    """Import every row that the dry run could take."""

    verb = staticmethod(actions.run)


class Undo(Step):
    """Give customers back what they were before the last import; whoever was changed since is left as it is."""

    verb = staticmethod(actions.undo)
