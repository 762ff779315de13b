"""What the page of a registration says of its receipt."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from deals.events import SUBJECT
from deals.receipts.sentences import told
from deals.registrations.models import Registration
from deals.registrations.states import State
from prm.accounts.models import User
from prm.portal.sockets import PANELS, Panel
from prm.signing import jws
from prm.signing.models import Link
from prm.signing.selectors import chain_of


def told_steps(links: Iterable[Link]) -> list[str]:
    return [told(jws.read(link.jws).claims) for link in links]


def receipt(_user: User, registration: Registration, _now: datetime) -> dict[str, Any] | None:
    """On the page only who may read the registration comes by."""
    if registration.state == State.DRAFT:
        return None
    return {"deal": registration, "steps": told_steps(chain_of(SUBJECT, registration.public_id))}


PANELS.register("deals.receipt", Panel("deal", 20, "deals/receipts/panel.html", receipt))
