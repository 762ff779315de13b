"""What the page of the branding asks for."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prm.branding import pictures
from prm.branding.models import LONGEST_NAME, Branding
from prm.branding.pictures import NotAPicture, Picture


class BrandingForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name of the programme"),
        required=False,
        max_length=LONGEST_NAME,
        help_text=gettext_lazy("In the portal, and as the sender of its mails."),
    )
    accent = forms.RegexField(
        r"^#[0-9a-fA-F]{6}\Z",
        label=gettext_lazy("Accent colour"),
        required=False,
        max_length=7,
        help_text=gettext_lazy("Links and primary buttons, such as #0b6b5f. Dark pages lighten it."),
        error_messages={"invalid": gettext_lazy("Give a colour as # and six digits or letters a to f: #0b6b5f.")},
    )
    logo = forms.FileField(
        label=gettext_lazy("Logo"),
        required=False,
        widget=forms.FileInput({"accept": "image/png,image/jpeg"}),
        help_text=gettext_lazy("PNG or JPEG, at most 512 KB and 3,000 pixels a side."),
    )
    without_logo = forms.BooleanField(label=gettext_lazy("Remove the logo"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self, data: QueryDict | None = None, files: MultiValueDict[str, Any] | None = None, *, branding: Branding
    ) -> None:
        initial = {"name": branding.name, "accent": branding.accent, "version": branding.version}
        super().__init__(data, files, initial=initial)
        self.fields["name"].widget.attrs["placeholder"] = settings.PRM_NAME
        self.fields["accent"].widget.attrs["placeholder"] = settings.PRM_ACCENT
        if branding.logo_id is None:
            del self.fields["without_logo"]

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_accent(self) -> str:
        return str(self.cleaned_data["accent"]).lower()

    def clean_logo(self) -> Picture | None:
        sent = self.cleaned_data["logo"]
        if sent is None:
            return None
        try:
            # One more than is allowed is enough to know.
            return pictures.read(sent.read(pictures.MOST_BYTES + 1))
        except NotAPicture as error:
            raise ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("logo") and given.get("without_logo"):
            self.add_error("without_logo", _("A new logo is there: either send it or remove the one that is."))
        return given

    def follow(self, branding: Branding) -> None:
        """Whoever sends the form once more has seen how it is by now."""
        self.data = {**dict(self.data.items()), "version": str(branding.version)}

    def values(self) -> dict[str, Any]:
        """What is to be set; the logo only when something is said about it."""
        given = self.cleaned_data
        found = {"name": given["name"], "accent": given["accent"]}
        says_something = given["logo"] is not None or given.get("without_logo")
        return {**found, "logo": given["logo"]} if says_something else found
