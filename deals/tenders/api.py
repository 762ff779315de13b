"""Tenders of a customer, for the vendor."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import cached_property
from rest_framework import serializers

from deals.products.models import ProductLine
from deals.tenders import actions
from deals.tenders.models import LONGEST_SOURCE, Tender
from deals.tenders.policies import can_note
from partners.customers.policies import can_read_all
from partners.models import Account
from prm.api.doors import Acts, Creates, Lists
from prm.api.fields import Day, PlainText
from prm.api.serializers import Given


class TenderOut(serializers.Serializer[Tender]):
    id = serializers.CharField(source="public_id")
    product = serializers.CharField(source="product.slug", default=None, allow_null=True)
    published_on = serializers.DateField()
    source = serializers.CharField()  # type: ignore[assignment]
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class TenderIn(Given):
    """Without a product it is about all of them."""

    published_on = Day()
    source = PlainText(max_length=LONGEST_SOURCE)  # type: ignore[assignment]
    product = serializers.SlugRelatedField(
        slug_field="slug", queryset=ProductLine.objects.all(), required=False, allow_null=True, default=None
    )


class Tenders(Lists[Tender], Creates[Tender]):
    """What a customer has published, the latest first; those that were taken back as well."""

    out, into = TenderOut, TenderIn
    order = ("-published_on", "-pk")
    has_address = False

    @cached_property
    def account(self) -> Account:
        found = Account.objects.visible_to(self.user).filter(public_id=self.kwargs["public_id"]).first()
        if found is None:
            raise Http404
        return found

    def rows(self) -> QuerySet[Tender]:
        return Tender.objects.visible_to(self.user).filter(account=self.account).select_related("product")

    def may_list(self) -> bool:
        return self.account is not None and can_read_all(self.user)

    def may_create(self) -> bool:
        return self.account is not None and can_note(self.user)

    def create(self, given: dict[str, Any]) -> Tender:
        return actions.note_tender(account=self.account, **given, by=self.user, now=self.now)


class WithdrawTender(Acts[Tender]):
    """It was none, or another customer's. 409 when it is taken back already."""

    out = TenderOut

    def rows(self) -> QuerySet[Tender]:
        return Tender.objects.visible_to(self.user).select_related("product", "account")

    def may(self, noun: Tender) -> bool:
        return can_note(self.user)

    def act(self, noun: Tender, given: dict[str, Any]) -> Tender:
        actions.withdraw_tender(tender=noun, by=self.user, now=self.now)
        return self.noun()
