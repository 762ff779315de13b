"""Questions about partners that span tables."""

from dataclasses import dataclass

from django.db.models import QuerySet

from partners.profiles.models import Partner
from prm.accounts.models import Membership, User
from prm.accounts.roles import ROLES, Permission, Side


def vendor_staff(permission: Permission | None = None) -> QuerySet[User]:
    """Present colleagues of the vendor, those with the permission when one is named."""
    present = Membership.objects.filter(ended_at=None, organisation__kind=Side.VENDOR)
    if permission is not None:
        granting = [slug for slug, role in ROLES.items() if permission in role.permissions]
        present = present.filter(roles__overlap=granting)
    return User.objects.filter(is_active=True, pk__in=present.values("user")).order_by("name", "email")


def people_of(partner: Partner) -> QuerySet[Membership]:
    members = Membership.objects.filter(organisation=partner.organisation_id, ended_at=None)
    return members.select_related("user").order_by("user__name", "user__email")


@dataclass(frozen=True)
class PartnerFilter:
    q: str = ""
    model: str = ""
    state: str = ""
    pam: User | None = None


def filtered(partners: QuerySet[Partner], wanted: PartnerFilter) -> QuerySet[Partner]:
    for word in wanted.q.split()[:5]:
        partners = partners.filter(organisation__name__icontains=word)
    chosen = {"model": wanted.model, "state": wanted.state, "pam": wanted.pam}
    return partners.filter(**{name: value for name, value in chosen.items() if value})
