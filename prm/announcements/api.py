"""Announcements for programs: everybody reads the own ones, administrators write."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from prm.announcements import policies
from prm.announcements.actions import write
from prm.announcements.audiences import labels
from prm.announcements.models import LONGEST_LINK, LONGEST_TEXT, LONGEST_TITLE, Announcement
from prm.api.doors import Creates, Lists
from prm.api.fields import PlainText, StrictBoolean
from prm.api.serializers import Given

FOR_WRITERS = ("audience", "by_mail")


class AnnouncementOut(serializers.Serializer[Announcement]):
    id = serializers.CharField(source="public_id")
    title = serializers.CharField()
    text = serializers.CharField()
    link = serializers.CharField(help_text="An address, or a page of the portal when it begins with /; may be empty.")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(allow_null=True)
    audience = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Only for those who write announcements."
    )
    by_mail = serializers.BooleanField(required=False, help_text="Only for those who write announcements.")

    def to_representation(self, instance: Announcement) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if not policies.can_write(self.context["request"].user):
            for name in FOR_WRITERS:
                shown.pop(name)
        return shown


class AnnouncementIn(Given):
    """Times default to now and to no end."""

    title = PlainText(max_length=LONGEST_TITLE)
    text = PlainText(max_length=LONGEST_TEXT, lines=True)
    link = PlainText(max_length=LONGEST_LINK, required=False, allow_blank=True, default="")
    starts_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    ends_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    by_mail = StrictBoolean(required=False, default=False)

    def get_fields(self) -> dict[str, Any]:
        """Which codes there are is known when every app is."""
        one = serializers.ChoiceField(list(labels()))
        return {**super().get_fields(), "audience": serializers.ListField(child=one, min_length=1, max_length=50)}


class Announcements(Lists[Announcement], Creates[Announcement]):
    """What the programme tells you, latest first. Whoever writes one names its audience: it reaches everybody who has
    one of the codes.
    """

    has_address = False
    out, into = AnnouncementOut, AnnouncementIn
    order = ("-starts_at", "-pk")

    def rows(self) -> QuerySet[Announcement]:
        return Announcement.objects.told_to(self.user, self.now)

    def may_create(self) -> bool:
        return policies.can_write(self.user)

    def create(self, given: dict[str, Any]) -> Announcement:
        return write(values=given, by=self.user, now=self.now)
