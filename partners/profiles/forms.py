"""What the portal's pages of partners ask for."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.customers.forms import StaffChoice, countries_by_name, load_staff
from partners.profiles.models import Partner, is_competency
from partners.profiles.selectors import PartnerFilter
from partners.states import BusinessModel, PartnerState, Segment, Size
from prm.accounts.models import LONGEST_ADDRESS, User
from prm.accounts.roles import Permission
from prm.addresses import countries
from prm.portal.forms import NonceMixin

PAM = Permission.PARTNERS_WRITE_ASSIGNED


class PartnerFilterForm(forms.Form):
    all_optional = True

    q = forms.CharField(
        label=gettext_lazy("Name"), required=False, max_length=100, widget=forms.TextInput({"type": "search"})
    )
    model = forms.ChoiceField(
        label=gettext_lazy("Business model"), required=False, choices=[("", "—"), *BusinessModel.choices]
    )
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False, choices=[("", "—"), *PartnerState.choices])
    pam = StaffChoice(label=gettext_lazy("Partner account manager"), permission=PAM, empty_label="—")

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        load_staff(self)

    def wanted(self) -> PartnerFilter:
        self.is_valid()
        return PartnerFilter(**{name: self.cleaned_data[name] for name in self.fields if name in self.cleaned_data})


class ProfileFields(forms.Form):
    """What an organisation and its profile have in common, for a new and a known partner."""

    name = forms.CharField(label=gettext_lazy("Organisation"), max_length=200)
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False, choices=countries_by_name)
    time_zone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=64,
        initial="UTC",
        help_text=gettext_lazy("Such as Europe/Berlin: deadlines end at midnight there."),
    )
    model = forms.ChoiceField(label=gettext_lazy("Business model"), choices=BusinessModel.choices)
    size = forms.ChoiceField(label=gettext_lazy("Size"), choices=Size.choices, initial=Size.SMALL)
    regions = forms.CharField(
        label=gettext_lazy("Countries of the agreement"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("Two letters each, such as DE AT CH. Empty: everywhere."),
    )
    segments = forms.MultipleChoiceField(
        label=gettext_lazy("Segments of the agreement"),
        required=False,
        choices=Segment.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None: all of them."),
    )
    competencies = forms.CharField(
        label=gettext_lazy("Competencies"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("Words such as fleet-migration, cold-chain. Leads that need one are offered by them."),
    )
    executive_sponsor = StaffChoice(label=gettext_lazy("Executive sponsor"), empty_label="—")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        load_staff(self)

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"])
        if zone not in available_timezones():
            raise ValidationError(_("Give a time zone such as Europe/Berlin."))
        return zone

    def clean_regions(self) -> list[str]:
        codes = self.cleaned_data["regions"].upper().replace(",", " ").split()
        unknown = [code for code in codes if code not in countries()]
        if unknown:
            raise ValidationError(_("These are no country codes: %(codes)s.") % {"codes": " ".join(unknown)})
        return sorted(set(codes))

    def clean_competencies(self) -> list[str]:
        slugs = self.cleaned_data["competencies"].lower().replace(",", " ").split()
        odd = [slug for slug in slugs if not is_competency(slug)]
        if odd:
            raise ValidationError(_("Write each in letters, digits and hyphens: %(odd)s.") % {"odd": " ".join(odd)})
        return sorted(set(slugs))

    def values(self) -> dict[str, Any]:
        about = ("name", "country", "time_zone")
        profile = ("model", "size", "regions", "segments", "competencies", "executive_sponsor", "state")
        return {name: self.cleaned_data[name] for name in (*about, *profile) if name in self.fields}


class NewPartnerForm(NonceMixin, ProfileFields):
    pam = StaffChoice(label=gettext_lazy("Partner account manager"), permission=PAM, empty_label="—")
    admin_email = forms.EmailField(
        label=gettext_lazy("First partner admin"),
        max_length=LONGEST_ADDRESS,
        help_text=gettext_lazy("An invitation goes to this address."),
    )


class PartnerForm(ProfileFields):
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=PartnerState.choices)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, partner: Partner, may_suspend: bool, **kwargs: Any) -> None:
        organisation, sponsor = partner.organisation, partner.executive_sponsor
        initial = {
            "name": organisation.name,
            "country": organisation.country,
            "time_zone": organisation.time_zone,
            "model": partner.model,
            "size": partner.size,
            "regions": " ".join(partner.regions),
            "segments": partner.segments,
            "competencies": " ".join(partner.competencies),
            "executive_sponsor": sponsor.public_id if sponsor else "",
            "state": partner.state,
            "version": partner.version,
        }
        super().__init__(*args, initial=initial, **kwargs)
        if not may_suspend:
            del self.fields["state"]


class PamForm(forms.Form):
    pam = StaffChoice(label=gettext_lazy("Partner account manager"), permission=PAM, empty_label=gettext_lazy("Nobody"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        load_staff(self)
