"""A proposal that does not come about: everything is as it was before, and neither learns who the other was.

Whoever calls holds the rows of both registrations.
"""

from datetime import datetime

from deals.registrations.events import record_deal
from deals.registrations.locking import change
from deals.registrations.models import Registration
from deals.registrations.selectors import calendar_of
from deals.teaming import notices
from deals.teaming.models import Holder, Teaming
from deals.teaming.rules import postponed
from deals.teaming.selectors import holders_of, open_teaming
from deals.teaming.states import TeamState
from prm.accounts.models import User
from prm.rows import update


def hold(registration: Registration) -> None:
    """Lock its row and those it shares, or is asked to share, with: always in one order, so that nobody waits in a
    circle. Before a verb locks its own row."""
    teams = Holder.objects.filter(registration=registration, is_current=True).values("teaming")
    seats = Holder.objects.filter(teaming__in=teams).values("registration")
    rows = Registration.objects.filter(pk__in=seats).select_for_update(of=("self",))
    list(rows.order_by("pk").values_list("pk"))


def end(teaming: Teaming, state: TeamState, *, by: User | None, now: datetime, but: Registration | None = None) -> None:
    """`but` is the registration that its caller writes itself, or whose partner has just said no."""
    close(teaming, state, by=by, now=now)
    holders = holders_of(teaming)
    for holder in holders:
        row = holder.registration if but is None or holder.registration_id != but.pk else but
        restore(holder, row, teaming, now)
        if row is not but:
            record_deal("deal.teaming_ended", row, by=None, now=now, data={"because": str(state)})
            notices.not_to_be(row, teaming, now=now)
    notices.to_decide_otherwise(holders, teaming, now=now)


def close(teaming: Teaming, state: TeamState, *, by: User | None, now: datetime) -> None:
    teaming.state, teaming.ended_at, teaming.ended_by = state, now, by
    update(teaming, "state", "ended_at", "ended_by", "lead")
    if state != TeamState.AGREED:
        teaming.holders.update(is_current=False)


def restore(holder: Holder, row: Registration, teaming: Teaming, now: datetime) -> None:
    """The decision's date moves by the time that the two were asked, and no further."""
    row.teaming_due_at = None
    if row.is_undecided:
        calendar = calendar_of(row.partner, row.priority_at or now)
        row.decision_due_at = postponed(holder.due_before, teaming.proposed_at, now, calendar)
    change(row, "teaming_due_at", "decision_due_at")


def overtake(registration: Registration, *, by: User | None, now: datetime) -> None:
    """Of a registration that has ended while two were asked."""
    teaming = open_teaming(registration) if registration.teaming_due_at is not None else None
    if teaming is not None:
        end(teaming, TeamState.OVERTAKEN, by=by, now=now, but=registration)
