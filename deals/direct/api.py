"""Direct sales over REST, for the vendor. To a partner they do not exist."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from deals.direct import actions, policies, sheet
from deals.direct.listing import opportunities_of, touches_of
from deals.direct.models import LONGEST_NOTE, DirectOpportunity, DirectTouch
from deals.direct.states import ENDS, OPEN_CHOICES, Part, Stage, TouchKind
from deals.products.models import ProductLine
from deals.sheet_doors import SheetImport
from partners.models import Account, Partner
from prm.accounts.models import Organisation, User
from prm.api.doors import Acts, Changes, Creates, Lists, NounDoor, Reads
from prm.api.fields import Choice, Day, MoneyField, NounField, PlainText
from prm.api.filters import Filter
from prm.api.serializers import Given


class DirectOpportunityOut(serializers.Serializer[DirectOpportunity]):
    id = serializers.CharField(source="public_id")
    account = serializers.CharField(source="account.public_id")
    seller = serializers.CharField(source="seller.public_id", default=None, allow_null=True)
    products = serializers.ListField(child=serializers.CharField(), source="slugs", help_text="Empty: all of them.")
    stage = serializers.ChoiceField(choices=Stage.choices)
    value = MoneyField(source="money", allow_null=True)
    expected_close = serializers.DateField(allow_null=True)
    partner = serializers.CharField(source="partner.organisation.public_id", default=None, allow_null=True)
    part = serializers.ChoiceField(choices=["", *Part.values])
    closed_on = serializers.DateField(allow_null=True)
    uplift_rate = serializers.DecimalField(max_digits=5, decimal_places=4, allow_null=True)
    uplift = MoneyField(
        source="uplift_money", allow_null=True, help_text="What the seller earns more with the partner attached."
    )
    external_id = serializers.CharField()
    created_at = serializers.DateTimeField()


class DirectTouchOut(serializers.Serializer[DirectTouch]):
    id = serializers.CharField(source="public_id")
    account = serializers.CharField(source="account.public_id")
    seller = serializers.CharField(source="seller.public_id", default=None, allow_null=True)
    kind = serializers.ChoiceField(choices=TouchKind.choices)
    on = serializers.DateField()
    note = serializers.CharField()
    external_id = serializers.CharField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


def known_accounts(user: User) -> QuerySet[Account]:
    return Account.objects.visible_to(user)


def known_organisations(user: User) -> QuerySet[Organisation]:
    shown = Partner.objects.visible_to(user).values("organisation")
    return Organisation.objects.filter(pk__in=shown).select_related("partner")


class OpportunityChangesIn(Given):
    products = serializers.SlugRelatedField(
        slug_field="slug", queryset=ProductLine.objects.all(), many=True, required=False
    )
    stage = serializers.ChoiceField(choices=OPEN_CHOICES, required=False)
    value = MoneyField(required=False, allow_null=True)
    expected_close = Day(required=False, allow_null=True)
    external_id = PlainText(max_length=80, required=False, allow_blank=True)


class OpportunityIn(OpportunityChangesIn):
    account = NounField(rows=known_accounts)


class TouchIn(Given):
    account = NounField(rows=known_accounts)
    kind = Choice(TouchKind)
    on = Day()
    note = PlainText(max_length=LONGEST_NOTE, lines=True, required=False, allow_blank=True, default="")
    external_id = PlainText(max_length=80, required=False, allow_blank=True, default="")


class AttachIn(Given):
    partner = NounField(rows=known_organisations)
    part = Choice(Part, required=False, default=Part.CO_SELL.value)


class CloseIn(Given):
    stage = serializers.ChoiceField(choices=[(stage.value, stage.label) for stage in ENDS])
    closed_on = Day()
    value = MoneyField(required=False, allow_null=True, default=None, help_text="The final one, if it is another.")


def values_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Field names of the opportunity for what was given."""
    values = {name: given[name] for name in ("stage", "expected_close", "external_id") if name in given}
    if "value" in given:
        money = given["value"]
        values |= {"value": money.amount if money else None, "currency": money.currency if money else ""}
    return values


class OpportunityDoor(NounDoor[DirectOpportunity]):
    out = DirectOpportunityOut

    def rows(self) -> QuerySet[DirectOpportunity]:
        return opportunities_of(self.user)


