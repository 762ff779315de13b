"""The endpoints that belong to no wing: who am I, what happened, what are the figures."""

from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from prm.accounts.models import User
from prm.accounts.roles import ROLES, Permission
from prm.api.doors import Door, Lists, require
from prm.api.fields import PlainText
from prm.api.filters import Filter, Filters
from prm.audit.models import Event
from prm.audit.selectors import present
from prm.metrics.registry import METRICS, Metric, Period
from prm.metrics.selectors import Figures, figures, may_read


class PersonOut(serializers.Serializer[User]):
    id = serializers.CharField(source="public_id")
    email = serializers.EmailField()
    name = serializers.CharField()
    time_zone = serializers.CharField()


class OrganisationOut(serializers.Serializer[Any]):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField()


class MeOut(serializers.Serializer[User]):
    user = PersonOut(source="*")
    roles = serializers.ListField(child=serializers.ChoiceField(list(ROLES)), source="membership.roles")
    organisation = OrganisationOut()
    permissions = serializers.ListField(child=serializers.ChoiceField(sorted(Permission)), source="granted")

    def to_representation(self, instance: User) -> dict[str, Any]:
        shown = super().to_representation(instance)
        return {**shown, "permissions": sorted(shown["permissions"])}


class Me(Door):
    """The person behind the token or the session, the organisation they belong to and what they may do."""

    out = MeOut

    def get(self, _request: Request) -> Response:
        self.parameters()
        return Response(MeOut(self.user).data)


class EventSubjectOut(serializers.Serializer[Event]):
    type = serializers.CharField()
    id = serializers.CharField()


class EventOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    kind = serializers.CharField()
    at = serializers.DateTimeField()
    subject = EventSubjectOut()
    actor = serializers.CharField(help_text="A person's name, or the system.")
    text = serializers.CharField(help_text="The event as one sentence.")
    data = serializers.DictField(help_text="The fields of this kind of event that you may see.")  # type: ignore[assignment]


class Events(Lists[Event]):
    """What happened in your organisation, latest first; in every organisation for the vendor."""

    out = EventOut
    order = ("-id",)
    filters: ClassVar[Filters] = {
        "kind": Filter(PlainText(max_length=64), "kind"),
        "subject": Filter(PlainText(max_length=40), "subject_id", "The id of the deal, account or person it is about."),
    }

    def rows(self) -> QuerySet[Event]:
        return Event.objects.visible_to(self.user)

    def may_list(self) -> bool:
        return self.user.may(Permission.EVENTS_READ_ORGANISATION, Permission.EVENTS_READ_ALL)

    def show_all(self, nouns: list[Event]) -> Any:
        subjects = {event.public_id: {"type": event.subject_type, "id": event.subject_id} for event in nouns}
        entries = present(nouns, reader=self.user)
        return EventOut([{**vars(entry), "subject": subjects[entry.id]} for entry in entries], many=True).data


class MetricOut(serializers.Serializer[Metric]):
    name = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    unit = serializers.ChoiceField(["count", "share", "days", "hours", "money"])
    leading = serializers.BooleanField()


class MetricsOut(serializers.Serializer[Any]):
    results = MetricOut(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class Metrics(Door):
    """The figures of the programme and what each of them means."""

    out = MetricsOut

    def get(self, _request: Request) -> Response:
        require(may_read(self.user))
        self.parameters()
        return Response(MetricsOut({"results": list(METRICS), "next": None, "previous": None}).data)


@extend_schema_field({"type": "number"})
class FigureField(serializers.Field[Decimal, Any, Any, Any]):
    def to_representation(self, value: Decimal) -> int | float:
        return int(value) if value == value.to_integral_value() else round(float(value), 4)


class PartnerFigureOut(serializers.Serializer[Any]):
    partner = OrganisationOut()
    value = FigureField()


class FiguresOut(serializers.Serializer[Figures]):
    name = serializers.CharField(source="metric.name")
    title = serializers.CharField(source="metric.title")
    unit = serializers.CharField(source="metric.unit")
    leading = serializers.BooleanField(source="metric.leading")
    period = serializers.CharField(source="period.label")
    total = FigureField(allow_null=True)
    results = PartnerFigureOut(many=True, required=False, help_text="Only with by=partner.")


class MetricFigures(Door):
    """One figure in a period, on request for each partner. A partner reads its own."""

    out = FiguresOut
    filters: ClassVar[Filters] = {
        "by": Filter(serializers.ChoiceField(["partner"]), description="One result for each partner."),
        "period": Filter(PlainText(max_length=10), description="2026, 2026Q4 or 2026-11; this quarter when absent."),
    }

    def get(self, _request: Request, name: str) -> Response:
        metric = METRICS.get(name)
        if metric is None:
            raise Http404
        require(may_read(self.user))
        values = self.parameters()
        period = Period.parse(values["period"]) if "period" in values else Period.quarter_of(self.now)
        found = figures(metric, period, reader=self.user)
        shown = FiguresOut(found).data
        if "by" in values:
            shown["results"] = PartnerFigureOut(
                [{"partner": partner, "value": value} for partner, value in found.of_partners], many=True
            ).data
        return Response(shown)
