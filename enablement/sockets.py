"""What the wing hangs into the sockets of the foundations."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enablement.certificates.models import SUBJECT, Certificate
from enablement.certification.models import READERS, Certification
from enablement.certification.models import SUBJECT as CERTIFICATION
from enablement.certification.states import Proof
from enablement.claims.models import SUBJECT as CLAIM
from enablement.claims.models import Claim
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.portal.sockets import NAVIGATION, SEARCH, SUBJECTS, WORK, NavItem, SearchHit, SubjectLink, WorkItem

NAVIGATION.register(
    "certificates",
    NavItem(
        gettext_lazy("Certifications"),
        "certificates",
        order=60,
        section=gettext_lazy("Enablement"),
        permissions=frozenset(READERS),
    ),
)


def proofs_waiting(user: User, _now: datetime, limit: int) -> list[WorkItem]:
    """For who reviews them, the one due first on top. One query: every page asks."""
    if not user.may(P.CERTIFICATES_REVIEW, P.CERTIFICATIONS_MANAGE):
        return []
    rows = Claim.objects.to_decide_by(user).with_nouns().order_by("due_at", "pk")[:limit]
    return [
        WorkItem(
            title=str(row.user),
            url=row.get_absolute_url(),
            what=_("Review the proof for %(title)s") % {"title": row.certification.title},
            due_at=row.due_at,
            who=row.partner.organisation.name,
        )
        for row in rows
    ]


def renewals_open(user: User, now: datetime, limit: int) -> list[WorkItem]:
    """For who holds them: certificates to renew, while no proof of it waits. One query: every page asks."""
    if not user.is_partner or not user.may(P.CERTIFICATES_HOLD):
        return []
    waiting = Claim.objects.open().filter(user=user, certification=OuterRef("certification"))
    rows = (
        Certificate.objects.living(now)
        .filter(~Exists(waiting), user=user, renewal_opens_at__lte=now)
        .filter(certification__archived_at=None, certification__proof=Proof.EXTERNAL)
        .select_related("certification")
    )
    return [
        WorkItem(
            title=row.certification.title,
            url=reverse("claim-new", args=[row.certification.public_id]),
            what=_("Renew your certificate"),
            due_at=row.ends_at if row.ends_at > now else row.grace_ends_at,
        )
        for row in rows.order_by("ends_at", "pk")[:limit]
    ]


WORK.register("enablement.proofs", proofs_waiting)
WORK.register("enablement.renewals", renewals_open)


def certificates(user: User, ids: list[str]) -> dict[str, SubjectLink]:
    rows = Certificate.objects.visible_to(user).filter(public_id__in=ids).select_related("certification", "user")
    return {row.public_id: SubjectLink(str(row), row.get_absolute_url()) for row in rows}


def certifications(user: User, ids: list[str]) -> dict[str, SubjectLink]:
    rows = Certification.objects.visible_to(user).filter(public_id__in=ids)
    return {row.public_id: SubjectLink(row.title, row.get_absolute_url()) for row in rows}


def claims(user: User, ids: list[str]) -> dict[str, SubjectLink]:
    rows = Claim.objects.visible_to(user).filter(public_id__in=ids).select_related("certification", "user")
    return {row.public_id: SubjectLink(str(row), row.get_absolute_url()) for row in rows}


SUBJECTS.register(SUBJECT, certificates)
SUBJECTS.register(CERTIFICATION, certifications)
SUBJECTS.register(CLAIM, claims)


def search(user: User, text: str, limit: int) -> list[SearchHit]:
    found = Certification.objects.visible_to(user).filter(Q(title__icontains=text) | Q(competency__icontains=text))
    return [
        SearchHit(row.title, row.get_absolute_url(), _("Certification"), str(row.get_level_display()))
        for row in found.order_by("title", "pk")[:limit]
    ]


SEARCH.register("certifications", search)
