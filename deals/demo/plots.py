"""What a registration of the demo is about and what becomes of it: plain values, played by deals.demo.story."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from deals.registrations.states import State
from prm.clocks.calendar import Calendar

FLEET, TELEMATICS, PLANNER = "fleet-cloud", "telematics", "route-planner"
SAFETY, COLD_CHAIN, DOCK = "driver-safety", "cold-chain", "dock-scheduler"

PAM = "pam"

Lines = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Customer:
    name: str
    country: str
    city: str
    website: str = ""


@dataclass(frozen=True)
class Remark:
    """A message in the conversation, so many hours after the submission; `who` is a colleague, or "pam"."""

    hours: int
    who: str
    text: str
    internal: bool = False


@dataclass(frozen=True)
class Plot:
    """One registration from its draft to `fate`.

    `decided_after` counts business days from the submission (or the answer) to the PAM's decision, `ended_after`
    days from there to the win or loss. What lies in the future when the plot is played does not happen.
    """

    partner: str
    person: str
    customer: Customer
    lines: Lines
    drafted: datetime
    submitted: datetime
    fate: State
    decided_after: int = 1
    ended_after: int = 30
    asked: bool = False
    engagement: str = "shared"
    # The part that the account manager confirms instead, and what becomes of the appeal against it, asked so many
    # business days after the approval: "waiting" or "upheld".
    confirmed: str = ""
    claim: str = ""
    claimed_after: int = 1
    # What becomes of lower terms that are proposed: "waiting" (asked two days ago) or "agreed" (asked so many business
    # days after the approval).
    amendment: str = ""
    amended_after: int = 6
    opportunity: str = "new"
    origin: str = "partner"
    segment: str = "mid_market"
    competitor: str = ""
    reason: str = "not_qualified"
    override: str = ""
    outcome: str = "exclusive"
    shared_with: str = ""
    # "asked" or "granted": the extension that is asked for four days before the end.
    extension: str = ""
    # "waiting" or "compensated": what becomes of the appeal against a rejection, asked a business day after it.
    appeal: str = ""
    # Whether an administrator takes the rejection back.
    reversed: bool = False
    minutes: int = 90
    services: tuple[tuple[str, int], ...] = field(default_factory=tuple)
    said: tuple[Remark, ...] = ()


def office_hours(moment: datetime, calendar: Calendar) -> datetime:
    """The same wall time on the last business day until then."""
    wall = moment.astimezone(calendar.zone)
    while not calendar.is_business_day(wall.date()):
        wall -= timedelta(days=1)
    return wall.astimezone(moment.tzinfo)


def next_office_hours(moment: datetime, calendar: Calendar) -> datetime:
    """The same wall time on the first business day from then on."""
    wall = moment.astimezone(calendar.zone)
    while not calendar.is_business_day(wall.date()):
        wall += timedelta(days=1)
    return wall.astimezone(moment.tzinfo)


def submitted_for(due: datetime, business_days: int, calendar: Calendar) -> datetime:
    """When to submit for a decision that is due then: the way back of Calendar.due."""
    wall = office_hours(due, calendar).astimezone(calendar.zone)
    for _ in range(business_days):
        wall = office_hours(wall - timedelta(days=1), calendar).astimezone(calendar.zone)
    return wall.astimezone(due.tzinfo)
