"""What is filled in about a certification, and what their list is narrowed by."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enablement.certification.models import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_GRACE,
    MOST_MONTHS,
    MOST_REVIEW,
    MOST_WINDOW,
    Certification,
    CertificationQuerySet,
    usual_reminders,
)
from enablement.certification.states import Kind, Offer, Proof
from partners.profiles.models import LONGEST_COMPETENCY
from partners.states import Level
from prm.accounts.models import User
from prm.portal.forms import NonceMixin, TextField

PLAIN = ("title", "description", "kind", "competency", "level", "proof")
NUMBERS = ("validity_months", "renewal_days", "grace_days", "review_days")


def label(name: str) -> Any:
    return Certification._meta.get_field(name).verbose_name  # type: ignore[union-attr]


def whole(name: str, least: int, most: int, initial: int) -> forms.IntegerField:
    return forms.IntegerField(label=label(name), min_value=least, max_value=most, initial=initial, localize=False)


class CertificationForm(NonceMixin):
    title = TextField(label=label("title"), max_length=LONGEST_TITLE)
    kind = forms.ChoiceField(label=label("kind"), choices=Kind.choices)
    competency = TextField(
        label=label("competency"),
        max_length=LONGEST_COMPETENCY,
        help_text=gettext_lazy("In small letters, digits and hyphens, such as fleet-migration."),
    )
    level = forms.ChoiceField(label=label("level"), choices=Level.choices)
    proof = forms.ChoiceField(label=label("proof"), choices=Proof.choices)
    description = TextField(label=label("description"), max_length=LONGEST_TEXT, lines=True, required=False)
    validity_months = whole("validity_months", 1, MOST_MONTHS, 24)
    renewal_days = whole("renewal_days", 0, MOST_WINDOW, 90)
    grace_days = whole("grace_days", 0, MOST_GRACE, 30)
    review_days = whole("review_days", 1, MOST_REVIEW, 5)
    reminder_days = TextField(
        label=label("reminder_days"),
        max_length=60,
        required=False,
        initial=" ".join(map(str, usual_reminders())),
        help_text=gettext_lazy("Whole numbers with spaces between them."),
    )
    prerequisites = forms.MultipleChoiceField(
        label=gettext_lazy("Needed first"), required=False, widget=forms.CheckboxSelectMultiple
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, by: User, certification: Certification | None = None, **kwargs: Any) -> None:
        if certification is not None:
            kwargs["initial"] = self._initial(certification)
        super().__init__(*args, **kwargs)
        rows = Certification.objects.visible_to(by).offered()
        if certification is not None:
            rows = rows.exclude(pk=certification.pk)
        kept = Q(pk__in=certification.prerequisites.values("pk")) if certification else Q(pk__in=[])
        rows = rows | Certification.objects.visible_to(by).filter(kept)
        self.known = {row.public_id: row for row in rows.distinct().order_by("title", "pk")}
        named = [(public_id, row.title) for public_id, row in self.known.items()]
        self.fields["prerequisites"].choices = named  # type: ignore[attr-defined]

    @staticmethod
    def _initial(certification: Certification) -> dict[str, Any]:
        shown = {name: getattr(certification, name) for name in (*PLAIN, *NUMBERS, "version")}
        shown["reminder_days"] = " ".join(map(str, certification.reminder_days))
        shown["prerequisites"] = [row.public_id for row in certification.prerequisites.all()]
        return shown

    def clean_competency(self) -> str:
        return str(self.cleaned_data["competency"]).lower()

    def clean_reminder_days(self) -> list[int]:
        words = self.cleaned_data["reminder_days"].replace(",", " ").split()
        if not all(word.isascii() and word.isdecimal() and len(word) < 4 for word in words):
            raise forms.ValidationError(_("Give whole numbers of days, such as 90 30 7."))
        return sorted({int(word) for word in words}, reverse=True)

    def given(self) -> dict[str, Any]:
        """Arguments of the verbs."""
        data = self.cleaned_data
        values = {name: data[name] for name in (*PLAIN, *NUMBERS, "reminder_days")}
        return {"values": values, "prerequisites": [self.known[public_id] for public_id in data["prerequisites"]]}


class CertificationFilter(forms.Form):
    all_optional = True

    q = forms.CharField(
        label=gettext_lazy("Search"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": gettext_lazy("Title or competency")}),
    )
    level = forms.ChoiceField(
        label=label("level"), choices=[("", gettext_lazy("All levels")), *Level.choices], required=False
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"), choices=[("", gettext_lazy("All states")), *Offer.choices], required=False
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        self.is_valid()

    def narrowed(self, rows: CertificationQuerySet) -> CertificationQuerySet:
        """What is not understood narrows nothing."""
        wanted = {name: value for name, value in self.cleaned_data.items() if value}
        if text := wanted.get("q"):
            rows = rows.filter(Q(title__icontains=text) | Q(competency__icontains=text))
        if level := wanted.get("level"):
            rows = rows.filter(level=level)
        return rows.in_state(wanted["state"]) if wanted.get("state") else rows
