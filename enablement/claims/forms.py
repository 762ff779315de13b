"""What is filled in about proofs, and what their list is narrowed by."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy

from enablement.claims.actions import Given
from enablement.claims.models import LONGEST_ADDRESS, LONGEST_ISSUER, LONGEST_TEXT, Claim, ClaimQuerySet
from enablement.claims.states import ClaimState, Refusal
from prm.accounts.models import User
from prm.portal.forms import NonceMixin, TextField
from prm.rates.forms import DayField

YES, NO = "yes", "no"


def label(name: str) -> Any:
    return Claim._meta.get_field(name).verbose_name  # type: ignore[union-attr]


class ClaimForm(NonceMixin):
    issuer = TextField(
        label=label("issuer"),
        max_length=LONGEST_ISSUER,
        error_messages={"required": gettext_lazy("Say who issued it.")},
    )
    earned_on = DayField(
        label=label("earned_on"),
        error_messages={"required": gettext_lazy("Give the day on which you earned it.")},
    )
    link = TextField(
        label=label("link"),
        max_length=LONGEST_ADDRESS,
        required=False,
        help_text=gettext_lazy("The address of the certificate at its issuer, if there is one."),
    )
    text = TextField(
        label=label("text"),
        max_length=LONGEST_TEXT,
        lines=True,
        help_text=gettext_lazy("Number and title of the certificate, the grade: what a reviewer can check."),
        error_messages={"required": gettext_lazy("Say what shows it.")},
    )

    def given(self) -> Given:
        data = self.cleaned_data
        return Given(data["issuer"], data["earned_on"], data["text"], data["link"])


class DecideClaimForm(forms.Form):
    decision = forms.ChoiceField(
        label=gettext_lazy("Your decision"),
        choices=[(YES, gettext_lazy("Accept: the certificate follows at once")), (NO, gettext_lazy("Decline"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Accept or decline.")},
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Why it is declined"),
        choices=[("", gettext_lazy("Choose …")), *Refusal.choices],
        required=False,
    )
    message = TextField(
        label=gettext_lazy("What the person reads"),
        max_length=LONGEST_TEXT,
        lines=True,
        required=False,
        help_text=gettext_lazy("Needed when it is declined: what is missing."),
    )

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        accept = data["decision"] == YES
        return {"accept": accept, "reason": "" if accept else data["reason"], "message": data["message"]}


class ClaimFilter(forms.Form):
    all_optional = True

    q = forms.CharField(
        label=gettext_lazy("Search"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": gettext_lazy("Person, partner or title")}),
    )
    state = forms.ChoiceField(
        label=label("state"), choices=[("", gettext_lazy("All states")), *ClaimState.choices], required=False
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        self.is_valid()

    def narrowed(self, rows: ClaimQuerySet) -> ClaimQuerySet:
        """What is not understood narrows nothing."""
        wanted = {name: value for name, value in self.cleaned_data.items() if value}
        if text := wanted.get("q"):
            who = Q(user__name__icontains=text) | Q(partner__organisation__name__icontains=text)
            rows = rows.filter(who | Q(certification__title__icontains=text))
        return rows.filter(state=wanted["state"]) if wanted.get("state") else rows
