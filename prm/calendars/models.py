"""Business days of a person or of the company, version by version: a clock keeps those that it began with."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from prm.accounts.models import Organisation, User
from prm.calendars.rules import MOST_DAYS, Settings

WEEKDAYS = list(range(7))


class WorkCalendar(models.Model):
    """One version, of a user or of the vendor's organisation; the newest counts for what begins from then on.

    `weekend` holds weekday numbers (Monday 0). What is empty is as the company has it. `deputy` decides when a
    decision of this person is late.
    """

    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="work_calendars")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="work_calendars")
    number = models.PositiveIntegerField()
    country = models.CharField(max_length=2, blank=True)
    subdivision = models.CharField(max_length=8, blank=True)
    weekend = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    days_off = ArrayField(models.DateField(), default=list, blank=True)
    deputy = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="work_calendar_of_one",
                condition=Q(user__isnull=False, organisation=None) | Q(user=None, organisation__isnull=False),
            ),
            models.UniqueConstraint(name="work_calendar_of_user", fields=["user", "number"]),
            models.UniqueConstraint(name="work_calendar_of_organisation", fields=["organisation", "number"]),
            models.CheckConstraint(
                name="work_calendar_place", condition=Q(country="", subdivision="") | Q(country__regex="^[A-Z]{2}$")
            ),
            models.CheckConstraint(
                name="work_calendar_leaves_a_day",
                condition=Q(weekend__contained_by=WEEKDAYS) & (Q(weekend__len=None) | Q(weekend__len__lte=6)),
            ),
            models.CheckConstraint(
                name="work_calendar_days_bounded",
                condition=Q(days_off__len=None) | Q(days_off__len__lte=MOST_DAYS),
            ),
            models.CheckConstraint(
                name="work_calendar_deputy_is_another",
                condition=Q(deputy=None) | (Q(user__isnull=False) & ~Q(deputy=F("user"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id or self.organisation_id}, version {self.number}"

    @property
    def owner(self) -> User | Organisation:
        owner = self.user or self.organisation
        if owner is None:
            raise AssertionError("the database refuses a calendar of nobody")
        return owner

    @property
    def public_id(self) -> str:
        """A calendar is addressed by whose it is."""
        return self.owner.public_id

    @property
    def settings(self) -> Settings:
        return Settings(self.country, self.subdivision, tuple(self.weekend), frozenset(self.days_off))
