"""What the wings hang onto a page: panels of the socket, drawn in order."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from prm.accounts.models import User
from prm.portal.sockets import PANELS


@dataclass(frozen=True)
class DrawnPanel:
    template: str
    context: dict[str, Any]


def panels_for(place: str, user: User, subject: Any, now: datetime) -> list[DrawnPanel]:
    """The panels of that place which have something to say to this person about the subject."""
    here = sorted((panel for panel in PANELS if panel.place == place), key=lambda panel: panel.order)
    drawn = []
    for panel in here:
        context = panel.context(user, subject, now)
        if context is not None:
            drawn.append(DrawnPanel(panel.template, context))
    return drawn
