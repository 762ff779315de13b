"""Which version history is judged by, and from which day on."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.rulebook import SCHEMA
from prm.policy.models import PolicyVersion
from prm.portal.forms import NonceMixin


class VersionChoice(forms.ModelChoiceField[PolicyVersion]):
    def label_from_instance(self, obj: Any) -> str:
        text = _("Version %(number)d") % {"number": obj.number}
        return f"{text} · {obj.note}" if obj.note else text


class ReplayForm(NonceMixin):
    version = VersionChoice(
        label=gettext_lazy("Under"),
        queryset=PolicyVersion.objects.filter(schema=SCHEMA).order_by("-number"),
        to_field_name="public_id",
        empty_label=None,
    )
    since = forms.DateField(
        label=gettext_lazy("Decided since"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text=gettext_lazy("Empty: everything that was ever decided."),
    )

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("version", "since")}
