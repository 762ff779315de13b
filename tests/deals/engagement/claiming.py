"""What the tests of the confirmed engagement and of its terms do again and again."""

from datetime import datetime
from typing import Any

from deals.decisions import actions as decisions
from deals.engagement import actions
from deals.registrations import actions as registrations
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.clocks.database import database_now
from tests.factories import Cast, Team, make_registration

WHY = "We ran the pilot, the workshops and the negotiation on our own; the minutes show it."


def fresh(deal: Registration) -> Registration:
    return Registration.objects.with_nouns().get(pk=deal.pk)


def approved(
    cast: Cast, confirmed: str = "shared", *, team: Team | None = None, by: User | None = None, **changes: Any
) -> Registration:
    """Registered as independent, confirmed as something else."""
    deal = make_registration(team or cast.helix, cast.products["fleet-cloud"], **changes)
    given = {"engagement": confirmed, "message": "Our engineers run the pilot."}
    return decisions.approve(registration=deal, by=by or cast.pam, now=database_now(), **given)


def won(deal: Registration, **more: Any) -> Registration:
    now = database_now()
    given = {"closed_on": now.date(), "early_reason": "Signed at once.", "by": deal.created_by, "now": now, **more}
    return registrations.win(registration=fresh(deal), **given)


def appeal(deal: Registration, by: User, *, now: datetime | None = None, text: str = WHY, **more: str) -> Registration:
    moment = now or database_now()
    return actions.appeal_engagement(registration=fresh(deal), text=text, by=by, now=moment, **more)


def appealed(cast: Cast, **changes: Any) -> Registration:
    return appeal(approved(cast, **changes), cast.helix.rep)


def decide(deal: Registration, by: User, outcome: str, *, now: datetime | None = None, **more: Any) -> Registration:
    given = {"message": "So it is.", "reason": "stands" if outcome == "kept" else "", **more}
    moment = now or database_now()
    return actions.decide_engagement(registration=fresh(deal), outcome=outcome, by=by, now=moment, **given)
