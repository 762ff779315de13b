"""Fills the hall of the demo: the vendor's people, partners with theirs, customers."""

from datetime import datetime, timedelta
from functools import cache
from io import StringIO
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.core.management import call_command

from partners.customers.models import Account
from partners.demo.cast import COMPANIES, STAFF, VENDOR, VENDOR_NAME, VENDOR_ZONE, Company, Person, address
from partners.imports import actions as imports
from partners.imports.models import AccountImport
from partners.profiles.actions import create_partner
from prm.accounts.demo import PASSWORD
from prm.accounts.models import Membership, Organisation, User
from prm.exports.actions import ask
from prm.exports.models import Export
from prm.jobs.actions import work
from prm.portal.sockets import DEMO, DemoStep

CRM = Path(__file__).with_name("crm.csv")
ORGANISATIONS = Path(__file__).with_name("organisations.csv")
# Ids of the file's rows begin with it.
REGISTRY = "ror-"


def staff(now: datetime) -> None:
    vendor, _made = Organisation.objects.get_or_create(
        kind=Organisation.Kind.VENDOR, defaults={"name": VENDOR_NAME, "country": "DE", "time_zone": VENDOR_ZONE}
    )
    _people(vendor, VENDOR, STAFF, VENDOR_ZONE, now)


def partners(now: datetime) -> None:
    """A partner is known by the address of its admin."""
    known = set(User.objects.values_list("email", flat=True))
    for company in COMPANIES:
        if address("admin", company.slug) not in known:
            _partner(company, now - timedelta(days=company.joined_days_ago))


def customers(_now: datetime) -> None:
    """Only once, so that what people change in the demo stays as they left it."""
    if not Account.objects.filter(external_id__startswith=REGISTRY).exists():
        call_command("import_accounts", str(ORGANISATIONS), stdout=StringIO())


def imported(now: datetime) -> None:
    """A file of the vendor's CRM, with the mistakes that such files have."""
    by = User.objects.get(email=address("admin", VENDOR))
    if AccountImport.objects.exists():
        return
    given = imports.upload(file_name="crm-export-north.csv", content=CRM.read_bytes(), by=by, now=now)
    imports.check(given=given, columns=given.columns, by=by, now=now)
    _finish_work()
    imports.run(given=given, by=by, now=now)
    _finish_work()


def exported(now: datetime) -> None:
    """A file that waits for the programme's admin, as a long list leaves it."""
    by = User.objects.get(email=address("admin", VENDOR))
    if by.organisation is not None and not Export.objects.exists():
        ask(listing="accounts", file="csv", query="", organisation=by.organisation, by=by, now=now)
        _finish_work()


def _finish_work() -> None:
    while work():
        continue


def _partner(company: Company, joined: datetime) -> None:
    about = {"name": company.name, "country": company.country, "time_zone": company.time_zone}
    profile = {"model": company.model, "size": company.size, "joined_on": joined.date()}
    pam = User.objects.get(email=address(company.pam, VENDOR))
    partner = create_partner(values=about | profile, pam=pam, by=None, now=joined)
    _people(partner.organisation, company.slug, company.people, company.time_zone, joined)


def _people(organisation: Organisation, slug: str, people: tuple[Person, ...], zone: str, now: datetime) -> None:
    """Written directly: an invitation would ask everybody for a password that is not as short as the demo's."""
    known = set(User.objects.values_list("email", flat=True))
    missing = [person for person in people if address(person.local, slug) not in known]
    if not missing:
        return
    password = _hashed()
    users = [
        User(email=address(person.local, slug), name=person.name, time_zone=zone, password=password)
        for person in missing
    ]
    User.objects.bulk_create(users)
    Membership.objects.bulk_create(
        Membership(user=user, organisation=organisation, roles=list(person.roles), created_at=now)
        for user, person in zip(users, missing, strict=True)
    )


@cache
def _hashed() -> str:
    """Once for everybody: a hash each would take longer than the rest of the demo."""
    return make_password(PASSWORD)


DEMO.register("partners.staff", DemoStep(10, staff))
DEMO.register("partners.partners", DemoStep(20, partners))
DEMO.register("partners.customers", DemoStep(30, customers))
DEMO.register("partners.imported", DemoStep(35, imported))
DEMO.register("partners.exported", DemoStep(36, exported))
