"""What the tests of appeals and reversals do again and again."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from deals.appeals import actions
from deals.decisions import actions as decisions
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.clocks.database import database_now
from tests.factories import MUELLER, Cast, Team, make_registration

WHY = "The order was placed in May; our minutes and the mail of the board show it."


def fresh(deal: Registration) -> Registration:
    return Registration.objects.with_nouns().get(pk=deal.pk)


def rejected(cast: Cast, *, team: Team | None = None, by: User | None = None, **changes: Any) -> Registration:
    """By the account manager, for no project."""
    deal = make_registration(team or cast.helix, cast.products["fleet-cloud"], **{**MUELLER, **changes})
    refusal = {"reason": "not_qualified", "message": "We see no project."}
    return decisions.reject(registration=deal, by=by or cast.pam, now=database_now(), **refusal)


def appeal(deal: Registration, by: User, *, now: datetime | None = None, text: str = WHY, **more: str) -> Registration:
    return actions.appeal(registration=fresh(deal), text=text, by=by, now=now or database_now(), **more)


def decide(
    deal: Registration, by: User, outcome: str, *, message: str = "So it is.", now: datetime | None = None, **more: Any
) -> Registration:
    if outcome == "refused":
        more.setdefault("reason", "stands")
    if outcome == "compensated":
        more.setdefault("amount", Decimal("500.00"))
    moment = now or database_now()
    return actions.decide_appeal(registration=fresh(deal), outcome=outcome, message=message, by=by, now=moment, **more)


def appealed(cast: Cast, **changes: Any) -> Registration:
    return appeal(rejected(cast, **changes), cast.helix.rep)


def following(deal: Registration) -> Registration:
    return Registration.objects.with_nouns().get(appeal_of=deal.public_id)


def taken(cast: Cast) -> Registration:
    """An appeal about a customer that was protected for the rival meanwhile."""
    deal = appealed(cast)
    rival = make_registration(cast.orbit, cast.products["fleet-cloud"], **MUELLER)
    decisions.approve(registration=rival, by=cast.pam, now=database_now())
    return deal
