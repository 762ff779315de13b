"""Two rivals with one of everything. Every text of Orbit holds a canary, and nothing of Helix does.

What the vendor's people say among themselves about a deal of Helix holds one too: it is as far away as a rival.

Helix and Orbit are after one customer (`CONTESTED`), so that whatever could leak has a reason to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.core import mail
from django.test import Client

from deals.appeals.actions import appeal
from deals.conflicts.actions import assess_pending
from deals.conflicts.comparing import side_of
from deals.cosell.models import CoSell
from deals.decisions import actions as decisions
from deals.direct.models import DirectOpportunity, DirectTouch
from deals.engagement.actions import appeal_engagement
from deals.leads.models import LeadOffer
from deals.mapping.models import MappedList
from deals.marketplace.models import MarketplaceOffer
from deals.records.models import PartnerOfRecord
from deals.registrations import actions as registrations
from deals.registrations.models import Registration
from deals.tenders.models import Tender
from enablement.library.models import LibraryCollection, LibraryItem
from partners.customers.names import add_name
from partners.lists.actions import start as start_list
from partners.lists.actions import upload as upload_list
from partners.merges.actions import merge
from partners.models import Account, AccountImport, AccountMerge, AccountName, AlikePair, CompanyList
from prm.accounts import actions as people
from prm.accounts.models import Invitation, User
from prm.announcements.models import Announcement
from prm.clocks.database import database_now
from prm.exports.actions import ask
from prm.exports.models import Export
from prm.filters.models import SavedFilter
from prm.ledger.actions import Earning, earn
from prm.ledger.states import Kind
from prm.matching import Band, Evidence, Match
from prm.matching.feedback.actions import keep
from prm.matching.rulebook import in_force
from prm.notices import relay
from prm.notices.models import Notice
from prm.payments.actions import confirm_payee, prepare_run, request_payee
from prm.payments.models import Payee, PaymentRun
from prm.rates.models import Rate
from prm.threads.models import Message
from tests.access.canaries import CANARY, CONTESTED, canary, canary_values
from tests.access.keeping import keep_rate
from tests.access.leads import offer_leads
from tests.access.owning import announce, make_import, make_views, note
from tests.access.promising import approved_as_shared, bargain
from tests.access.reading import collect, make_paper
from tests.access.selling import map_customers, meet, of_record, sell, sell_together
from tests.deals.marketplace.making import make_offer
from tests.factories import (
    Cast,
    Team,
    deal_values,
    make_account,
    make_approved,
    make_asked,
    make_cast,
    make_draft,
    make_registration,
    make_token,
    make_user,
    say,
)


@dataclass
class Side:
    """One of everything that belongs to one organisation, with the ids that addresses name it by."""

    team: Team
    support: User
    colleague: User
    draft: Registration
    submitted: Registration
    asked: Registration
    approved: Registration
    rejected: Registration
    won: Registration
    account: Account
    account_name: AccountName
    account_merge: AccountMerge
    pair: AlikePair
    company_list: CompanyList
    account_import: AccountImport
    invitation: Invitation
    saved_filters: list[SavedFilter]
    announcement: Announcement
    export: Export
    payee: Payee
    tender: Tender
    offers: list[LeadOffer]
    opportunity: DirectOpportunity
    mapped: MappedList
    paper: LibraryItem
    collection: LibraryCollection
    co_sells: list[CoSell] = field(default_factory=list)
    records: list[PartnerOfRecord] = field(default_factory=list)
    runs: list[PaymentRun] = field(default_factory=list)
    rates: list[Rate] = field(default_factory=list)
    touches: list[DirectTouch] = field(default_factory=list)
    markets: list[MarketplaceOffer] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    @property
    def people(self) -> dict[str, User]:
        team = self.team
        return {
            "admin": team.admin,
            "rep": team.rep,
            "colleague": self.colleague,
            "engineer": team.engineer,
            "support": self.support,
            "marketing": team.marketing,
        }

    @property
    def deals(self) -> list[Registration]:
        return [self.draft, self.submitted, self.asked, self.approved, self.rejected, self.won]

    def ids(self, kind: str) -> list[str]:
        """Public ids by what an address or a body means: a deal in each state, of the rest a few."""
        return [row.public_id for row in self._rows(kind)]

    def _rows(self, kind: str) -> Iterable[Any]:
        if kind == "message":
            about = [deal.public_id for deal in self.deals]
            return Message.objects.filter(thread__subject_id__in=about, internal=False)
        if kind == "token":
            return [self.team.rep.api_tokens.get()]
        named: dict[str, Sequence[Any]] = {
            "deal": self.deals,
            "account": [self.account],
            "name": [self.account_name],
            "merge": [self.account_merge],
            "pair": [self.pair],
            "list": [self.company_list],
            "import": [self.account_import],
            "organisation": [self.team.organisation],
            "person": [self.team.rep, self.support],
            "decider": [self.team.partner.pam],
            "invitation": [self.invitation],
            "filter": self.saved_filters,
            "announcement": [self.announcement],
            "export": [self.export],
            "payee": [self.payee],
            "run": self.runs,
            "rate": self.rates,
            "tender": [self.tender],
            "lead": [offer.lead for offer in self.offers],
            "offer": self.offers,
            "opportunity": [self.opportunity],
            "touch": self.touches,
            "market": self.markets,
            "record": self.records,
            "case": self.approved.direct_cases.order_by("pk"),
            "co_sell": self.co_sells,
            "mapped": [self.mapped],
            "item": [self.paper],
            "file": [version.file for version in self.paper.versions.all()],
            "collection": [self.collection],
        }
        return named.get(kind, self.notices[:2])


@dataclass
class World:
    cast: Cast
    helix: Side
    orbit: Side
    secrets: dict[int, str]
    mails: list[Any]
    browsers: dict[int, Client] = field(default_factory=dict)

    def browser(self, user: User) -> Client:
        """Signed in; the same one each time."""
        if user.pk not in self.browsers:
            self.browsers[user.pk] = Client()
            self.browsers[user.pk].force_login(user)
        return self.browsers[user.pk]

    def caller(self, user: User) -> Client:
        """A client of the API with a token of the person."""
        return Client(headers={"authorization": f"Bearer {self.secrets[user.pk]}"})


def make_world() -> World:
    cast = make_cast()
    products = list(cast.products.values())
    orbit = make_side(cast, cast.orbit, canary_values, products)
    helix = make_side(cast, cast.helix, lambda **changes: deal_values(**changes), products)
    everybody = [*cast.vendor_staff, *helix.people.values(), *orbit.people.values()]
    judge(cast, helix, orbit)
    secrets = {user.pk: make_token(user) for user in everybody}
    mark_people(orbit)
    assess_pending()
    while relay.run():
        continue
    for side in (helix, orbit):
        side.notices = list(Notice.objects.filter(user__in=side.people.values()))
    mails = list(mail.outbox)
    mail.outbox.clear()
    return World(cast, helix, orbit, secrets, mails)


def judge(cast: Cast, helix: Side, orbit: Side) -> None:
    """The vendor's people have compared what both won."""
    now = database_now()
    keep(
        *(side_of(helix.won), side_of(orbit.won)),
        verdict="different",
        reason=canary("steht nur im Haus"),
        match=Match(0.8, Band.REVIEW, (Evidence("similar_words", "Alike", 0.8),), 0.0, Band.REVIEW),
        policy=in_force(now).version,
        version=0,
        by=cast.pam,
        now=now,
    )


