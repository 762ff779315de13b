"""What is recorded of selling together, on the timeline of its deal. Both sides read all of it."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from deals.cosell.models import CoSell
from deals.registrations.events import record_deal
from prm.accounts.models import User
from prm.audit.kinds import EventKind, declare

declare(
    EventKind("deal.co_sell_asked", _("Asked to sell together, answer by {due_at}"), partner=("co_sell", "due_at")),
    EventKind("deal.co_sell_accepted", _("Selling together"), partner=("co_sell",)),
    EventKind("deal.co_sell_declined", _("Not ready to sell together"), partner=("co_sell",)),
    EventKind("deal.co_sell_withdrawn", _("The request to sell together is taken back"), partner=("co_sell",)),
    EventKind("deal.co_sell_handed_over", _("Somebody else sells together now"), partner=("co_sell",)),
    EventKind("deal.co_sell_step_added", _("Next step noted, due {due_at}"), partner=("co_sell", "step", "due_at")),
    EventKind("deal.co_sell_step_done", _("Next step done"), partner=("co_sell", "step")),
    EventKind("deal.co_sell_ended", _("No longer selling together"), partner=("co_sell", "result")),
)


def record_co_sell(what: str, found: CoSell, *, by: User | None, now: datetime, **data: Any) -> None:
    told = {"co_sell": found.public_id, **data}
    record_deal(f"deal.co_sell_{what}", found.registration, by=by, now=now, data=told)
