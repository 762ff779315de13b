"""Who is here: present members and open invitations of the organisations a person may look into."""

from datetime import datetime

from django.db.models import Q, QuerySet

from prm.accounts.models import Invitation, Membership, Organisation, User
from prm.accounts.roles import Permission, permissions_of


def people_visible_to(user: User) -> QuerySet[Membership]:
    members = Membership.objects.filter(ended_at=None, organisation__in=Organisation.objects.visible_to(user))
    return members.select_related("user", "organisation")


def people_with(permission: Permission, organisation_id: int | None = None) -> list[User]:
    """Who has the right now: of the organisation, or of all."""
    present = Membership.objects.filter(ended_at=None, user__is_active=True)
    if organisation_id is not None:
        present = present.filter(organisation=organisation_id)
    rows = present.select_related("user").order_by("pk")
    return [row.user for row in rows if permission in permissions_of(row.roles)]


def invitations_visible_to(user: User, now: datetime) -> QuerySet[Invitation]:
    """The open ones, newest first."""
    invitations = Invitation.objects.open(now).filter(organisation__in=Organisation.objects.visible_to(user))
    return invitations.select_related("organisation", "created_by").order_by("-created_at", "-pk")


def named_like(people: QuerySet[Membership], text: str) -> QuerySet[Membership]:
    """Every word must occur in the name, the address or the organisation's name."""
    for word in text.split()[:5]:
        people = people.filter(
            Q(user__name__icontains=word) | Q(user__email__icontains=word) | Q(organisation__name__icontains=word)
        )
    return people
