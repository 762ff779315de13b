"""What is filled in about a rate, and what their list is narrowed by."""

from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import get_decimal_symbol
from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prm.accounts.models import User
from prm.api.fields import EARLIEST_DAY, LATEST_DAY
from prm.currencies import CURRENCIES
from prm.portal import formats
from prm.portal.forms import NonceMixin, TextField
from prm.rates.actions import Given
from prm.rates.models import LONGEST_SOURCE, Rate, RateQuerySet
from prm.rates.rules import PLACES, WHOLE, read_rate
from prm.rates.states import Quotation


def others() -> list[tuple[str, str]]:
    """Nothing is chosen at first: a rate of the wrong currency cannot be taken away again."""
    return [("", _("Choose …")), *((code, code) for code in sorted(CURRENCIES - {settings.PRM_CURRENCY}))]


class DayField(forms.DateField):
    """A date as the browser's own picker gives it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **kwargs)

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day is not None and not EARLIEST_DAY <= day <= LATEST_DAY:
            limits = {"earliest": EARLIEST_DAY, "latest": LATEST_DAY}
            raise forms.ValidationError(_("Give a date from %(earliest)s to %(latest)s.") % limits)
        return day


class RateField(TextField):
    """Text of a rate as the person writes numbers; `clean` makes it a number."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=WHOLE + PLACES + 1, widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        found = read_rate(text, get_decimal_symbol(formats.current()))
        if text and found is None:
            raise forms.ValidationError(_("Give a rate above 0 with at most ten decimals."))
        return found


def given_of(currency: str, quotation: str, value: Decimal, on: date, source: str) -> Given:
    own = settings.PRM_CURRENCY
    pair = (currency, own) if quotation == Quotation.DIRECT else (own, currency)
    return Given(*pair, value, on, source)


class RateForm(NonceMixin):
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), choices=others)
    quotation = forms.ChoiceField(label=gettext_lazy("The rate is for"), choices=list)
    value = RateField(label=gettext_lazy("Rate"))
    on = DayField(label=gettext_lazy("Day"), help_text=gettext_lazy("From this day on, until the next rate."))
    source = TextField(
        label=gettext_lazy("Source"),
        max_length=LONGEST_SOURCE,
        required=False,
        help_text=gettext_lazy("Such as: ECB, our bank."),
    )

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        own = {"currency": settings.PRM_CURRENCY}
        self.fields["quotation"].choices = [  # type: ignore[attr-defined]
            (Quotation.INDIRECT, _("1 %(currency)s, in the other currency, as the ECB publishes it") % own),
            (Quotation.DIRECT, _("1 of the other currency, in %(currency)s") % own),
        ]

    def given(self) -> Given:
        return given_of(
            **{name: self.cleaned_data[name] for name in ("currency", "quotation", "value", "on", "source")}
        )


class RateFilter(forms.Form):
    all_optional = True

    currency = forms.ChoiceField(label=gettext_lazy("Currency"), required=False)
    since = DayField(label=gettext_lazy("From"), required=False)
    until = DayField(label=gettext_lazy("Until"), required=False)
    counting = forms.BooleanField(label=gettext_lazy("Without what was corrected"), required=False)

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Rate.objects.visible_to(reader).order_by("currency").values_list("currency", flat=True).distinct()
        named = [("", _("All currencies")), *((code, code) for code in known)]
        self.fields["currency"].choices = named  # type: ignore[attr-defined]
        self.is_valid()

    def narrowed(self, rows: RateQuerySet) -> RateQuerySet:
        """What is not understood narrows nothing."""
        wanted = self.cleaned_data
        if wanted.get("currency"):
            rows = rows.filter(currency=wanted["currency"])
        if wanted.get("since"):
            rows = rows.filter(on__gte=wanted["since"])
        if wanted.get("until"):
            rows = rows.filter(on__lte=wanted["until"])
        return rows.counting() if wanted.get("counting") else rows
