"""What people fill in to sell together, and what the list is narrowed by."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.cosell.models import LONGEST_MESSAGE, LONGEST_STEP, CoSellQuerySet
from deals.cosell.rules import NextStep
from deals.cosell.states import SAID_CHOICES, CoSellState, Help, Party, Refusal, Role
from deals.registrations.fields import DayField
from deals.registrations.forms import SmallForm, choices
from prm.accounts.models import User
from prm.portal.forms import TextField

CHOOSE = gettext_lazy("Choose …")
STEPS = (0, 1, 2)


class PersonField(forms.ChoiceField):
    """Somebody of the own side, by public id."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=gettext_lazy("Who does it on your side?"), **kwargs)

    def offer(self, people: Iterable[User], chosen: User | None) -> None:
        self.people = {user.public_id: user for user in people}
        self.choices = [(public_id, str(user)) for public_id, user in self.people.items()]
        self.initial = chosen.public_id if chosen else None

    def clean(self, value: Any) -> User:
        return self.people[super().clean(value)]


class NamingForm(SmallForm):
    person = PersonField()

    def __init__(self, *args: Any, people: Iterable[User], chosen: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: PersonField = self.fields["person"]  # type: ignore[assignment]
        field.offer(people, chosen)


class AskCoSellForm(NamingForm):
    """`own` is the side of whoever fills it in."""

    help = forms.ChoiceField(label=gettext_lazy("What do you want?"), choices=choices(Help, CHOOSE))
    message = TextField(
        label=gettext_lazy("What is it about?"),
        max_length=LONGEST_MESSAGE,
        lines=True,
        help_text=gettext_lazy("The other side reads it with the request."),
    )

    def __init__(self, *args: Any, own: Party, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sides = [(own.value, _("We")), (({*Party} - {own}).pop().value, _("They"))]
        for role in Role:
            self.fields[f"role_{role}"] = forms.ChoiceField(
                label=role.label, choices=[("", _("Nobody")), *sides], required=False
            )
        for number in STEPS:
            self.fields[f"steps_{number}_text"] = TextField(
                label=_("Next step"), max_length=LONGEST_STEP, required=False
            )
            self.fields[f"steps_{number}_side"] = forms.ChoiceField(label=_("Who"), choices=sides, required=False)
            self.fields[f"steps_{number}_due_on"] = DayField(label=_("Until"), required=False)

    @property
    def roles(self) -> list[forms.BoundField]:
        return [self[f"role_{role}"] for role in Role]

    @property
    def steps(self) -> list[list[forms.BoundField]]:
        return [[self[f"steps_{number}_{name}"] for name in ("text", "side", "due_on")] for number in STEPS]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not any(data.get(f"role_{role}") for role in Role):
            self.add_error(f"role_{Role.LEAD}", _("Say for at least one role which side takes it."))
        for number in STEPS:
            if data.get(f"steps_{number}_text") and not data.get(f"steps_{number}_due_on"):
                self.add_error(f"steps_{number}_due_on", _("Say until when."))
        return data

    def given(self) -> dict[str, Any]:
        """Arguments of the verb."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("help", "message", "person")},
            "roles": {role.value: data[f"role_{role}"] for role in Role if data[f"role_{role}"]},
            "steps": [
                NextStep(*(data[f"steps_{number}_{name}"] for name in ("side", "text", "due_on")))
                for number in STEPS
                if data[f"steps_{number}_text"]
            ],
        }


def said_field(text: Any, *, help_text: Any = "") -> TextField:
    return TextField(label=text, max_length=LONGEST_MESSAGE, lines=True, required=False, help_text=help_text)


class AcceptCoSellForm(NamingForm):
    text = said_field(gettext_lazy("A word to them"))


class DeclineCoSellForm(SmallForm):
    reason = forms.ChoiceField(label=gettext_lazy("Why not?"), choices=choices(Refusal, CHOOSE))
    text = said_field(gettext_lazy("In your words"), help_text=gettext_lazy("Needed for another reason."))


class HandOverForm(NamingForm):
    pass


class NextStepForm(SmallForm):
    text = TextField(label=gettext_lazy("What is next?"), max_length=LONGEST_STEP)
    side = forms.ChoiceField(label=gettext_lazy("Who"), choices=Party.choices)
    due_on = DayField(label=gettext_lazy("Until"))

    def __init__(self, *args: Any, own: Party, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["side"].initial = own.value


class EndCoSellForm(SmallForm):
    result = forms.ChoiceField(label=gettext_lazy("What came of it?"), choices=[("", CHOOSE), *SAID_CHOICES])
    text = said_field(gettext_lazy("More about it"))


class CoSellFilter(forms.Form):
    all_optional = True

    q = forms.CharField(
        label=gettext_lazy("Search"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": gettext_lazy("Customer or reference")}),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"), choices=choices(CoSellState, gettext_lazy("All states")), required=False
    )
    asked = forms.ChoiceField(
        label=gettext_lazy("Asked by"), choices=choices(Party, gettext_lazy("Either side")), required=False
    )
    mine = forms.ChoiceField(
        label=gettext_lazy("Whose"),
        choices=[("", gettext_lazy("Everybody's")), ("1", gettext_lazy("Only mine"))],
        required=False,
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        self.is_valid()

    @property
    def wanted(self) -> Mapping[str, Any]:
        """What is not understood narrows nothing."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    def narrowed(self, rows: CoSellQuerySet) -> CoSellQuerySet:
        wanted = self.wanted
        if "q" in wanted:
            customer = Q(registration__customer_name__icontains=wanted["q"])
            rows = rows.filter(customer | Q(registration__reference__iexact=wanted["q"]))
        if "state" in wanted:
            rows = rows.filter(state=wanted["state"])
        if "asked" in wanted:
            rows = rows.filter(asked_side=wanted["asked"])
        if "mine" in wanted:
            rows = rows.filter(Q(partner_person=self.reader) | Q(vendor_person=self.reader))
        return rows