def make_side(cast: Cast, team: Team, values: Any, products: list[Any]) -> Side:
    organisation = team.organisation
    domain = team.rep.email.partition("@")[2]
    account = make_account(values()["customer_name"], website="", owner=cast.seller)
    side = Side(
        team=team,
        support=make_user(f"support@{domain}", organisation, "support"),
        colleague=make_user(f"colleague@{domain}", organisation, "sales_rep"),
        draft=make_draft(team, products[0], **complete(values())),
        submitted=make_registration(team, products[0], **complete(values(**CONTESTED))),
        asked=make_asked(team, products[1], fields=["work_done"], **complete(values())),
        approved=approved_as_shared(team, products[1], **complete(values())),
        rejected=make_registration(team, products[2], **complete(values())),
        won=make_approved(team, products[2], **complete(values())),
        account=account,
        account_name=name_account(cast, account, values()["customer_name"]),
        account_merge=merge_accounts(cast, values()["customer_name"], values()["customer_name"]),
        pair=pair_accounts(account, values()["customer_name"]),
        company_list=compare_list(cast, values()["customer_name"]),
        account_import=make_import(cast, values()["customer_name"]),
        invitation=people.invite(
            organisation=organisation,
            email=f"{CANARY if team is cast.orbit else 'neu'}@{domain}",
            roles=["marketing"],
            by=team.admin,
            now=database_now(),
        ),
        saved_filters=make_views(team, values()["customer_name"]),
        announcement=announce(cast, team, values()["work_done"]),
        paper=(paper := make_paper(cast, team, values()["work_done"])),
        collection=collect(cast, paper, values()["customer_name"]),
        export=ask(
            listing="deals",
            file="csv",
            query=f"q={values()['customer_name'].split()[0]}",
            organisation=organisation,
            by=team.admin,
            now=database_now(),
        ),
        payee=ask_to_be_paid(team, values()["customer_name"]),
        tender=note(cast, account, values()["work_done"]),
        offers=offer_leads(cast, team, values),
        mapped=map_customers(cast, team, account, values()["customer_name"]),
        opportunity=sell(cast, account, values().get("external_id", ""), team.partner),
    )
    finish(cast, side, said=values()["work_done"])
    side.runs = [pay(cast, side, values()["customer_name"])]
    side.rates = [keep_rate(cast, values()["work_done"])]
    return side


