"""Findings: what stands in the way of a registration, stored for the reviewer."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deals.registrations.models import Registration
from prm.policy.models import PolicyVersion


class Kind(models.TextChoices):
    RIVAL_PROTECTION = "rival_protection", _("Protected for another partner")
    EARLIER_REGISTRATION = "earlier_registration", _("Earlier registration of another partner")
    LATER_REGISTRATION = "later_registration", _("Later registration of another partner")
    NAMED_ACCOUNT = "named_account", _("Named account")
    EXISTING_CUSTOMER = "existing_customer", _("Existing customer")
    KNOWN_ACCOUNT = "known_account", _("Known customer")
    THIN_EVIDENCE = "thin_evidence", _("Little evidence who the customer is")
    OUTSIDE_TERRITORY = "outside_territory", _("Outside the partner's territory or segments")
    TENDER = "tender", _("Published tender")
    HOARDING = "hoarding", _("Many open registrations")
    EMAIL_DOMAIN = "email_domain", _("E-mail domain is no evidence")
    DIRECT_OPPORTUNITY = "direct_opportunity", _("Open opportunity of our own sales")
    DIRECT_TOUCH = "direct_touch", _("Our own sales were in touch")
    FIRST_REFUSAL = "first_refusal", _("First refusal runs")
    PARTNER_OF_RECORD = "partner_of_record", _("Another partner is partner of record")


class Band(models.TextChoices):
    BLOCK = "block", _("Blocks")
    REVIEW = "review", _("To review")
    HINT = "hint", _("Hint")


class Finding(models.Model):
    """One finding of the newest assessment. `score` is 0..1; `evidence` a list of {rule, text}.

    `matched` is the matcher's own band and `ceiling` the gravest it could be, by the thresholds of `policy` and the
    engine of that version (None: found before that was kept). `through` is the account by which a rival was found,
    `until` when a protection ends that stands in the way.
    """

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    band = models.CharField(max_length=8, choices=Band.choices)
    score = models.DecimalField(max_digits=4, decimal_places=3)
    evidence = models.JSONField(default=list)
    clause = models.CharField(max_length=12, blank=True)
    subject_type = models.CharField(max_length=16, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    overlap = models.JSONField(default=list)
    matched = models.CharField(max_length=8, choices=Band.choices, default=Band.HINT)
    ceiling = models.CharField(max_length=8, choices=Band.choices, default=Band.BLOCK)
    through = models.CharField(max_length=40, blank=True)
    until = models.DateTimeField(null=True)
    policy = models.ForeignKey(PolicyVersion, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    engine_version = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="finding_score_share", condition=Q(score__range=(0, 1))),
            models.CheckConstraint(name="finding_band_known", condition=Q(band__in=Band.values)),
            models.CheckConstraint(
                name="finding_match_known", condition=Q(matched__in=Band.values, ceiling__in=Band.values)
            ),
            models.CheckConstraint(
                name="finding_versions_paired",
                condition=Q(policy=None, engine_version=None) | Q(policy__isnull=False, engine_version__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="finding_subject", fields=["subject_type", "subject_id"]),
            models.Index(name="finding_by_score", fields=["score", "ceiling"], condition=~Q(subject_type="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.registration_id}"
