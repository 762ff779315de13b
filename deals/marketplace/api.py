"""Offers in marketplaces over REST: whoever reads a registration reads its offers."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.serializers import BaseSerializer

from deals.marketplace import actions, policies
from deals.marketplace.listing import offers_of
from deals.marketplace.models import LONGEST_BUYER, LONGEST_ID, LONGEST_NAME, MarketplaceOffer
from deals.marketplace.sheet import SHEET
from deals.marketplace.states import CoSell, Marketplace, MarketState
from deals.registrations.models import Registration
from deals.sheet_doors import SheetImport
from prm.accounts.models import User
from prm.api.doors import Acts, Changes, Creates, Lists, NounDoor, Reads
from prm.api.fields import Choice, Day, MoneyField, NounField, PlainText
from prm.api.filters import Filter
from prm.api.serializers import Given, Nothing


class MarketplaceOfferOut(serializers.Serializer[MarketplaceOffer]):
    id = serializers.CharField(source="public_id")
    deal = serializers.CharField(source="registration.public_id")
    partner = serializers.CharField(source="partner.organisation.public_id")
    marketplace = serializers.ChoiceField(Marketplace.choices)
    marketplace_name = serializers.CharField(help_text="Of another marketplace; else empty.")
    offer_id = serializers.CharField()
    buyer = serializers.CharField()
    amount = MoneyField(source="money")
    expires_on = serializers.DateField(allow_null=True, help_text="The last day, on the partner's wall.")
    expires_at = serializers.DateTimeField(allow_null=True)
    state = serializers.ChoiceField(MarketState.choices)
    co_sell = serializers.ChoiceField(CoSell.choices)
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


def known_deals(user: User) -> QuerySet[Registration]:
    return Registration.objects.visible_to(user).select_related("partner__organisation", "partner__pam")


class MarketplaceChangesIn(Given):
    buyer = PlainText(max_length=LONGEST_BUYER)
    amount = MoneyField()
    expires_on = Day(required=False, allow_null=True)
    co_sell = Choice(CoSell, required=False)


class MarketplaceOfferIn(MarketplaceChangesIn):
    deal = NounField(rows=known_deals)
    marketplace = Choice(Marketplace)
    marketplace_name = PlainText(max_length=LONGEST_NAME, required=False, allow_blank=True)
    offer_id = PlainText(max_length=LONGEST_ID)
    state = Choice(MarketState, required=False, help_text="Of a new one `draft` when it is left out.")


def values_of(given: dict[str, Any]) -> dict[str, Any]:
    """Field names of the offer for what was given."""
    values = {name: value for name, value in given.items() if name not in {"deal", "amount"}}
    if "amount" in given:
        values |= {"amount": given["amount"].amount, "currency": given["amount"].currency}
    return values


class MarketplaceDoor(NounDoor[MarketplaceOffer]):
    out: ClassVar[type[BaseSerializer[Any]]] = MarketplaceOfferOut

    def rows(self) -> QuerySet[MarketplaceOffer]:
        return offers_of(self.user)

    def may(self, noun: MarketplaceOffer) -> bool:
        return policies.can_write(self.user, noun.registration)

    def again(self, changed: MarketplaceOffer) -> MarketplaceOffer:
        return self.rows().get(pk=changed.pk)


class MarketplaceOffers(MarketplaceDoor, Lists[MarketplaceOffer], Creates[MarketplaceOffer]):
    """Offers of the registrations that you may read, latest first. A new one belongs to a registration that is
    decided, worked on or won; 409 for an offer id that is known."""

    into: ClassVar[type[BaseSerializer[Any]]] = MarketplaceOfferIn
    order = ("-created_at", "-pk")
    filters = {
        "deal": Filter(PlainText(max_length=40), "registration__public_id"),
        "marketplace": Filter(Choice(Marketplace), "marketplace"),
        "offer_id": Filter(PlainText(max_length=LONGEST_ID), "offer_id"),
        "state": Filter(Choice(MarketState), "state"),
        "co_sell": Filter(Choice(CoSell), "co_sell"),
    }

    def may_list(self) -> bool:
        return self.user.may(*policies.READERS)

    def may_create(self) -> bool:
        return policies.can_import(self.user)

    def create(self, given: dict[str, Any]) -> MarketplaceOffer:
        registration, values = given["deal"], values_of(given)
        made = actions.add_offer(registration=registration, values=values, by=self.user, now=self.now)
        return self.again(made)


class PutMarketplaceOffer(MarketplaceDoor, Creates[MarketplaceOffer]):
    """Say how an offer is now, as often as you like: the one with this id in this marketplace is changed, or entered
    when it is not known. What is left out stays. 409 for what can no longer become so."""

    into = MarketplaceOfferIn
    has_address = False

    def may_create(self) -> bool:
        return policies.can_import(self.user)

    def create(self, given: dict[str, Any]) -> MarketplaceOffer:
        registration, values = given["deal"], values_of(given)
        put, _change = actions.put_offer(registration=registration, values=values, by=self.user, now=self.now)
        return self.again(put)


class MarketplaceImport(SheetImport):
    """Take in up to 500 offers from a CSV file or workbook whose first row names the columns, all of them or none. A
    known offer is changed, and a file may be handed in again. With `dry_run=true` nothing is kept."""

    sheet = SHEET

    def rows(self) -> QuerySet[MarketplaceOffer]:
        return offers_of(self.user)

    def may_create(self) -> bool:
        return policies.can_import(self.user)


class OneMarketplaceOffer(MarketplaceDoor, Reads[MarketplaceOffer], Changes[MarketplaceOffer]):
    """An offer. What is not given stays; of an accepted one only `co_sell` changes. A later last day opens an expired
    one again."""

    into = MarketplaceChangesIn

    def may_change(self, noun: MarketplaceOffer) -> bool:
        return self.may(noun)

    def change(self, noun: MarketplaceOffer, given: dict[str, Any]) -> MarketplaceOffer:
        return self.again(actions.change_offer(offer=noun, values=values_of(given), by=self.user, now=self.now))


class MarketplaceVerb(MarketplaceDoor, Acts[MarketplaceOffer]):
    into: ClassVar[type[BaseSerializer[Any]]] = Nothing
    state: ClassVar[MarketState]

    def act(self, noun: MarketplaceOffer, given: dict[str, Any]) -> MarketplaceOffer:
        return self.again(actions.move_offer(offer=noun, state=self.state, by=self.user, now=self.now))


class SendOffer(MarketplaceVerb):
    """It is with the buyer from now on. 409 unless it is a draft."""

    state = MarketState.SENT


class AcceptOffer(MarketplaceVerb):
    """The buyer has accepted it; also for one that has expired meanwhile. 409 when it is accepted or withdrawn."""

    state = MarketState.ACCEPTED


class WithdrawOffer(MarketplaceVerb):
    """Nobody can accept it any more. 409 once it has ended."""

    state = MarketState.WITHDRAWN
