"""What is asked for about somebody's business days."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import dates
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prm.accounts.models import User
from prm.addresses import country_choices
from prm.calendars.models import WorkCalendar
from prm.calendars.selectors import deputies_for
from prm.clocks.holidays import countries, subdivisions
from prm.portal import formats


class WeekdaysField(forms.TypedMultipleChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        days = [(number, name) for number, name in dates.WEEKDAYS.items()]
        super().__init__(choices=days, coerce=int, required=False, widget=forms.CheckboxSelectMultiple, **kwargs)


class WorkCalendarForm(forms.Form):
    # What is empty says itself what that means.
    all_optional = True

    country = forms.ChoiceField(label=gettext_lazy("Public holidays of"), required=False)
    subdivision = forms.ChoiceField(label=gettext_lazy("Part of the country"), required=False)
    weekend = WeekdaysField(label=gettext_lazy("Weekend"))
    deputy = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Decides when a decision is late"),
        required=False,
        to_field_name="public_id",
        empty_label=gettext_lazy("whoever has least to decide"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: QueryDict | None = None, *, calendar: WorkCalendar) -> None:
        initial = {name: getattr(calendar, name) for name in ("country", "subdivision", "weekend")}
        deputy = calendar.deputy.public_id if calendar.deputy else ""
        super().__init__(data, initial={**initial, "deputy": deputy, "version": calendar.number})
        self._choose_places(calendar)
        self._choose_deputy(calendar)

    def _choose_places(self, calendar: WorkCalendar) -> None:
        nothing = _("as the company") if calendar.user_id else _("none")
        named = [(code, name) for code, name in country_choices(formats.language()) if code in countries()]
        self._choose("country", [("", nothing), *named])
        country = self.data.get("country", "") if self.is_bound else calendar.country
        parts = sorted(subdivisions(country).items(), key=lambda part: part[1])
        self._choose("subdivision", [("", _("the whole country")), *parts])
        self.fields["weekend"].help_text = (
            _("Leave all empty to have the company's.") if calendar.user_id else _("Saturday and Sunday when empty.")
        )

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def _choose_deputy(self, calendar: WorkCalendar) -> None:
        field = self.fields["deputy"]
        if not calendar.user_id:
            del self.fields["deputy"]
        elif isinstance(field, forms.ModelChoiceField):
            field.queryset = User.objects.filter(pk__in=[user.pk for user in deputies_for(calendar.owner)])

    def clean(self) -> dict[str, Any]:
        """Another country begins as a whole; its parts are there when the page comes back."""
        given = super().clean() or {}
        if "country" in given and self.initial["country"] != given["country"] and self.has_error("subdivision"):
            del self.errors["subdivision"]
            given["subdivision"] = ""
        return given

    def follow(self, calendar: WorkCalendar) -> None:
        """Whoever sends the form once more has seen how it is by now."""
        data = self.data.copy() if isinstance(self.data, QueryDict) else QueryDict(mutable=True)
        data["version"] = str(calendar.number)
        self.data = data

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class DaysForm(forms.Form):
    """A span of days; one day when the last is left out."""

    first = forms.DateField(label=gettext_lazy("First day"), widget=forms.DateInput({"type": "date"}))
    last = forms.DateField(label=gettext_lazy("Last day"), required=False, widget=forms.DateInput({"type": "date"}))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("last"):
            given["last"] = given.get("first")
        return given

    def span(self) -> dict[str, date]:
        return {"first": self.cleaned_data["first"], "last": self.cleaned_data["last"]}
