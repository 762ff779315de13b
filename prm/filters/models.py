"""A narrowed list under a name, for the person who saved it and, when shared, for the colleagues."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Trim
from django.utils.translation import gettext_lazy as _

from prm.accounts.models import Organisation, User
from prm.filters.rules import LONGEST_NAME, LONGEST_QUERY, MOST
from prm.ids import PublicIdField

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The own ones, and what colleagues share, of the organisation that the person is in now."""
        membership = user.membership if isinstance(user, User) else None
        if membership is None:
            return self.none()
        return self.filter(Q(created_by_id=user.pk) | Q(shared=True), organisation_id=membership.organisation_id)

    def own(self, user: User) -> Self:
        return self.visible_to(user).filter(created_by_id=user.pk)


class SavedFilter(models.Model):
    """`list_name` is the name of the list's route, `query` what stands in its address in the one canonical spelling."""

    public_id = PublicIdField(prefix="flt")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    list_name = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    query = models.CharField(max_length=LONGEST_QUERY)
    place = models.PositiveSmallIntegerField()
    is_default = models.BooleanField(default=False)
    shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_filters")

    objects: ClassVar[SavedFilterQuerySet] = SavedFilterQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                "created_by", "organisation", "list_name", Lower("name"), name="saved_filter_name_once"
            ),
            models.UniqueConstraint(
                name="saved_filter_one_default",
                fields=["created_by", "organisation", "list_name"],
                condition=Q(is_default=True),
            ),
            # As many places as a person may fill: the bound holds for two at once too.
            models.UniqueConstraint(
                name="saved_filter_place_once", fields=["created_by", "organisation", "list_name", "place"]
            ),
            models.CheckConstraint(name="saved_filter_place_bounded", condition=Q(place__range=(1, MOST))),
            models.CheckConstraint(name="saved_filter_has_name", condition=~Q(name="") & Q(name=Trim("name"))),
            models.CheckConstraint(name="saved_filter_narrows", condition=~Q(query="")),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="saved_filter_shared", fields=["organisation", "list_name"], condition=Q(shared=True)),
        ]

    def __str__(self) -> str:
        return self.name
