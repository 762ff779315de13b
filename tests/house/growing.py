"""A programme that grows: the same pages are asked for with 1, 10 and 100 rows of everything."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import count
from typing import Any

from deals.conflicts.comparing import side_of
from deals.conflicts.models import Finding
from deals.products.models import ProductLine
from deals.protections.models import Protection
from deals.registrations.models import Registration, RegistrationLine, RegistrationShare
from deals.replays.actions import replay
from deals.rulebook import SCHEMA as RULES
from partners.imports.actions import upload
from partners.lists.actions import start as start_list
from partners.lists.actions import upload as upload_list
from partners.models import (
    Account,
    AccountImport,
    AccountMerge,
    AccountName,
    AlikePair,
    CompanyList,
    ImportFinding,
    ListRow,
    Partner,
    RevenueFact,
)
from prm.accounts.models import ApiToken, Invitation, Membership, Organisation, User
from prm.announcements.actions import write
from prm.announcements.models import Announcement, Dismissal
from prm.audit.actions import record_many
from prm.clocks.database import database_now
from prm.exports.actions import ask
from prm.filters.actions import save_view
from prm.filters.models import SavedFilter
from prm.filters.rules import MOST as MOST_VIEWS
from prm.matching import Band, Evidence, Match
from prm.matching.feedback.actions import keep
from prm.matching.rulebook import in_force
from prm.notices.models import Notice
from prm.payments.models import PaymentRun
from prm.policy.selectors import version_in_force
from prm.threads.models import Message, ReadMark, Thread
from tests.deals.marketplace.making import make_offer
from tests.factories import Cast, make_account, make_approved, make_asked, make_draft, make_registration
from tests.house.copies import another, grow_exports, grow_offers, grow_rules
from tests.house.earning import MONEY, grow_entries, grow_payments
from tests.house.growing_direct import LISTS as DIRECT
from tests.house.growing_direct import FirstSales
from tests.house.growing_leads import grow_leads, offered_first
from tests.house.growing_library import FirstPapers
from tests.house.growing_receipts import grow_receipts, grow_roots
from tests.house.growing_records import first_record, grow_records

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
ALIKE = [{"rule": "name", "text": "Alike"}]
LEADS = ("leads", "lead-offers", "marketplace", "library", "library-written")
LISTS = ("accounts", "partners", "audit", "people", "deals", "matching-pairs", *LEADS, *DIRECT, *MONEY)
_numbers = count(1)


class Programme:
    """Helix, its rival and their vendor with `size` rows of everything that a page may list."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.team = cast.helix
        self.size = 0
        first = next(iter(cast.products.values()))
        self.draft = make_draft(self.team, first)
        self.submitted = make_registration(self.team, first)
        self.asked = make_asked(self.team, first)
        self.approved = make_approved(self.team, first)
        self.account_import = upload(file_name="crm.csv", content=b"id,name\n1,A\n", by=cast.admin, now=database_now())
        about = {"file_name": "theirs.csv", "file": BytesIO(b"name\nAcme\n")}
        company_list = upload_list(**about, by=cast.admin, now=database_now())
        self.company_list = start_list(given=company_list, columns=["name"], by=cast.admin, now=database_now())
        about = {"name": "Open ones", "list_name": "deals", "query": "state=open", "now": database_now()}
        self.saved_filter = save_view(**about, by=self.team.admin, shared=True)
        self.announcement = self.announced("First", now=database_now() + timedelta(days=1))
        now = database_now()
        self.export = ask(listing="deals", file="csv", query="", organisation=cast.vendor, by=cast.admin, now=now)
        self.run: PaymentRun | None = None
        self.policy = version_in_force(RULES, now)
        self.replay = replay(version=self.policy, by=cast.admin, now=now)
        self.offer = offered_first(cast)
        self.market = make_offer(self.approved, self.team.rep)
        self.direct, self.record = FirstSales.made(cast.seller, self.approved), first_record(self.approved, cast.pam)
        self.library = FirstPapers.made(cast)
        self.readers = [self.team.admin, self.team.rep, *cast.vendor_staff]
        self.colleague = self.people(self.team.organisation, 1)[0]

    def grow(self, size: int) -> None:
        """Up to `size` rows of each kind; what is there stays."""
        more = size - self.size
        self.size = size
        self.announcements(more)
        self.products(more)
        self.partners(more)
        self.people(self.team.organisation, more)
        self.accounts(more)
        self.imports(more)
        grow_leads(self.offer, self.numbers(more))
        grow_offers(self.market, self.numbers(more))
        self.lists(more)
        grow_exports(self.export, self.readers, self.numbers(more))
        grow_entries(self.team.organisation, self.team.rep, self.numbers(more))
        self.run = grow_payments(self.run, self.cast.finance, more)
        grow_rules(self.policy, self.replay, self.approved.account, self.numbers(more))
        for deal in (self.draft, self.submitted, self.asked, self.approved):
            self.deals(deal, more)
            self.events("deal", deal.public_id, more)
            self.shares(deal, more)
        for deal in (self.submitted, self.asked, self.approved):
            self.messages(deal, more)
            grow_receipts(deal.public_id, self.numbers(more))
        self.direct.grow(self.approved, self.numbers(more))
        grow_records(self.record, self.numbers(more))
        self.library.grow(self.numbers(more))
        grow_roots(self.numbers(more), self.people(self.cast.vendor, more))
        self.findings(more)
        self.judgements(more)
        self.personal(more)
        self.events("user", self.colleague.public_id, more)

    def announcements(self, more: int) -> None:
        """Every second one is put away by its readers."""
        made = [self.announced(f"News {number}") for number in self.numbers(more)]
        Dismissal.objects.bulk_create(
            Dismissal(announcement=row, dismissed_by=reader, dismissed_at=START)
            for row in made[::2]
            for reader in self.readers
        )

    def announced(self, title: str, *, now: datetime | None = None) -> Announcement:
        values = {"title": title, "text": "All of it.", "audience": ["everyone", "role:pam"], "starts_at": now}
        return write(values=values, by=self.cast.admin, now=database_now())

    def products(self, more: int) -> None:
        made = ProductLine.objects.bulk_create(
            [
                ProductLine(
                    slug=f"line-{number}",
                    name=f"Line {number}",
                    list_price=Decimal(100),
                    cost=Decimal(40),
                    currency="EUR",
                )
                for number in self.numbers(more)
            ]
        )
        # The newest registration lists a few more lines too.
        RegistrationLine.objects.bulk_create(
            [RegistrationLine(registration=self.submitted, product=product) for product in made]
        )

    def imports(self, more: int) -> None:
        """The import has as many findings as there are others beside it."""
        AccountImport.objects.bulk_create(
            another(self.account_import, "imp", file_name=f"crm {number}.csv") for number in self.numbers(more)
        )
        ImportFinding.objects.bulk_create(
            ImportFinding(of=self.account_import, row=number, field="name", sentence="This must not be empty.")
            for number in self.numbers(more)
        )

    def lists(self, more: int) -> None:
        """The list has as many results as there are others beside it, each like a customer and a registration."""
        account = self.approved.account
        assert account is not None
        CompanyList.objects.bulk_create(
            another(self.company_list, "lst", file_name=f"theirs {number}.csv") for number in self.numbers(more)
        )
        about = {"score": 1, "band": "block", "evidence": ALIKE}
        matches = [
            {"type": "account", "id": account.public_id, **about},
            {"type": "deal", "id": self.approved.public_id, **about},
        ]
        ListRow.objects.bulk_create(
            ListRow(of=self.company_list, number=number, name="Alike", band="block", score=1, matches=matches)
            for number in self.numbers(more)
        )

    def numbers(self, more: int) -> list[int]:
        return [next(_numbers) for _ in range(more)]

    def partners(self, more: int) -> None:
        organisations = Organisation.objects.bulk_create(
            [Organisation(kind="partner", name=f"Partner {number}", country="DE") for number in self.numbers(more)]
        )
        made = Partner.objects.bulk_create(
            [another(self.team.partner, "", organisation=organisation) for organisation in organisations]
        )
        for partner in made:
            self.people(partner.organisation, 1)
            self.deals(self.approved, 1, partner=partner)

    def people(self, organisation: Organisation, more: int) -> list[User]:
        users = User.objects.bulk_create(
            [User(email=f"person{number}@grown.example", name=f"Person {number}") for number in self.numbers(more)]
        )
        Membership.objects.bulk_create(
            [
                Membership(user=user, organisation=organisation, roles=["presales_engineer"], created_at=START)
                for user in users
            ]
        )
        return users

    def accounts(self, more: int) -> None:
        """The one that is read has as many names, parts and likenesses as there are others."""
        known = self.approved.account
        assert known is not None
        for number in self.numbers(more):
            made = make_account(f"Grown {number} Works", owner=self.cast.seller)
            AccountName.objects.create(account=known, name=f"Name {number}", created_at=START)
            AlikePair.objects.create(one=known, other=made, kind="same", score=1, evidence=ALIKE, found_at=START)
            merged = make_account(f"Part {number} Works")
            Account.objects.filter(pk=merged.pk).update(merged_into=known)
            AccountMerge.objects.create(survivor=known, merged=merged, merged_at=START)

    def deals(self, like: Registration, more: int, **changes: Any) -> None:
        """Copies of one registration with their line, and what a won or protected one brings along."""
        made = Registration.objects.bulk_create([self.deal(like, number, changes) for number in self.numbers(more)])
        line = like.lines.all()[0]
        RegistrationLine.objects.bulk_create([another(line, "", registration=deal) for deal in made])
        if like is self.approved:
            self.brought(made)

    def deal(self, like: Registration, number: int, changes: dict[str, Any]) -> Registration:
        values: dict[str, Any] = {"reference": f"DR-9{number:08}", "form_nonce": "", **changes}
        if like.priority_number is not None:
            values["priority_number"] = 10**6 + number
        return another(like, "deal", created_at=START + timedelta(minutes=number), **values)

    def brought(self, deals: list[Registration]) -> None:
        product = self.approved.lines.all()[0].product
        for deal in deals:
            deal.account = make_account(f"Protected {deal.reference}")
        Registration.objects.bulk_update(deals, ["account"])
        until = START + timedelta(days=3650)
        Protection.objects.bulk_create(
            [
                Protection(registration=deal, account=deal.account, product=product, period=(START, until))
                for deal in deals
            ]
        )
        RevenueFact.objects.bulk_create([self.revenue(deal) for deal in deals])

    def revenue(self, deal: Registration) -> RevenueFact:
        return RevenueFact(
            account=deal.account,
            partner=deal.partner,
            subject_type="deal",
            subject_id=deal.public_id,
            kind="won",
            amount=Decimal(1000),
            currency="EUR",
            origin="partner",
            on=date(2026, 1, 5),
            created_at=START,
        )

    def findings(self, more: int) -> None:
        rivals = Registration.objects.filter(state="approved").order_by("-pk")[:more]
        accounts = Account.objects.order_by("-pk")[:more]
        subjects = [("deal", rival.public_id) for rival in rivals] + [("account", row.public_id) for row in accounts]
        Finding.objects.bulk_create(
            [
                Finding(
                    registration=self.submitted,
                    kind="earlier_registration" if kind == "deal" else "known_account",
                    band="review",
                    score=Decimal("0.7"),
                    evidence=[{"rule": "name", "text": "Alike"}],
                    clause="3.2",
                    subject_type=kind,
                    subject_id=subject,
                    overlap=["line-1"],
                )
                for kind, subject in subjects
            ]
        )
        Registration.objects.filter(pk=self.submitted.pk).update(assessed_at=START)

    def judgements(self, more: int) -> None:
        """The newest registration beside as many customers, every second time the same one."""
        now = database_now()
        accounts = list(Account.objects.order_by("-pk")[:more])
        policy = in_force(now).version
        for number, account in enumerate(accounts):
            keep(
                *(side_of(self.submitted), side_of(account)),
                verdict=("same", "different")[number % 2],
                reason="Seen on site",
                match=Match(0.8 + number % 20 / 100, Band.BLOCK, (Evidence("domain", "Same", 0.8),)),
                policy=policy,
                version=0,
                by=self.cast.pam,
                now=now,
            )

    def shares(self, deal: Registration, more: int) -> None:
        people = self.people(self.team.organisation, more)
        RegistrationShare.objects.bulk_create(
            [RegistrationShare(registration=deal, user=user, shared_at=START, shared_by=user) for user in people]
        )

    def personal(self, more: int) -> None:
        """What only its owner sees: invitations sent, keys, notices."""
        organisation = self.team.organisation
        Invitation.objects.bulk_create(
            [
                Invitation(
                    organisation=organisation,
                    email=f"invited{number}@grown.example",
                    roles=["support"],
                    created_at=START,
                    created_by=user,
                    expires_at=START + timedelta(days=3650),
                )
                for number, user in zip(self.numbers(more), self.people(organisation, more), strict=True)
            ]
        )
        for reader in self.readers:
            self.belongings(reader, more)

    def belongings(self, reader: User, more: int) -> None:
        numbers = self.numbers(more)
        self.views(reader, numbers)
        ApiToken.objects.bulk_create(
            [
                ApiToken(
                    user=reader, name=f"Key {number}", prefix="prm_", secret_hash=f"{number:064}", created_at=START
                )
                for number in numbers
            ]
        )
        Notice.objects.bulk_create(
            [
                Notice(
                    key=f"grown-{number}", kind="deal.asked", user=reader, title="Told", created_at=START, due_at=START
                )
                for number in numbers
            ]
        )

    def views(self, reader: User, numbers: list[int]) -> None:
        """As many own ones as a list takes, and some of the last list that colleagues share."""
        for list_name in LISTS:
            taken = SavedFilter.objects.filter(created_by=reader, list_name=list_name).count()
            about = {"organisation": reader.organisation, "list_name": list_name, "created_at": START}
            own = [
                SavedFilter(**about, name=f"View {number}", query=f"q={number}", place=place, created_by=reader)
                for place, number in zip(range(taken + 1, MOST_VIEWS + 1), numbers, strict=False)
            ]
            SavedFilter.objects.bulk_create(own)
        colleagues = self.people(reader.organisation, len(numbers)) if reader.organisation else []
        SavedFilter.objects.bulk_create(
            SavedFilter(**about, name="Shared", query="q=x", place=1, shared=True, created_by=user)
            for user in colleagues
        )

    def messages(self, deal: Registration, more: int) -> None:
        """Each by another person, every second one internal."""
        about = {"subject_type": "deal", "subject_id": deal.public_id}
        thread, _made = Thread.objects.get_or_create(**about, defaults={"created_at": START})
        organisations = (self.team.organisation, self.cast.vendor)
        made = Message.objects.bulk_create(
            [
                Message(
                    thread=thread,
                    created_at=START,
                    created_by=user,
                    organisation=organisations[number % 2],
                    text=f"Said {number}",
                    internal=bool(number % 2),
                )
                for number, user in enumerate(self.people(self.team.organisation, more))
            ]
        )
        for reader in (self.team.admin, self.cast.pam):
            ReadMark.objects.get_or_create(
                thread=thread, read_by=reader, defaults={"message": made[0], "read_at": START}
            )

    def events(self, kind: str, public_id: str, more: int) -> None:
        """Each by another person: a timeline must not ask for its actors one by one."""
        name = "deal.reminded" if kind == "deal" else "person.roles_changed"
        for actor in self.people(self.team.organisation, more):
            row = (self.team.organisation.pk, (kind, public_id), {"days": 3, "roles": ["support"]})
            record_many(name, by=actor, now=START, rows=[row])
