"""What is filled in about certificates, and what their list is narrowed by."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enablement.certificates.models import LONGEST_REASON, CertificateQuerySet, present_in
from enablement.certificates.states import CertificateState, Revocation
from enablement.certification.models import Certification
from enablement.fields import CertificationChoice, PersonField
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.portal.forms import NonceMixin, TextField
from prm.rates.forms import DayField

# Days within which a certificate ends.
WINDOWS = (("30", gettext_lazy("Ends in 30 days")), ("90", gettext_lazy("Ends in 90 days")))
ALL_STATES = gettext_lazy("All states")


class AwardForm(NonceMixin):
    certification = CertificationChoice(label=gettext_lazy("Certification"))
    user = PersonField(
        label=gettext_lazy("E-mail address of the person"), help_text=gettext_lazy("Somebody who works at a partner.")
    )
    earned_on = DayField(
        label=gettext_lazy("Earned on"),
        help_text=gettext_lazy("A new certificate counts from this day; a renewal continues from the old end."),
        error_messages={"required": gettext_lazy("Give the day on which it was earned.")},
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: CertificationChoice = self.fields["certification"]  # type: ignore[assignment]
        field.offer(Certification.objects.visible_to(by).offered().order_by("title", "pk"))

    def given(self) -> dict[str, Any]:
        """Arguments of the verb."""
        return {name: self.cleaned_data[name] for name in ("certification", "user", "earned_on")}


class RevokeForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("Why?"),
        choices=[("", gettext_lazy("Choose …")), *Revocation.choices],
        error_messages={"required": gettext_lazy("Choose why.")},
    )
    message = TextField(
        label=gettext_lazy("What the person reads"),
        max_length=LONGEST_REASON,
        lines=True,
        error_messages={"required": gettext_lazy("Say why: the person reads it.")},
    )

    def given(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"], "message": self.cleaned_data["message"]}


class CertificateFilter(forms.Form):
    """What is derived from dates is asked of the clock of the database."""

    all_optional = True

    q = forms.CharField(
        label=gettext_lazy("Search"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": gettext_lazy("Person or partner")}),
    )
    certification = CertificationChoice(label=gettext_lazy("Certification"), required=False)
    ends = forms.ChoiceField(
        label=gettext_lazy("End"), choices=[("", gettext_lazy("Whenever it ends")), *WINDOWS], required=False
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"), choices=[("", ALL_STATES), *CertificateState.choices], required=False
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        field: CertificationChoice = self.fields["certification"]  # type: ignore[assignment]
        field.offer(Certification.objects.visible_to(reader).order_by("title", "pk"), _("All certifications"))
        self.is_valid()

    def narrowed(self, rows: CertificateQuerySet) -> CertificateQuerySet:
        """What is not understood narrows nothing."""
        wanted = {name: value for name, value in self.cleaned_data.items() if value}
        if text := wanted.get("q"):
            here = present_in(Q(organisation__name__icontains=text))
            rows = rows.filter(Q(user__name__icontains=text) | Q(user__email__icontains=text) | Q(user__in=here))
        if certification := wanted.get("certification"):
            rows = rows.filter(certification=certification)
        if "ends" in wanted or "state" in wanted:
            rows = _by_clock(rows, wanted, database_now())
        return rows


def _by_clock(rows: CertificateQuerySet, wanted: dict[str, Any], now: datetime) -> CertificateQuerySet:
    if days := wanted.get("ends"):
        rows = rows.living(now).filter(ends_at__gt=now, ends_at__lte=now + timedelta(days=int(days)))
    return rows.in_state(wanted["state"], now) if wanted.get("state") else rows
