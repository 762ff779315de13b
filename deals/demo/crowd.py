"""The many registrations of the demo, drawn with a fixed seed: the same programme on every machine."""

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from deals.demo.plots import (
    COLD_CHAIN,
    DOCK,
    FLEET,
    PLANNER,
    SAFETY,
    TELEMATICS,
    Customer,
    Plot,
    office_hours,
    submitted_for,
)
from deals.demo.scenes import DECISION_DAYS
from deals.registrations.states import State
from partners.demo.cast import COMPANIES, Company
from prm.clocks.calendar import Calendar

SEED = 2041
CUSTOMERS = Path(__file__).with_name("customers.csv")

DRAFT, SUBMITTED, ASKED, APPROVED = State.DRAFT, State.SUBMITTED, State.ASKED, State.APPROVED
REJECTED, WITHDRAWN, LAPSED = State.REJECTED, State.WITHDRAWN, State.LAPSED
WON, LOST, EXPIRED = State.WON, State.LOST, State.EXPIRED

# How many of each partner's registrations end how.
ENDS: dict[str, dict[State, int]] = {
    "helix": {
        DRAFT: 2,
        SUBMITTED: 2,
        ASKED: 2,
        APPROVED: 6,
        REJECTED: 2,
        WITHDRAWN: 2,
        LAPSED: 1,
        WON: 6,
        LOST: 2,
        EXPIRED: 2,
    },
    "orbit": {
        DRAFT: 2,
        SUBMITTED: 1,
        ASKED: 2,
        APPROVED: 5,
        REJECTED: 2,
        WITHDRAWN: 2,
        LAPSED: 1,
        WON: 5,
        LOST: 2,
        EXPIRED: 2,
    },
    "alder": {DRAFT: 1, SUBMITTED: 1, APPROVED: 3, WON: 2, LOST: 1},
    "banyan": {ASKED: 1, SUBMITTED: 1, APPROVED: 2, WON: 3, EXPIRED: 1},
    "cobalt": {SUBMITTED: 1, APPROVED: 2, REJECTED: 2, WON: 1, LAPSED: 1, EXPIRED: 1},
    "deltawerk": {DRAFT: 1, SUBMITTED: 1, APPROVED: 2, WON: 2, LOST: 1, WITHDRAWN: 1},
    "ember": {SUBMITTED: 1, APPROVED: 3, REJECTED: 2, WON: 1, LAPSED: 1},
    "fjord": {ASKED: 1, SUBMITTED: 1, APPROVED: 2, WON: 2, LOST: 1, EXPIRED: 1},
    "gala": {DRAFT: 1, SUBMITTED: 1, APPROVED: 2, WON: 2, REJECTED: 2},
    "harbour": {SUBMITTED: 1, APPROVED: 2, WON: 2, WITHDRAWN: 2, LOST: 1},
    "ipanema": {ASKED: 1, SUBMITTED: 1, APPROVED: 1, REJECTED: 3, WON: 1, LAPSED: 1},
    "jacaranda": {DRAFT: 1, SUBMITTED: 1, APPROVED: 2, WON: 2, EXPIRED: 2},
}
# Besides their own country.
NEIGHBOURS = {"helix": ("CH", "NL"), "orbit": ("DE", "IT"), "deltawerk": ("FR",), "ember": ("NO",)}
# Days ago between which such registrations were submitted.
SUBMITTED_BETWEEN: dict[State, tuple[int, int]] = {
    DRAFT: (1, 20),
    ASKED: (5, 9),
    APPROVED: (6, 82),
    REJECTED: (9, 330),
    WITHDRAWN: (9, 330),
    LAPSED: (26, 330),
    WON: (92, 350),
    LOST: (92, 350),
    EXPIRED: (104, 350),
}
# Products that go together, with how many units of each such a customer takes.
BUNDLES = (
    ((FLEET,), (20, 180)),
    ((FLEET, TELEMATICS), (25, 120)),
    ((PLANNER,), (15, 90)),
    ((FLEET, SAFETY), (30, 140)),
    ((COLD_CHAIN,), (10, 60)),
    ((DOCK,), (2, 12)),
    ((PLANNER, DOCK), (3, 14)),
)
REASONS = ("not_qualified", "tender", "outside_territory", "direct_opportunity", "existing_customer", "incomplete")
COMPETITORS = ("", "", "", "Trackwise", "FleetPilot", "In-house")
SERVICES = (("Onboarding workshop", 4200), ("24/7 monitoring", 18000), ("Integration with ERP", 12500))


