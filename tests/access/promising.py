"""What was promised to a partner, and what is said about it: texts that nobody else reads."""

from decimal import Decimal
from typing import Any

from deals.amendments.actions import answer_amendment, propose_amendment
from deals.decisions import actions as decisions
from deals.registrations.models import Registration
from prm.clocks.database import database_now
from tests.factories import Team, make_registration


def approved_as_shared(team: Team, product: Any, **values: Any) -> Registration:
    """With a smaller part in it than the partner registered, and a reason."""
    deal = make_registration(team, product, **{**values, "engagement": "independent"})
    about = {"engagement": "shared", "message": values["work_done"], "by": team.partner.pam, "now": database_now()}
    return decisions.approve(registration=deal, **about)


def bargain(team: Team, deal: Registration, *, said: str) -> None:
    """Lower terms that were proposed, and that the partner has declined."""
    now, pam = database_now(), team.partner.pam
    assert pam is not None
    propose_amendment(registration=deal, once=Decimal("0.1"), reason=said, by=pam, now=now)
    answer_amendment(registration=deal, accept=False, text=said, by=team.rep, now=now)
