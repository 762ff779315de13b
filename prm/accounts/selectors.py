"""Who is here: present members and open invitations of the organisations a person may look into."""

from datetime import datetime

from django.db.models import Q, QuerySet

from prm.accounts.models import Invitation, Membership, Organisation, User


def people_visible_to(user: User) -> QuerySet[Membership]:
    members = Membership.objects.filter(ended_at=None, organisation__in=Organisation.objects.visible_to(user))
    return members.select_related("user", "organisation")


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
