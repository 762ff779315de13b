"""What is said when a customer is free again: never who had it, nor since when, nor who else has asked."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from deals.registrations.notices import addressees, members_of, on_wall
from deals.releases.models import FirstRefusal
from deals.releases.states import Turn
from prm.accounts.models import User
from prm.notices.actions import prepare, promise_all
from prm.notices.models import Notice

KINDS = {Turn.OFFERED: "first_refusal", Turn.TAKEN: "first_in_line", Turn.SILENT: "refusal_passed"}


def told(turns: Iterable[FirstRefusal], *, now: datetime) -> None:
    """Each turn as it stands now; for any number in a few statements."""
    said = [turn for turn in turns if turn.state in {*KINDS, Turn.OVER}]
    members = members_of(turn.registration.partner.organisation_id for turn in said)
    promise_all(
        [
            _told(turn, user, now)
            for turn in said
            for user in addressees(turn.registration.created_by_id, members[turn.registration.partner.organisation_id])
        ]
    )


def _told(turn: FirstRefusal, user: User, now: datetime) -> Notice:
    row = turn.registration
    kind = KINDS.get(Turn(turn.state), "refusal_passed")
    title, body = _words(turn)
    due = on_wall(turn.due_at, user, row) if turn.due_at else ""
    named = {"customer": row.customer_name, "reference": row.reference, "due": due}
    return prepare(
        key=f"{row.public_id}-{kind}-{turn.pk}-{user.pk}",
        kind=f"deal.{kind}",
        to=user,
        organisation=row.partner.organisation_id,
        title=title % named,
        body=body % named,
        path=row.get_absolute_url(),
        now=now,
    )


def _words(turn: FirstRefusal) -> tuple[str, str]:
    match turn.state:
        case Turn.OFFERED:
            body = _(
                "You had asked for this customer with %(reference)s and have first refusal until %(due)s. "
                "Take it up, and your place in line is kept, or decline."
            )
            return _("%(customer)s is free: you have first refusal"), body
        case Turn.TAKEN:
            body = _("%(reference)s is first in line now. There is nothing to do: your account manager decides it.")
            return _("%(customer)s is free: you are first in line"), body
        case Turn.SILENT:
            body = _("We have not heard from you about %(reference)s in time. You can register the customer anew.")
            return _("Your first refusal of %(customer)s has ended"), body
    body = _("%(customer)s is not free any more; your first refusal with %(reference)s has ended.")
    return _("Your first refusal of %(customer)s has ended"), body
