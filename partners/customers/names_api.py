"""The other names of a customer over REST."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import cached_property
from rest_framework import serializers

from partners.customers import names, policies
from partners.customers.models import Account, AccountName
from partners.states import NAMED_BY_PEOPLE, NameKind
from prm.api.doors import Acts, Creates, Lists
from prm.api.fields import Day, PlainText
from prm.api.serializers import Given
from prm.rows import one_or_none


class NameOut(serializers.Serializer[AccountName]):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    kind = serializers.ChoiceField(NameKind.values)
    since = serializers.DateField(allow_null=True, help_text="In use since then, where that is known.")
    until = serializers.DateField(allow_null=True)
    created_at = serializers.DateTimeField()


class NameIn(Given):
    name = PlainText(max_length=250)
    kind = serializers.ChoiceField([kind.value for kind in NAMED_BY_PEOPLE], default=NameKind.FORMER.value)
    since = Day(required=False, allow_null=True)
    until = Day(required=False, allow_null=True)


class Names(Lists[AccountName], Creates[AccountName]):
    """Former names, translations and trade names. A registration under one of them is recognised."""

    has_address = False
    out, into = NameOut, NameIn

    @cached_property
    def of(self) -> Account:
        found = one_or_none(Account.objects.visible_to(self.user).filter(public_id=self.kwargs["public_id"]))
        if found is None:
            raise Http404
        return found

    def rows(self) -> QuerySet[AccountName]:
        return self.of.other_names.all()

    def may_list(self) -> bool:
        return policies.can_read_fully(self.user, self.of)

    def may_create(self) -> bool:
        return policies.can_update(self.user, self.of)

    def create(self, given: dict[str, Any]) -> AccountName:
        return names.add_name(account=self.of, by=self.user, now=self.now, **given)


class RemoveName(Acts[AccountName]):
    """It leads to the customer no more; the answer is the name that was removed."""

    out = NameOut

    def rows(self) -> QuerySet[AccountName]:
        accounts = Account.objects.visible_to(self.user)
        return AccountName.objects.filter(account__in=accounts).select_related("account")

    def may(self, noun: AccountName) -> bool:
        return policies.can_update(self.user, noun.account)

    def act(self, noun: AccountName, given: dict[str, Any]) -> AccountName:
        return names.remove_name(name=noun, by=self.user, now=self.now)
