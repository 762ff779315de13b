"""What people fill in about people and about themselves."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prm.accounts.models import LONGEST_ADDRESS, Organisation, User
from prm.accounts.roles import Role, roles_of
from prm.portal import formats
from prm.portal.forms import NonceMixin


def explained(role: Role) -> tuple[str, SafeString]:
    return role.slug, format_html("{}<small>{}</small>", role.title, role.description)


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"),
        help_text=gettext_lazy("Several roles add up. They count from the next click on."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one role.")},
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["roles"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - tells the type checker what stands above
        field.choices = [explained(role) for role in roles_of(organisation.kind)]


class InviteForm(RolesForm):
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=LONGEST_ADDRESS,
        help_text=gettext_lazy("The invitation goes there and is good for 14 days."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )
    field_order = ("email", "roles")


class OrganisationChoice(forms.ModelChoiceField[Organisation]):
    """Organisations by public id."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Organisation.objects.none(), to_field_name="public_id", **kwargs)


class PeopleFilter(forms.Form):
    all_optional = True

    q = forms.CharField(
        label=gettext_lazy("Name or address"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"type": "search"}),
    )
    organisation = OrganisationChoice(
        label=gettext_lazy("Organisation"), required=False, empty_label=gettext_lazy("All organisations")
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if reader.is_vendor:
            _choose_from(self, reader)
        else:
            del self.fields["organisation"]


class InviteWhereForm(forms.Form):
    organisation = OrganisationChoice(label=gettext_lazy("Organisation"), empty_label=None)

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_from(self, reader)


def _choose_from(form: forms.Form, reader: User) -> None:
    field = form.fields["organisation"]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = Organisation.objects.visible_to(reader).order_by("-kind", "name")


class JoinForm(forms.Form):
    """For somebody without a login: a name and a password that is good enough."""

    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"})
    )
    password = forms.CharField(
        label=gettext_lazy("Choose a password"),
        max_length=200,
        strip=False,
        help_text=gettext_lazy("At least 10 characters. Long and easy to remember beats short and strange."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        password = data.get("password")
        if password:
            try:
                validate_password(password, User(email=self.email, name=data.get("name", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return data


class JoinAgainForm(forms.Form):
    """For somebody who has a login here already."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


def locale_choices() -> list[tuple[str, str]]:
    return [(code, formats.sample(code)) for code in formats.OFFERED]


class ProfileForm(forms.ModelForm[User]):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"}))
    locale = forms.ChoiceField(label=gettext_lazy("Dates and numbers are written as"), choices=locale_choices)

    class Meta:
        model = User
        fields = ("name", "time_zone", "locale", "single_keys")
        labels = {"time_zone": gettext_lazy("Time zone"), "single_keys": gettext_lazy("Shortcuts of a single key")}
        widgets = {
            "time_zone": forms.TextInput({"list": "time-zones", "autocomplete": "off", "placeholder": "Europe/Berlin"}),
        }
        help_texts = {
            "time_zone": gettext_lazy("Type a city. Empty: the one of your organisation."),
            "single_keys": gettext_lazy(
                "Such as j and k in lists. Switch them off if you dictate, or hit keys by chance."
            ),
        }

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"])
        if zone and zone not in available_timezones():
            raise ValidationError(_("Choose one of the offered time zones, such as Europe/Berlin."))
        return zone


class TokenForm(NonceMixin):
    name = forms.CharField(
        label=gettext_lazy("What is it for?"), max_length=80, help_text=gettext_lazy("For example: CRM synchronisation")
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Valid for"),
        coerce=int,
        initial=90,
        choices=[
            (30, gettext_lazy("30 days")),
            (90, gettext_lazy("90 days")),
            (365, gettext_lazy("1 year")),
            (0, gettext_lazy("Until it is revoked")),
        ],
    )
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        max_length=200,
        strip=False,
        help_text=gettext_lazy("A token can do whatever you can, so we ask once more."),
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
