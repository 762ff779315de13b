"""What people fill in about offers in marketplaces, and what their list is narrowed by."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.marketplace.models import (
    LONGEST_BUYER,
    LONGEST_ID,
    LONGEST_NAME,
    MarketplaceOffer,
    MarketplaceOfferQuerySet,
)
from deals.marketplace.states import CoSell, Marketplace, MarketState
from deals.registrations.fields import AmountField, DayField, currency_choices, read_amount
from deals.registrations.forms import choices
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.portal.forms import NonceMixin, TextField

CHOOSE = gettext_lazy("Choose …")
FIRST_STATES = [(state.value, state.label) for state in (MarketState.SENT, MarketState.DRAFT, MarketState.ACCEPTED)]
NAMING = ("marketplace", "marketplace_name", "offer_id")
TERMS = ("buyer", "amount", "currency", "expires_on")


def label(name: str) -> Any:
    return MarketplaceOffer._meta.get_field(name).verbose_name  # type: ignore[union-attr]


class OfferForm(NonceMixin):
    """An offer as it is entered and changed. What names it and its state are fixed once it is there; of an accepted
    one only co-sell goes on."""

    marketplace = forms.ChoiceField(label=label("marketplace"), choices=choices(Marketplace, CHOOSE))
    marketplace_name = TextField(
        label=label("marketplace_name"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=gettext_lazy("For another marketplace."),
    )
    offer_id = TextField(
        label=label("offer_id"), max_length=LONGEST_ID, help_text=gettext_lazy("As the marketplace calls it.")
    )
    buyer = TextField(
        label=label("buyer"), max_length=LONGEST_BUYER, help_text=gettext_lazy("Whose account there it is made to.")
    )
    amount = AmountField(label=label("amount"))
    currency = forms.ChoiceField(label=label("currency"), choices=currency_choices, initial="EUR")
    expires_on = DayField(
        label=label("expires_on"),
        required=False,
        help_text=gettext_lazy("On which it can be accepted; a draft may do without."),
    )
    state = forms.ChoiceField(label=label("state"), choices=FIRST_STATES, initial=MarketState.SENT)
    co_sell = forms.ChoiceField(label=label("co_sell"), choices=CoSell.choices, initial=CoSell.NONE)

    def __init__(self, *args: Any, offer: MarketplaceOffer | None = None, **kwargs: Any) -> None:
        if offer is not None:
            kwargs["initial"] = {name: getattr(offer, name) for name in (*TERMS, "co_sell")}
        super().__init__(*args, **kwargs)
        fixed = () if offer is None else (*NAMING, "state", *(() if offer.has_open_terms else TERMS))
        for name in fixed:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        try:
            if "amount" in data:
                data["amount"] = read_amount(data["amount"], data.get("currency", ""))
        except ValidationError as error:
            self.add_error("amount", error)
        return data

    def values(self) -> dict[str, Any]:
        """Field names of the offer."""
        return {
            name: value for name, value in self.cleaned_data.items() if name in self.fields and name != "form_nonce"
        }


class OfferRow(OfferForm):
    """A row of a file: words of the lists may be written as people read them, and an empty cell of a state keeps it."""

    deal = TextField(label=gettext_lazy("Registration"), max_length=40)

    def __init__(self, data: Mapping[str, str], *, deals: Mapping[str, Registration]) -> None:
        """`deals` are those that the rows name and the person may read, by id and by reference."""
        given = {name: value.strip() for name, value in data.items()}
        for name, known in (("marketplace", Marketplace), ("state", MarketState), ("co_sell", CoSell)):
            given[name] = code_of(known, given.get(name, ""))
        given["currency"] = given.get("currency", "").upper()
        super().__init__(given)
        self.deals = deals
        self.kept = {name for name in ("expires_on", "state", "co_sell") if not given.get(name)}
        self.fields["state"].choices = MarketState.choices  # type: ignore[attr-defined]
        for name in ("state", "co_sell"):
            self.fields[name].required = False

    def clean_deal(self) -> Registration:
        """By its reference or its id."""
        text = self.cleaned_data["deal"]
        found = self.deals.get(text) or self.deals.get(text.upper())
        if found is None:
            raise ValidationError(_("There is no registration with this reference."))
        return found

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if name != "deal" and name not in self.kept}

    @property
    def key(self) -> tuple[Any, ...]:
        data = self.cleaned_data
        return (data["deal"].partner_id, *(data[name] for name in NAMING))


def code_of(known: Any, text: str) -> str:
    """The code of a word that stands in a file, written as a code or as people read it."""
    words = {str(member.label).casefold(): member.value for member in known}
    return str(words.get(text.casefold(), text.lower()))


class OfferFilter(forms.Form):
    all_optional = True

    q = forms.CharField(
        label=gettext_lazy("Search"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": gettext_lazy("Buyer, customer or offer id")}),
    )
    marketplace = forms.ChoiceField(
        label=label("marketplace"), choices=choices(Marketplace, gettext_lazy("All marketplaces")), required=False
    )
    state = forms.ChoiceField(
        label=label("state"), choices=choices(MarketState, gettext_lazy("All states")), required=False
    )
    co_sell = forms.ChoiceField(
        label=label("co_sell"), choices=choices(CoSell, gettext_lazy("Whatever it is")), required=False
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        self.is_valid()

    def narrowed(self, rows: MarketplaceOfferQuerySet) -> MarketplaceOfferQuerySet:
        """What is not understood narrows nothing."""
        wanted = {name: value for name, value in self.cleaned_data.items() if value}
        text = wanted.pop("q", "")
        if text:
            named = Q(buyer__icontains=text) | Q(registration__customer_name__icontains=text)
            rows = rows.filter(named | Q(offer_id__iexact=text))
        return rows.filter(**wanted)
