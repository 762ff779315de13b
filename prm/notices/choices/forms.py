from django import forms
from django.http import QueryDict

from prm.accounts.models import User
from prm.notices.choices.selectors import chosen
from prm.notices.kinds import choosable_for
from prm.notices.states import Delivery


class ChoicesForm(forms.Form):
    """One field for each group that the person may choose for."""

    def __init__(self, data: QueryDict | None = None, *, user: User) -> None:
        super().__init__(data, initial=chosen(user), auto_id="notify_%s")
        for name, group in choosable_for(user).items():
            field = forms.ChoiceField(label=str(group.title), choices=Delivery.choices)
            field.help_text = str(group.description)
            self.fields[name] = field
