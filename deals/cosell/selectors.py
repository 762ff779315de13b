"""Who can be named, and whether somebody sells together with a partner."""

from django.db.models import Q, QuerySet

from deals.cosell import policies
from deals.cosell.models import CoSell
from deals.registrations.models import Registration
from prm.accounts.models import Membership, User
from prm.accounts.roles import ROLES
from prm.accounts.roles import Permission as P


def nameable(registration: Registration, by: User) -> QuerySet[User]:
    """Colleagues of the person who can sell together on this registration: of a partner those who register deals, and
    those it is shared with; of the vendor sellers and account managers. By name."""
    if by.organisation is None:
        return User.objects.none()
    present = Membership.objects.filter(organisation=by.organisation, ended_at=None)
    if by.is_partner:
        chosen = Q(pk__in=_having(present, P.DEALS_REGISTER)) | Q(pk__in=registration.shares.values("user"))
        people = User.objects.filter(chosen, pk__in=present.values("user"))
    else:
        people = User.objects.filter(pk__in=_having(present, P.DIRECT_SELL, P.DEALS_DECIDE))
    people = people.filter(is_active=True).order_by("name", "email")
    return people if policies.names_others(by) else people.filter(pk=by.pk)


def _having(present: QuerySet[Membership], *permissions: P) -> QuerySet[Membership, int]:
    slugs = [slug for slug, role in ROLES.items() if role.permissions & set(permissions)]
    return present.filter(roles__overlap=slugs).values_list("user", flat=True)


def open_on(registration: Registration) -> CoSell | None:
    return CoSell.objects.open().with_nouns().filter(registration=registration).order_by().first()


def selling(registration: Registration) -> list[User]:
    """The named people of both sides, while they sell together and are still there."""
    found = CoSell.objects.active().select_related("partner_person", "vendor_person").filter(registration=registration)
    named = [person for row in found for person in (row.partner_person, row.vendor_person) if person is not None]
    present = Membership.objects.filter(user__in=named, ended_at=None, user__is_active=True).values_list("user")
    there = {pk for (pk,) in present} if named else set()
    return [person for person in named if person.pk in there]


def sells_with(user: User, deal: str) -> bool:
    """Whether this seller of ours is the one that sells this registration together with its partner."""
    if not user.may(P.DIRECT_SELL):
        return False
    return CoSell.objects.active().filter(vendor_person=user, registration__public_id=deal).exists()
