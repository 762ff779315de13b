"""The ledger for programs: entries, balances and the statement of a month."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from prm.accounts.models import Organisation
from prm.api.doors import FileDoor, Lists, NounDoor, require
from prm.api.fields import Choice, Day, PlainText
from prm.api.filters import Filter, narrowed
from prm.ledger import policies, selectors
from prm.ledger.models import Entry
from prm.ledger.papers import statement_pdf
from prm.ledger.rules import month_of
from prm.ledger.shown import today_of
from prm.ledger.states import Kind
from prm.rates.api import TogetherOut

MOST_MONTHS = 1000


@extend_schema_field({"type": "string", "pattern": "^20[0-9]{2}-(0[1-9]|1[0-2])$"})
class MonthField(serializers.Field[date, str, str, Any]):
    """`2026-11` to the first day of it."""

    def to_internal_value(self, data: Any) -> date:
        month = month_of(data) if isinstance(data, str) else None
        if month is None:
            raise serializers.ValidationError(_("Give a month such as 2026-11."))
        return month

    def to_representation(self, value: date) -> str:
        return f"{value:%Y-%m}"


class EarningOut(serializers.Serializer[Entry]):
    id = serializers.CharField(source="public_id")
    kind = serializers.ChoiceField(choices=Kind.choices)
    partner = serializers.CharField(source="organisation.public_id")
    subject = serializers.CharField(source="subject_id")
    label = serializers.CharField()  # type: ignore[assignment]
    amount = serializers.DecimalField(max_digits=14, decimal_places=2, help_text="Below zero for what goes away.")
    currency = serializers.CharField()
    rate = serializers.DecimalField(max_digits=7, decimal_places=6, allow_null=True)
    base = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    earned_on = serializers.DateField()
    booked_on = serializers.DateField()
    payable_from = serializers.DateField()
    paid = serializers.BooleanField(source="is_paid")
    reverses = serializers.CharField(source="reverses.public_id", default=None, allow_null=True)


class BalanceOut(serializers.Serializer[Any]):
    currency = serializers.CharField()
    earned = serializers.DecimalField(max_digits=16, decimal_places=2)
    waiting = serializers.DecimalField(max_digits=16, decimal_places=2)
    payable = serializers.DecimalField(max_digits=16, decimal_places=2, help_text="Below zero: more was taken back.")
    paid = serializers.DecimalField(max_digits=16, decimal_places=2)


class ColumnsTogetherOut(serializers.Serializer[Any]):
    """At the rates of today; null for what is of one currency."""

    earned = TogetherOut(allow_null=True)
    waiting = TogetherOut(allow_null=True)
    payable = TogetherOut(allow_null=True)
    paid = TogetherOut(allow_null=True)


class BalancesOut(serializers.Serializer[Any]):
    results = BalanceOut(many=True)
    together = ColumnsTogetherOut()


class TotalOut(serializers.Serializer[Any]):
    currency = serializers.CharField()
    opening = serializers.DecimalField(max_digits=16, decimal_places=2)
    earned = serializers.DecimalField(max_digits=16, decimal_places=2)
    reversed = serializers.DecimalField(max_digits=16, decimal_places=2)
    paid = serializers.DecimalField(max_digits=16, decimal_places=2)
    closing = serializers.DecimalField(max_digits=16, decimal_places=2)


class StatementOut(serializers.Serializer[Any]):
    partner = serializers.CharField(source="organisation.public_id")
    month = MonthField()
    final = serializers.BooleanField(source="is_final")
    totals = TotalOut(source="sums", many=True)
    together = TogetherOut(allow_null=True, help_text="The closing balances, where they are of several currencies.")
    entries = EarningOut(many=True)


class MonthOut(serializers.Serializer[selectors.Month]):
    partner = serializers.CharField(source="organisation.public_id")
    month = MonthField()
    final = serializers.BooleanField(source="is_final", help_text="The month is over: nothing is booked into it.")
    currency = serializers.CharField()
    earned = serializers.DecimalField(max_digits=16, decimal_places=2)
    reversed = serializers.DecimalField(max_digits=16, decimal_places=2)
    paid = serializers.DecimalField(max_digits=16, decimal_places=2)


class MonthsOut(serializers.Serializer[Any]):
    results = MonthOut(many=True)


class Readable(NounDoor[Entry]):
    out = EarningOut

    def rows(self) -> QuerySet[Entry]:
        return Entry.objects.visible_to(self.user).select_related("organisation", "settlement", "reverses")


class Earnings(Readable, Lists[Entry]):
    """The entries of the ledger that you may see, the newest first."""

    order = ("-booked_on", "-public_id")
    filters = {
        "kind": Filter(Choice(Kind), "kind"),
        "deal": Filter(PlainText(max_length=40), "subject_id"),
        "partner": Filter(PlainText(max_length=40), "organisation__public_id"),
        "currency": Filter(PlainText(max_length=3), "currency"),
        "booked_from": Filter(Day(), "booked_on__gte"),
        "booked_until": Filter(Day(), "booked_on__lte"),
    }

    def may_list(self) -> bool:
        return policies.can_read(self.user)


class Balances(Readable):
    """What was earned, and how much of it waits, can be paid and is paid: one row for each currency, and about how much
    that is together."""

    out = BalancesOut  # type: ignore[assignment]

    def get(self, _request: Request, **_path: str) -> Response:
        require(policies.can_read(self.user))
        self.parameters()
        today = today_of(self.user, self.now)
        found = selectors.balances(Entry.objects.visible_to(self.user), today)
        return Response(BalancesOut({"results": found, "together": selectors.figures(found, today)}).data)


class Statements(Readable):
    """Which statements there are, the newest month first: what each brought in each currency. At most 1,000 rows."""

    out = MonthsOut  # type: ignore[assignment]
    filters = {
        "partner": Filter(PlainText(max_length=40), "organisation__public_id"),
        "from": Filter(MonthField(), "booked_on__gte", description="Such as 2026-01."),
    }

    def get(self, _request: Request, **_path: str) -> Response:
        require(self.user.may(*policies.STATEMENT_READERS))
        rows = narrowed(Entry.objects.visible_to(self.user), self.filters, self.parameters())
        found = selectors.months(rows, MOST_MONTHS, today_of(self.user, self.now))
        return Response(MonthsOut({"results": found}).data)


class OfMonth(NounDoor[Organisation]):
    """What is asked of an organisation's month; of this one unless another is asked for."""

    filters = {"month": Filter(MonthField(), description="Such as 2026-11.")}

    def rows(self) -> QuerySet[Organisation]:
        return Organisation.objects.visible_to(self.user)

    def made(self, organisation: Organisation) -> selectors.Statement:
        require(self.user.may(*policies.STATEMENT_READERS))
        if not policies.can_read_statement(self.user, organisation):
            raise Http404
        today = today_of(self.user, self.now)
        month = self.parameters().get("month", today.replace(day=1))
        return selectors.statement(organisation, month, today)


class StatementDoor(OfMonth):
    """The statement of an organisation for one month; of this one unless another is asked for."""

    out = StatementOut

    def get(self, _request: Request, **_path: str) -> Response:
        return Response(StatementOut(self.made(self.noun())).data)


class StatementPaper(OfMonth, FileDoor[Organisation]):
    """The same as a PDF."""

    media_types = ("application/pdf",)

    def may(self) -> bool:
        return self.user.may(*policies.STATEMENT_READERS)

    def file(self, noun: Organisation, asked: dict[str, Any]) -> HttpResponseBase:
        return HttpResponse(statement_pdf(self.made(noun)), content_type="application/pdf")
