"""Fills the deals wing of the demo: product lines, and a year of registrations."""

from datetime import datetime

from deals.demo.crowd import count, crowd, customers
from deals.demo.direct import direct_sales
from deals.demo.earnings import earnings
from deals.demo.judgements import judgements
from deals.demo.leads import leads
from deals.demo.mapping import mapping
from deals.demo.marketplace import marketplace
from deals.demo.plots import Customer
from deals.demo.products import products, required
from deals.demo.rates import rates
from deals.demo.receipts import receipts
from deals.demo.records import records
from deals.demo.releases import released
from deals.demo.scenes import scenes
from deals.demo.story import NONCE, Player, Story
from deals.demo.teams import teams
from deals.demo.together import together
from deals.demo.versions import offered, planned, replayed, tendered
from deals.registrations.models import Registration
from partners.demo.cast import VENDOR, VENDOR_ZONE, address
from partners.models import Account, Partner
from prm.accounts import attempts
from prm.accounts.models import User
from prm.clocks.calendar import Calendar
from prm.filters.actions import save_view
from prm.filters.models import SavedFilter
from prm.portal.sockets import DEMO, DemoStep

# Rows of the customers' file: Takeda in Zurich is a named account, Guger Technologies in Graz buys already.
NAMED, SERVED = "ror-002ysmy84", "ror-040823y46"

# Who saved which view of the deals, and whether colleagues read it.
VIEWS = (
    ("pam", VENDOR, "My partners, by date", "due=waiting&mine=1", False),
    ("pam", VENDOR, "Overdue everywhere", "due=overdue", True),
    ("admin", "helix", "Open at Helix", "state=open", True),
    ("rep", "helix", "My drafts", "mine=1&state=draft", False),
)


def registrations(now: datetime) -> None:
    if Registration.objects.filter(form_nonce__startswith=NONCE).exists():
        return
    calendar = Calendar(VENDOR_ZONE)
    named, served, others = _known()
    drawn = customers(others)
    plots = [*scenes(now, calendar, named=named, served=served), *crowd(now, calendar, drawn)]
    story = Story(now)
    for number, plot in enumerate(plots):
        Player(number, plot, story)
    story.play()
    # What happened in the past does not use up today's limit.
    for organisation in Partner.objects.values_list("organisation_id", flat=True):
        attempts.clear(f"submissions:{organisation}")


def _known() -> tuple[Customer, Customer, list[Customer]]:
    """Of the vendor's customers: a named account, one that buys already, and some that are only known."""
    accounts = Account.objects.exclude(external_id=None).order_by("external_id")
    others = accounts.filter(named_account=False, customer_since=None, owner=None)[: count() // 8]
    named, served = accounts.get(external_id=NAMED), accounts.get(external_id=SERVED)
    return _customer(named), _customer(served), [_customer(account) for account in others]


def _customer(account: Account) -> Customer:
    return Customer(account.name, account.country, account.city, account.website)


def views(now: datetime) -> None:
    """Only once, so that what people change in the demo stays as they left it."""
    if SavedFilter.objects.exists():
        return
    for local, slug, name, query, shared in VIEWS:
        by = User.objects.get(email=address(local, slug))
        save_view(name=name, list_name="deals", query=query, shared=shared, by=by, now=now)


DEMO.register("deals.incentives", DemoStep(34, offered))
DEMO.register("deals.products", DemoStep(40, products))
DEMO.register("deals.rules", DemoStep(45, planned))
DEMO.register("deals.tenders", DemoStep(46, tendered))
DEMO.register("deals.registrations", DemoStep(50, registrations))
DEMO.register("deals.teams", DemoStep(51, teams))
DEMO.register("deals.releases", DemoStep(51, released))
DEMO.register("deals.receipts", DemoStep(52, receipts))
DEMO.register("deals.judgements", DemoStep(55, judgements))
DEMO.register("deals.direct", DemoStep(56, direct_sales))
DEMO.register("deals.rates", DemoStep(54, rates))
DEMO.register("deals.earnings", DemoStep(57, earnings))
DEMO.register("deals.records", DemoStep(57, records))
DEMO.register("deals.leads", DemoStep(58, leads))
DEMO.register("deals.together", DemoStep(59, together))
DEMO.register("deals.mapping", DemoStep(59, mapping))
DEMO.register("deals.marketplace", DemoStep(59, marketplace))
DEMO.register("deals.views", DemoStep(60, views))
DEMO.register("deals.required", DemoStep(62, required))
DEMO.register("deals.replays", DemoStep(65, replayed))
