"""What mapping hangs into the foundations' sockets."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from deals.mapping.actions import LIST
from deals.mapping.models import READERS, MappedList, MappedRow, SharedAccount
from partners.merges.sockets import HOLDINGS, Holding
from partners.models import Account
from prm.accounts.models import User
from prm.audit.kinds import EventKind, declare
from prm.portal.sockets import NAVIGATION, SUBJECTS, NavItem, SubjectLink

declare(
    EventKind("mapping.brought", _("List of customers brought for mapping, {rows} rows"), partner=("rows",)),
    EventKind("mapping.shown", _("Ready to show {count} rows"), partner=("count", "ids")),
    EventKind("mapping.hidden", _("No longer showing {count} rows"), partner=("count", "ids")),
    EventKind("mapping.deleted", _("List of customers deleted, {rows} rows"), partner=("rows",)),
    EventKind("mapping.accounts_shown", _("Ready to show {count} of our customers")),
    EventKind("mapping.accounts_hidden", _("No longer showing {count} of our customers")),
)
NAVIGATION.register("mapping", NavItem(_("Account mapping"), "mapping", order=42, permissions=frozenset(READERS)))


def mapped_lists(user: User, ids: list[str]) -> dict[str, SubjectLink]:
    rows = MappedList.objects.visible_to(user).filter(public_id__in=ids)
    return {row.public_id: SubjectLink(row.name, row.get_absolute_url()) for row in rows}


SUBJECTS.register(LIST, mapped_lists)


def lock(account: Account) -> None:
    list(SharedAccount.objects.select_for_update().filter(account=account).order_by("pk").values_list("pk"))


def move(merged: Account, survivor: Account, _now: datetime) -> list[int]:
    """Rows that are known as the one that goes. What was shown of it is shown of the survivor only by its people."""
    keys = list(MappedRow.objects.filter(account=merged).order_by("pk").values_list("pk", flat=True))
    MappedRow.objects.filter(pk__in=keys).update(account=survivor)
    return keys


def give_back(keys: list[int], survivor: Account, merged: Account) -> int:
    return MappedRow.objects.filter(pk__in=keys, account=survivor).update(account=merged)


HOLDINGS.register("mapped_rows", Holding(lock, move, give_back))
