"""What a deal brought, on its page."""

from datetime import datetime
from typing import Any

from deals.earnings import policies
from deals.events import SUBJECT
from deals.registrations.models import Registration
from deals.registrations.states import CLOSED, State
from deals.teaming.selectors import team_keys
from prm.accounts.models import User
from prm.ledger.models import Entry
from prm.ledger.selectors import balances
from prm.ledger.shown import shown, today_of
from prm.portal.sockets import PANELS, Panel


def earned(user: User, registration: Registration, now: datetime) -> dict[str, Any] | None:
    if registration.state not in CLOSED:
        return None
    today = today_of(user, now)
    team = Registration.objects.filter(pk__in=team_keys(registration)).values("public_id")
    rows = Entry.objects.visible_to(user).filter(subject_type=SUBJECT, subject_id__in=team)
    entries = list(rows.select_related("organisation", "settlement").order_by("pk"))
    may_refund = (
        registration.state == State.WON
        and registration.won_value is not None
        and policies.can_refund(user, registration)
    )
    refunds = list(registration.refunds.order_by("pk"))
    if not (entries or refunds or may_refund):
        return None
    return {
        "deal": registration,
        "entries": shown(entries, user, today),
        "balances": balances(rows, today),
        "refunds": refunds,
        "may_refund": may_refund,
    }


PANELS.register("deals.earned", Panel("deal", 5, "deals/panels/earned.html", earned))
