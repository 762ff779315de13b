"""What an administrator narrows the log with."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from prm.accounts.forms import OrganisationChoice
from prm.accounts.models import Organisation, User
from prm.audit.kinds import KINDS
from prm.audit.models import EventQuerySet

BOUNDS = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2199, 12, 31))]
MOST_PEOPLE = 50


def kind_choices() -> list[tuple[str, Any]]:
    return [("", _("All kinds")), *((name, name) for name in sorted(KINDS.names()))]


def day_field(label: Any) -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, validators=BOUNDS, widget=widget)


class EventFilter(forms.Form):
    all_optional = True

    since = day_field(_("From"))
    until = day_field(_("Until"))
    kind = forms.ChoiceField(label=_("What happened"), required=False, choices=kind_choices)
    organisation = OrganisationChoice(label=_("Organisation"), required=False, empty_label=_("All organisations"))
    person = forms.CharField(
        label=_("Who did it"),
        required=False,
        max_length=254,
        widget=forms.TextInput({"type": "search", "placeholder": _("Name, address or id")}),
    )
    subject = forms.RegexField(
        r"^[a-z]+_[a-z0-9]+$",
        label=_("About"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"type": "search", "placeholder": "deal_…"}),
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Organisation.objects.visible_to(reader).order_by("-kind", "name")

    def narrowed(self, events: EventQuerySet) -> EventQuerySet:
        """Days begin and end where the reader is."""
        given = self.cleaned_data
        if given["since"]:
            events = events.filter(at__gte=_local(given["since"], time.min))
        if given["until"]:
            events = events.filter(at__lte=_local(given["until"], time.max))
        if given["kind"]:
            events = events.filter(kind=given["kind"])
        if given["organisation"]:
            events = events.filter(organisation_id=given["organisation"].pk)
        if given["person"]:
            events = events.filter(actor_id__in=[user.pk for user in self.people()])
        return events.filter(subject_id=given["subject"]) if given["subject"] else events

    def people(self) -> QuerySet[User]:
        """Those meant by what was typed, at most MOST_PEOPLE."""
        text = self.cleaned_data["person"]
        meant = Q(public_id=text) | Q(email=User.objects.normalise(text)) | Q(name__icontains=text)
        return User.objects.filter(meant).order_by("pk")[:MOST_PEOPLE]

    def in_ids(self) -> dict[str, Any]:
        """What was asked for without a name or an address, for the log."""
        given = self.cleaned_data
        asked = {
            "since": given["since"] and given["since"].isoformat(),
            "until": given["until"] and given["until"].isoformat(),
            "kind": given["kind"],
            "organisation": given["organisation"] and given["organisation"].public_id,
            "people": [user.public_id for user in self.people()] if given["person"] else None,
            "subject": given["subject"],
        }
        return {name: value for name, value in asked.items() if value not in (None, "")}


def _local(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=timezone.get_current_timezone())
