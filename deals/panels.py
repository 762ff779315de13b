"""What the deals wing hangs onto the home pages and onto the pages of partners and customers."""

from datetime import datetime
from typing import Any

from django.db.models import F

from deals.protections.models import Protection
from deals.registrations import policies
from deals.registrations.filters import end_of_today
from deals.registrations.models import Registration, RegistrationQuerySet
from deals.registrations.selectors import desk, most_urgent, standing
from deals.replays.policies import can_replay
from deals.rulebook import SCHEMA
from deals.tenders.models import Tender
from deals.tenders.policies import can_note
from partners.models import Account, Partner
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.ledger.shown import today_of
from prm.policy.models import PolicyVersion
from prm.portal.sockets import PANELS, Panel
from prm.rates.selectors import all_together
from prm.rates.shown import sentence

ROWS = 5
Context = dict[str, Any] | None


def _mine(user: User) -> RegistrationQuerySet | None:
    """The registrations of the person's organisation that the person may read; None for those who read none."""
    return Registration.objects.visible_to(user) if user.is_partner and user.may(*policies.READERS) else None


def _standing(rows: RegistrationQuerySet, user: User, now: datetime) -> dict[str, Any]:
    """Where they stand, and what amounts of several currencies come to at the rates of today; two queries at most."""
    found = standing(rows, now)
    pipeline, won = all_together([found.pipeline, found.won_value], today_of(user, now))
    return {"standing": found, "pipeline_together": sentence(pipeline), "won_together": sentence(won)}


def register_button(user: User, _subject: object, _now: datetime) -> Context:
    return {} if policies.can_register(user) else None


def partner_figures(user: User, _subject: object, now: datetime) -> Context:
    rows = _mine(user)
    return None if rows is None else _standing(rows, user, now)


def partner_deals(user: User, _subject: object, now: datetime) -> Context:
    rows = _mine(user)
    if rows is None:
        return None
    return {"rows": most_urgent(rows, now, ROWS), "may_register": policies.can_register(user)}


def vendor_desk(user: User, _subject: object, now: datetime) -> Context:
    """The PAM reads of the own partners, everybody else who may of the whole programme."""
    if not user.may(P.DEALS_READ_ALL):
        return None
    rows = Registration.objects.visible_to(user)
    is_own = user.may(P.DEALS_DECIDE)
    if is_own:
        rows = rows.filter(partner__in=Partner.objects.filter(pam=user))
    return {
        "desk": desk(rows, now, end_of_today(user, now)),
        "is_own": is_own,
        **({} if is_own else _standing(rows, user, now)),
        "sees_insight": user.may(P.METRICS_READ_ALL),
    }


def account_deals(user: User, account: Account, now: datetime) -> Context:
    """Who may not read the registrations still learns that, and until when, the customer is protected."""
    if not user.is_vendor:
        return None
    rows = Registration.objects.visible_to(user).filter(account=account).with_nouns()
    found = list(rows.order_by("-created_at", "-pk")[:20])
    protections = Protection.objects.holding(now).filter(account=account).select_related("product", "registration")
    return {
        "rows": found,
        "protections": [(p.product.name, p.period.upper) for p in protections.order_by("product__name")],
        "reads_all": user.may(P.DEALS_READ_ALL),
    }


def partner_registrations(user: User, partner: Partner, now: datetime) -> Context:
    if not user.may(P.DEALS_READ_ALL):
        return None
    rows = Registration.objects.visible_to(user).filter(partner=partner)
    undecided_first = F("decided_at").asc(nulls_first=True)
    open_rows = rows.open().with_nouns().order_by(undecided_first, "decision_due_at", "pk")[:ROWS]
    return {"partner": partner, "rows": list(open_rows), **_standing(rows, user, now)}


def account_tenders(user: User, account: Account, _now: datetime) -> Context:
    if not user.is_vendor or not user.may(P.ACCOUNTS_READ_ALL):
        return None
    rows = Tender.objects.visible_to(user).standing().filter(account=account).select_related("product")
    return {"account": account, "tenders": list(rows.order_by("-published_on", "-pk")[:20]), "may_note": can_note(user)}


def replay_link(user: User, version: PolicyVersion, _now: datetime) -> Context:
    return {"version": version} if version.schema == SCHEMA and can_replay(user) else None


PANELS.register("deals.button", Panel("partner.home.actions", 10, "deals/panels/button.html", register_button))
PANELS.register("deals.figures", Panel("partner.home.top", 20, "deals/panels/figures.html", partner_figures))
PANELS.register("deals.latest", Panel("partner.home", 10, "deals/panels/latest.html", partner_deals))
PANELS.register("deals.desk", Panel("vendor.home", 10, "deals/panels/desk.html", vendor_desk))
PANELS.register("deals.account", Panel("account", 10, "deals/panels/account.html", account_deals))
PANELS.register("deals.partner", Panel("partner", 10, "deals/panels/partner.html", partner_registrations))
PANELS.register("deals.tenders", Panel("account.aside", 20, "deals/panels/tenders.html", account_tenders))
PANELS.register("deals.replay", Panel("policy", 10, "deals/panels/replay.html", replay_link))
