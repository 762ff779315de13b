"""A customer that one partner is protected for, and others who have asked for it and were refused."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from deals.conflicts.actions import assess_pending
from deals.decisions import actions as decisions
from deals.registrations import actions as registrations
from deals.registrations.models import Registration
from deals.releases.actions import pass_on
from deals.releases.models import FirstRefusal
from prm.accounts.models import User
from prm.clocks.database import database_now
from tests.factories import MUELLER, Cast, Team, make_approved, make_registration, make_team

FREE_AT = timedelta(days=200)


@dataclass
class Line:
    """Orbit holds the customer; Helix has asked first, then a third partner."""

    cast: Cast
    holder: Registration
    third: Team
    first: Registration
    second: Registration
    turns: dict[str, Registration] = field(default_factory=dict)


def make_third(cast: Cast) -> Team:
    return make_team("aquila", "Aquila Partners", pam=cast.pam)


def refused(team: Team, cast: Cast) -> Registration:
    asked = make_registration(team, cast.products["fleet-cloud"], **MUELLER)
    assess_pending()
    return decisions.reject(
        registration=asked, reason="already_protected", message="Not now.", by=cast.pam, now=database_now()
    )


def make_line(cast: Cast) -> Line:
    holder = make_approved(cast.orbit, cast.products["fleet-cloud"], **MUELLER)
    third = make_third(cast)
    return Line(cast, holder, third, refused(cast.helix, cast), refused(third, cast))


def lose(holder: Registration, by: User, now: datetime | None = None) -> None:
    registrations.lose(registration=holder, reason="price", by=by, now=now or database_now())


def set_free(line: Line, now: datetime | None = None) -> datetime:
    """The protection ends, and the first in line is told. Returns when."""
    moment = now or database_now()
    lose(line.holder, line.cast.orbit.rep, moment)
    pass_on(moment)
    return moment


def states(holder: Registration) -> list[str]:
    return list(FirstRefusal.objects.filter(release__registration=holder).values_list("state", flat=True))
