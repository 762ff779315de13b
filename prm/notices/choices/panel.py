"""The choices as a card of the profile; on a page of their own, the same card."""

from datetime import datetime
from typing import Any

from prm.accounts.models import User
from prm.notices.choices.forms import ChoicesForm
from prm.notices.choices.selectors import next_mornings
from prm.notices.kinds import groups_for
from prm.portal.sockets import PANELS, Panel


def card(user: User, now: datetime, refused: ChoicesForm | None = None) -> dict[str, Any]:
    mandatory = [group for group in groups_for(user).values() if group.mandatory]
    return {
        "choices": refused or ChoicesForm(user=user),
        "mandatory": mandatory,
        "next_digest": next_mornings([user.pk], now)[user.pk],
    }


def _context(user: User, _subject: object, now: datetime) -> dict[str, Any]:
    return card(user, now)


PANELS.register("notices.choices", Panel("profile", 10, "notices/_choices.html", _context))
