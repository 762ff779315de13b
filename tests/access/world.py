"""Two rivals with one of everything. Every text of Orbit holds a canary, and nothing of Helix does.

What the vendor's people say among themselves about a deal of Helix holds one too: it is as far away as a rival.

Helix and Orbit are after one customer (`CONTESTED`), so that whatever could leak has a reason to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import count
from typing import Any
from urllib.parse import urlencode

from django.core import mail
from django.test import Client

from deals.conflicts.actions import assess_pending
from deals.conflicts.comparing import side_of
from deals.decisions import actions as decisions
from deals.registrations import actions as registrations
from deals.registrations.models import Registration
from partners.customers.names import add_name
from partners.imports.actions import upload
from partners.lists.actions import start as start_list
from partners.lists.actions import upload as upload_list
from partners.merges.actions import merge
from partners.models import Account, AccountImport, AccountMerge, AccountName, AlikePair, CompanyList
from prm.accounts import actions as people
from prm.accounts.models import Invitation, User
from prm.announcements.actions import write
from prm.announcements.models import Announcement
from prm.clocks.database import database_now
from prm.exports.actions import ask
from prm.exports.models import Export
from prm.filters import actions as filters
from prm.filters.models import SavedFilter
from prm.matching import Band, Evidence, Match
from prm.matching.feedback.actions import keep
from prm.matching.rulebook import in_force
from prm.notices import relay
from prm.notices.models import Notice
from prm.threads.models import Message
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

CANARY = "kanarie"
CONTESTED = {
    "customer_website": "streitfall-logistik.de",
    "customer_country": "DE",
    "contact_email": "einkauf@streitfall-logistik.de",
}
_numbers = count(1)


# Customers that nobody takes for one another.
NAMES = ("Brauerei Oberland", "Werft Nordsee", "Ziegelei Sachsen", "Molkerei Tal", "Druckhaus Rhein", "Glashütte Süd")


def canary(what: str) -> str:
    return f"{CANARY.title()}{next(_numbers)} {what}"


def canary_values(**changes: Any) -> dict[str, Any]:
    """Every field of a registration that takes free text."""
    number = next(_numbers)
    return {
        "customer_name": f"{NAMES[number % len(NAMES)]} {CANARY}{number}",
        "customer_website": f"{CANARY}{number}-{number * 7919}.de",
        "customer_city": canary("Stadt"),
        "customer_tax_number": canary("Steuer"),
        "contact_name": canary("Ansprech"),
        "contact_email": f"{CANARY}@{CANARY}{number}-{number * 7919}.de",
        "contact_title": canary("Titel"),
        "competitor": canary("Wettbewerb"),
        "own_services": [{"name": canary("Dienst")}],
        "work_done": canary("hat drei Gespräche im Haus geführt"),
        "external_id": canary("Akte"),
        **changes,
    }


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
            "invitation": [self.invitation],
            "filter": self.saved_filters,
            "announcement": [self.announcement],
            "export": [self.export],
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
        approved=make_approved(team, products[1], **complete(values())),
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
        export=ask(
            listing="deals",
            file="csv",
            query=f"q={values()['customer_name'].split()[0]}",
            organisation=organisation,
            by=team.admin,
            now=database_now(),
        ),
    )
    finish(cast, side, said=values()["work_done"])
    return side


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


def make_import(cast: Cast, name: str) -> AccountImport:
    content = f"id,name\n{name},{name}\n,nameless\n".encode()
    return upload(file_name=f"{name}.csv", content=content, by=cast.admin, now=database_now())


def make_views(team: Team, name: str) -> list[SavedFilter]:
    """One that the colleagues read, and one for oneself."""
    about = {"list_name": "deals", "now": database_now()}
    return [
        filters.save_view(**about, name=name[:60], query=urlencode({"q": name}), shared=True, by=team.admin),
        filters.save_view(**about, name=name[:60], query=urlencode({"q": name}), by=team.rep),
    ]


def announce(cast: Cast, team: Team, text: str) -> Announcement:
    """To partners of one business model: the rival is of another."""
    values = {"title": text[:120], "text": text, "audience": [f"model:{team.partner.model}"], "by_mail": True}
    return write(values=values, by=cast.admin, now=database_now())


def complete(values: dict[str, Any]) -> dict[str, Any]:
    return {**deal_values(), **values}


def finish(cast: Cast, side: Side, *, said: str) -> None:
    """Decide what is to be decided, close what is to be closed, share what is to be shared."""
    now = database_now()
    assert side.team.partner.pam is not None
    decisions.reject(registration=side.rejected, reason="other", message=said, by=side.team.partner.pam, now=now)
    registrations.win(registration=side.won, closed_on=now.date(), by=side.team.rep, now=now)
    for deal in (side.draft, side.submitted, side.approved):
        registrations.share(registration=deal, colleague=side.team.engineer, by=side.team.rep, now=now)
    for deal in side.deals:
        deal.refresh_from_db()
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
