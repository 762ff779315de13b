"""Lists over REST: the file, how far it has come, what became of each row."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from partners.imports.api import ColumnOut, CsvParser
from partners.imports.bounds import LONGEST_TITLE, MOST_COLUMNS
from partners.imports.rules import doubled
from partners.lists import actions, policies
from partners.lists.models import CompanyList, ListRow
from partners.lists.reading import TAKES
from partners.lists.rules import FIELDS, REQUIRED
from partners.lists.selectors import percent, rows_of, with_progress
from partners.lists.states import Band, State
from prm.api.doors import Acts, Lists, NounDoor, Reads, TakesFile
from prm.api.fields import PlainText
from prm.api.filters import Filter
from prm.api.pagination import CursorPage
from prm.api.serializers import Given
from prm.matching.shown import EvidenceOut
from prm.rows import one_or_none


class CountsOut(serializers.Serializer[Any]):
    block = serializers.IntegerField(source="rows_block", help_text="Known.")
    review = serializers.IntegerField(source="rows_review", help_text="For a person to look at.")
    hint = serializers.IntegerField(source="rows_hint")
    none = serializers.IntegerField(source="rows_none", help_text="Nobody is like them.")
    refused = serializers.IntegerField(source="rows_refused", help_text="They could not be read.")


class ListOut(serializers.Serializer[CompanyList]):
    id = serializers.CharField(source="public_id")
    file_name = serializers.CharField()
    state = serializers.ChoiceField(State.values)
    progress = serializers.SerializerMethodField(help_text="Percent.")
    columns = serializers.SerializerMethodField()
    rows = serializers.IntegerField()
    counts = CountsOut(source="*", help_text="Of the rows that are compared so far.")
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    kept_until = serializers.DateTimeField(help_text="It is deleted then, with all of its rows.")

    def get_progress(self, given: CompanyList) -> int:
        return percent(given)

    @extend_schema_field(ColumnOut(many=True))
    def get_columns(self, given: CompanyList) -> list[dict[str, str]]:
        return [{"title": title, "field": field} for title, field in zip(given.header, given.columns, strict=True)]


class MatchOut(serializers.Serializer[Any]):
    type = serializers.CharField(help_text="`account` or `deal`.")
    id = serializers.CharField()
    score = serializers.FloatField()
    band = serializers.CharField()
    evidence = EvidenceOut(many=True)


class ResultOut(serializers.Serializer[ListRow]):
    row = serializers.IntegerField(
        source="number", help_text="As a spreadsheet counts: the names of the columns are row 1."
    )
    name = serializers.CharField()
    country = serializers.CharField()
    band = serializers.ChoiceField(Band.values)
    score = serializers.FloatField()
    matches = MatchOut(many=True, help_text="The likeliest record of each kind, the likeliest first.")
    sentence = serializers.CharField(help_text="Why the row was not read.")


class StartIn(Given):
    """For each column of the file, in its order, the field that it holds, or an empty text."""

    columns = serializers.ListField(child=serializers.ChoiceField(["", *FIELDS]), max_length=MOST_COLUMNS)


class ListDoor(NounDoor[CompanyList]):
    out = ListOut

    def rows(self) -> QuerySet[CompanyList]:
        return with_progress(CompanyList.objects.visible_to(self.user))

    def again(self, changed: CompanyList) -> CompanyList:
        """As it is now, with its progress."""
        return self.rows().get(pk=changed.pk)


class CompanyLists(ListDoor, Lists[CompanyList], TakesFile[CompanyList]):
    """Lists, the newest first. POST takes a CSV file whose first row names the columns, and has it compared with what
    the titles seem to mean, or what was chosen the last time; where that is not enough the state is `uploaded`, and
    `start` says what they mean."""

    order = ("-created_at", "-pk")
    parser_classes = [CsvParser]
    takes_bytes = TAKES
    about = {
        "file_name": Filter(PlainText(max_length=LONGEST_TITLE), description="What people will know it by."),
    }

    def may_list(self) -> bool:
        return policies.can_assess(self.user)

    def may_create(self) -> bool:
        return policies.can_assess(self.user)

    def read(self, content: bytes, about: Mapping[str, Any]) -> CompanyList:
        file = BytesIO(content)
        made = actions.upload(file_name=about.get("file_name", ""), file=file, by=self.user, now=self.now)
        if all(field in made.columns for field in REQUIRED) and not doubled(made.columns):
            actions.start(given=made, columns=made.columns, by=self.user, now=self.now)
        return self.again(made)


class OneList(ListDoor, Reads[CompanyList]):
    """A list: how far it has come, and how many of its rows are known."""


class Start(ListDoor, Acts[CompanyList]):
    """Have it compared, with these columns. 409 for one that was begun already."""

    into = StartIn

    def may(self, noun: CompanyList) -> bool:
        return policies.can_assess(self.user)

    def act(self, noun: CompanyList, given: dict[str, Any]) -> CompanyList:
        return self.again(actions.start(given=noun, by=self.user, now=self.now, **given))


class ResultsPage(CursorPage):
    # Results have no address; whoever may read one may read them all.
    anchor = "pk"


class Results(Lists[ListRow]):
    """What became of each row that is compared so far, in the order of the file."""

    out = ResultOut
    order = ("number",)
    pagination_class = ResultsPage
    filters = {"band": Filter(serializers.ChoiceField(Band.values), "band")}

    def rows(self) -> QuerySet[ListRow]:
        return rows_of(self.of)

    @cached_property
    def of(self) -> CompanyList:
        found = one_or_none(CompanyList.objects.visible_to(self.user).filter(public_id=self.kwargs["public_id"]))
        if found is None:
            raise Http404
        return found
