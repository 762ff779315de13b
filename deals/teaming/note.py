"""A line in both conversations: from now on they know each other."""

from datetime import datetime

from django.utils.translation import gettext as _

from deals.conversations import can_write, subject_of
from deals.teaming.models import Holder, Teaming
from deals.teaming.notices import contact
from prm.threads.actions import post_message


def tell_both(teaming: Teaming, holders: list[Holder], *, now: datetime) -> None:
    """In the name of whoever proposed it; without a word when that person has left."""
    by = teaming.proposed_by
    for holder in holders:
        subject = subject_of(holder.registration)
        if by is None or by.organisation is None or not can_write(by, subject):
            continue
        others = "; ".join(contact(other.registration) for other in holders if other is not holder)
        text = _("You share this customer now. You reach the other partner here: %(others)s.") % {"others": others}
        post_message(subject=subject, text=text, by=by, now=now)
