"""Form fields that several rooms of the wing share."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from enablement.certificates.selectors import partner_person
from enablement.certification.models import Certification
from prm.accounts.models import LONGEST_ADDRESS, User


class CertificationChoice(forms.ChoiceField):
    """One of the certifications that are given to `offer`; cleans to the certification."""

    known: dict[str, Certification]

    def offer(self, rows: Iterable[Certification], empty: str = "") -> None:
        self.known = {row.public_id: row for row in rows}
        named = [(public_id, row.title) for public_id, row in self.known.items()]
        self.choices = [("", empty or _("Choose …")), *named]

    def clean(self, value: Any) -> Certification | None:
        return self.known.get(super().clean(value))


class PersonField(forms.EmailField):
    """The address of somebody who works at a partner; cleans to the person."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_ADDRESS, **kwargs)

    def clean(self, value: Any) -> User:
        person = partner_person(super().clean(value))
        if person is None:
            raise forms.ValidationError(_("Nobody at a partner has this address."))
        return person
