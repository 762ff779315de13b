"""Partners of record for these tests: asked for, appointed, and days that pass."""

from datetime import date, datetime, timedelta
from typing import Any

from deals.products.models import ProductLine
from deals.records.actions import Consent, appoint, ask_record, decide_record
from deals.records.models import PartnerOfRecord
from deals.registrations import actions
from deals.registrations.models import Registration
from partners.models import Account
from prm.accounts.models import User
from prm.clocks.database import database_now
from tests.factories import Cast, Team, make_account, make_approved

SHOWN = "A letter of the head of IT, kept in the file."


def consent(on: date | None = None, by: str = "Ines Wolf, head of IT", text: str = SHOWN) -> Consent:
    return Consent(by, on or database_now().date(), text)


def won_deal(team: Team, *products: ProductLine, **changes: Any) -> Registration:
    deal = make_approved(team, *products, **changes)
    now = database_now()
    return actions.win(registration=deal, closed_on=now.date(), early_reason="Signed at once.", by=team.rep, now=now)


def asked(team: Team, deal: Registration | None = None, **given: Any) -> PartnerOfRecord:
    about = {"consent": consent(), "by": team.rep, "now": database_now(), **given}
    return ask_record(registration=deal or won_deal(team), **about)


def confirmed(record: PartnerOfRecord, by: User, **given: Any) -> PartnerOfRecord:
    return decide_record(record=record, **{"accept": True, "by": by, "now": database_now(), **given})


def appointed(cast: Cast, team: Team, account: Account | None = None, **given: Any) -> PartnerOfRecord:
    about = {"consent": consent(), "by": cast.pam, "now": database_now(), **given}
    return appoint(account=account or make_account(), partner=team.partner, **about)


def moved(record: PartnerOfRecord, days: int) -> PartnerOfRecord:
    """As if it had been written so many days ago."""
    by = timedelta(days=days)
    for name in ("since", "until", "proof_from", "created_at", "decided_at", "next_reminder_at"):
        value = getattr(record, name)
        setattr(record, name, value and value - by)
    record.save()
    return record


def at(record: PartnerOfRecord, day: date) -> datetime:
    """Noon of that day, in UTC."""
    return record.created_at.replace(year=day.year, month=day.month, day=day.day, hour=12)
