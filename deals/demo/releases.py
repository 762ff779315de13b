"""A protection that ended this morning: whoever had asked for the customer has first refusal now."""

from datetime import datetime, timedelta

from deals.demo.scenes import ORBIT, VOGT
from deals.registrations.actions import lose
from deals.registrations.models import Registration
from deals.registrations.states import LossReason, State
from deals.releases.actions import pass_on
from partners.demo.cast import address
from prm.accounts.models import User
from prm.signing.actions import leaving

A_WHILE = timedelta(hours=2)


def released(now: datetime) -> None:
    """Only once: what became of it in the demo stays."""
    held = Registration.objects.filter(customer_name=VOGT.name, state=State.APPROVED).first()
    if held is None:
        return
    by = User.objects.get(email=address("rep", ORBIT))
    with leaving():
        lose(registration=held, reason=LossReason.NO_DECISION, by=by, now=now - A_WHILE)
        pass_on(now - A_WHILE)
