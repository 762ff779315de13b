"""How the caller is told, by group."""

from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from prm.accounts.models import User
from prm.api.doors import Changes, Reads
from prm.api.fields import Choice
from prm.api.serializers import Given
from prm.notices.choices.actions import choose
from prm.notices.choices.selectors import chosen, last_change, next_mornings
from prm.notices.kinds import GROUPS, choosable_for
from prm.notices.states import Delivery


def choosable() -> list[str]:
    return [name for name in GROUPS.names() if not GROUPS[name].mandatory]


class ChoicesOut(serializers.Serializer[User]):
    next_digest_at = serializers.DateTimeField(help_text="When what is told once a day comes next.")

    def get_fields(self) -> dict[str, Any]:
        ways = [serializers.ChoiceField(Delivery.choices, required=False) for _name in choosable()]
        return {**dict(zip(choosable(), ways, strict=True)), **super().get_fields()}

    def to_representation(self, instance: User) -> dict[str, Any]:
        now: datetime = self.context["view"].now
        at = next_mornings([instance.pk], now)[instance.pk]
        moment = self.fields["next_digest_at"].to_representation(at)
        return {**{group: way.value for group, way in chosen(instance).items()}, "next_digest_at": moment}


class ChoicesIn(Given):
    def get_fields(self) -> dict[str, Any]:
        """For whoever is never told of a group, it does not exist."""
        mine = choosable_for(self.context["view"].user) if "noun" in self.context else choosable()
        return {name: Choice(Delivery, required=False) for name in mine}


class MyNotifications(Reads[User], Changes[User]):
    """How you are told: at once, once a day at 08:00 of your time zone on business days, or in the portal only.

    Mail about logins and security always comes at once.
    """

    out, into = ChoicesOut, ChoicesIn
    lookup: ClassVar[str] = "pk"

    def rows(self) -> QuerySet[User]:
        return User.objects.filter(pk=self.user.pk)

    def noun(self, *, whole: bool = True) -> User:
        """There is one for everybody, also before anything was chosen."""
        return self.user

    def version(self, noun: object) -> str:
        changed = last_change(self.user)
        return changed.strftime("%Y%m%d%H%M%S%f") if changed else "0"

    def may_change(self, noun: User) -> bool:
        return noun == self.user

    def change(self, noun: User, given: dict[str, Any]) -> User:
        choose(values=given, by=self.user, now=self.now)
        return noun
