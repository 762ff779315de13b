"""What an administrator fills in for an announcement."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prm.announcements.audiences import AUDIENCES, Audience
from prm.announcements.models import LONGEST_LINK, LONGEST_TEXT, LONGEST_TITLE, Announcement
from prm.portal.forms import NonceMixin, TextField

FORMAT = "%Y-%m-%dT%H:%M"
PREFIX = "audience_"


def moment_field(**kwargs: Any) -> forms.DateTimeField:
    """On the wall of the person who fills it in."""
    widget = forms.DateTimeInput({"type": "datetime-local"}, format=FORMAT)
    return forms.DateTimeField(required=False, input_formats=[FORMAT, "%Y-%m-%dT%H:%M:%S"], widget=widget, **kwargs)


class AnnouncementForm(NonceMixin):
    # What may be empty says what that means; of the audiences no single one is.
    all_optional = True

    title = TextField(label=gettext_lazy("Title"), max_length=LONGEST_TITLE)
    text = TextField(
        label=gettext_lazy("Text"),
        max_length=LONGEST_TEXT,
        lines=True,
        help_text=gettext_lazy("Plain text; line breaks are kept."),
    )
    link = TextField(
        label=gettext_lazy("Link"),
        max_length=LONGEST_LINK,
        required=False,
        help_text=gettext_lazy("Where there is more: https://…, or a page of the portal: /deals/. May be empty."),
    )
    starts_at = moment_field(
        label=gettext_lazy("From"),
        help_text=gettext_lazy("In your time zone. Empty: at once. Until then it can be edited."),
    )
    ends_at = moment_field(
        label=gettext_lazy("Until"), help_text=gettext_lazy("Empty: on the first page until each person puts it away.")
    )
    by_mail = forms.BooleanField(
        label=gettext_lazy("Also by e-mail, to everybody in the audience once"), required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def __init__(self, data: QueryDict | None = None, *, announcement: Announcement | None = None) -> None:
        super().__init__(data, initial=_initial(announcement) if announcement else None)
        for name in AUDIENCES.names():
            self.fields[PREFIX + name] = _choices(AUDIENCES[name], first=name == AUDIENCES.names()[0])
        self.order_fields(["title", "text", "link", *self.audiences, "starts_at", "ends_at", "by_mail"])

    @property
    def audience_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.audiences]

    @property
    def audiences(self) -> list[str]:
        return [PREFIX + name for name in AUDIENCES.names()]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        refused = any(name in self.errors for name in self.audiences)
        given["audience"] = [code for name in self.audiences for code in given.get(name, [])]
        if not given["audience"] and not refused:
            self.add_error(self.audiences[0], _("Choose at least one audience, here or below."))
        return given

    def values(self) -> dict[str, Any]:
        names = ("title", "text", "link", "audience", "starts_at", "ends_at", "by_mail")
        return {name: self.cleaned_data[name] for name in names}


def _choices(audience: Audience, *, first: bool) -> forms.MultipleChoiceField:
    field = forms.MultipleChoiceField(
        label=str(audience.label),
        choices=[(code, str(label)) for code, label in audience.options()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    if first:
        field.help_text = _("It reaches whoever fits one of the marks, here or below.")
    return field


def _initial(announcement: Announcement) -> dict[str, Any]:
    names = ("title", "text", "link", "starts_at", "ends_at", "by_mail", "version")
    marks = {PREFIX + name: announcement.audience for name in AUDIENCES.names()}
    return {**marks, **{name: getattr(announcement, name) for name in names}}