class Opportunities(OpportunityDoor, Lists[DirectOpportunity], Creates[DirectOpportunity]):
    """Direct opportunities that you may read, the latest first. Who enters one is its seller; where the customer is
    protected for a partner, a case is opened."""

    into = OpportunityIn
    order = ("-created_at", "-pk")
    filters = {
        "stage": Filter(Choice(Stage), "stage"),
        "account": Filter(PlainText(max_length=40), "account__public_id"),
        "external_id": Filter(PlainText(max_length=80), "external_id"),
    }

    def may_list(self) -> bool:
        return self.user.may(*policies.READERS)

    def may_create(self) -> bool:
        return policies.can_enter(self.user)

    def create(self, given: dict[str, Any]) -> DirectOpportunity:
        about = {"account": given["account"], "products": given.get("products", [])}
        return actions.create_opportunity(values=values_of(given), **about, by=self.user, now=self.now)


class OpportunityImport(SheetImport):
    """Take in up to 500 opportunities from a CSV file or workbook whose first row names the columns, all of them or
    none. What has its `external_id` here is changed, so that a file may be handed in again."""

    sheet = sheet.OPPORTUNITIES

    def rows(self) -> QuerySet[DirectOpportunity]:
        return opportunities_of(self.user)

    def may_create(self) -> bool:
        return policies.can_enter(self.user)


class OneOpportunity(OpportunityDoor, Reads[DirectOpportunity], Changes[DirectOpportunity]):
    """A direct opportunity. An open one can be changed; what is not given stays."""

    into = OpportunityChangesIn

    def may_change(self, noun: DirectOpportunity) -> bool:
        return policies.can_change(self.user, noun)

    def change(self, noun: DirectOpportunity, given: dict[str, Any]) -> DirectOpportunity:
        values, products = values_of(given), given.get("products")
        actions.change_opportunity(opportunity=noun, values=values, products=products, by=self.user, now=self.now)
        return self.noun()


class SellerVerb(OpportunityDoor, Acts[DirectOpportunity]):
    def may(self, noun: DirectOpportunity) -> bool:
        return policies.can_change(self.user, noun)


class Attach(SellerVerb):
    """Bring a partner in. 409 while a case of the opportunity is open, or when one is attached already."""

    into = AttachIn

    def act(self, noun: DirectOpportunity, given: dict[str, Any]) -> DirectOpportunity:
        partner = given["partner"].partner
        actions.attach_partner(opportunity=noun, partner=partner, part=given["part"], by=self.user, now=self.now)
        return self.noun()


class Close(SellerVerb):
    """Won, lost, or you stand back, which closes its cases."""

    into = CloseIn

    def act(self, noun: DirectOpportunity, given: dict[str, Any]) -> DirectOpportunity:
        actions.close_opportunity(opportunity=noun, **given, by=self.user, now=self.now)
        return self.noun()


class TouchDoor(NounDoor[DirectTouch]):
    out = DirectTouchOut

    def rows(self) -> QuerySet[DirectTouch]:
        return touches_of(self.user)


class Touches(TouchDoor, Lists[DirectTouch], Creates[DirectTouch]):
    """Touches that you may read, the latest first; those that were taken back as well."""

    into = TouchIn
    order = ("-on", "-pk")
    has_address = False
    filters = {
        "kind": Filter(Choice(TouchKind), "kind"),
        "account": Filter(PlainText(max_length=40), "account__public_id"),
        "external_id": Filter(PlainText(max_length=80), "external_id"),
    }

    def may_list(self) -> bool:
        return self.user.may(*policies.READERS)

    def may_create(self) -> bool:
        return policies.can_enter(self.user)

    def create(self, given: dict[str, Any]) -> DirectTouch:
        return actions.add_touch(**given, by=self.user, now=self.now)


class TouchImport(OpportunityImport):
    """Take in up to 500 touches from a CSV file or workbook whose first row names the columns, all of them or none.
    What has its `external_id` here is changed, so that a file may be handed in again."""

    sheet = sheet.TOUCHES


class WithdrawTouch(TouchDoor, Acts[DirectTouch]):
    """It was none, or you stand back: its cases are closed. 409 when it is taken back already."""

    def may(self, noun: DirectTouch) -> bool:
        return policies.can_change(self.user, noun)

    def act(self, noun: DirectTouch, given: dict[str, Any]) -> DirectTouch:
        actions.withdraw_touch(touch=noun, by=self.user, now=self.now)
        return self.noun()
