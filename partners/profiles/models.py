"""A partner: the profile of an organisation that sells, advises or builds with us."""

import re
from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.states import BusinessModel, PartnerState, Segment, Size
from prm.accounts.models import Organisation, User
from prm.accounts.roles import Permission

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

LONGEST_COMPETENCY = 60
_COMPETENCY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_competency(text: str) -> bool:
    """A slug such as `fleet-migration`."""
    return len(text) <= LONGEST_COMPETENCY and _COMPETENCY.fullmatch(text) is not None


class PartnerQuerySet(models.QuerySet["Partner"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """All of them for vendor staff with the directory, a partner's own, else nothing."""
        if not isinstance(user, User) or user.organisation is None:
            return self.none()
        if user.is_partner:
            return self.filter(organisation_id=user.organisation.pk)
        return self if user.may(Permission.PARTNERS_READ, Permission.PARTNERS_DIRECTORY) else self.none()

    def active(self) -> Self:
        """See also: Partner.is_active."""
        return self.filter(state=PartnerState.ACTIVE)


class Partner(models.Model):
    """`regions` (ISO countries) and `segments` are those of the agreement; empty means everywhere, everybody.

    `competencies` are what its people have shown that they can do, as slugs; empty means none.
    """

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="partner")
    model = models.CharField(_("business model"), max_length=20, choices=BusinessModel.choices)
    size = models.CharField(_("size"), max_length=10, choices=Size.choices, default=Size.SMALL)
    regions = ArrayField(models.CharField(max_length=2), verbose_name=_("countries"), default=list, blank=True)
    segments = ArrayField(
        models.CharField(max_length=20, choices=Segment.choices), verbose_name=_("segments"), default=list, blank=True
    )
    competencies = ArrayField(
        models.CharField(max_length=LONGEST_COMPETENCY), verbose_name=_("competencies"), default=list, blank=True
    )
    pam = models.ForeignKey(
        User,
        verbose_name=_("partner account manager"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="looked_after",
    )
    executive_sponsor = models.ForeignKey(
        User,
        verbose_name=_("executive sponsor"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="sponsored",
    )
    joined_on = models.DateField(_("joined on"))
    state = models.CharField(
        _("state"), max_length=10, choices=PartnerState.choices, default=PartnerState.ACTIVE, db_index=True
    )
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[PartnerQuerySet] = PartnerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="partner_model_known", condition=Q(model__in=BusinessModel.values)),
            models.CheckConstraint(name="partner_size_known", condition=Q(size__in=Size.values)),
            models.CheckConstraint(name="partner_state_known", condition=Q(state__in=PartnerState.values)),
            models.CheckConstraint(
                name="partner_segments_known", condition=Q(segments__contained_by=list(Segment.values))
            ),
        ]

    def __str__(self) -> str:
        return self.organisation.name

    @property
    def public_id(self) -> str:
        """A partner is addressed by its organisation's id."""
        return self.organisation.public_id

    @property
    def is_active(self) -> bool:
        """See also: PartnerQuerySet.active."""
        return self.state == PartnerState.ACTIVE

    @property
    def segment_labels(self) -> list[str]:
        return [str(Segment(slug).label) for slug in self.segments]

    def covers(self, *, country: str, segment: str = "") -> bool:
        """True when the agreement reaches such a customer; what is not known does not speak against it."""
        here = not self.regions or not country or country in self.regions
        them = not self.segments or not segment or segment in self.segments
        return here and them
