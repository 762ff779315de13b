"""Which business days count for whom, and who stands in for whom."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from prm.accounts.models import Membership, Organisation, User
from prm.accounts.roles import ROLES, Permission
from prm.calendars import policies, rules
from prm.calendars.models import WorkCalendar
from prm.calendars.rules import Settings
from prm.clocks.calendar import Calendar
from prm.questions import Question

Owner = User | Organisation
NOTHING = Settings()

_vendor = Question(lambda: Organisation.objects.filter(kind=Organisation.Kind.VENDOR).order_by()[:1])
_versions = Question(
    lambda people, at: (
        WorkCalendar.objects.filter(
            Q(user__any_of=people) | Q(organisation__kind=Organisation.Kind.VENDOR), created_at__lte=at
        )
        .order_by("user_id", "organisation_id", "-number")
        .distinct("user_id", "organisation_id")
    ),
    *(list, datetime),
    planned_anew=True,
)


def calendar_at(person: User | None, at: datetime) -> Calendar:
    """The business calendar that the person, or the company for nobody, had at that moment. One query, or two."""
    return calendars_at([person] if person else [], at)[person.pk if person else None]


def calendars_at(people: Iterable[User], at: datetime) -> dict[int | None, Calendar]:
    """For any number in as many queries; under None the company's own."""
    known = {person.pk: person for person in people}
    found = _versions.all(list(known), at)
    settings = {version.user_id: version.settings for version in found}
    company = settings.get(None, NOTHING)
    zones = {key: person.time_zone for key, person in known.items()}
    usual = "" if zones and all(zones.values()) else company_zone()
    calendars: dict[int | None, Calendar] = {
        key: rules.combined(zone or usual, settings.get(key, NOTHING), company) for key, zone in zones.items()
    }
    calendars[None] = rules.combined(usual or "UTC", NOTHING, company)
    return calendars


def company_zone() -> str:
    vendor = _vendor.one()
    return vendor.time_zone if vendor else "UTC"


def zone_of(owner: Owner) -> str:
    return owner.time_zone or company_zone()


def company() -> Settings:
    """What the company has set by now."""
    rows = WorkCalendar.objects.filter(organisation__kind=Organisation.Kind.VENDOR)
    found = rows.order_by("-number").first()
    return found.settings if found else NOTHING


def newest(owner: Owner) -> WorkCalendar:
    """The newest version; before the first one an empty one, which is not stored."""
    person, organisation = (owner, None) if isinstance(owner, User) else (None, owner)
    rows = WorkCalendar.objects.select_related("deputy").filter(user=person, organisation=organisation)
    found = rows.order_by("-number").first() or WorkCalendar(number=0)
    found.user, found.organisation = person, organisation
    return found


def owner_for(reader: User, public_id: str) -> Owner | None:
    """The person or the company with this id, if the reader may say when they work."""
    person = deciders().filter(user__public_id=public_id).select_related("user").first()
    owner: Owner | None = person.user if person else Organisation.objects.filter(public_id=public_id).first()
    return owner if owner is not None and policies.can_change(reader, owner) else None


def deciders() -> QuerySet[Membership]:
    """The vendor's people who decide registrations now."""
    deciding = [slug for slug, role in ROLES.items() if Permission.DEALS_DECIDE in role.permissions]
    return Membership.objects.filter(
        ended_at=None,
        user__is_active=True,
        organisation__kind=Organisation.Kind.VENDOR,
        roles__overlap=deciding,
    )


def deputies_for(owner: Owner) -> list[User]:
    """Who can stand in for the person, by name."""
    others = deciders().exclude(user=owner.pk).select_related("user") if isinstance(owner, User) else []
    return sorted((membership.user for membership in others), key=lambda user: (str(user).casefold(), user.pk))


def deputies_of(people: Iterable[int]) -> dict[int, int]:
    """Whom each of these persons has chosen; keys are primary keys."""
    rows = WorkCalendar.objects.filter(user__in=set(people)).order_by("user_id", "-number").distinct("user_id")
    return {row.user_id: row.deputy_id for row in rows if row.user_id and row.deputy_id}
