"""Our own seller in the demo: opportunities with and without a partner, and what happened at protected customers."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from deals.cases.actions import decide_case
from deals.cases.models import DirectCase
from deals.direct.actions import add_touch, attach_partner, close_opportunity, create_opportunity
from deals.direct.models import DirectOpportunity
from deals.direct.states import OPEN_STAGES
from deals.protections.models import Protection
from deals.registrations.models import Registration
from partners.demo.cast import VENDOR, address
from partners.models import Account, Partner
from prm.accounts.models import User
from prm.ledger.shown import today_of

# Stage, value with its currency, and what a partner does beside the seller.
OPPORTUNITIES = (
    ("proposal", 42_000, "EUR", ""),
    ("won", 96_000, "EUR", "co_sell"),
    ("won", 38_500, "CHF", ""),
    ("negotiation", 61_000, "EUR", "referral"),
    ("lost", 18_000, "GBP", ""),
)
# What the account managers made of the first cases; the last one waits for whoever looks at the demo.
OUTCOMES = (
    (
        "permitted",
        "A service visit that was agreed with the partner before.",
        "Our seller was there for a service visit.",
    ),
    ("breach", "The protection was shown on the page of the customer.", "This should not have happened. We are sorry."),
)


def direct_sales(now: datetime) -> None:
    if DirectOpportunity.objects.exists():
        return
    seller = User.objects.get(email=address("seller", VENDOR))
    _sell(seller, now)
    _meet(seller, now)


def _sell(seller: User, now: datetime) -> None:
    """At customers that nobody is after."""
    taken = Registration.objects.exclude(account=None).values("account")
    free = Account.objects.present().exclude(external_id=None).exclude(pk__in=taken).order_by("-external_id")
    partner = Partner.objects.get(organisation__memberships__user__email=address("admin", "orbit"))
    for number, (account, (stage, value, currency, part)) in enumerate(zip(free, OPPORTUNITIES, strict=False)):
        values: dict[str, Any] = {"value": Decimal(value), "currency": currency, "external_id": f"OPP-{100 + number}"}
        if stage in OPEN_STAGES:
            values["stage"] = stage
        made = create_opportunity(account=account, values=values, by=seller, now=now)
        if part and not made.cases.exists():
            attach_partner(opportunity=made, partner=partner, part=part, by=seller, now=now)
        if stage not in OPEN_STAGES:
            day = today_of(seller, now - timedelta(days=number))
            close_opportunity(opportunity=made, stage=stage, closed_on=day, by=seller, now=now)
        add_touch(account=account, kind="meeting", on=today_of(seller, now - timedelta(days=3)), by=seller, now=now)


def _meet(seller: User, now: datetime) -> None:
    """At customers that are protected."""
    held = Protection.objects.holding(now).filter(registration__partner__pam__isnull=False)
    accounts = Account.objects.filter(pk__in=held.values("account")).order_by("name_key", "pk")
    for number, account in enumerate(accounts[: len(OUTCOMES) + 1]):
        add_touch(
            account=account, kind="call", on=today_of(seller, now), note="Asked how they are.", by=seller, now=now
        )
        if number < len(OUTCOMES):
            outcome, reason, message = OUTCOMES[number]
            for case in DirectCase.objects.open().with_nouns().filter(touch__account=account):
                by = case.registration.partner.pam
                if by is not None:
                    decide_case(case=case, outcome=outcome, reason=reason, message=message, by=by, now=now)
