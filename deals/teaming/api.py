"""The doors of teams."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.decisions.api import ReviewerVerb
from deals.registrations.api import PartnerVerb, Seen
from deals.registrations.models import Registration
from deals.teaming import actions
from deals.teaming.reading import Seat, Team, team_of
from deals.teaming.states import TeamState
from prm.api.fields import MoneyField, StrictBoolean
from prm.api.serializers import Given
from prm.currencies import Money


class TeamingIn(Given):
    accept = StrictBoolean()


class TakeBackIn(Given):
    pass


class SeatOut(serializers.Serializer[Seat]):
    """Who shares it; for a partner only once both have accepted."""

    name = serializers.CharField()
    contact = serializers.CharField()
    share = serializers.DecimalField(max_digits=4, decimal_places=3)
    accepted = serializers.BooleanField(allow_null=True)
    is_own = serializers.BooleanField()


class TeamOut(serializers.Serializer[Team]):
    state = serializers.ChoiceField(choices=TeamState.choices)
    due_at = serializers.DateTimeField()
    message = serializers.CharField()
    share = serializers.DecimalField(max_digits=4, decimal_places=3, help_text="The own one, of what the deal earns.")
    rate = serializers.CharField(help_text="Of the deal's value, for both together.")
    earns = MoneyField(help_text="The own part of it, of the value that was registered.")
    accepted = serializers.BooleanField(allow_null=True, help_text="The own answer.")
    holders = SeatOut(many=True, source="seats")


class AskedOut(serializers.Serializer[Any]):
    team = TeamOut(allow_null=True)


class Teaming(PartnerVerb):
    """Accept or decline to share the protection; without an answer by the date it counts as declined."""

    into = TeamingIn

    def act(self, noun: Registration, given: dict[str, Any]) -> Registration:
        return actions.answer_teaming(registration=noun, by=self.user, now=self.now, **given)


class TakeBackTeaming(ReviewerVerb):
    """Take the proposal back before both have answered."""

    into = TakeBackIn

    def act(self, noun: Registration, given: dict[str, Any]) -> Registration:
        return actions.take_back_teaming(registration=noun, by=self.user, now=self.now)


class TeamRead(Seen):
    """The team that it is asked about or shares in; null for none."""

    out = AskedOut  # type: ignore[assignment]

    def get(self, request: Request, **path: str) -> Response:
        noun = self.noun()
        self.parameters()
        team = team_of(noun, self.user)
        return Response(AskedOut({"team": team and shown(team)}).data)


def shown(team: Team) -> dict[str, Any]:
    names = ("state", "due_at", "message", "share", "accepted", "seats")
    rate = f"{team.rate.normalize():f}"
    return {name: getattr(team, name) for name in names} | {"rate": rate, "earns": Money(team.earns, team.currency)}
