"""How far a reseller has come towards the volume rebate, above its earnings."""

from datetime import datetime
from typing import Any

from deals.rebates.selectors import progress
from partners.models import Partner
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.currencies import Money
from prm.ledger.shown import today_of
from prm.portal.sockets import PANELS, Panel
from prm.rates.selectors import together
from prm.rates.shown import sentence


def standing(user: User, _subject: None, now: datetime) -> dict[str, Any] | None:
    if not (user.is_partner and user.may(P.EARNINGS_READ_ORGANISATION)):
        return None
    partner = Partner.objects.select_related("organisation").filter(organisation=user.organisation).first()
    rows = progress(partner, now) if partner else []
    if not rows:
        return None
    figure = together([Money(row.amount, row.currency) for row in rows], today_of(user, now))
    return {"rows": rows, "together": sentence(figure)}


PANELS.register("deals.rebate", Panel("earnings", 5, "deals/panels/rebate.html", standing))
