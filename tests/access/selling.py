"""What our own seller does in the world of the walks."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from deals.cases.actions import decide_case
from deals.cosell.actions import accept, ask
from deals.cosell.models import CoSell
from deals.cosell.rules import NextStep
from deals.direct.actions import add_touch, attach_partner, close_opportunity, create_opportunity
from deals.direct.models import DirectOpportunity, DirectTouch
from deals.mapping import actions as mapping
from deals.mapping.models import MappedList
from deals.mapping.work import finish, match_portion
from deals.records.actions import Consent, appoint, ask_record
from deals.records.models import PartnerOfRecord
from deals.registrations.models import Registration
from partners.models import Account, Partner
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.jobs.models import Job
from prm.ledger.shown import today_of
from tests.factories import Cast, Team


def sell(cast: Cast, account: Account, external_id: str, partner: Partner) -> DirectOpportunity:
    """Our own, at a customer that nobody protects: one is won with the partner, the other is open."""
    now = database_now()
    about: dict[str, Any] = {"account": account, "by": cast.seller, "now": now}
    given = {"value": Decimal(1200), "currency": "EUR"}
    won = create_opportunity(**about, values=given)
    attach_partner(opportunity=won, partner=partner, by=cast.seller, now=now)
    close_opportunity(opportunity=won, stage="won", closed_on=today_of(cast.seller, now), by=cast.seller, now=now)
    return create_opportunity(**about, values={**given, "external_id": external_id})


def meet(cast: Cast, deal: Registration, *, said: str) -> list[DirectTouch]:
    """Our own sales meet the protection twice; the partner reads what came of the second time."""
    account, now = deal.account, database_now()
    assert account is not None
    about: dict[str, Any] = {"account": account, "on": today_of(cast.seller, now), "by": cast.seller, "now": now}
    touches = [add_touch(**about, kind=kind, note=said) for kind in ("call", "meeting")]
    told = {"outcome": "permitted", "reason": said, "message": said}
    decide_case(case=touches[1].cases.get(), **told, by=cast.pam, now=now)
    return touches


def sell_together(cast: Cast, deals: list[Registration], *, said: str) -> list[CoSell]:
    """A request of the partner that waits for an answer, and one that its account manager has accepted."""
    now = database_now()
    steps = [NextStep(side, f"{side}: {said}", now.date() + timedelta(days=9)) for side in ("partner", "vendor")]
    wanted: dict[str, Any] = {"help": "technical", "message": said, "roles": {"lead": "partner"}, "steps": steps}
    asked = [ask(registration=deal, **wanted, by=_registrant(deal), now=now) for deal in deals]
    asked[1] = accept(found=asked[1], text=said, by=cast.pam, now=now)
    return asked


def _registrant(deal: Registration) -> User:
    assert deal.created_by is not None
    return deal.created_by


def map_customers(cast: Cast, team: Team, account: Account, name: str) -> MappedList:
    """One that both sides show, and one that nobody does."""
    about: dict[str, Any] = {"by": team.rep, "now": database_now()}
    rows = [[account.name, account.country], [name, account.country]]
    made = mapping.bring(name=f"{name}.csv", header=["name", "country"], rows=rows, **about)
    compare(mapping.start(given=made, columns=["name", "country"], **about))
    first = made.customers.get(number=2)
    shown = mapping.show_rows(given=made, rows=[first.public_id], **about)
    given = {"partner": team.partner, "accounts": [account.public_id]}
    mapping.show_accounts(**given, by=cast.seller, now=database_now())
    return shown


def compare(given: MappedList) -> None:
    """As the worker does, without anything else that waits for it."""
    job, now = Job.objects.get(subject_id=given.public_id), database_now()
    while job.done < job.total:
        match_portion(job, now)
        job.done += 1
    finish(job, now)
    Job.objects.filter(pk=job.pk).update(done=job.total, finished_at=now)


def of_record(cast: Cast, won: Registration, account: Account, *, said: str) -> list[PartnerOfRecord]:
    """The partner asks to be partner of record where it won, and is it already of another customer."""
    now, pam = database_now(), won.partner.pam
    assert pam is not None
    assert won.created_by is not None
    consent = Consent(said, now.date(), said)
    asked = ask_record(registration=won, consent=consent, by=won.created_by, now=now)
    return [asked, appoint(account=account, partner=won.partner, consent=consent, by=pam, now=now)]
