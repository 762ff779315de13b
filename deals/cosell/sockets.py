"""What selling together hangs into the foundations' sockets."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import F, QuerySet, Value
from django.utils.translation import gettext_lazy

from deals.cosell import policies
from deals.cosell.actions import end_with_deals
from deals.cosell.models import READERS, CoSell, CoSellStep
from deals.cosell.selectors import open_on
from deals.cosell.states import ENDED_BY, Party
from deals.registrations.models import Registration
from deals.registrations.states import OPEN
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.audit import kinds
from prm.notices.kinds import GROUPS, Group, declare
from prm.portal.sockets import NAVIGATION, PANELS, WORK, NavItem, Panel, WorkItem

ANSWER = gettext_lazy("Say whether you sell together on %(reference)s")
STEP = gettext_lazy("Your next step in selling together on %(reference)s")
# Columns of what waits, as `decisions_waiting` of the wing joins them.
TO_ANSWER, TO_DO = "co_sell", "co_sell_step"
SAID = ("public_id", "customer_name", "reference", "partner__organisation__name")

for kind in ENDED_BY:
    kinds.note(kind, partial(end_with_deals, kind))
GROUPS.register(
    "co-sell", Group(gettext_lazy("Selling together"), gettext_lazy("Asked, answered, next steps, ended."), order=23)
)
declare("co-sell", "co_sell.request", "co_sell.step")
NAVIGATION.register("co-sell", NavItem(gettext_lazy("Co-sell"), "co-sells", order=31, permissions=frozenset(READERS)))


def to_answer(user: User) -> QuerySet[Any, Any]:
    return _columns(CoSell.objects.to_answer_by(user), TO_ANSWER, "registration__", "public_id")


def to_do(user: User) -> QuerySet[Any, Any]:
    """Open steps of the side whose named person this is."""
    named = {"co_sell__partner_person": user} if user.is_partner else {"co_sell__vendor_person": user}
    rows = CoSellStep.objects.to_do().filter(side=policies.side_of(user), **named)
    return _columns(rows, TO_DO, "co_sell__registration__", "co_sell__public_id")


def _columns(rows: QuerySet[Any], what: str, deal: str, public_id: str) -> QuerySet[Any, Any]:
    of = [public_id, *(f"{deal}{name}" for name in SAID[1:])]
    columns: QuerySet[Any, Any] = rows.order_by().annotate(what=Value(what), due=F("due_at"))
    return columns.values_list(*of, "what", "due")


def for_sellers(user: User, _now: datetime, limit: int) -> list[WorkItem]:
    """For account managers the union of their decisions asks."""
    if not user.is_vendor or not user.may(P.DIRECT_SELL) or user.may(P.DEALS_DECIDE, P.DEALS_OVERRIDE):
        return []
    return _items(to_answer(user).union(to_do(user), all=True), limit)


def for_partners(user: User, _now: datetime, limit: int) -> list[WorkItem]:
    """Requests of ours for whoever acts on the registration, and steps for the named person."""
    if not user.is_partner or not user.may(*policies.ACTORS):
        return []
    rows = CoSell.objects.waiting_for(Party.PARTNER).filter(registration__in=_own(user))
    asked = _columns(rows, TO_ANSWER, "registration__", "public_id")
    return _items(asked.union(to_do(user), all=True), limit)


def _own(user: User) -> QuerySet[Registration]:
    rows = Registration.objects.visible_to(user).order_by()
    if not user.may(P.DEALS_REGISTER):
        return rows.none()
    return rows if user.may(P.DEALS_MANAGE_ORGANISATION) else rows.filter(created_by=user)


def _items(rows: QuerySet[Any, Any], limit: int) -> list[WorkItem]:
    said = {TO_ANSWER: ANSWER, TO_DO: STEP}
    return [
        WorkItem(
            title=customer,
            url=f"/co-sell/{public_id}/",
            what=str(said[what]) % {"reference": reference},
            due_at=due,
            who=partner,
        )
        for public_id, customer, reference, partner, what, due in rows.order_by("due", "public_id")[:limit]
    ]


WORK.register("deals.co_sell_sellers", for_sellers)
WORK.register("deals.co_sell_partners", for_partners)


def together(user: User, registration: Registration, now: datetime) -> dict[str, Any] | None:
    """On the page of a registration: what is open, or that it can be asked for."""
    if not user.may(*READERS) or registration.state not in OPEN:
        return None
    found = open_on(registration)
    may_ask = found is None and policies.acts_for_own_side(user, registration)
    if found is None and not may_ask:
        return None
    return {"deal": registration, "found": found, "is_partner": user.is_partner, "now": now}


PANELS.register("deals.co_sell", Panel("deal", 7, "deals/cosell/panel.html", together))
