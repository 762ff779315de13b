"""Two partners that share a customer in the demo, and two that are asked whether they would."""

from datetime import datetime, timedelta

from deals.demo.scenes import ELSTER, TEAMED
from deals.registrations.models import Registration
from deals.teaming.actions import Proposal, answer_teaming, propose
from deals.teaming.models import Teaming
from partners.demo.cast import VENDOR, address
from prm.accounts.models import User
from prm.signing.actions import leaving

WHY = {
    TEAMED.name: (
        60,
        "One of you knows their dispatchers, the other has installed their cold chain: together it is a better offer.",
    ),
    ELSTER.name: (50, "Both have worked on it, and the customer would like one offer."),
}


def teams(now: datetime) -> None:
    """Only once, so that what people change in the demo stays as they left it."""
    if Teaming.objects.exists():
        return
    with leaving():
        _ask(now)


def _ask(now: datetime) -> None:
    pam = User.objects.get(email=address("pam", VENDOR))
    for name, (share, message) in WHY.items():
        helix, orbit = _rows(name)
        asked = now - timedelta(minutes=40)
        propose(registration=helix, proposal=Proposal(share, message, orbit), by=pam, now=asked)
        if name == TEAMED.name:
            _accept(helix, now - timedelta(minutes=30))
            _accept(orbit, now - timedelta(minutes=20))


def _rows(name: str) -> list[Registration]:
    rows = Registration.objects.with_nouns().select_related("created_by").filter(customer_name=name)
    return list(rows.order_by("-priority_at"))


def _accept(deal: Registration, now: datetime) -> None:
    by = deal.created_by
    if by is None:
        raise AssertionError("somebody of the demo registered it")
    answer_teaming(registration=deal, accept=True, by=by, now=now)
