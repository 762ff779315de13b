"""The partner's doors, and what everybody with the right may read."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from deals.events import SUBJECT
from deals.registrations import actions, policies
from deals.registrations.given import AnswerIn, ChangesIn, DealIn, LoseIn, WinIn, WithdrawIn, paths_of, values_of
from deals.registrations.models import Registration
from deals.registrations.reading import visible_by_id, with_lines
from deals.registrations.shown import DealOut, TimelineOut
from deals.registrations.states import State
from prm.api.doors import Acts, Changes, Creates, Lists, NounDoor, Reads
from prm.api.fields import Choice, Day, PlainText
from prm.api.filters import Filter
from prm.api.serializers import Nothing
from prm.audit.selectors import timeline
from prm.errors import InvalidInput
from prm.threads import api as threads


class Seen(NounDoor[Registration]):
    """The registrations that the caller may read."""

    out = DealOut

    def rows(self) -> QuerySet[Registration]:
        return Registration.objects.visible_to(self.user).with_nouns()

    def noun(self, *, whole: bool = True) -> Registration:
        found = visible_by_id(self.user, self.kwargs[self.lookup])
        if found is None:
            raise Http404
        return with_lines(found) if whole else found


class Deals(Seen, Lists[Registration], Creates[Registration]):
    """Registrations that you may see, latest first. A new one is a draft, or takes its place in line at once."""

    into = DealIn
    order = ("-created_at", "-public_id")
    filters = {
        "state": Filter(Choice(State), "state"),
        "reference": Filter(PlainText(max_length=16), "reference"),
        "customer": Filter(PlainText(max_length=200), "customer_name__icontains"),
        "partner": Filter(PlainText(max_length=40), "partner__organisation__public_id"),
        "external_id": Filter(PlainText(max_length=80), "external_id"),
        "created_from": Filter(Day(), "created_at__date__gte"),
        "created_until": Filter(Day(), "created_at__date__lte"),
    }

    def may_create(self) -> bool:
        return policies.can_register(self.user)

    def create(self, given: dict[str, Any]) -> Registration:
        create = actions.register if given["submit"] else actions.create_draft
        return create(values=values_of(given), lines=given.get("products", []), by=self.user, now=self.now)


class Deal(Seen, Reads[Registration], Changes[Registration]):
    """One registration. A draft can be changed; what is not given stays."""

    into = ChangesIn

    def may_change(self, noun: Registration) -> bool:
        return policies.can_act_for_partner(self.user, noun)

    def change(self, noun: Registration, given: dict[str, Any]) -> Registration:
        return actions.update_draft(
            registration=noun, values=values_of(given), lines=given.get("products"), by=self.user, now=self.now
        )


class PartnerVerb(Seen, Acts[Registration]):
    into: ClassVar[type[BaseSerializer[Any]]] = Nothing

    def may(self, noun: Registration) -> bool:
        return policies.can_act_for_partner(self.user, noun)


class Submit(PartnerVerb):
    """Take the place in line. The answer is the same whoever else is after the customer."""

    def act(self, noun: Registration, given: dict[str, Any]) -> Registration:
        return actions.submit(registration=noun, by=self.user, now=self.now)


class Answer(PartnerVerb):
    """Answer the question with the asked fields. The place in line is kept."""

    into = AnswerIn

    def act(self, noun: Registration, given: dict[str, Any]) -> Registration:
        if "products" in given:
            raise InvalidInput({"products": [_("Other products need a new registration.")]})
        return actions.answer(
            registration=noun,
            message=given["message"],
            values=values_of(given),
            fields=paths_of(given),
            by=self.user,
            now=self.now,
        )


class Withdraw(PartnerVerb):
    """Take an undecided registration back."""

    into = WithdrawIn

    def act(self, noun: Registration, given: dict[str, Any]) -> Registration:
        return actions.withdraw(registration=noun, reason=given["reason"], by=self.user, now=self.now)


class Win(PartnerVerb):
    """The customer bought."""

    into = WinIn

    def act(self, noun: Registration, given: dict[str, Any]) -> Registration:
        value = given.get("value")
        money = {"value": value.amount, "currency": value.currency} if value else {}
        said = {name: given[name] for name in ("closed_on", "early_reason")}
        return actions.win(registration=noun, by=self.user, now=self.now, **said, **money)


class Lose(PartnerVerb):
    """The customer bought elsewhere, or not at all. The protection ends."""

    into = LoseIn

    def act(self, noun: Registration, given: dict[str, Any]) -> Registration:
        return actions.lose(registration=noun, reason=given["reason"], by=self.user, now=self.now)


class Messages(threads.Messages):
    """What the partner and the vendor say to each other about it, latest first. A draft has no conversation."""

    kind = SUBJECT


class Timeline(Seen):
    """Everything that happened and that you may know, oldest first."""

    out = TimelineOut  # type: ignore[assignment]

    def get(self, request: Request, **path: str) -> Response:
        noun = self.noun()
        self.parameters()
        entries = timeline(SUBJECT, noun.public_id, reader=self.user)
        return Response(TimelineOut({"results": entries}).data)
