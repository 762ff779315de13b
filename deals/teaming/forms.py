"""The forms of a team: what the account manager proposes, and what a partner answers."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.registrations.forms import SmallForm
from deals.registrations.models import Registration
from deals.registrations.states import Engagement, OverrideReason
from deals.rulebook import DealRules
from deals.teaming.actions import Proposal
from deals.teaming.rules import WHOLE
from prm.portal.forms import TextField

LONGEST = 4000
ACCEPT, DECLINE = "accept", "decline"


class ProposeForm(SmallForm):
    beside = forms.ChoiceField(
        label=gettext_lazy("Who shares the protection?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the other registration.")},
    )
    split = forms.IntegerField(
        label=gettext_lazy("Share of this partner, in per cent"),
        min_value=1,
        max_value=WHOLE - 1,
        initial=WHOLE // 2,
        error_messages={"required": gettext_lazy("Give the share in per cent.")},
    )
    products = forms.MultipleChoiceField(
        label=gettext_lazy("Products to approve"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one product.")},
    )
    engagement = forms.ChoiceField(label=gettext_lazy("Engagement of both together"), choices=Engagement.choices)
    message = TextField(
        label=gettext_lazy("Why? Both partners read it"),
        max_length=LONGEST,
        lines=True,
        help_text=gettext_lazy("Name neither of them: they read who the other is once both have accepted."),
        error_messages={"required": gettext_lazy("Tell both partners why you propose it.")},
    )
    override_reason = forms.ChoiceField(
        label=gettext_lazy("Reason to override"),
        choices=[("", gettext_lazy("None")), *OverrideReason.choices],
        required=False,
    )

    def __init__(
        self, *args: Any, registration: Registration, others: list[Registration], deal_rules: DealRules, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.others = {other.public_id: other for other in others}
        self.lines = {line.product.slug: line.product for line in registration.lines.all()}
        named = [(key, f"{row.partner.organisation.name} · {row.reference}") for key, row in self.others.items()]
        self.fields["beside"].choices = named  # type: ignore[attr-defined]
        self.fields["products"].choices = [(slug, line.name) for slug, line in self.lines.items()]  # type: ignore[attr-defined]
        self.initial.update(products=list(self.lines), engagement=registration.engagement)
        if len(named) == 1:
            self.initial["beside"] = named[0][0]
        least = deal_rules.teaming_least_per_cent
        bounds = {"least": least, "most": WHOLE - least}
        self.fields["split"].help_text = _("From %(least)d to %(most)d; the other partner has the rest.") % bounds

    def proposal(self) -> Proposal:
        data = self.cleaned_data
        return Proposal(
            share=data["split"],
            message=data["message"],
            other=self.others[data["beside"]],
            products=[self.lines[slug] for slug in data["products"]],
            engagement=data["engagement"],
            override_reason=data["override_reason"],
        )


class AnswerTeamForm(SmallForm):
    decision = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        choices=[(ACCEPT, gettext_lazy("Share it")), (DECLINE, gettext_lazy("Do not share it"))],
        error_messages={"required": gettext_lazy("Accept or decline.")},
    )

    def accepts(self) -> bool:
        return bool(self.cleaned_data["decision"] == ACCEPT)
