"""Leads over REST: the vendor's doors, and those of whoever is asked."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.serializers import BaseSerializer

from deals.leads import actions, answers, policies, sheet
from deals.leads.listing import leads_of, offers_of
from deals.leads.models import Lead, LeadOffer
from deals.leads.rulebook import SCHEMA, LeadRules, order_in_words
from deals.leads.selectors import ranked
from deals.leads.shown import ImportedOut, LeadOut, OfferOut, RankingOut
from deals.leads.states import DeclineReason, LeadLoss, LeadSource, LeadState, OfferState, Stage
from deals.products.models import ProductLine
from deals.registrations.given import check_website
from partners.imports.api import CsvParser, WorkbookParser
from partners.profiles.models import LONGEST_COMPETENCY, is_competency
from partners.states import BusinessModel, Segment
from prm.addresses import countries
from prm.api.doors import Acts, Changes, Creates, Lists, NounDoor, Reads, TakesFile
from prm.api.fields import Choice, MoneyField, PlainText
from prm.api.filters import Filter
from prm.api.serializers import Given, Nothing
from prm.policy.selectors import current


def check_competency(text: str) -> None:
    if text and not is_competency(text):
        raise serializers.ValidationError("Write it in letters, digits and hyphens.")


class LeadContactIn(Given):
    name = PlainText(max_length=120, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    phone = PlainText(max_length=40, required=False, allow_blank=True)
    title = PlainText(max_length=120, required=False, allow_blank=True)


class LeadIn(Given):
    customer = PlainText(max_length=200, source="customer_name")
    website = PlainText(
        max_length=310, required=False, allow_blank=True, validators=[check_website], source="customer_website"
    )
    country = serializers.ChoiceField(choices=sorted(countries()), source="customer_country")
    city = PlainText(max_length=120, required=False, allow_blank=True, source="customer_city")
    contact = LeadContactIn(required=False)
    need = PlainText(max_length=4000, lines=True)
    products = serializers.SlugRelatedField(
        slug_field="slug", many=True, queryset=ProductLine.objects.on_sale(), required=False
    )
    value = MoneyField(required=False, allow_null=True)
    segment = Choice(Segment, required=False)
    model = Choice(BusinessModel, required=False)
    competency = PlainText(
        max_length=LONGEST_COMPETENCY, required=False, allow_blank=True, validators=[check_competency]
    )
    lead_source = Choice(LeadSource, source="source", help_text="Where it comes from.")
    external_id = PlainText(max_length=80, required=False, allow_blank=True)


class DeclineIn(Given):
    reason = Choice(DeclineReason)
    text = PlainText(max_length=1000, lines=True, required=False, allow_blank=True, default="")


class ReportIn(Given):
    stage = Choice(Stage)
    text = PlainText(max_length=1000, lines=True, required=False, allow_blank=True, default="")


class LostIn(Given):
    reason = Choice(LeadLoss)
    text = PlainText(max_length=300, required=False, allow_blank=True, default="")


def values_of(given: dict[str, Any]) -> dict[str, Any]:
    """Field names of Lead for what was given, products apart."""
    values = {name: value for name, value in given.items() if name not in {"products", "value", "contact"}}
    values |= {f"contact_{name}": value for name, value in given.get("contact", {}).items()}
    if "value" in given:
        money = given["value"]
        values |= {"value": money.amount, "currency": money.currency} if money else {"value": None, "currency": ""}
    return values


class LeadDoor(NounDoor[Lead]):
    out: ClassVar[type[BaseSerializer[Any]]] = LeadOut

    def rows(self) -> QuerySet[Lead]:
        return leads_of(self.user).prefetch_related("products")

    def may(self, noun: Lead) -> bool:
        return policies.can_steer(self.user, noun)

    def again(self, changed: Lead) -> Lead:
        return self.rows().get(pk=changed.pk)


class Leads(LeadDoor, Lists[Lead], Creates[Lead]):
    """Leads that you may see, latest first. A new one is offered at once to whoever is first in the order."""

    into = LeadIn
    order = ("-created_at", "-public_id")
    filters = {
        "state": Filter(Choice(LeadState), "state"),
        "customer": Filter(PlainText(max_length=200), "customer_name__icontains"),
        "external_id": Filter(PlainText(max_length=80), "external_id"),
    }

    def may_list(self) -> bool:
        return self.user.may(*policies.READERS)

    def may_create(self) -> bool:
        return policies.can_enter(self.user)

    def create(self, given: dict[str, Any]) -> Lead:
        products = given.get("products", [])
        made = actions.enter_lead(values=values_of(given), products=products, by=self.user, now=self.now)
        return self.again(made)


class OneLead(LeadDoor, Reads[Lead], Changes[Lead]):
    """A lead. While nobody is asked it can be changed; what is not given stays."""

    into = LeadIn

    def may_change(self, noun: Lead) -> bool:
        return self.may(noun)

    def change(self, noun: Lead, given: dict[str, Any]) -> Lead:
        values, products = values_of(given), given.get("products")
        changed = actions.change_lead(lead=noun, values=values, products=products, by=self.user, now=self.now)
        return self.again(changed)


class LeadImport(LeadDoor, TakesFile[Lead]):
    """Take in up to 500 leads from a CSV file or workbook whose first row names the columns, all of them or none. They
    are offered one by one afterwards."""

    out = ImportedOut
    parser_classes = [CsvParser, WorkbookParser]
    takes_bytes = sheet.TAKES
    has_address = False

    def may_create(self) -> bool:
        return policies.can_enter(self.user)

    def read(self, content: bytes, about: Mapping[str, Any]) -> Lead:
        """The first of them; `show` tells all."""
        self.made = actions.import_leads(rows=sheet.read(content), by=self.user, now=self.now)
        return self.made[0]

    def show(self, noun: Lead) -> Any:
        return self.out({"leads": [lead.public_id for lead in self.made]}).data


class Ranking(LeadDoor, Reads[Lead]):
    """Every active partner: who can be asked and in which order, and why the others are not."""

    out = RankingOut

    def show(self, noun: Lead) -> Any:
        rule = order_in_words(current(SCHEMA, LeadRules, now=self.now).values)
        return self.out({"rule": rule, "places": ranked(noun, self.now)}).data


class OfferAgain(LeadDoor, Acts[Lead]):
    """Ask everybody who fits once more. 409 unless it came back."""

    def act(self, noun: Lead, given: dict[str, Any]) -> Lead:
        return self.again(actions.offer_again(lead=noun, by=self.user, now=self.now))


class WithdrawLead(LeadDoor, Acts[Lead]):
    """Nobody gets it any more. 409 once somebody has taken it."""

    def act(self, noun: Lead, given: dict[str, Any]) -> Lead:
        return self.again(actions.withdraw_lead(lead=noun, by=self.user, now=self.now))


class OfferDoor(NounDoor[LeadOffer]):
    out: ClassVar[type[BaseSerializer[Any]]] = OfferOut

    def rows(self) -> QuerySet[LeadOffer]:
        return offers_of(self.user).prefetch_related("lead__reports")

    def again(self, changed: LeadOffer) -> LeadOffer:
        return self.rows().get(pk=changed.pk)


class Offers(OfferDoor, Lists[LeadOffer]):
    """Offers of leads, latest first: a partner's own, for the vendor who was asked."""

    order = ("-offered_at", "-public_id")
    filters = {"state": Filter(Choice(OfferState), "state")}

    def may_list(self) -> bool:
        return self.user.may(*policies.OFFER_READERS)


