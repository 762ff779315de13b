"""Partners of record in the demo: who won managed deals is one already; one waits, one's year ends soon."""

from datetime import datetime, timedelta

from deals.records.actions import Consent, appoint, ask_record, give_proof
from deals.records.models import PartnerOfRecord
from deals.records.states import Source
from deals.records.sweeps import end_due, remind_due
from deals.registrations.models import Registration
from deals.registrations.states import State
from partners.demo.cast import VENDOR, address
from partners.models import Account, Partner
from prm.accounts.models import User

LETTER = "A letter of the head of IT, scanned and kept in the customer's file."
PROOF = "Two reviews in this year, nineteen tickets solved, and the minutes of the planning day in spring."
# How long ago the years of Helix began, of those that the account manager appointed.
AGO = (300, 290)


def records(now: datetime) -> None:
    """Only once, so that what people change in the demo stays as they left it."""
    if PartnerOfRecord.objects.exclude(source=Source.WON).exists():
        return
    _appointed(now)
    for slug in ("helix", "orbit"):
        _asked(slug, now)
    remind_due(now=now)
    end_due(now=now)


def _appointed(now: datetime) -> None:
    """At customers that nobody is after; for one of them proof was given and waits for its answer."""
    taken = Registration.objects.exclude(account=None).values("account")
    free = Account.objects.present().exclude(external_id=None).exclude(pk__in=taken)
    pam, partner = _person("pam", VENDOR), Partner.objects.get(organisation=_person("admin", "helix").organisation)
    for account, days in zip(free.order_by("external_id"), AGO, strict=False):
        then = now - timedelta(days=days)
        consent = Consent("Head of IT", (then - timedelta(days=3)).date(), LETTER)
        made = appoint(account=account, partner=partner, consent=consent, by=pam, now=then)
        if days == AGO[0]:
            give_proof(record=made, text=PROOF, by=_person("admin", "helix"), now=now - timedelta(hours=5))


def _asked(slug: str, now: datetime) -> None:
    """On a deal that was won otherwise than by managing: it waits for whoever looks at the demo."""
    taken = PartnerOfRecord.objects.values("account")
    won = Registration.objects.filter(state=State.WON, created_by__email__endswith=f"@{slug}.example")
    deal = won.exclude(account__in=taken).select_related("created_by").order_by("closed_on", "pk").last()
    if deal is not None and deal.created_by is not None:
        consent = Consent("Head of logistics", (now - timedelta(days=4)).date(), LETTER)
        ask_record(registration=deal, consent=consent, by=deal.created_by, now=now - timedelta(hours=3))


def _person(local: str, slug: str) -> User:
    return User.objects.get(email=address(local, slug))
