"""What the portal's pages of customers ask for."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.customers.models import MOST_NAMES, Account
from partners.customers.policies import can_choose_owner, can_read_all
from partners.customers.rows import EARLIEST
from partners.customers.selectors import AccountFilter, named_by_id
from partners.profiles.selectors import vendor_staff
from partners.states import NAMED_BY_PEOPLE
from prm.accounts.models import User
from prm.accounts.roles import Permission
from prm.addresses import country_choices, website_host
from prm.api.fields import LATEST_DAY
from prm.portal import formats
from prm.portal.forms import NonceMixin, TextArea, TextField


def countries_by_name() -> list[tuple[str, str]]:
    return country_choices(formats.language())


class StaffChoice(forms.ModelChoiceField[User]):
    """Colleagues of the vendor by public id."""

    def __init__(self, permission: Permission | None = None, **kwargs: Any) -> None:
        self.permission = permission
        super().__init__(User.objects.none(), to_field_name="public_id", required=False, **kwargs)

    def load(self) -> None:
        """Fresh for each form: who works here changes while the process runs."""
        self.queryset = vendor_staff(self.permission)


def load_staff(form: forms.BaseForm) -> None:
    for field in form.fields.values():
        if isinstance(field, StaffChoice):
            field.load()


class AccountFilterForm(forms.Form):
    all_optional = True

    q = forms.CharField(
        label=gettext_lazy("Name or web domain"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"type": "search"}),
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False, choices=countries_by_name)
    named = forms.TypedChoiceField(
        label=gettext_lazy("Named account"),
        required=False,
        empty_value=None,
        coerce=lambda text: text == "yes",
        choices=[("", "—"), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
    )
    owner = StaffChoice(label=gettext_lazy("Owner"), permission=Permission.ACCOUNTS_READ, empty_label="—")
    mine = forms.BooleanField(label=gettext_lazy("Only mine"), required=False)

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        if can_read_all(reader):
            load_staff(self)
        else:
            del self.fields["owner"]

    def wanted(self) -> AccountFilter:
        """What can be read of the address counts; the rest is shown at its field."""
        self.is_valid()
        given = {
            name: self.cleaned_data[name] for name in ("q", "country", "named", "owner") if name in self.cleaned_data
        }
        if self.cleaned_data.get("mine"):
            given["owner"] = self.reader
        return AccountFilter(**given)


class NameForm(NonceMixin):
    """One more name of a customer."""

    name = TextField(label=gettext_lazy("Name"), max_length=250)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=lambda: [(kind.value, kind.label) for kind in NAMED_BY_PEOPLE]
    )
    since = forms.DateField(
        label=gettext_lazy("In use since"), required=False, widget=forms.DateInput({"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("In use until"), required=False, widget=forms.DateInput({"type": "date"})
    )

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("name", "kind", "since", "until")}


class AccountForm(NonceMixin, forms.ModelForm[Account]):
    """Makes or changes a customer; what is stored is up to the verb, nothing is saved here."""

    former_names = forms.CharField(
        label=gettext_lazy("Former names"),
        required=False,
        max_length=2000,
        widget=TextArea({"rows": 2}),
        help_text=gettext_lazy("One in each line. A registration under one of them is recognised."),
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False, choices=countries_by_name)
    owner = StaffChoice(label=gettext_lazy("Owner"), permission=Permission.ACCOUNTS_READ, empty_label="—")
    parent = forms.CharField(
        label=gettext_lazy("Belongs to"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("The id of another customer, here (acc_…) or in your CRM."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    known_anyway = forms.BooleanField(label=gettext_lazy("This is another company: create it"), required=False)

    class Meta:
        model = Account
        fields = (
            "name",
            "country",
            "city",
            "website",
            "tax_number",
            "former_names",
            "segment",
            "owner",
            "named_account",
            "customer_since",
            "parent",
            "external_id",
        )
        widgets = {"customer_since": forms.DateInput({"type": "date"})}
        help_texts = {
            "website": gettext_lazy("A host name such as example.com, or an http(s) address."),
            "named_account": gettext_lazy("Direct sales looks after it; partners are asked to join, not to compete."),
        }

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        if self.instance.pk:
            self.initial["former_names"] = "\n".join(self.instance.former_names)
            self.initial["parent"] = self.instance.parent.public_id if self.instance.parent else ""
            self.initial["owner"] = self.instance.owner.public_id if self.instance.owner else ""
            self.initial["version"] = self.instance.version
            del self.fields["known_anyway"]
        if can_choose_owner(by):
            load_staff(self)
        else:
            del self.fields["owner"]

    def clean_website(self) -> str:
        website = str(self.cleaned_data["website"])
        if website and website_host(website) is None:
            raise ValidationError(_("Give a host name such as example.com, or an http(s) address."))
        return website

    def clean_former_names(self) -> list[str]:
        names = [" ".join(line.split()) for line in self.cleaned_data["former_names"].splitlines() if line.strip()]
        if len(names) > MOST_NAMES or any(len(name) > 250 for name in names):
            raise ValidationError(_("At most %(most)d names of 250 characters.") % {"most": MOST_NAMES})
        return list(dict.fromkeys(names))

    def clean_customer_since(self) -> date | None:
        day: date | None = self.cleaned_data["customer_since"]
        if day is not None and not EARLIEST <= day <= LATEST_DAY:
            limits = {"earliest": EARLIEST, "latest": LATEST_DAY}
            raise ValidationError(_("Give a date from %(earliest)s to %(latest)s.") % limits)
        return day

    def clean_parent(self) -> Account | None:
        given = str(self.cleaned_data["parent"]).strip()
        if not given:
            return None
        parent = named_by_id(given, reader=self.by)
        if parent is None:
            raise ValidationError(_("There is no customer with this id."))
        return parent

    def clean_external_id(self) -> str | None:
        return self.cleaned_data["external_id"] or None

    def values(self) -> dict[str, Any]:
        """Fields of the verb; somebody who may not give customers away creates for oneself."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.cleaned_data}
        if "owner" not in self.fields and not self.instance.pk:
            values["owner"] = self.by
        return values
