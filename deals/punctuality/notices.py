"""What is said when a decision is late. Nothing here names another partner."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from deals.registrations.models import Registration
from deals.registrations.notices import addressees, members_of, on_wall
from prm.accounts.models import User
from prm.notices.actions import prepare, promise_all, take_back
from prm.notices.models import Notice

LATE, TO_SECOND, PROVISIONAL = "late", "escalated", "provisional"


def escalated(late: Iterable[Registration], seconds: Mapping[int, User], *, now: datetime) -> None:
    """Both account managers and the partner hear of it; for a whole batch in a few statements."""
    rows = list(late)
    members = members_of(row.partner.organisation_id for row in rows)
    told: list[Notice] = []
    for row in rows:
        second = seconds.get(row.escalated_to_id or 0)
        for user in addressees(row.created_by_id, members[row.partner.organisation_id]):
            told.append(_to_partner(row, user, second, now))
        told += _to_managers(row, second, now)
    promise_all(told)


def _to_partner(row: Registration, user: User, second: User | None, now: datetime) -> Notice:
    named = _named(row)
    said = [_("The decision was due by %(due)s.") % {"due": _wall(row.decision_due_at, user, row)}]
    if second is not None:
        said.append(_("From now on %(second)s may decide it too.") % {"second": second})
    said.append(
        _(
            "If it is still undecided on %(next)s and nothing stands against it, the customer is protected for you "
            "provisionally."
        )
        % {"next": _wall(row.provisional_due_at, user, row)}
    )
    title = _("We are late with %(reference)s: %(customer)s") % named
    return _told(row, user, LATE, "escalated", title, " ".join(said), now)


def _to_managers(row: Registration, second: User | None, now: datetime) -> list[Notice]:
    found, named = [], _named(row)
    pam = row.partner.pam
    about = {**named, "partner": row.partner.organisation.name}
    if second is not None:
        due = {"due": _wall(row.decision_due_at, second, row)}
        body = _("%(partner)s waits for a decision that was due by %(due)s. You may decide it as well.")
        title = _("Late, please decide %(reference)s: %(customer)s") % named
        found.append(_told(row, second, TO_SECOND, "escalated", title, body % (about | due), now))
    if pam is not None:
        due = {"due": _wall(row.decision_due_at, pam, row), "second": str(second or "–")}
        body = _("%(partner)s waits for a decision that was due by %(due)s. Second account manager: %(second)s.")
        title = _("Overdue: %(reference)s, %(customer)s") % named
        found.append(_told(row, pam, TO_SECOND, "escalated", title, body % (about | due), now))
    return found


def protected(row: Registration, *, now: datetime) -> None:
    """What was said of the delay and is not sent yet is said in this: after a long silence one mail is enough."""
    take_back(f"{row.public_id}-{LATE}-")
    organisation, named = row.partner.organisation_id, _named(row)
    body = _(
        "We have not decided %(reference)s in time. Until we do, and for some business days after it, nobody else is "
        "protected for this customer."
    )
    people = addressees(row.created_by_id, members_of([organisation])[organisation])
    title = _("Provisionally protected: %(customer)s") % named
    told = [_told(row, user, PROVISIONAL, "protected_provisionally", title, body % named, now) for user in people]
    body = _("%(reference)s is overdue, and its customer is protected provisionally. A decision replaces that.")
    for user in {user.pk: user for user in (row.partner.pam, row.escalated_to) if user}.values():
        told.append(_told(row, user, PROVISIONAL, "protected_provisionally", title, body % named, now))
    promise_all(told)


def _named(row: Registration) -> dict[str, str]:
    return {"reference": row.reference, "customer": row.customer_name}


def _wall(moment: datetime | None, user: User, row: Registration) -> str:
    return on_wall(moment, user, row) if moment else ""


def _told(row: Registration, user: User, key: str, kind: str, title: str, body: str, now: datetime) -> Notice:
    return prepare(
        key=f"{row.public_id}-{key}-{user.pk}",
        kind=f"deal.{kind}",
        to=user,
        organisation=row.partner.organisation_id,
        title=title,
        body=body,
        path=row.get_absolute_url(),
        now=now,
    )
