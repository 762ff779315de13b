"""Selling together in the demo: one at work, a request for each side to answer, one declined and one that is over."""

from datetime import datetime, timedelta
from typing import Any

from deals.cosell.actions import accept, ask, decline, end
from deals.cosell.models import CoSell
from deals.cosell.rules import NextStep
from deals.cosell.stepping import complete_step
from deals.registrations.models import Registration
from partners.demo.cast import VENDOR, address
from prm.accounts.models import User

# Of which partner, who asks, what is wanted, the words, who does what, what became of it.
REQUESTS = (
    (
        *("helix", "partner", "technical"),
        "Their head of IT wants to see live temperatures with his own data before the board meets.",
        {"lead": "partner", "technical": "vendor", "commercial": "partner"},
        "active",
    ),
    (
        *("helix", "vendor", "introduction"),
        "We have spoken to their parent company for a year. Shall we bring both tables together?",
        {"lead": "partner", "executive": "vendor"},
        "asked",
    ),
    (
        *("helix", "partner", "executive"),
        "The managing director would like to hear from somebody at eye level how long we stand behind the product.",
        {"lead": "partner", "executive": "vendor"},
        "asked",
    ),
    (
        *("orbit", "partner", "commercial"),
        "They ask for a frame contract over three years; we have never written one.",
        {"lead": "partner", "commercial": "vendor"},
        "ended",
    ),
    (
        *("orbit", "vendor", "delivery"),
        "They want somebody on site for the first month. Could that be you?",
        {"lead": "partner", "delivery": "partner"},
        "declined",
    ),
)
OLD_ENOUGH = timedelta(days=2)


def together(now: datetime) -> None:
    """Only once, so that what people change in the demo stays as they left it."""
    if CoSell.objects.exists():
        return
    taken: list[int] = []
    for number, (slug, side, wanted, message, roles, fate) in enumerate(REQUESTS):
        deal = _deal(slug, taken, now)
        taken.append(deal.pk)
        people = {"partner": _registrant(deal), "vendor": _pam(deal)}
        moment = now - timedelta(minutes=50 - 5 * number)
        given: dict[str, Any] = {
            "help": wanted,
            "message": message,
            "roles": roles,
            "steps": _steps(moment) if number == 0 else (),
        }
        found = ask(registration=deal, **given, by=people[side], now=moment)
        _become(found, fate, people["vendor" if side == "partner" else "partner"], moment + timedelta(minutes=3))


def _deal(slug: str, taken: list[int], now: datetime) -> Registration:
    """The largest ones under way that nothing has happened to for a while."""
    rows = Registration.objects.with_nouns().select_related("created_by").exclude(pk__in=taken)
    rows = rows.filter(partner__organisation__memberships__user__email=address("admin", slug))
    calm = rows.filter(state="approved", decided_at__lt=now - OLD_ENOUGH, outcome="exclusive", created_by__isnull=False)
    found = calm.order_by("-value", "pk").first()
    if found is None:
        raise AssertionError("the demo has deals under way")
    return found


def _registrant(deal: Registration) -> User:
    if deal.created_by is None:
        raise AssertionError("somebody of the demo registered it")
    return deal.created_by


def _pam(deal: Registration) -> User:
    if deal.partner.pam is None:
        raise AssertionError("somebody looks after the partners of the demo")
    return deal.partner.pam


def _steps(now: datetime) -> list[NextStep]:
    day = now.date()
    return [
        NextStep("partner", "Send the data of one lorry for a week", day + timedelta(days=1)),
        NextStep("vendor", "Set up the demo with their data", day + timedelta(days=3)),
        NextStep("partner", "Agree on a date with the board", day + timedelta(days=9)),
    ]


def _become(found: CoSell, fate: str, other: User, now: datetime) -> None:
    if fate == "declined":
        decline(
            found=found, reason="no_capacity", text="Not before the new technicians are with us.", by=other, now=now
        )
    if fate not in {"active", "ended"}:
        return
    seller = User.objects.get(email=address("seller", VENDOR)) if other.is_vendor else other
    found = accept(found=found, person=seller, text="With pleasure.", by=other, now=now)
    if fate == "ended":
        end(found=found, result="done", text="The frame contract is signed.", by=other, now=now + timedelta(minutes=1))
        return
    first = found.steps.earliest("due_at", "pk")
    rep = _registrant(found.registration)
    complete_step(found=found, step=first.public_id, by=rep, now=now + timedelta(minutes=1))
