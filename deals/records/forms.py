"""What the pages of partners of record ask for, and what their list is narrowed by."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.records.actions import Consent
from deals.records.models import LONGEST_NAME, LONGEST_TEXT, PartnerOfRecordQuerySet
from deals.records.states import RecordState
from deals.registrations.fields import DayField
from deals.registrations.forms import SmallForm, choices
from partners.models import Partner
from prm.accounts.models import User
from prm.portal.forms import NonceMixin, TextField

YES, NO = "yes", "no"


class ConsentForm(NonceMixin):
    """The customer's consent, and from when on it counts."""

    since = DayField(
        label=gettext_lazy("From"),
        required=False,
        help_text=gettext_lazy("The first day of the year. Empty: today, or the day of the confirmation."),
    )
    consented_by = TextField(
        label=gettext_lazy("Who consented at the customer?"),
        max_length=LONGEST_NAME,
        help_text=gettext_lazy("Name and role."),
        error_messages={"required": gettext_lazy("Say who consented at the customer.")},
    )
    consented_on = DayField(
        label=gettext_lazy("On which day?"), error_messages={"required": gettext_lazy("Give the day of the consent.")}
    )
    consent_text = TextField(
        label=gettext_lazy("What shows it?"),
        max_length=LONGEST_TEXT,
        lines=True,
        help_text=gettext_lazy("The wording of the mail or letter, and where it is kept."),
        error_messages={"required": gettext_lazy("Say what shows the customer's consent.")},
    )

    def given(self) -> dict[str, Any]:
        """Arguments of the verb."""
        data = self.cleaned_data
        consent = Consent(data["consented_by"], data["consented_on"], data["consent_text"])
        return {"since": data["since"], "consent": consent}


class AppointForm(ConsentForm):
    partner = forms.ChoiceField(label=gettext_lazy("Partner"))

    field_order = ("partner",)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Partner.objects.visible_to(by).active().select_related("organisation", "pam")
        self.partners = {row.organisation.public_id: row for row in rows.order_by("organisation__name")}
        named = [(public_id, row.organisation.name) for public_id, row in self.partners.items()]
        self.fields["partner"].choices = [("", _("Choose …")), *named]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        return {**super().given(), "partner": self.partners[self.cleaned_data["partner"]]}


class _AnswerForm(SmallForm):
    decision = forms.ChoiceField(
        label=gettext_lazy("Your decision"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one.")},
    )
    message = TextField(
        label=gettext_lazy("Message to the partner"),
        max_length=LONGEST_TEXT,
        lines=True,
        required=False,
        help_text=gettext_lazy("Needed when you refuse. Never name another partner."),
    )
    yes, no = gettext_lazy("Confirm"), gettext_lazy("Refuse")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = [(YES, self.yes), (NO, self.no)]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        return {"accept": self.cleaned_data["decision"] == YES, "message": self.cleaned_data["message"]}


class DecideForm(_AnswerForm):
    pass


class AnswerProofForm(_AnswerForm):
    yes, no = gettext_lazy("Take it: one year more"), gettext_lazy("Not enough")


class ProofForm(SmallForm):
    text = TextField(
        label=gettext_lazy("What shows that you look after the customer?"),
        max_length=LONGEST_TEXT,
        lines=True,
        help_text=gettext_lazy("Reviews held, tickets solved, a letter of the customer: what can be checked."),
        error_messages={"required": gettext_lazy("Say what shows that you look after the customer.")},
    )

    def given(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"]}


class EndForm(SmallForm):
    on = DayField(label=gettext_lazy("Last day"), required=False, help_text=gettext_lazy("Empty: today."))
    reason = TextField(
        label=gettext_lazy("Why? The partner reads it"),
        max_length=LONGEST_TEXT,
        lines=True,
        error_messages={"required": gettext_lazy("Say why: the partner reads it.")},
    )

    def given(self) -> dict[str, Any]:
        on: date | None = self.cleaned_data["on"]
        return {"on": on, "reason": self.cleaned_data["reason"]}


class RecordFilter(forms.Form):
    all_optional = True

    q = forms.CharField(
        label=gettext_lazy("Customer"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"), choices=choices(RecordState, gettext_lazy("All states")), required=False
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.values())

    def narrowed(self, rows: PartnerOfRecordQuerySet) -> PartnerOfRecordQuerySet:
        """Of these rows the wanted ones; call it on a valid form. By the name that the reader sees."""
        wanted = self.cleaned_data
        if wanted["q"]:
            named = Q(registration__customer_name__icontains=wanted["q"])
            named |= Q(registration=None, account__name__icontains=wanted["q"])
            rows = rows.filter(named)
        return rows.filter(state=wanted["state"]) if wanted["state"] else rows
