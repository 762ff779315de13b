"""What leads hang into the foundations' sockets."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.leads import policies
from deals.leads.answers import convert
from deals.leads.events import LEAD, OFFER
from deals.leads.models import Lead, LeadOffer
from deals.leads.offering import place_new
from deals.leads.states import LeadState
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.accounts.roles import Side
from prm.audit import kinds
from prm.notices import relay
from prm.notices.kinds import GROUPS, Group, declare
from prm.portal.sockets import NAVIGATION, PANELS, SUBJECTS, WORK, NavItem, Panel, SubjectLink, WorkItem

RETURNED = gettext_lazy("Nobody took this lead: change it, offer it again or close it")

relay.WORK.register("deals.place_leads", place_new)
kinds.handle("deal.submitted", convert)
GROUPS.register("leads", Group(gettext_lazy("Leads"), gettext_lazy("Offered, taken, gone on, back with us."), order=22))
declare(
    "leads",
    *("lead.offered", "lead.reminded", "lead.lapsed", "lead.offer_withdrawn"),
    *("lead.accepted", "lead.returned", "lead.lost"),
)
NAVIGATION.register(
    "leads",
    NavItem(
        gettext_lazy("Leads"),
        "leads",
        order=32,
        sides=frozenset({Side.VENDOR}),
        permissions=frozenset(policies.READERS),
    ),
)
NAVIGATION.register(
    "lead-offers",
    NavItem(
        gettext_lazy("Leads"),
        "lead-offers",
        order=32,
        sides=frozenset({Side.PARTNER}),
        permissions=frozenset(policies.OFFER_READERS),
    ),
)


def leads(user: User, ids: list[str]) -> dict[str, SubjectLink]:
    rows = Lead.objects.visible_to(user).filter(public_id__in=ids)
    return {row.public_id: SubjectLink(row.customer_name, row.get_absolute_url()) for row in rows}


def offers(user: User, ids: list[str]) -> dict[str, SubjectLink]:
    rows = LeadOffer.objects.visible_to(user).filter(public_id__in=ids).select_related("lead")
    return {row.public_id: SubjectLink(row.lead.customer_name, row.get_absolute_url()) for row in rows}


SUBJECTS.register(LEAD, leads)
SUBJECTS.register(OFFER, offers)


def to_answer(user: User, now: datetime, limit: int) -> list[WorkItem]:
    """For a partner: leads that wait for its answer."""
    if not (user.is_partner and user.may(P.DEALS_REGISTER)):
        return []
    rows = LeadOffer.objects.visible_to(user).open().filter(due_at__gt=now).select_related("lead")
    return [
        WorkItem(row.lead.customer_name, row.get_absolute_url(), _("Accept or decline this lead"), row.due_at)
        for row in rows.order_by("due_at", "pk")[:limit]
    ]


def to_work(user: User, _now: datetime, limit: int) -> list[WorkItem]:
    """For whoever took a lead: it wants to be registered, or closed."""
    if not (user.is_partner and user.may(P.DEALS_REGISTER)):
        return []
    rows = LeadOffer.objects.visible_to(user).filter(answered_by=user, lead__state=LeadState.ACCEPTED, state="accepted")
    return [
        WorkItem(row.lead.customer_name, row.get_absolute_url(), _("Register this lead, or say how it goes"))
        for row in rows.select_related("lead").order_by("answered_at", "pk")[:limit]
    ]


def returned(user: User, _now: datetime, limit: int) -> list[WorkItem]:
    """For whoever entered it and decides nothing; for the others `decisions_waiting` asks, in its own query."""
    if not policies.can_enter(user) or user.may(P.DEALS_DECIDE, P.DEALS_OVERRIDE):
        return []
    rows = Lead.objects.returned_to(user).order_by("tried_at", "pk")[:limit]
    return [WorkItem(row.customer_name, row.get_absolute_url(), str(RETURNED)) for row in rows]


WORK.register("deals.lead_offers", to_answer)
WORK.register("deals.leads_taken", to_work)
WORK.register("deals.leads_returned", returned)


def origin(user: User, registration: Registration, _now: datetime) -> dict[str, Any] | None:
    """On the page of a registration: the lead it was made from."""
    found = LeadOffer.objects.visible_to(user).filter(lead__registration=registration, state="accepted")
    offer = found.select_related("lead").first()
    return {"offer": offer} if offer else None


PANELS.register("deals.lead", Panel("deal", 6, "deals/leads/panel.html", origin))
