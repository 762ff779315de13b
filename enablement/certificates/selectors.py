"""Questions about certificates that span tables."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Q
from django.db.models.functions import TruncMonth

from enablement.certificates.models import Certificate, CertificateQuerySet
from enablement.certificates.rules import months_after
from enablement.certification.models import Certification
from partners.capabilities.models import Capability
from partners.capabilities.rules import Held
from partners.models import Partner
from prm.accounts.models import Membership, Organisation, User
from prm.accounts.roles import Permission as P
from prm.accounts.roles import Side, permissions_of

SOON = timedelta(days=90)
FORECAST_MONTHS = 12


def employers_of(people: Iterable[int]) -> dict[int, Organisation]:
    """At which partner they work now, by the key of the person; one query."""
    at_partner = Membership.objects.filter(user__in=set(people), ended_at=None, organisation__kind=Side.PARTNER)
    rows = at_partner.select_related("organisation")
    return {row.user_id: row.organisation for row in rows}


def admins_of(organisations: Collection[int]) -> dict[int, list[User]]:
    """Who reads the certificates of all who work there, by organisation; one query."""
    rows = Membership.objects.filter(organisation__in=organisations, ended_at=None, user__is_active=True)
    found: dict[int, list[User]] = defaultdict(list)
    for row in rows.select_related("user").order_by("pk"):
        if P.CERTIFICATES_READ_TEAM in permissions_of(row.roles):
            found[row.organisation_id].append(row.user)
    return found


def partner_person(email: str) -> User | None:
    """Who has this address and works at a partner now."""
    at_partner = Membership.objects.filter(ended_at=None, organisation__kind=Side.PARTNER).values("user")
    return User.objects.filter(email=User.objects.normalise(email), is_active=True, pk__in=at_partner).first()


def standing_of(user: User, certification: Certification) -> Certificate | None:
    rows = Certificate.objects.standing().select_related("certification", "user")
    return rows.filter(user=user, certification=certification).first()


def missing_prerequisites(user: User, certification: Certification, now: datetime) -> list[Certification]:
    held = Certificate.objects.living(now).filter(user=user).values("certification")
    return list(certification.prerequisites.exclude(pk__in=held).order_by("title"))


def held_at(partners: Collection[Partner], now: datetime) -> dict[int, list[Held]]:
    """What the people who work there now have proved, by the key of the partner; one query."""
    by_organisation = {partner.organisation_id: partner.pk for partner in partners}
    here = "user__memberships"
    rows = (
        Certificate.objects.living(now)
        .filter(
            user__is_active=True,
            **{f"{here}__ended_at": None, f"{here}__organisation__in": list(by_organisation)},
        )
        .values_list(f"{here}__organisation", "certification__competency", "certification__level")
        .annotate(holders=Count("user", distinct=True), until=Max("grace_ends_at"))
        .order_by()
    )
    found: dict[int, list[Held]] = defaultdict(list)
    for organisation, competency, level, holders, until in rows:
        found[by_organisation[organisation]].append(Held(competency, level, holders, until))
    return found


@dataclass(frozen=True)
class Figures:
    """What the desk says above its list. `at_risk` are partners that lose a capability soon if nobody renews."""

    people: int
    valid: int
    ending: int
    in_grace: int
    at_risk: int


def figures(rows: CertificateQuerySet, reader: User, now: datetime) -> Figures:
    """Of what the reader sees; two queries."""
    soon = now + SOON
    counted = rows.living(now).aggregate(
        people=Count("user", distinct=True),
        valid=Count("pk", filter=Q(ends_at__gt=now)),
        ending=Count("pk", filter=Q(ends_at__gt=now, ends_at__lte=soon)),
        in_grace=Count("pk", filter=Q(ends_at__lte=now)),
    )
    losing = Capability.objects.visible_to(reader).in_force(now).filter(valid_until__lte=soon)
    if not reader.may(P.CERTIFICATES_READ_ALL):
        losing = losing.filter(Q(partner__pam=reader) | Q(partner__pam=None))
    return Figures(**counted, at_risk=losing.aggregate(n=Count("partner", distinct=True))["n"])


@dataclass(frozen=True)
class Month:
    first: date
    ends: int


def forecast(rows: CertificateQuerySet, now: datetime, today: date) -> list[Month]:
    """How many end in each of the next months if nobody renews, this one included. One query."""
    first = today.replace(day=1)
    months = [months_after(first, number) for number in range(FORECAST_MONTHS)]
    coming = rows.living(now).filter(ends_on__gte=first, ends_on__lt=months_after(first, FORECAST_MONTHS))
    counted = coming.annotate(month=TruncMonth("ends_on")).values_list("month").annotate(Count("pk")).order_by()
    found = dict(counted)
    return [Month(month, found.get(month, 0)) for month in months]
