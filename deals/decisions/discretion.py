"""What a partner reads never names a rival: a slip of the reviewer's pen is caught before it is sent."""

from django.utils.translation import gettext as _

from deals.conflicts.models import Finding
from deals.registrations.models import Registration
from deals.teaming.models import mates_of
from prm.errors import InvalidInput


def check_names_nobody(registration: Registration, message: str, *, field: str = "message") -> None:
    """InvalidInput when the text names another partner of a finding, or one of its registrations.

    The partner's own name and reference may of course be said, and those of a partner that shares the protection.
    """
    found = Finding.objects.filter(registration=registration, subject_type="deal").values("subject_id")
    rivals = Registration.objects.filter(public_id__in=found).exclude(partner=registration.partner)
    rivals = rivals.exclude(pk__in=mates_of(registration).values("pk"))
    secrets = {
        secret
        for row in rivals.values_list("reference", "public_id", "partner__organisation__name")
        for secret in row
        if secret.casefold() in message.casefold()
    }
    if secrets:
        sentence = _("The partner must not read this: %(names)s. Give the reason without naming anybody.")
        raise InvalidInput({field: [sentence % {"names": ", ".join(sorted(secrets))}]})
