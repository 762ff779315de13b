"""A form for any set of rules, made from the schema: typed fields with their bounds, in the order of the schema."""

from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256
from json import dumps
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prm.policy.papers import Paper, Text, Words
from prm.policy.schemas import PolicyValues
from prm.policy.shape import Leaf, Sort, flat, leaves, nested
from prm.portal.forms import TextField

HUNDRED = Decimal(100)
LONGEST_LIST = 20


class ShareField(forms.DecimalField):
    """Per cent, handed on as a share."""

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return None if found is None else found / HUNDRED


class NumbersField(forms.CharField):
    """Whole numbers with commas between them, each within the bounds."""

    def __init__(self, *, least: int, most: int, **kwargs: Any) -> None:
        self.least, self.most = least, most
        super().__init__(max_length=200, **kwargs)

    def clean(self, value: Any) -> Any:
        parts = [part.strip() for part in super().clean(value).split(",") if part.strip()]
        if len(parts) > LONGEST_LIST or not all(part.isascii() and part.isdigit() for part in parts):
            raise ValidationError(_("Give whole numbers with commas between them, such as 30, 14, 3."))
        found = [int(part) for part in parts]
        if not all(self.least <= number <= self.most for number in found):
            about = {"least": self.least, "most": self.most}
            raise ValidationError(_("Each number is from %(least)d to %(most)d.") % about)
        return found


class LinesField(forms.CharField):
    """Several texts, one on each line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=2000, required=False, widget=forms.Textarea({"rows": 4}), **kwargs)

    def clean(self, value: Any) -> Any:
        return [" ".join(line.split()) for line in super().clean(value).splitlines() if line.strip()]


class VersionForm(forms.Form):
    """`after` is the newest version that the page showed, `previewed` says which values have been looked at."""

    effective_from = forms.DateTimeField(
        label=gettext_lazy("In force from"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("In your own time zone. Empty: at once."),
    )
    note = TextField(
        label=gettext_lazy("Why?"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Stands beside the version, for the vendor."),
    )
    after = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    previewed = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, schema: type[PolicyValues], paper: Paper, values: Mapping[str, Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.paper, self.leaves = paper, leaves(schema)
        known = flat(schema.model_validate(values).model_dump(mode="json"))
        for leaf in self.leaves:
            self.fields[leaf.path] = field_for(leaf, paper.words.get(leaf.path, Words(leaf.path)), paper.options)
            self.initial[leaf.path] = shown(leaf, known[leaf.path])

    def sections(self) -> list[tuple[Text, list[BoundField]]]:
        """Fields under their headings, both in the order of the schema."""
        found: dict[Text, list[BoundField]] = {}
        for leaf in self.leaves:
            words = self.paper.words.get(leaf.path)
            found.setdefault(words.section if words else "", []).append(self[leaf.path])
        return list(found.items())

    def values(self) -> dict[str, Any]:
        """As the schema takes them."""
        return nested({leaf.path: self.cleaned_data[leaf.path] for leaf in self.leaves})

    def mark(self) -> str:
        """Of the values and their moment: whoever looked at these has looked at nothing else."""
        about = [self.values(), self.cleaned_data["effective_from"]]
        return sha256(dumps(about, sort_keys=True, default=str).encode()).hexdigest()


def field_for(leaf: Leaf, words: Words, options: Mapping[str, Text]) -> forms.Field:
    said: dict[str, Any] = {"label": words.label, "help_text": words.help}
    bounds: dict[str, Any] = {"min_value": leaf.least, "max_value": leaf.most}
    match leaf.sort:
        case Sort.FLAG:
            return forms.BooleanField(required=False, **said)
        case Sort.CHOICE:
            return forms.ChoiceField(choices=[(code, options.get(code, code)) for code in leaf.options], **said)
        case Sort.NUMBERS:
            return NumbersField(least=int(leaf.least or 0), most=int(leaf.most or 10**6), **said)
        case Sort.LINES:
            return LinesField(**said)
        case Sort.WHOLE:
            return forms.IntegerField(**bounds, **said)
        case Sort.SHARE:
            bounds = {name: None if value is None else value * HUNDRED for name, value in bounds.items()}
            return ShareField(**bounds, max_digits=5, decimal_places=2, **said)
    return forms.DecimalField(**bounds, max_digits=6, decimal_places=1, **said)


def shown(leaf: Leaf, value: Any) -> Any:
    """A value of the schema, as its field has it."""
    if leaf.sort is Sort.SHARE:
        return f"{(Decimal(value) * HUNDRED).normalize():f}"
    if leaf.sort is Sort.NUMBERS:
        return ", ".join(str(number) for number in value)
    return "\n".join(value) if leaf.sort is Sort.LINES else value
