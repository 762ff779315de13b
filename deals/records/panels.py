"""Where partners of record show besides their own pages: on those of customers and of won deals."""

from datetime import datetime
from typing import Any

from deals.records import policies
from deals.records.models import PartnerOfRecord
from deals.records.states import RecordState
from deals.registrations.models import Registration
from partners.models import Account
from prm.accounts.models import User
from prm.portal.sockets import PANELS, Panel

MOST = 10
LIVE = (RecordState.ASKED, RecordState.STANDING)


def at_customer(user: User, account: Account, now: datetime) -> dict[str, Any] | None:
    """For vendor staff who read all deals: who is it, who asks to be it."""
    if not policies.reads_all(user):
        return None
    rows = PartnerOfRecord.objects.with_nouns().filter(account=account, state__in=LIVE)
    found = list(rows.order_by("since", "pk")[:MOST])
    return {"account": account, "records": found, "may_appoint": policies.may_appoint_some(user), "now": now}


def of_deal(user: User, registration: Registration, now: datetime) -> dict[str, Any] | None:
    """The record that rests on the won deal; to a partner without one that it may ask."""
    may_ask = policies.can_ask(user, registration)
    rows = PartnerOfRecord.objects.visible_to(user).with_nouns().filter(registration=registration)
    record = rows.order_by("-created_at", "-pk").first() if registration.account_id else None
    if record is None and not may_ask:
        return None
    live = record is not None and record.state in LIVE
    return {"deal": registration, "record": record, "may_ask": may_ask and not live, "now": now}


PANELS.register("deals.records", Panel("account.aside", 4, "deals/panels/records.html", at_customer))
PANELS.register("deals.record", Panel("deal", 6, "deals/panels/record.html", of_deal))
