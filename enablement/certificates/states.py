"""What has become of a certificate. All of it is derived from its dates and from whether it was revoked."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CertificateState(models.TextChoices):
    VALID = "valid", _("Valid")
    RENEWAL_OPEN = "renewal_open", _("Renewal open")
    IN_GRACE = "in_grace", _("In grace")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")


class Source(models.TextChoices):
    """How it came to be."""

    AWARD = "award", _("Awarded by the programme")
    PROOF = "proof", _("Proof from outside")
    FILE = "file", _("Awarded from a file")


class Change(models.TextChoices):
    """What an award does to what the person holds."""

    NEW = "new", _("New")
    RENEWED = "renewed", _("Renewed")


class Revocation(models.TextChoices):
    MISTAKE = "mistake", _("Awarded by mistake")
    MISCONDUCT = "misconduct", _("Misconduct")
    WITHDRAWN = "withdrawn", _("Withdrawn by the issuer")
    REQUESTED = "requested", _("Asked for by the person")


# Those that still count, for the person and for the partner.
LIVING = (CertificateState.VALID, CertificateState.RENEWAL_OPEN, CertificateState.IN_GRACE)
RENEWABLE = (CertificateState.RENEWAL_OPEN, CertificateState.IN_GRACE)
TONES = {
    CertificateState.VALID: "good",
    CertificateState.RENEWAL_OPEN: "warn",
    CertificateState.IN_GRACE: "bad",
    CertificateState.EXPIRED: "",
    CertificateState.REVOKED: "bad",
}
