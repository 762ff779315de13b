"""The doors of first refusal."""

from typing import Any

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.registrations.api import PartnerVerb, Seen
from deals.registrations.models import Registration
from deals.releases import actions
from deals.releases.models import FirstRefusal
from deals.releases.selectors import turn_of
from deals.releases.states import Turn
from prm.api.fields import Day, PlainText
from prm.api.serializers import Given


class RefusalOut(serializers.Serializer[FirstRefusal]):
    """The newest turn of a registration that had asked for a customer which has become free."""

    state = serializers.ChoiceField(choices=Turn.choices)
    offered_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True, help_text="Null where there was nothing to answer.")
    answered_at = serializers.DateTimeField(allow_null=True)
    had_asked = serializers.CharField(source="registration.public_id")
    taken_as = serializers.CharField(source="taken_as.public_id", default=None, allow_null=True)


class TakeUpIn(Given):
    """What is given replaces what the registration said before."""

    expected_close = Day(required=False)
    work_done = PlainText(max_length=4000, lines=True, required=False, allow_blank=True, default="")


class Refusal(Seen):
    """Whether the customer has become free, and until when it may be taken up. 404 before its turn has come."""

    out = RefusalOut  # type: ignore[assignment]

    def get(self, request: Request, **path: str) -> Response:
        noun = self.noun(whole=False)
        self.parameters()
        turn = turn_of(noun)
        if turn is None:
            raise Http404
        return Response(RefusalOut(turn).data)


class TakeUp(PartnerVerb):
    """Take the customer up while first refusal runs. The answer is the new registration, which keeps the old place."""

    into = TakeUpIn

    def act(self, noun: Registration, given: dict[str, Any]) -> Registration:
        return actions.take_up(registration=noun, by=self.user, now=self.now, **given)


class Decline(PartnerVerb):
    """Let the next one in line have the customer."""

    def act(self, noun: Registration, given: dict[str, Any]) -> Registration:
        return actions.decline(registration=noun, by=self.user, now=self.now)
