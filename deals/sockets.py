"""What the deals wing hangs into the foundations' sockets."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import Case, DateTimeField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.amendments.models import Amendment
from deals.appeals.models import Appeal
from deals.cases.models import DirectCase
from deals.conflicts.actions import assess_pending
from deals.cosell import sockets as cosell
from deals.direct.attaching import SUBJECT as OPPORTUNITY
from deals.direct.models import DirectOpportunity
from deals.direct.policies import READERS as READERS_OF_DIRECT
from deals.engagement.models import EngagementAppeal
from deals.extensions.models import Extension
from deals.leads import policies as leads
from deals.leads.models import Lead
from deals.leads.sockets import RETURNED
from deals.records import sockets as records
from deals.registrations import policies
from deals.registrations.actions import SOURCE
from deals.registrations.models import Registration, RegistrationQuerySet, address_of
from deals.registrations.states import State
from deals.releases.actions import pass_on
from deals.releases.selectors import offers_among
from deals.teaming.models import Holder
from deals.uplift.policies import READERS as READERS_OF_UPLIFT
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.matching import ROWS, SOURCES
from prm.notices import relay
from prm.operations.sockets import READINGS, Reading
from prm.portal.sockets import NAVIGATION, SEARCH, SUBJECTS, WORK, NavItem, SearchHit, SubjectLink, WorkItem
from prm.questions import Rows

# When a protection's end becomes something to do.
ENDS_SOON = timedelta(days=14)

SOURCES.register(SOURCE, gettext_lazy("registration"))
ROWS.register(SOURCE, Registration.objects.all)
relay.ARRIVALS.register("deals.assess", assess_pending)
relay.WORK.register("deals.pass_on", pass_on)

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
    "direct", NavItem(gettext_lazy("Direct sales"), "direct", order=35, permissions=frozenset(READERS_OF_DIRECT))
)
NAVIGATION.register(
    "direct-uplift",
    NavItem(gettext_lazy("Sellers' uplift"), "direct-uplift", order=48, permissions=frozenset(READERS_OF_UPLIFT)),
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
    "punctuality",
    NavItem(
        gettext_lazy("Punctuality"),
        "punctuality",
        order=88,
        section=gettext_lazy("Programme"),
        permissions=frozenset({P.RULES_READ}),
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


def opportunities(user: User, ids: list[str]) -> dict[str, SubjectLink]:
    rows = DirectOpportunity.objects.visible_to(user).filter(public_id__in=ids).select_related("account")
    return {row.public_id: SubjectLink(row.account.name, row.get_absolute_url()) for row in rows}


SUBJECTS.register(OPPORTUNITY, opportunities)


def search(user: User, text: str, limit: int) -> list[SearchHit]:
    rows = Registration.objects.visible_to(user).matching(text).order_by("-created_at")[:limit]
    return [SearchHit(row.customer_name, row.get_absolute_url(), _("Registration"), f"{row.reference}") for row in rows]


SEARCH.register("deals", search)


def decisions_waiting(user: User, _now: datetime, limit: int) -> list[WorkItem]:
    """Registrations, extensions, cases of our own sales, partners of record and appeals to decide, requests to sell
    together and own next steps, the one due first on top, and leads that came back; for who decides only with a reason
    the appeals that are late. One query: every page asks."""
    if not user.may(P.DEALS_DECIDE, P.DEALS_OVERRIDE):
        return []
    rows = _waiting(user.granted, leads.can_enter(user), limit).all(user.pk)
    return [
        WorkItem(
            title=customer,
            url=reverse(PAGES[what], args=[public_id]) if what in PAGES else address_of(public_id),
            what=str(DECIDE[what]) % {"reference": reference},
            due_at=due,
            who=partner,
        )
        for public_id, customer, reference, partner, what, due in rows
    ]


@cache
def _waiting(granted: frozenset[P], enters_leads: bool, limit: int) -> Rows:
    """For everybody with these rights the same words; only the key of the person differs."""

    def build(key: int) -> QuerySet[Any, Any]:
        user = User(pk=key)
        user.granted, user.membership = granted, None
        rows = _appealed(user).union(_engagements(user), all=True)
        if user.may(P.DEALS_DECIDE):
            mine = _to_decide(user), _to_extend(user), _cases(user), records.to_confirm(user), records.to_answer(user)
            rows = rows.union(*mine, cosell.to_answer(user), cosell.to_do(user), all=True)
        if enters_leads:
            rows = rows.union(_returned(user), all=True)
        return rows.order_by("due", "public_id")[:limit]

    return Rows(build, int)


REGISTERED, LATE_ELSEWHERE, EXTEND, CASE, APPEAL = "registered", "late_elsewhere", "extend", "case", "appeal"
ENGAGEMENT = "engagement"
# Where it is decided, when it is not on the page of the registration.
BACK = "lead_back"
PAGES = {EXTEND: "deal-extension", CASE: "direct-case", APPEAL: "deal-appeal-decide", BACK: "lead"}
PAGES |= {ENGAGEMENT: "deal-engagement-decide"}
PAGES |= {cosell.TO_ANSWER: "co-sell", cosell.TO_DO: "co-sell"}
PAGES |= {records.CONFIRM: "record", records.PROOF: "record"}
DECIDE = {
    REGISTERED: gettext_lazy("Decide registration %(reference)s"),
    LATE_ELSEWHERE: gettext_lazy("Late elsewhere, decide registration %(reference)s as the second account manager"),
    EXTEND: gettext_lazy("Decide the extension of %(reference)s"),
    CASE: gettext_lazy("Our own sales met the protection of %(reference)s: decide the case"),
    APPEAL: gettext_lazy("Decide the appeal of %(reference)s"),
    ENGAGEMENT: gettext_lazy("Decide the appeal about the engagement in %(reference)s"),
    BACK: RETURNED,
    cosell.TO_ANSWER: cosell.ANSWER,
    cosell.TO_DO: cosell.STEP,
    records.CONFIRM: gettext_lazy("Confirm or refuse a partner of record"),
    records.PROOF: gettext_lazy("Answer the proof of a partner of record"),
}
SAID = ("public_id", "customer_name", "reference", "partner__organisation__name", "what", "due")


def _to_decide(user: User) -> QuerySet[Any, Any]:
    second = Q(escalated_to=user) & (Q(partner__pam=None) | ~Q(partner__pam=user))
    what = Case(When(second, then=Value(LATE_ELSEWHERE)), default=Value(REGISTERED))
    return Registration.objects.to_decide_by(user).annotate(what=what, due=F("decision_due_at")).values_list(*SAID)


def _to_extend(user: User) -> QuerySet[Any, Any]:
    """See also: ExtensionQuerySet.to_decide_by."""
    rows = Registration.objects.filter(pk__in=Extension.objects.to_decide_by(user).values("registration"))
    return rows.annotate(what=Value(EXTEND), due=F("extension__due_at")).values_list(*SAID)


def _cases(user: User) -> QuerySet[Any, Any]:
    of = [name if name == "public_id" else f"registration__{name}" for name in SAID[:4]]
    rows = DirectCase.objects.to_decide_by(user).annotate(what=Value(CASE), due=F("due_at"))
    return rows.values_list(*of, "what", "due")


def _appealed(user: User) -> QuerySet[Any, Any]:
    """See also: AppealQuerySet.to_decide_by."""
    rows = Registration.objects.filter(pk__in=Appeal.objects.to_decide_by(user).values("registration"))
    return rows.annotate(what=Value(APPEAL), due=F("appeal__due_at")).values_list(*SAID)


def _engagements(user: User) -> QuerySet[Any, Any]:
    """See also: EngagementAppealQuerySet.to_decide_by."""
    appeals = EngagementAppeal.objects.to_decide_by(user)
    rows = Registration.objects.filter(pk__in=appeals.values("registration"))
    return rows.annotate(what=Value(ENGAGEMENT), due=F("engagement_appeal__due_at")).values_list(*SAID)


def _returned(user: User) -> QuerySet[Any, Any]:
    nothing = Value(""), Value(""), Value(BACK), Value(None, output_field=DateTimeField())
    named = dict(zip(("no_reference", "no_partner", "what", "due"), nothing, strict=True))
    return Lead.objects.returned_to(user).annotate(**named).values_list("public_id", "customer_name", *named)


def questions_waiting(user: User, now: datetime, limit: int) -> list[WorkItem]:
    """For a partner: questions to answer, proposals to share a protection, and such that need consent. One query:
    every page asks."""
    seats = Holder.objects.unanswered().values("registration")
    asked = Amendment.objects.open().filter(registration=OuterRef("pk"), due_at__gt=now)
    rows = (
        _own(user)
        .annotate(consent_due_at=Subquery(asked.values("due_at")[:1]))
        .filter(Q(state=State.ASKED) | Q(teaming_due_at__isnull=False, pk__in=seats) | Q(consent_due_at__isnull=False))
    )
    due = Coalesce("answer_due_at", "teaming_due_at", "consent_due_at")
    return [_question(row) for row in rows.order_by(due, "pk")[:limit]]


def _question(row: Any) -> WorkItem:
    about = {"reference": row.reference}
    if row.state == State.ASKED:
        what, url = _("Answer the question about %(reference)s") % about, reverse("deal-answer", args=[row.public_id])
        return WorkItem(title=row.customer_name, url=url, what=what, due_at=row.answer_due_at)
    if row.teaming_due_at is None:
        what = _("Consent to other terms for %(reference)s, or decline") % about
        url = reverse("deal-amendment", args=[row.public_id])
        return WorkItem(title=row.customer_name, url=url, what=what, due_at=row.consent_due_at)
    what = _("Say whether you share the protection of %(reference)s") % about
    return WorkItem(title=row.customer_name, url=row.get_absolute_url(), what=what, due_at=row.teaming_due_at)


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


def refusals_running(user: User, now: datetime, limit: int) -> list[WorkItem]:
    """For a partner: customers that are free again, to take up or to decline."""
    if not policies.can_register(user):
        return []
    return [
        WorkItem(
            title=turn.registration.customer_name,
            url=reverse("deal-take-up", args=[turn.registration.public_id]),
            what=_("The customer is free: take it up or decline (%(reference)s)")
            % {"reference": turn.registration.reference},
            due_at=turn.due_at,
        )
        for turn in offers_among(_own(user), now)[:limit]
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
WORK.register("deals.refusals", refusals_running)
WORK.register("deals.drafts", drafts_open)


def _to_assess(_now: datetime) -> int:
    return Registration.objects.to_assess().count()


def _overdue(now: datetime) -> int:
    late = Registration.objects.filter(state=State.SUBMITTED, decision_due_at__lte=now).count()
    others = Extension.objects.overdue(now).count() + DirectCase.objects.overdue(now).count()
    appeals = Appeal.objects.overdue(now).count() + EngagementAppeal.objects.overdue(now).count()
    return late + others + appeals


READINGS.register(
    "deals_to_assess", Reading("deals_to_assess", gettext_lazy("Waiting for the conflict check"), _to_assess)
)
READINGS.register("deals_overdue", Reading("deals_overdue", gettext_lazy("Decisions overdue"), _overdue, alarming=True))
