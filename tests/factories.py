"""The cast of the tests and how to make the nouns they act on.

Helix and Orbit are rivals; one PAM looks after both. Everything that can be done by a verb is done by it.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from deals.conflicts.actions import assess_pending
from deals.conversations import subject_of
from deals.decisions import actions as decisions
from deals.leads.actions import enter_lead
from deals.leads.models import Lead, LeadOffer
from deals.leads.rulebook import SCHEMA as LEADS
from deals.products.models import ProductLine
from deals.registrations import actions as registrations
from deals.registrations.models import Registration
from deals.rulebook import SCHEMA
from partners.customers.actions import create_account
from partners.models import Account, Partner
from prm.accounts.actions import create_token
from prm.accounts.models import Membership, Organisation, User
from prm.clocks.database import database_now
from prm.matching.rulebook import SCHEMA as MATCHING
from prm.payments.rulebook import SCHEMA as PAYMENTS
from prm.policy.actions import publish_defaults
from prm.signing.keys import make_first_key
from prm.threads.actions import post_message
from prm.threads.models import Message

PASSWORD = "correct horse battery"
_numbers = count(1)


@cache
def _hashed() -> str:
    """Hashing is slow on purpose; once is enough for all."""
    return make_password(PASSWORD)


def make_user(email: str, organisation: Organisation | None, *roles: str, **fields: Any) -> User:
    """A person with a present membership, who can log in with PASSWORD."""
    name = fields.pop("name", email.removesuffix(".example").replace("@", " ").title())
    user = User(email=email, name=name, **fields)
    user.password = _hashed()
    user.save()
    if organisation is not None:
        join(user, organisation, *roles)
    return user


def join(user: User, organisation: Organisation, *roles: str) -> Membership:
    return Membership.objects.create(
        user=user, organisation=organisation, roles=list(roles), created_at=datetime(2025, 1, 1, tzinfo=UTC)
    )


def make_partner(name: str, *, pam: User | None, model: str = "var", **fields: Any) -> Partner:
    organisation = Organisation.objects.create(
        kind="partner", name=name, country=fields.pop("country", "DE"), time_zone=fields.pop("zone", "Europe/Berlin")
    )
    values = {"model": model, "pam": pam, "joined_on": date(2025, 1, 1), **fields}
    return Partner.objects.create(organisation=organisation, **values)


@dataclass
class Team:
    """The people of one partner."""

    partner: Partner
    admin: User
    rep: User
    engineer: User
    marketing: User

    @property
    def organisation(self) -> Organisation:
        return self.partner.organisation

    @property
    def people(self) -> list[User]:
        return [self.admin, self.rep, self.engineer, self.marketing]


@dataclass
class Cast:
    vendor: Organisation
    pam: User
    pam2: User
    admin: User
    seller: User
    expert: User
    finance: User
    executive: User
    helix: Team
    orbit: Team
    products: dict[str, ProductLine] = field(default_factory=dict)

    @property
    def vendor_staff(self) -> list[User]:
        return [self.pam, self.pam2, self.admin, self.seller, self.expert, self.finance, self.executive]


def make_team(slug: str, name: str, *, pam: User | None, model: str = "var") -> Team:
    partner = make_partner(name, pam=pam, model=model)
    organisation = partner.organisation
    return Team(
        partner=partner,
        admin=make_user(f"admin@{slug}.example", organisation, "partner_admin"),
        rep=make_user(f"rep@{slug}.example", organisation, "sales_rep"),
        engineer=make_user(f"engineer@{slug}.example", organisation, "presales_engineer"),
        marketing=make_user(f"marketing@{slug}.example", organisation, "marketing"),
    )


def make_cast() -> Cast:
    # A migration publishes the first rules; tests that empty the tables have lost them.
    publish_defaults(schema=SCHEMA, now=database_now())
    publish_defaults(schema=MATCHING, now=database_now())
    publish_defaults(schema=PAYMENTS, now=database_now())
    publish_defaults(schema=LEADS, now=database_now())
    # … and so does an upgrade with the key of receipts.
    with transaction.atomic():
        make_first_key(now=database_now())
    vendor = Organisation.objects.create(kind="vendor", name="Northwind", country="DE", time_zone="Europe/Berlin")
    staff = {
        name: make_user(f"{name}@vendor.example", vendor, role)
        for name, role in (
            ("pam", "pam"),
            ("pam2", "pam"),
            ("admin", "programme_admin"),
            ("seller", "direct_seller"),
            ("expert", "expert"),
            ("finance", "finance"),
            ("executive", "executive"),
        )
    }
    cast = Cast(
        vendor=vendor,
        helix=make_team("helix", "Helix Systems", pam=staff["pam"], model="msp"),
        orbit=make_team("orbit", "Orbit Solutions", pam=staff["pam"]),
        **staff,
    )
    for slug, name in (
        ("fleet-cloud", "Fleet Cloud"),
        ("route-planner", "Route Planner"),
        ("telematics", "Telematics"),
    ):
        cast.products[slug] = make_product(slug, name)
    return cast


def make_product(slug: str, name: str = "") -> ProductLine:
    return ProductLine.objects.create(
        slug=slug, name=name or slug.title(), family="fleet", list_price=Decimal(360), cost=Decimal(120), currency="EUR"
    )


def make_account(name: str = "", *, by: User | None = None, **values: Any) -> Account:
    given = {"name": name or f"Customer {next(_numbers)} Works", "country": "DE", **values}
    return create_account(values=given, by=by, now=database_now())


def deal_values(**changes: Any) -> dict[str, Any]:
    """A complete registration by field name; every call another customer unless one is named."""
    number = next(_numbers)
    return {
        "customer_name": f"Kunde Nummer{number} Spedition GmbH",
        "customer_country": "DE",
        "customer_city": "Hamburg",
        "customer_website": f"kunde{number}-spedition.de",
        "value": Decimal("86400.00"),
        "currency": "EUR",
        "expected_close": database_now().date() + timedelta(days=100),
        "motion": "resale",
        "engagement": "independent",
        "work_done": "Found the project and ran two workshops with the head of fleet.",
        **changes,
    }


MUELLER = {
    "customer_name": "Müller Logistik GmbH",
    "customer_country": "DE",
    "customer_city": "Hamburg",
    "customer_website": "mueller-logistik.de",
}


def make_draft(team: Team, *products: ProductLine, by: User | None = None, **changes: Any) -> Registration:
    lines = [(product, 1) for product in products] or [(ProductLine.objects.order_by("pk")[0], 1)]
    return registrations.create_draft(values=deal_values(**changes), lines=lines, by=by or team.rep, now=database_now())


def make_registration(team: Team, *products: ProductLine, by: User | None = None, **changes: Any) -> Registration:
    """Submitted and not yet assessed."""
    draft = make_draft(team, *products, by=by, **changes)
    return registrations.submit(registration=draft, by=by or team.rep, now=database_now())


def make_assessed(team: Team, *products: ProductLine, **changes: Any) -> Registration:
    registration = make_registration(team, *products, **changes)
    assess_pending()
    registration.refresh_from_db()
    return registration


def make_approved(
    team: Team, *products: ProductLine, pam: User | None = None, now: datetime | None = None, **changes: Any
) -> Registration:
    registration = make_registration(team, *products, **changes)
    by = pam or team.partner.pam
    assert by is not None
    return decisions.approve(registration=registration, by=by, now=now or database_now())


def make_asked(team: Team, *products: ProductLine, fields: list[str] | None = None, **changes: Any) -> Registration:
    registration = make_registration(team, *products, **changes)
    return decisions.ask(
        registration=registration,
        message="Who signs, and how large is the fleet?",
        fields=["work_done"] if fields is None else fields,
        by=team.partner.pam,
        now=database_now(),
    )


def say(deal: Registration, by: User, text: str = "Who signs, and when?", **given: Any) -> Message:
    """A message in the conversation about a registration."""
    return post_message(subject=subject_of(deal), text=text, by=by, now=database_now(), **given)


def lead_values(**changes: Any) -> dict[str, Any]:
    """What a lead is entered with; every call another customer unless one is named."""
    return {
        "customer_name": f"Kunde Nummer{next(_numbers)} Transporte AG",
        "customer_country": "DE",
        "contact_name": "Ina Brink",
        "contact_email": "ina.brink@transporte.example",
        "need": "Sixty vehicles need a new route planning by spring.",
        "source": "campaign",
        **changes,
    }


def make_lead(by: User, *, now: datetime | None = None, **changes: Any) -> Lead:
    return enter_lead(values=lead_values(**changes), by=by, now=now or database_now())


def offer_to(team: Team, by: User, **changes: Any) -> LeadOffer:
    """Of a lead that only this partner has the competency for."""
    slug = f"only-{team.partner.pk}"
    if slug not in team.partner.competencies:
        team.partner.competencies = [*team.partner.competencies, slug]
        team.partner.save(update_fields=["competencies"])
    return make_lead(by, competency=slug, **changes).offers.get()


def make_token(user: User) -> str:
    """The secret of a new API token."""
    return create_token(user=user, name="test", by=None, now=database_now())[1]
