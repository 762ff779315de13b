"""Leads of the world: for each side one that waits for its answer, and one that it took."""

from typing import Any

from deals.leads.answers import accept, report
from deals.leads.models import LeadOffer
from prm.clocks.database import database_now
from tests.factories import Cast, Team, offer_to


def offer_leads(cast: Cast, team: Team, values: Any) -> list[LeadOffer]:
    """One that waits for an answer, and one that was taken."""
    known = values()
    free = {
        name: known[name]
        for name in ("customer_name", "customer_city", "contact_name", "contact_title")
        if name in known
    }
    about = {"need": known["work_done"], "contact_email": known.get("contact_email", "ina@x.example"), **free}
    offers = [offer_to(team, cast.pam, **about) for _ in range(2)]
    taken = accept(offer=offers[1], by=team.rep, now=database_now())
    offers[1] = report(offer=taken, stage="contacted", text=known["work_done"], by=team.rep, now=database_now())
    return offers