def customers(known: list[Customer]) -> list[Customer]:
    """Invented companies and some that are customers of the vendor, in the order in which they are drawn."""
    with CUSTOMERS.open(encoding="utf-8", newline="") as file:
        drawn = [Customer(**row) for row in csv.DictReader(file)] + known
    Random(SEED).shuffle(drawn)  # noqa: S311 - a demo needs the same draw, not a secret one
    return drawn


def crowd(now: datetime, calendar: Calendar, drawn: list[Customer]) -> Iterator[Plot]:
    """One plot for each end in ENDS; every customer is asked for once."""
    random = Random(SEED)  # noqa: S311 - as above
    left = list(drawn)
    for company in COMPANIES:
        for fate, times in ENDS[company.slug].items():
            for _ in range(times):
                customer = _nearest(company, left)
                left.remove(customer)
                yield _drawn(company.slug, fate, customer, now, calendar, random)


def _nearest(company: Company, left: list[Customer]) -> Customer:
    near = (*NEIGHBOURS.get(company.slug, ()), company.country)
    return next((customer for customer in left if customer.country in near), left[0])


def count() -> int:
    return sum(sum(ends.values()) for ends in ENDS.values())


def _drawn(partner: str, fate: State, customer: Customer, now: datetime, calendar: Calendar, random: Random) -> Plot:
    submitted = _submitted(fate, now, calendar, random)
    products, (few, many) = random.choice(BUNDLES)
    units = random.randint(few, many)
    return Plot(
        partner=partner,
        person=random.choice(("rep", "rep", "rep", "admin")) if partner in ("helix", "orbit") else "rep",
        customer=customer,
        lines=tuple((product, units) for product in products),
        drafted=submitted - timedelta(hours=random.randint(1, 60)),
        submitted=submitted,
        fate=fate,
        decided_after=random.choice((0, 1, 1, 1, 2, 2, 3)),
        ended_after=random.randint(12, 74),
        asked=fate in (APPROVED, WON, REJECTED) and random.random() < 0.2,
        engagement=random.choice(("assisted", "shared", "shared", "independent")),
        opportunity=random.choice(("new", "new", "new", "expansion", "renewal")),
        origin=random.choice(("partner", "partner", "partner", "partner", "joint", "vendor")),
        segment=random.choice(("small_business", "mid_market", "mid_market", "enterprise")),
        competitor=random.choice(COMPETITORS),
        reason=random.choice(REASONS),
        minutes=random.randint(20, 170),
        services=tuple(random.sample(SERVICES, random.choice((0, 1, 1, 2)))),
    )


def _submitted(fate: State, now: datetime, calendar: Calendar, random: Random) -> datetime:
    """During office hours; what waits for a decision still has time."""
    if fate == SUBMITTED:
        due = _at_work(calendar.due(now, random.choice((1, 1, 2))), calendar, random)
        return min(submitted_for(due, DECISION_DAYS, calendar), now - timedelta(minutes=random.randint(20, 200)))
    earliest, latest = SUBMITTED_BETWEEN[fate]
    day = _at_work(now - timedelta(days=random.randint(earliest, latest)), calendar, random)
    return office_hours(day, calendar)


def _at_work(day: datetime, calendar: Calendar, random: Random) -> datetime:
    wall = day.astimezone(calendar.zone)
    wall = wall.replace(hour=random.randint(8, 16), minute=random.randint(0, 59), second=random.randint(0, 59))
    return wall.astimezone(day.tzinfo)