class OneOffer(OfferDoor, Reads[LeadOffer]):
    """An offer. Whom to call is in `taken`, which is absent until it is accepted."""


class Accept(OfferDoor, Acts[LeadOffer]):
    """Take the lead. 409 once the date has passed, or somebody has answered."""

    into: ClassVar[type[BaseSerializer[Any]]] = Nothing

    def may(self, noun: LeadOffer) -> bool:
        return policies.can_answer(self.user, noun)

    def act(self, noun: LeadOffer, given: dict[str, Any]) -> LeadOffer:
        return self.again(answers.accept(offer=noun, by=self.user, now=self.now))


class Decline(Accept):
    """Decline it with a reason; the next partner is asked at once."""

    into = DeclineIn

    def act(self, noun: LeadOffer, given: dict[str, Any]) -> LeadOffer:
        return self.again(answers.decline(offer=noun, by=self.user, now=self.now, **given))


class Worked(OfferDoor, Acts[LeadOffer]):
    """For whoever took it, and the partner's admins."""

    def may(self, noun: LeadOffer) -> bool:
        return policies.can_work(self.user, noun)


class Report(Worked):
    """Say how far it has come."""

    into = ReportIn

    def act(self, noun: LeadOffer, given: dict[str, Any]) -> LeadOffer:
        return self.again(answers.report(offer=noun, by=self.user, now=self.now, **given))


class Lose(Worked):
    """It comes to nothing."""

    into = LostIn

    def act(self, noun: LeadOffer, given: dict[str, Any]) -> LeadOffer:
        return self.again(answers.lose_lead(offer=noun, by=self.user, now=self.now, **given))


class Register(Worked):
    """Make the draft of a registration with what is known; `taken.deal` is its id."""

    def act(self, noun: LeadOffer, given: dict[str, Any]) -> LeadOffer:
        answers.register_lead(offer=noun, by=self.user, now=self.now)
        return self.again(noun)
