"""Doors for the scheduler: each looks at the clock of the database and calls one verb."""

from celery import shared_task

from deals.amendments.actions import lapse_due as lapse_amendments
from deals.appeals.actions import escalate_due as escalate_appeals
from deals.cosell.stepping import remind_steps
from deals.earnings.actions import book_years_due as book_years
from deals.engagement.actions import escalate_due as escalate_engagements
from deals.holds.actions import remind_holds
from deals.leads import offering
from deals.marketplace.sweeping import offers_due
from deals.protections import actions
from deals.punctuality import actions as punctuality
from deals.rebates.actions import reckon_due
from deals.records import sweeps as records
from deals.releases import actions as releases
from prm.clocks.database import database_now
from prm.operations.actions import run_of


@shared_task(name="deals.expire_due")
def expire_due(**_old: object) -> None:
    with run_of("expire-due"):
        now = database_now()
        actions.expire_due(now=now)
        records.end_due(now=now)
        lapse_amendments(now=now)


@shared_task(name="deals.escalate_due")
def escalate_due(**_old: object) -> None:
    with run_of("escalate-due"):
        now = database_now()
        punctuality.escalate_due(now=now)
        escalate_appeals(now=now)
        escalate_engagements(now=now)


@shared_task(name="deals.pass_on")
def pass_on(**_old: object) -> None:
    with run_of("pass-on"):
        releases.pass_on(database_now())


@shared_task(name="deals.remind_due")
def remind_due(**_old: object) -> None:
    with run_of("remind-due"):
        now = database_now()
        actions.remind_due(now=now)
        remind_holds(now=now)
        remind_steps(now=now)
        offers_due(now=now)
        records.remind_due(now=now)


@shared_task(name="deals.reckon_rebates")
def reckon_rebates(**_old: object) -> None:
    with run_of("reckon-rebates"):
        reckon_due(now=database_now())


@shared_task(name="deals.book_years_due")
def book_years_due(**_old: object) -> None:
    with run_of("book-years-due"):
        book_years(now=database_now())


@shared_task(name="deals.offer_leads_due")
def offer_leads_due(**_old: object) -> None:
    with run_of("offer-leads-due"):
        offering.offers_due(now=database_now())
