"""Customers over REST, for the vendor. To a partner they do not exist."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers

from partners.customers import actions, policies
from partners.customers.models import MOST_NAMES, Account
from partners.customers.selectors import AccountFilter, filtered
from partners.profiles.selectors import vendor_staff
from partners.states import Segment
from prm.accounts.models import User
from prm.addresses import countries, website_host
from prm.api.doors import Changes, Creates, Lists, Reads
from prm.api.fields import Choice, Day, NounField, PlainText, StrictBoolean
from prm.api.filters import Filter
from prm.api.serializers import Given
from prm.errors import NotAllowed

# What everybody sees who may see customers at all.
SHORT = ("id", "name", "country", "city")


class OwnerOut(serializers.Serializer[Any]):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField(source="__str__")


class AccountOut(serializers.Serializer[Any]):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    country = serializers.CharField()
    city = serializers.CharField()
    external_id = serializers.CharField(allow_null=True, required=False)
    former_names = serializers.ListField(child=serializers.CharField(), required=False)
    website = serializers.CharField(required=False)
    tax_number = serializers.CharField(required=False)
    segment = serializers.CharField(required=False)
    owner = OwnerOut(allow_null=True, required=False)
    named_account = serializers.BooleanField(required=False)
    customer_since = serializers.DateField(allow_null=True, required=False)
    parent = serializers.CharField(source="parent.public_id", default=None, allow_null=True)  # type: ignore[assignment]
    created_at = serializers.DateTimeField(required=False)
    updated_at = serializers.DateTimeField(required=False)

    def to_representation(self, instance: Account) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if policies.can_read_fully(self.context["request"].user, instance):
            return shown
        return {name: shown[name] for name in SHORT}


def a_website(text: str) -> None:
    if text and website_host(text) is None:
        raise serializers.ValidationError(_("Give a host name such as example.com, or an http(s) address."))


def a_country(text: str) -> None:
    if text and text not in countries():
        raise serializers.ValidationError(_("Give a country as two letters, such as DE."))


def staff(_user: User) -> QuerySet[User]:
    return vendor_staff()


class AccountIn(Given):
    """Empty text clears a field. Only an administrator gives customers to others."""

    external_id = PlainText(max_length=100, required=False, allow_null=True)
    name = PlainText(max_length=250)
    former_names = serializers.ListField(child=PlainText(max_length=250), max_length=MOST_NAMES, required=False)
    country = PlainText(max_length=2, required=False, allow_blank=True, validators=[a_country])
    city = PlainText(max_length=120, required=False, allow_blank=True)
    website = PlainText(max_length=500, required=False, allow_blank=True, validators=[a_website])
    tax_number = PlainText(max_length=40, required=False, allow_blank=True)
    segment = Choice(Segment, required=False, allow_blank=True)
    owner = NounField(rows=staff, required=False, allow_null=True)
    named_account = StrictBoolean(required=False)
    customer_since = Day(earliest=date(1900, 1, 1), required=False, allow_null=True)
    parent = NounField(  # type: ignore[assignment]
        rows=lambda user: Account.objects.visible_to(user), required=False, allow_null=True
    )


def check_owner(user: User, given: Mapping[str, Any], present: User | None) -> None:
    if "owner" in given and given["owner"] != present and not policies.can_choose_owner(user):
        raise NotAllowed(_("You may not give customers to others."))


class Accounts(Lists[Account], Creates[Account]):
    """Customers, by name. Sellers see who and where; everything of their own."""

    out, into = AccountOut, AccountIn
    order = ("name_key", "pk")
    filters = {
        "q": Filter(
            PlainText(max_length=200), description="beginning of words of the name, web domain, or external id"
        ),
        "country": Filter(PlainText(max_length=2)),
        "named": Filter(serializers.BooleanField()),
        "external_id": Filter(PlainText(max_length=100)),
    }

    def rows(self) -> QuerySet[Account]:
        return Account.objects.visible_to(self.user).select_related("owner", "parent")

    def may_list(self) -> bool:
        return policies.can_list(self.user)

    def narrow(self, rows: QuerySet[Account], values: Mapping[str, Any]) -> QuerySet[Account]:
        return filtered(rows, AccountFilter(**values), reader=self.user)

    def may_create(self) -> bool:
        return policies.can_create(self.user)

    def create(self, given: dict[str, Any]) -> Account:
        check_owner(self.user, given, self.user)
        values = given if policies.can_choose_owner(self.user) else {**given, "owner": self.user}
        return actions.create_account(values=values, by=self.user, now=self.now)


class OneAccount(Reads[Account], Changes[Account]):
    """A customer. PATCH changes what is given."""

    out, into = AccountOut, AccountIn

    def rows(self) -> QuerySet[Account]:
        return Account.objects.visible_to(self.user).select_related("owner", "parent")

    def may_change(self, noun: Account) -> bool:
        return policies.can_update(self.user, noun)

    def change(self, noun: Account, given: dict[str, Any]) -> Account:
        check_owner(self.user, given, noun.owner)
        return actions.update_account(account=noun, values=given, by=self.user, now=self.now)
