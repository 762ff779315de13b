"""Customers of the demo that go by several names, stand there twice or belong together, and a list to compare."""

from datetime import date, datetime
from io import BytesIO

from partners.customers.actions import create_account
from partners.customers.models import Account
from partners.customers.names import add_name
from partners.demo.cast import VENDOR, address
from partners.lists import actions as lists
from partners.lists.models import CompanyList
from partners.lists.work import assess_next
from partners.merges.actions import merge
from partners.merges.models import AccountMerge
from partners.merges.sweep import note_alike
from partners.states import NameKind
from prm.accounts.models import User
from prm.portal.sockets import DEMO, DemoStep

# Of the demo's CRM file.
RENAMED, TWICE = "NW-1001", "NW-1008"
NAMES = (
    ("Spedition Petersen & Söhne", NameKind.FORMER, date(1961, 3, 1), date(2011, 12, 31)),
    ("North Wind Forwarding", NameKind.TRANSLATION, None, None),
)
COMPANIES = """\
Company;Country;City;Web
North Wind Forwarding;DE;Flensburg;
Fjordline Cargo;DK;Århus;www.fjordline-cargo.example
Ostsee-Catering;DE;;
Baltic Freshfood;FI;Turku;
Tundra Transport Norge;NO;Narvik;
Takeda Pharmaceuticals;CH;Zürich;
University Hospital of Zurich;CH;Zurich;
Kappelner Werft;DE;Kappeln;
;DE;Husum;
"""


def doubles(now: datetime) -> None:
    """Only once, so that what people change in the demo stays as they left it."""
    if AccountMerge.objects.exists():
        return
    admin, pam = _person("admin"), _person("pam")
    for name, kind, since, until in NAMES:
        add_name(account=_known(RENAMED), name=name, kind=kind, since=since, until=until, by=admin, now=now)
    catering = _made(admin, now, name="Ostsee-Catering Rostock", country="DE", city="Rostock")
    merge(account=catering, into=_known(TWICE), by=pam, now=now)
    twin = _made(admin, now, name="Baltic Fresh", country="FI", city="Turku")
    branch = _made(admin, now, name="Tundra Transport Norge", country="NO", city="Narvik")
    note_alike([twin, branch], now)


def compared(now: datetime) -> None:
    """A list that somebody sent, as it is done."""
    if CompanyList.objects.exists():
        return
    by = _person("pam")
    given = lists.upload(file_name="trade-fair-visitors.csv", file=BytesIO(COMPANIES.encode()), by=by, now=now)
    lists.start(given=given, columns=["name", "country", "city", "website"], by=by, now=now)
    while assess_next(now):
        continue


def _person(local: str) -> User:
    return User.objects.get(email=address(local, VENDOR))


def _known(external_id: str) -> Account:
    return Account.objects.get(external_id=external_id)


def _made(by: User, now: datetime, **values: str) -> Account:
    return create_account(values=values, by=by, now=now)


DEMO.register("partners.doubles", DemoStep(37, doubles))
DEMO.register("partners.compared", DemoStep(60, compared))
