"""What partners of record hang into the foundations' sockets. What waits for account managers is in deals.sockets."""

from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.records import policies
from deals.records.models import SUBJECT, PartnerOfRecord, RecordProof
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.clocks.calendar import local_date
from prm.portal.sockets import NAVIGATION, SUBJECTS, WORK, NavItem, SubjectLink, WorkItem

NAVIGATION.register(
    "records",
    NavItem(gettext_lazy("Partners of record"), "records", order=33, permissions=frozenset(policies.READERS)),
)


def subjects(user: User, ids: list[str]) -> dict[str, SubjectLink]:
    rows = PartnerOfRecord.objects.visible_to(user).with_nouns().filter(public_id__in=ids)
    return {row.public_id: SubjectLink(row.customer_name, row.get_absolute_url()) for row in rows}


SUBJECTS.register(SUBJECT, subjects)


def proof_wanted(user: User, now: datetime, limit: int) -> list[WorkItem]:
    """For a partner: years that end soon, and nobody has given proof. One query: every page asks."""
    if not (user.is_partner and user.may(P.DEALS_REGISTER)):
        return []
    today = local_date(now, user.organisation.time_zone if user.organisation else "UTC")
    rows = PartnerOfRecord.objects.visible_to(user).with_nouns().wanting_proof(today)
    return [
        WorkItem(
            title=row.customer_name,
            url=row.get_absolute_url(),
            what=_("Give proof to stay partner of record"),
            due_at=row.ends_at,
        )
        for row in rows.order_by("until", "pk")[:limit]
        if policies.can_act(user, row)
    ]


WORK.register("deals.record_proofs", proof_wanted)

CONFIRM, PROOF = "record", "record_proof"


def to_confirm(user: User) -> QuerySet[Any, Any]:
    """As rows of `decisions_waiting`: what is asked for, with who asks and until when."""
    return _rows(PartnerOfRecord.objects.to_confirm_by(user), "", CONFIRM)


def to_answer(user: User) -> QuerySet[Any, Any]:
    """The same of proofs."""
    return _rows(RecordProof.objects.to_decide_by(user), "record__", PROOF)


def _rows(rows: QuerySet[Any, Any], path: str, what: str) -> QuerySet[Any, Any]:
    about = (f"{path}public_id", f"{path}account__name")
    named = {"no_reference": Value(""), "what": Value(what), "due": F("due_at")}
    found: QuerySet[Any, Any] = rows.annotate(**named).values_list(
        *about, "no_reference", f"{path}partner__organisation__name", "what", "due"
    )
    return found
