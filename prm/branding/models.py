"""How the programme presents itself: what an administrator has set over the settings of the installation."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from prm.accounts.models import User

# The one row of the table.
ONLY = 1
LONGEST_NAME = 80


class Logo(models.Model):
    """A picture that we wrote ourselves. It is addressed by what it holds, so that no cache can be wrong about it."""

    class Kind(models.TextChoices):
        PNG = "image/png", "PNG"
        JPEG = "image/jpeg", "JPEG"

    digest = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    data = models.BinaryField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="logo_kind_known", condition=Q(kind__in=["image/png", "image/jpeg"])),
            models.CheckConstraint(name="logo_has_size", condition=Q(width__gte=1, height__gte=1)),
        ]

    def __str__(self) -> str:
        return self.digest


class Branding(models.Model):
    """One row. What is empty is as the settings say; `version` grows with each change."""

    name = models.CharField(_("name"), max_length=LONGEST_NAME, blank=True)
    accent = models.CharField(_("accent colour"), max_length=7, blank=True)
    logo = models.ForeignKey(Logo, null=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="branding_one_row", condition=Q(id=ONLY)),
            models.CheckConstraint(
                name="branding_accent_is_colour", condition=Q(accent="") | Q(accent__regex=r"^#[0-9a-f]{6}$")
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.version}"

    @property
    def is_default(self) -> bool:
        return not (self.name or self.accent or self.logo_id)
