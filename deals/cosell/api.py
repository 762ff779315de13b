"""Selling together over REST, for both sides."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from deals.cosell import actions, policies, stepping
from deals.cosell.listing import co_sells_of
from deals.cosell.models import LONGEST_MESSAGE, LONGEST_STEP, READERS, CoSell, CoSellStep
from deals.cosell.rules import NextStep
from deals.cosell.states import SAID_CHOICES, CoSellState, Help, Party, Refusal, Role
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.api.doors import Acts, Creates, Lists, NounDoor, Reads
from prm.api.fields import Choice, Day, NounField, PlainText
from prm.api.filters import Filter
from prm.api.serializers import Given

MOST_STEPS = 10


def colleagues(user: User) -> QuerySet[User]:
    return User.objects.filter(memberships__organisation=user.organisation, memberships__ended_at=None)


def deals_read(user: User) -> QuerySet[Registration]:
    return Registration.objects.visible_to(user).with_people()


class CoSellPersonOut(serializers.Serializer[User]):
    id = serializers.CharField(source="public_id", required=False)
    name = serializers.CharField(source="__str__")


class CoSellRoleOut(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=Role.choices)
    side = serializers.ChoiceField(choices=Party.choices)


class CoSellStepOut(serializers.Serializer[CoSellStep]):
    id = serializers.CharField(source="public_id")
    side = serializers.ChoiceField(choices=Party.choices)
    text = serializers.CharField()
    due_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)


class CoSellOut(serializers.Serializer[CoSell]):
    """Each side has one named person once it has said yes; the asking side names its own with the request. A partner
    reads the name of the vendor's person without an id."""

    id = serializers.CharField(source="public_id")
    deal = serializers.CharField(source="registration.public_id")
    partner = serializers.CharField(source="registration.partner.organisation.public_id")
    state = serializers.ChoiceField(choices=CoSellState.choices)
    asked_by = serializers.ChoiceField(choices=Party.choices, source="asked_side")
    waits_for = serializers.ChoiceField(choices=Party.choices, allow_null=True)
    help = serializers.ChoiceField(choices=Help.choices)
    message = serializers.CharField()
    roles = serializers.SerializerMethodField()
    partner_person = CoSellPersonOut(allow_null=True)
    vendor_person = CoSellPersonOut(allow_null=True)
    asked_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(help_text="The other side answers by then.")
    answered_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(help_text="Of a no.")
    ended_at = serializers.DateTimeField(allow_null=True)
    result = serializers.CharField()
    text = serializers.CharField(help_text="What was said with the answer, or with the end.")
    steps = CoSellStepOut(many=True)

    def to_representation(self, instance: CoSell) -> dict[str, Any]:
        shown = super().to_representation(instance)
        request = self.context.get("request")
        if request is not None and request.user.is_partner and shown["vendor_person"]:
            shown["vendor_person"] = {"name": shown["vendor_person"]["name"]}
        return shown

    def get_roles(self, found: CoSell) -> list[dict[str, str]]:
        return [{"role": role, "side": side.value} for side in Party for role in found.roles_of(side)]


class CoSellRoleIn(Given):
    role = Choice(Role)
    side = Choice(Party)


class CoSellStepIn(Given):
    side = Choice(Party)
    text = PlainText(max_length=LONGEST_STEP)
    due_on = Day()


class CoSellIn(Given):
    deal = NounField(rows=deals_read)
    help = Choice(Help)
    message = PlainText(max_length=LONGEST_MESSAGE, lines=True)
    roles = serializers.ListField(child=CoSellRoleIn(), min_length=1, max_length=len(Role))
    person = NounField(rows=colleagues, required=False, help_text="Of your side; you yourself unless another is named.")
    steps = serializers.ListField(child=CoSellStepIn(), max_length=MOST_STEPS, required=False)


class AcceptCoSellIn(Given):
    person = NounField(rows=colleagues, required=False, help_text="Of your side; you yourself unless another is named.")
    text = PlainText(max_length=LONGEST_MESSAGE, lines=True, required=False, allow_blank=True, default="")


class DeclineCoSellIn(Given):
    reason = Choice(Refusal)
    text = PlainText(max_length=LONGEST_MESSAGE, lines=True, required=False, allow_blank=True, default="")


class HandOverIn(Given):
    person = NounField(rows=colleagues)


class StepDoneIn(Given):
    step = PlainText(max_length=40, help_text="The id of a step of your side.")


