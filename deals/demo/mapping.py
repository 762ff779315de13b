"""Account mapping in the demo: a list of each of two rivals, one overlap that both show, and some that wait."""

from datetime import datetime

from deals.mapping.actions import bring, show_accounts, show_rows, start
from deals.mapping.models import MappedList
from deals.mapping.work import finish, match_portion
from deals.registrations.models import Registration
from partners.demo.cast import VENDOR, address
from partners.models import Account, Partner
from prm.accounts.models import User
from prm.jobs.models import Job

HEADER = ["name", "country", "city", "website", "relation", "contact"]
UNKNOWN = (
    ["Almhütten Verpflegung", "AT", "Saalfelden", "", "prospect", "Lena Voss"],
    ["Deichgraf Baustoffe", "DE", "Husum", "", "customer", "Lena Voss"],
    ["Isarfloß Ausflüge", "DE", "Bad Tölz", "", "prospect", ""],
)
# Of the vendor's customers so many stand on a list, and of those so many are shown.
KNOWN, SHOWN = 7, 3


def mapping(now: datetime) -> None:
    """Only once, so that what people change in the demo stays as they left it."""
    if MappedList.objects.exists():
        return
    seller = User.objects.get(email=address("seller", VENDOR))
    accounts = _accounts(seller)
    for slug in ("helix", "orbit"):
        _map(slug, accounts, seller, now)


def _accounts(seller: User) -> list[Account]:
    """Some of the seller's that nobody has registered."""
    registered = Registration.objects.exclude(account=None).values("account")
    free = Account.objects.present().filter(owner=seller).exclude(pk__in=registered)
    return list(free.order_by("external_id", "pk")[:KNOWN])


def _map(slug: str, accounts: list[Account], seller: User, now: datetime) -> None:
    rep = User.objects.get(email=address("rep", slug))
    partner = Partner.objects.select_related("organisation").get(organisation=rep.organisation)
    rows = [[one.name, one.country, one.city, one.website, "customer", str(rep)] for one in accounts]
    given = bring(name=f"Customers of {slug.title()}.csv", header=HEADER, rows=[*rows, *UNKNOWN], by=rep, now=now)
    start(given=given, columns=HEADER, by=rep, now=now)
    job = Job.objects.get(subject_id=given.public_id)
    while job.done < job.total:
        match_portion(job, now)
        job.done += 1
    job.finished_at = now
    job.save(update_fields=["done", "finished_at"])
    finish(job, now)
    if slug == "helix":
        first = given.customers.order_by("number").values_list("public_id", flat=True)[:SHOWN]
        show_rows(given=given, rows=list(first), by=rep, now=now)
        shown = [account.public_id for account in accounts[: SHOWN - 1]]
        show_accounts(partner=partner, accounts=shown, by=seller, now=now)
