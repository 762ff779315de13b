"""What a receipt of a registration says at each step. Plain values in, plain values out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deals.receipts.states import Kind
from prm.signing.places import place
from prm.signing.rules import said

# Kind of step by kind of event, and its outcome where the event names none.
STEPS: dict[str, tuple[Kind, str | None]] = {
    "deal.submitted": (Kind.REGISTERED, None),
    "deal.approved": (Kind.DECIDED, None),
    "deal.approved_non_exclusive": (Kind.DECIDED, None),
    "deal.teamed": (Kind.DECIDED, None),
    "deal.rejected": (Kind.DECIDED, "rejected"),
    "deal.withdrawn": (Kind.ENDED, "withdrawn"),
    "deal.won": (Kind.ENDED, "won"),
    "deal.lost": (Kind.ENDED, "lost"),
    "deal.expired": (Kind.ENDED, "expired"),
    "deal.lapsed": (Kind.ENDED, "lapsed"),
    # Without an end, which is the decision's; and what a refusal leaves of it.
    "deal.protected_provisionally": (Kind.EXTENDED, "provisional"),
    "deal.provisional_ended": (Kind.ENDED, "provisional"),
    # Goes on until the decision; granted or not, the end is what the event says.
    "deal.extension_asked": (Kind.EXTENDED, "asked"),
    "deal.extension_granted": (Kind.EXTENDED, "granted"),
    "deal.extension_refused": (Kind.EXTENDED, "refused"),
    "deal.reversed": (Kind.ENDED, "reversed"),
    "deal.appealed": (Kind.APPEALED, "asked"),
    "deal.appeal_refused": (Kind.APPEALED, "refused"),
    "deal.appeal_reinstated": (Kind.APPEALED, "reinstated"),
    "deal.appeal_compensated": (Kind.APPEALED, "compensated"),
    "deal.engagement_appealed": (Kind.APPEALED, "engagement_asked"),
    "deal.engagement_kept": (Kind.APPEALED, "engagement_kept"),
    # The terms of this step are those that are frozen anew.
    "deal.engagement_upheld": (Kind.APPEALED, "engagement_upheld"),
    # Until the consent the terms of the steps are the old ones.
    "deal.terms_proposed": (Kind.AMENDED, "proposed"),
    "deal.terms_agreed": (Kind.AMENDED, "agreed"),
    "deal.terms_declined": (Kind.AMENDED, "declined"),
}
# Steps behind which a protection goes on, or ends as the row says.
LEAVING = {"deal.won", "deal.lost", "deal.reversed"}
LEAVING |= {kind for kind in STEPS if kind.startswith(("deal.engagement_", "deal.terms_"))}
# As events name the end of the protection.
UNTIL = ("protected_until", "until")


@dataclass(frozen=True)
class Standing:
    """A registration as the receipt sees it. `policy` is the number of the rules that applied; `earlier` are terms that
    were frozen before the present ones, each with the moment until which they were."""

    deal: str
    partner: str
    priority_at: datetime
    number: int
    decided_at: datetime | None
    protected_until: datetime | None
    terms: Mapping[str, Any]
    policy: int | None
    earlier: tuple[tuple[datetime, Mapping[str, Any]], ...] = ()

    def terms_at(self, at: datetime) -> Mapping[str, Any]:
        """A step that is certified late says what was promised then."""
        return next((terms for until, terms in self.earlier if at < until), self.terms)


def constant(standing: Standing, secret: str) -> dict[str, Any]:
    """What every step repeats."""
    priority = said(standing.priority_at)
    number = place(priority or "", standing.number, secret)
    return {"deal": standing.deal, "partner": standing.partner, "priority_at": priority, "place": number}


def claims(kind: str, data: Mapping[str, Any], at: datetime, standing: Standing, secret: str) -> dict[str, Any]:
    """Of one event. Terms and rules are those of the decision; before it none are promised."""
    step, outcome = STEPS[kind]
    decided = step is not Kind.REGISTERED and standing.decided_at is not None
    return {
        **constant(standing, secret),
        "at": said(at),
        "outcome": outcome or data.get("outcome"),
        "protected_until": said(next(filter(None, map(data.get, UNTIL)), None) or _lasting(kind, standing)),
        "terms": dict(standing.terms_at(at)) or None if decided else None,
        "policy": standing.policy if decided else None,
    }


def _lasting(kind: str, standing: Standing) -> datetime | None:
    """The protection as an end, or a step about the terms, leaves it, where the event does not say."""
    return standing.protected_until if kind in LEAVING else None


def facts(standing: Standing, secret: str) -> dict[str, Any]:
    """What the newest receipt must say."""
    return {**constant(standing, secret), "protected_until": said(standing.protected_until)}
