"""What the tests of selling together do again and again."""

from datetime import UTC, datetime, timedelta
from typing import Any

from deals.cosell import actions, stepping
from deals.cosell.models import CoSell
from deals.cosell.rules import NextStep
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.clocks.calendar import local_date
from prm.clocks.database import database_now
from tests.factories import Cast, make_approved

ROLES = {"lead": "partner", "technical": "vendor"}
WHY = "We need a demo of the fleet module before the board meets."


def fresh(found: CoSell) -> CoSell:
    return CoSell.objects.with_nouns().get(pk=found.pk)


def ask(deal: Registration, by: User, *, now: datetime | None = None, **changes: Any) -> CoSell:
    given = {"help": "technical", "message": WHY, "roles": ROLES, **changes}
    return actions.ask(registration=deal, by=by, now=now or database_now(), **given)


def asked(cast: Cast, *, by: User | None = None, **changes: Any) -> CoSell:
    """By the rep of Helix, on an approved deal, unless somebody else asks."""
    return ask(make_approved(cast.helix), by or cast.helix.rep, **changes)


def active(cast: Cast, **changes: Any) -> CoSell:
    """The account manager has named the seller."""
    return actions.accept(found=asked(cast, **changes), person=cast.seller, by=cast.pam, now=database_now())


def step(side: str, days: int = 10, text: str = "Show the demo") -> NextStep:
    return NextStep(side, text, local_date(datetime.now(UTC), "Europe/Berlin") + timedelta(days=days))


def add(found: CoSell, by: User, given: NextStep, *, now: datetime | None = None) -> CoSell:
    moment = now or database_now()
    return stepping.add_step(found=found, **given._asdict(), by=by, now=moment)
