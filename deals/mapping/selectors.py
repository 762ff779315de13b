"""Questions of mapping that span tables."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from deals.mapping import policies
from deals.mapping.models import MappedList, MappedRow, SharedAccount
from deals.registrations.models import Registration
from partners.imports.rules import guessed
from partners.models import Account, Partner
from prm.accounts.models import User
from prm.accounts.roles import Permission as P

SAMPLE = 3


def meant(header: list[str], partner: Partner, fields: tuple[str, ...]) -> list[str]:
    """The columns that this partner chose the last time for these titles, else what the titles seem to mean."""
    before = MappedList.objects.filter(partner=partner, header=header).exclude(state="uploaded").order_by("-pk").first()
    return list(before.columns) if before else guessed(header, fields)


def samples(given: MappedList) -> list[list[str]]:
    """For each column what its first rows hold."""
    portion = given.portions.order_by("number").first()
    rows = portion.rows[:SAMPLE] if portion else []
    return [[row[at] for row in rows if at < len(row) and row[at].strip()] for at in range(len(given.header))]


def own_accounts(user: User, partner: Partner) -> QuerySet[Account]:
    """Customers that the person may show to this partner: the own ones, for its account manager those that nobody
    owns, for an administrator all; each with whether it `is_shown`."""
    mine = Q(pk__in=[])
    if user.may(P.DIRECT_SELL):
        mine |= Q(owner=user)
    if policies.shows_unowned(user, partner):
        mine |= Q(owner=None)
    if user.may(P.DEALS_OVERRIDE):
        mine = Q()
    shown = SharedAccount.objects.filter(partner=partner, account=OuterRef("pk"))
    return Account.objects.present().filter(mine).annotate(is_shown=Exists(shown))


@dataclass(frozen=True)
class Overlap:
    """What both sides show of one customer, and what can come of it."""

    row: MappedRow
    deal: Registration | None


def overlaps(rows: Iterable[MappedRow], reader: User) -> list[Overlap]:
    """Each with the newest registration of this partner for the customer that the person reads. One query."""
    shown = list(rows)
    deals = Registration.objects.visible_to(reader).filter(account__in={row.account_id for row in shown})
    found = {(deal.account_id, deal.partner_id): deal for deal in deals.order_by("created_at", "pk")}
    return [Overlap(row, found.get((row.account_id, row.of.partner_id))) for row in shown]


def with_names(rows: QuerySet[MappedRow]) -> QuerySet[MappedRow]:
    return rows.select_related("of__partner__organisation", "of__created_by", "account__owner")