class EndCoSellIn(Given):
    result = serializers.ChoiceField(choices=SAID_CHOICES)
    text = PlainText(max_length=LONGEST_MESSAGE, lines=True, required=False, allow_blank=True, default="")


class CoSellDoor(NounDoor[CoSell]):
    out = CoSellOut

    def rows(self) -> QuerySet[CoSell]:
        return co_sells_of(self.user).prefetch_related("steps")

    def again(self, changed: CoSell) -> CoSell:
        """As it is now, also for a seller who has just handed over and reads it no more."""
        return CoSell.objects.with_nouns().prefetch_related("steps").get(pk=changed.pk)


class CoSells(CoSellDoor, Lists[CoSell], Creates[CoSell]):
    """Who sells together on the registrations that you read, the latest first. POST asks the other side, on an open
    registration that has no request and no co-sell yet; each role is taken by one side."""

    into = CoSellIn
    order = ("-asked_at", "-public_id")
    filters = {
        "state": Filter(Choice(CoSellState), "state"),
        "asked_by": Filter(Choice(Party), "asked_side"),
        "deal": Filter(PlainText(max_length=40), "registration__public_id"),
    }

    def may_list(self) -> bool:
        return self.user.may(*READERS)

    def may_create(self) -> bool:
        return self.user.may(*policies.ACTORS)

    def create(self, given: dict[str, Any]) -> CoSell:
        return self.again(
            actions.ask(
                registration=given["deal"],
                help=given["help"],
                message=given["message"],
                roles=_once([(row["role"], row["side"]) for row in given["roles"]]),
                person=given.get("person"),
                steps=[NextStep(**step) for step in given.get("steps", [])],
                by=self.user,
                now=self.now,
            )
        )


def _once(roles: list[tuple[str, str]]) -> dict[str, str]:
    if len({role for role, _side in roles}) < len(roles):
        raise serializers.ValidationError({"roles": ["Each role is taken by one side."]})
    return dict(roles)


class OneCoSell(CoSellDoor, Reads[CoSell]):
    """A request or a co-sell, with its next steps."""


class Answered(CoSellDoor, Acts[CoSell]):
    """For the side that is asked."""

    def may(self, noun: CoSell) -> bool:
        return policies.can_answer(self.user, noun)


class AcceptCoSell(Answered):
    """Say yes, and who does it on your side. 409 once it is answered or taken back."""

    into = AcceptCoSellIn

    def act(self, noun: CoSell, given: dict[str, Any]) -> CoSell:
        return self.again(actions.accept(found=noun, by=self.user, now=self.now, **given))


class DeclineCoSell(Answered):
    """Say no, with a reason. 409 once it is answered or taken back."""

    into = DeclineCoSellIn

    def act(self, noun: CoSell, given: dict[str, Any]) -> CoSell:
        return self.again(actions.decline(found=noun, by=self.user, now=self.now, **given))


class WithdrawCoSell(CoSellDoor, Acts[CoSell]):
    """Take your side's request back. 409 once it is answered."""

    def may(self, noun: CoSell) -> bool:
        return policies.can_withdraw(self.user, noun)

    def act(self, noun: CoSell, given: dict[str, Any]) -> CoSell:
        return self.again(actions.withdraw(found=noun, by=self.user, now=self.now))


class Together(CoSellDoor, Acts[CoSell]):
    """For both sides, while they sell together."""

    def may(self, noun: CoSell) -> bool:
        return policies.can_work(self.user, noun)


class HandOver(Together):
    """Another person of your side goes on with it. A seller who is replaced reads the deal no more."""

    into = HandOverIn

    def act(self, noun: CoSell, given: dict[str, Any]) -> CoSell:
        return self.again(actions.hand_over(found=noun, by=self.user, now=self.now, **given))


class AddStep(Together):
    """Note a next step for either side."""

    into = CoSellStepIn

    def act(self, noun: CoSell, given: dict[str, Any]) -> CoSell:
        return self.again(stepping.add_step(found=noun, by=self.user, now=self.now, **given))


class StepDone(Together):
    """Tick off a step of your side. 409 when it is done already."""

    into = StepDoneIn

    def act(self, noun: CoSell, given: dict[str, Any]) -> CoSell:
        return self.again(stepping.complete_step(found=noun, by=self.user, now=self.now, **given))


class EndCoSell(Together):
    """Say what came of it. A seller of the vendor reads the deal no more."""

    into = EndCoSellIn

    def act(self, noun: CoSell, given: dict[str, Any]) -> CoSell:
        return self.again(actions.end(found=noun, by=self.user, now=self.now, **given))
