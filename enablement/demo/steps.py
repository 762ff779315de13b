"""Fills the wing of the demo: what can be earned, who holds it, and what waits for review."""

from datetime import datetime, timedelta

from enablement.certificates.actions import award
from enablement.certificates.rules import months_after
from enablement.certificates.sweeps import expire_due, remind_due
from enablement.certification.actions import create_certification
from enablement.certification.models import Certification
from enablement.claims.actions import Given, decide_claim, hand_in
from partners.demo.cast import VENDOR, address
from prm.accounts.models import User
from prm.portal.sockets import DEMO, DemoStep

# Title, competency, level, kind, how it is proved, what it shows.
OFFERED = (
    ("Fleet Cloud Engineer", "fleet-cloud", "professional", "product", "external", "Sets up and migrates fleets."),
    ("Route Planner Sales", "route-planner", "associate", "product", "external", "Knows whom the planner serves."),
    ("Telematics Installer", "telematics", "associate", "product", "award", "Two installations under supervision."),
    ("Cold Chain Practice", "cold-chain", "professional", "industry", "external", "Records that hold in an audit."),
)
# Who holds which, and in how many days it ends.
HELD = (
    ("rep", "helix", 0, 56),
    ("admin", "helix", 0, 410),
    ("rep", "helix", 1, 300),
    ("marketing", "helix", 1, -12),
    ("admin", "helix", 2, 620),
    ("rep", "helix", 3, 140),
    ("rep", "orbit", 0, 200),
    ("admin", "orbit", 0, 25),
    ("rep", "orbit", 1, -20),
    ("admin", "orbit", 1, 350),
    ("rep", "orbit", 2, 75),
    ("admin", "orbit", 3, 500),
)


def certified(now: datetime) -> None:
    """Only once, so that what people change in the demo stays as they left it."""
    if Certification.objects.exists():
        return
    by = User.objects.get(email=address("admin", VENDOR))
    offered = [_offered(row, by, now - timedelta(days=800)) for row in OFFERED]
    for local, slug, number, days in HELD:
        _award(User.objects.get(email=address(local, slug)), offered[number], days, by, now)
    expire_due(now=now)
    remind_due(now=now)
    _proofs(offered, now)


def _offered(row: tuple[str, str, str, str, str, str], by: User, now: datetime) -> Certification:
    names = ("title", "competency", "level", "kind", "proof", "description")
    return create_certification(values=dict(zip(names, row, strict=True)), by=by, now=now)


def _award(user: User, what: Certification, ends_in: int, by: User, now: datetime) -> None:
    """On the day from which it ends in so many days."""
    earned = months_after(now.date() + timedelta(days=ends_in), -what.validity_months)
    then = now - (now.date() - earned) if earned <= now.date() else now
    award(certification=what, user=user, earned_on=earned, by=by, now=then)


def _proofs(offered: list[Certification], now: datetime) -> None:
    """One that waits, for a renewal, and one that was declined."""
    pam = User.objects.get(email=address("pam", VENDOR))
    rep, marketing = (User.objects.get(email=address(local, "helix")) for local in ("rep", "marketing"))
    recent, earlier = now - timedelta(hours=20), now - timedelta(days=9)
    academy = Given(
        "Transport Academy Hamburg",
        recent.date() - timedelta(days=3),
        "Refresher of two days, certificate TA-20931, passed with 91 of 100 points.",
        "https://academy.example/verify/TA-20931",
    )
    hand_in(certification=offered[0], given=academy, by=rep, now=recent)
    webinar = Given("Fleet Webinars", earlier.date(), "Attended a webinar of ninety minutes on cold chains.")
    claim = hand_in(certification=offered[3], given=webinar, by=marketing, now=earlier)
    decide_claim(
        claim=claim,
        accept=False,
        reason="not_enough",
        message="A webinar without a test is not enough. The course with the exam is.",
        by=pam,
        now=earlier + timedelta(days=1),
    )


DEMO.register("enablement.certified", DemoStep(38, certified))