def ask_to_be_paid(team: Team, holder: str) -> Payee:
    account = {"holder": holder[:70], "iban": "DE02120300000000202051"}
    return request_payee(**account, by=team.admin, now=database_now())


def pay(cast: Cast, side: Side, label: str) -> PaymentRun:
    """A run that pays the organisation something to the account it gave, before it asks for another one."""
    now = database_now()
    confirm_payee(payee=side.payee, by=cast.finance, now=now)
    earn(
        organisation=side.team.organisation,
        seller=side.team.rep,
        subject=("deal", side.won.public_id),
        label=label,
        earnings=[Earning(Kind.ONCE, "payable", Decimal(100), Decimal("0.1"), Decimal(1000))],
        currency="EUR",
        earned_on=now.date(),
        wait_days=0,
        by=None,
        now=now - timedelta(days=2),
    )
    side.payee = ask_to_be_paid(side.team, label)
    return prepare_run(currency="EUR", due_on=now.date() + timedelta(days=2), by=cast.finance, now=now)


def name_account(cast: Cast, account: Account, name: str) -> AccountName:
    return add_name(account=account, name=f"Formerly {name}", kind="former", by=cast.admin, now=database_now())


def merge_accounts(cast: Cast, name: str, other: str) -> AccountMerge:
    """Of two that nobody else is after."""
    one, into = make_account(f"Merged {name}", website=""), make_account(f"Kept {other}", website="")
    return merge(account=one, into=into, by=cast.pam, now=database_now())


def pair_accounts(account: Account, name: str) -> AlikePair:
    other = make_account(f"Like {name}", website="")
    about = {"one": account, "other": other, "kind": "same", "score": 1, "found_at": database_now()}
    return AlikePair.objects.create(**about, evidence=[{"rule": "name", "text": f"Same name “{name}”"}])


def compare_list(cast: Cast, name: str) -> CompanyList:
    file = BytesIO(f"name\n{name}\n{CANARY if CANARY in name else 'Somebody'} else\n".encode())
    given = upload_list(file_name=f"{name}.csv", file=file, by=cast.pam, now=database_now())
    return start_list(given=given, columns=given.columns, by=cast.pam, now=database_now())


def complete(values: dict[str, Any]) -> dict[str, Any]:
    return {**deal_values(), **values}


def finish(cast: Cast, side: Side, *, said: str) -> None:
    """Decide what is to be decided, close what is to be closed, share what is to be shared."""
    now = database_now()
    assert side.team.partner.pam is not None
    decisions.reject(registration=side.rejected, reason="other", message=said, by=side.team.partner.pam, now=now)
    appeal(registration=side.rejected, text=said, proof=said, by=side.team.rep, now=now)
    appeal_engagement(registration=side.approved, text=said, proof=said, by=side.team.rep, now=now)
    bargain(side.team, side.won, said=said)
    registrations.win(
        registration=side.won, closed_on=now.date(), early_reason="Signed at once.", by=side.team.rep, now=now
    )
    for deal in (side.draft, side.submitted, side.approved):
        registrations.share(registration=deal, colleague=side.team.engineer, by=side.team.rep, now=now)
    for deal in side.deals:
        deal.refresh_from_db()
    side.touches = meet(cast, side.approved, said=said)
    side.co_sells = sell_together(cast, [side.asked, side.approved], said=said)
    named = {"buyer": side.approved.customer_name, "offer_id": side.approved.external_id or "offer-1"}
    side.markets = [make_offer(side.approved, side.team.rep, marketplace="other", marketplace_name=said[:80], **named)]
    side.records = of_record(cast, side.won, side.account, said=said)
    for deal in side.deals[1:]:
        talk(side, deal, said=said)


def talk(side: Side, deal: Registration, *, said: str) -> None:
    """Both sides write, and the vendor's people among themselves."""
    pam = side.team.partner.pam
    assert pam is not None
    say(deal, side.team.rep, said)
    say(deal, pam, f"About that: {said}")
    say(deal, pam, canary("steht nur intern"), internal=True)


def mark_people(side: Side) -> None:
    organisation = side.team.organisation
    organisation.name = canary("Partnerhaus")
    organisation.save(update_fields=["name"])
    for user in side.people.values():
        user.name = canary("Mensch")
        user.save(update_fields=["name"])
        user.api_tokens.update(name=canary("Schlüssel"))
