"""What the deals wing hangs into the foundations' sockets."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.conflicts.actions import assess_pending
from deals.registrations import policies
from deals.registrations.actions import SOURCE
from deals.registrations.models import Registration, RegistrationQuerySet
from deals.registrations.states import State
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.matching import ROWS, SOURCES
from prm.notices import relay
from prm.operations.sockets import READINGS, Reading
from prm.portal.sockets import NAVIGATION, SEARCH, SUBJECTS, WORK, NavItem, SearchHit, SubjectLink, WorkItem

# When a protection's end becomes something to do.
ENDS_SOON = timedelta(days=14)

SOURCES.register(SOURCE, gettext_lazy("registration"))
ROWS.register(SOURCE, Registration.objects.all)
relay.WORK.register("deals.assess", assess_pending)

NAVIGATION.register(
    "deals",
    NavItem(
        gettext_lazy("Deals"),
        "deals",
        order=30,
        permissions=frozenset(policies.READERS),
    ),
)
NAVIGATION.register(
    "insight",
    NavItem(
        gettext_lazy("Insight"),
        "insight",
        order=80,
        section=gettext_lazy("Programme"),
        permissions=frozenset({P.METRICS_READ_ALL}),
    ),
)
NAVIGATION.register(
    "matching",
    NavItem(
        gettext_lazy("Matching"),
        "matching-quality",
        order=85,
        section=gettext_lazy("Programme"),
        permissions=frozenset({P.MATCHING_QUALITY}),
    ),
)
NAVIGATION.register(
    "rules",
    NavItem(
        gettext_lazy("Rules"),
        "rules",
        order=90,
        section=gettext_lazy("Programme"),
        permissions=frozenset({P.RULES_READ}),
    ),
)


def subjects(user: User, ids: list[str]) -> dict[str, SubjectLink]:
    rows = Registration.objects.visible_to(user).filter(public_id__in=ids).select_related("partner__organisation")
    return {
        row.public_id: SubjectLink(
            f"{row.reference} · {row.customer_name} · {row.partner.organisation.name}", row.get_absolute_url()
        )
        for row in rows
    }


SUBJECTS.register("deal", subjects)


def search(user: User, text: str, limit: int) -> list[SearchHit]:
    rows = Registration.objects.visible_to(user).matching(text).order_by("-created_at")[:limit]
    return [SearchHit(row.customer_name, row.get_absolute_url(), _("Registration"), f"{row.reference}") for row in rows]


SEARCH.register("deals", search)


def decisions_waiting(user: User, _now: datetime, limit: int) -> list[WorkItem]:
    """For a PAM: registrations to decide, the one due first on top."""
    if not user.may(P.DEALS_DECIDE):
        return []
    rows = Registration.objects.to_decide_by(user).select_related("partner__organisation")
    return [
        WorkItem(
            title=row.customer_name,
            url=row.get_absolute_url(),
            what=_("Decide registration %(reference)s") % {"reference": row.reference},
            due_at=row.decision_due_at,
            who=row.partner.organisation.name,
        )
        for row in rows.order_by("decision_due_at", "pk")[:limit]
    ]


def questions_waiting(user: User, _now: datetime, limit: int) -> list[WorkItem]:
    """For a partner: questions to answer."""
    rows = _own(user).filter(state=State.ASKED).order_by("answer_due_at", "pk")[:limit]
    return [
        WorkItem(
            title=row.customer_name,
            url=reverse("deal-answer", args=[row.public_id]),
            what=_("Answer the question about %(reference)s") % {"reference": row.reference},
            due_at=row.answer_due_at,
        )
        for row in rows
    ]


def endings_near(user: User, now: datetime, limit: int) -> list[WorkItem]:
    """For a partner: protections that end within two weeks."""
    soon = now + ENDS_SOON
    rows = _own(user).filter(state=State.APPROVED, protected_until__lte=soon).order_by("protected_until", "pk")[:limit]
    return [
        WorkItem(
            title=row.customer_name,
            url=row.get_absolute_url(),
            what=_("Close the deal or say that it is lost (%(reference)s)") % {"reference": row.reference},
            due_at=row.protected_until,
        )
        for row in rows
    ]


def drafts_open(user: User, _now: datetime, limit: int) -> list[WorkItem]:
    rows = _own(user).filter(state=State.DRAFT).order_by("-created_at")[:limit]
    return [
        WorkItem(
            title=row.customer_name,
            url=reverse("deal-edit", args=[row.public_id]),
            what=_("Finish the draft: only a registration has a place in line"),
        )
        for row in rows
    ]


def _own(user: User) -> RegistrationQuerySet:
    """What the person may act on: the own registrations, or all of the organisation for its admin."""
    rows = Registration.objects.visible_to(user)
    if not policies.can_register(user):
        return rows.none()
    return rows if user.may(P.DEALS_MANAGE_ORGANISATION) else rows.filter(created_by=user)


WORK.register("deals.decisions", decisions_waiting)
WORK.register("deals.questions", questions_waiting)
WORK.register("deals.endings", endings_near)
WORK.register("deals.drafts", drafts_open)


def _to_assess(_now: datetime) -> int:
    return Registration.objects.to_assess().count()


def _overdue(now: datetime) -> int:
    return Registration.objects.filter(state=State.SUBMITTED, decision_due_at__lte=now).count()


READINGS.register(
    "deals_to_assess", Reading("deals_to_assess", gettext_lazy("Waiting for the conflict check"), _to_assess)
)
READINGS.register("deals_overdue", Reading("deals_overdue", gettext_lazy("Decisions overdue"), _overdue, alarming=True))
