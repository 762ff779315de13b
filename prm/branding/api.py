"""How the programme presents itself, for portals beside ours."""

from typing import Any, ClassVar

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers

from prm.api.doors import Changes, Reads
from prm.api.fields import PlainText
from prm.api.serializers import Given
from prm.branding import policies
from prm.branding.actions import change
from prm.branding.models import LONGEST_NAME, Branding
from prm.branding.selectors import brand_of, row
from prm.portal import theme


class BrandingOut(serializers.Serializer[Branding]):
    name = serializers.CharField()
    accent = serializers.CharField(help_text="Such as #0b6b5f.")
    logo = serializers.CharField(allow_null=True, help_text="Where the logo is, for everybody; null without one.")

    def to_representation(self, instance: Branding) -> dict[str, Any]:
        brand = brand_of(instance)
        logo = settings.PRM_BASE_URL + brand.logo.url if brand.logo else None
        return {"name": brand.name, "accent": brand.accent.lower(), "logo": logo}


class BrandingIn(Given):
    """Empty is what the installation says. The logo is sent in the portal."""

    name = PlainText(max_length=LONGEST_NAME, allow_blank=True, required=False)
    accent = PlainText(max_length=7, allow_blank=True, required=False)

    def validate_accent(self, accent: str) -> str:
        if accent and not theme.is_colour(accent):
            raise serializers.ValidationError(_("Give a colour such as #0b6b5f."))
        return accent.lower()


class OneBranding(Reads[Branding], Changes[Branding]):
    """The name, the accent colour and the logo of the programme."""

    out, into = BrandingOut, BrandingIn
    lookup: ClassVar[str] = "pk"

    def rows(self) -> QuerySet[Branding]:
        return Branding.objects.all()

    def noun(self, *, whole: bool = True) -> Branding:
        """There is one, also before anybody has set anything."""
        return row()

    def may_change(self, noun: Branding) -> bool:
        return policies.can_manage(self.user)

    def change(self, noun: Branding, given: dict[str, Any]) -> Branding:
        return change(values=given, by=self.user, now=self.now)
