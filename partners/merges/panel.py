"""On the page of a customer: whom it looks like, and who is part of it."""

from datetime import datetime
from typing import Any

from partners.customers.models import Account
from partners.merges import policies
from partners.merges.models import AccountMerge
from partners.merges.selectors import not_yet_judged
from prm.accounts.models import User
from prm.portal.sockets import PANELS, Panel

MOST_MERGES = 20


def merges_of(user: User, account: Account, _now: datetime) -> dict[str, Any] | None:
    if not policies.can_merge(user):
        return None
    merges = AccountMerge.objects.standing().filter(survivor=account).select_related("merged", "merged_by")
    return {
        "account": account,
        "alike": not_yet_judged(account),
        "merges": list(merges.order_by("-merged_at", "-pk")[:MOST_MERGES]),
    }


PANELS.register("partners.merges", Panel("account.aside", 20, "partners/merges/panel.html", merges_of))
