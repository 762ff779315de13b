"""When somebody works, for programs that know holidays from elsewhere."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework import serializers

from prm.accounts.models import User
from prm.api.doors import Acts, Changes, NounDoor, Reads
from prm.api.fields import Day, NounField, PlainText, StrictInteger
from prm.api.serializers import Given
from prm.calendars import actions, policies
from prm.calendars.models import WorkCalendar
from prm.calendars.rules import spans
from prm.calendars.selectors import deciders, newest, owner_for, zone_of


class SpanOut(serializers.Serializer[Any]):
    first = serializers.DateField()
    last = serializers.DateField()


class CalendarOut(serializers.Serializer[WorkCalendar]):
    id = serializers.CharField(help_text="Of the person, or of the company.")
    time_zone = serializers.CharField()
    country = serializers.CharField(help_text="Whose public holidays count; empty: as the company has it.")
    subdivision = serializers.CharField()
    weekend = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=6),
        help_text="Monday is 0; empty: as the company has it.",
    )
    days_off = SpanOut(many=True)
    deputy = serializers.CharField(allow_null=True, help_text="Who decides when a decision is late.")

    def to_representation(self, instance: WorkCalendar) -> dict[str, Any]:
        return {
            "id": instance.public_id,
            "time_zone": zone_of(instance.owner),
            "country": instance.country,
            "subdivision": instance.subdivision,
            "weekend": list(instance.weekend),
            "days_off": [{"first": str(first), "last": str(last)} for first, last in spans(instance.days_off)],
            "deputy": instance.deputy.public_id if instance.deputy else None,
        }


class CalendarIn(Given):
    country = PlainText(max_length=2, allow_blank=True, required=False)
    subdivision = PlainText(max_length=8, allow_blank=True, required=False)
    weekend = serializers.ListField(
        child=StrictInteger(min_value=0, max_value=6), required=False, max_length=7, allow_empty=True
    )
    deputy = NounField(rows=lambda _user: deciding_people(), required=False, allow_null=True)


class SpanIn(Given):
    """From the first to the last day, both included; one day without a last."""

    first = Day()
    last = Day(required=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"last": given["first"], **given}


def deciding_people() -> QuerySet[User]:
    return User.objects.filter(pk__in=deciders().values("user"))


class Owned(NounDoor[WorkCalendar]):
    out = CalendarOut

    def rows(self) -> QuerySet[WorkCalendar]:
        return WorkCalendar.objects.none()

    def noun(self, *, whole: bool = True) -> WorkCalendar:
        """There is one for everybody who decides, also before anything was set."""
        owner = owner_for(self.user, self.kwargs[self.lookup])
        if owner is None:
            raise Http404
        return newest(owner)

    def version(self, noun: WorkCalendar) -> object:
        return noun.number

    def may(self, noun: WorkCalendar) -> bool:
        return policies.can_change(self.user, noun.owner)


class OneCalendar(Owned, Reads[WorkCalendar], Changes[WorkCalendar]):
    """The business days of an account manager or of the company: what decisions are due by.

    What was promised before a change stays promised.
    """

    into = CalendarIn

    def may_change(self, noun: WorkCalendar) -> bool:
        return self.may(noun)

    def change(self, noun: WorkCalendar, given: dict[str, Any]) -> WorkCalendar:
        return actions.change(owner=noun.owner, values=given, by=self.user, now=self.now)


class TakeOff(Owned, Acts[WorkCalendar]):
    """Enter days on which the person, or everybody, is away: from today on."""

    into = SpanIn

    def act(self, noun: WorkCalendar, given: dict[str, Any]) -> WorkCalendar:
        return actions.take_off(owner=noun.owner, by=self.user, now=self.now, **given)


class Work(Owned, Acts[WorkCalendar]):
    """Take days off back: from tomorrow on."""

    into = SpanIn

    def act(self, noun: WorkCalendar, given: dict[str, Any]) -> WorkCalendar:
        return actions.work(owner=noun.owner, by=self.user, now=self.now, **given)
