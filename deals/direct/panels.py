"""What our own sales do, on the page of a customer."""

from datetime import datetime
from typing import Any

from deals.direct.models import DirectOpportunity, DirectTouch
from deals.direct.policies import READERS, can_enter
from partners.models import Account
from prm.accounts.models import User
from prm.portal.sockets import PANELS, Panel

MOST = 10


def direct_sales(user: User, account: Account, _now: datetime) -> dict[str, Any] | None:
    if not (user.is_vendor and user.may(*READERS)):
        return None
    rows = DirectOpportunity.objects.visible_to(user).open().filter(account=account).select_related("seller")
    touches = DirectTouch.objects.visible_to(user).standing().filter(account=account).select_related("seller")
    return {
        "account": account,
        "opportunities": list(rows.order_by("-created_at", "-pk")[:MOST]),
        "touches": list(touches.order_by("-on", "-pk")[:MOST]),
        "may_enter": can_enter(user),
    }


PANELS.register("deals.direct", Panel("account.aside", 10, "deals/panels/direct.html", direct_sales))
