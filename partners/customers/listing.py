"""The list of customers as a file, in the columns that an import takes."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import QueryDict

from partners.customers import policies
from partners.customers.forms import AccountFilterForm
from partners.customers.models import Account
from partners.customers.rows import COLUMNS
from partners.customers.selectors import filtered
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.portal.listings import LISTINGS, Cell, Listing

ORDER = ("name_key", "pk")


def narrowed(user: User, form: AccountFilterForm) -> QuerySet[Account]:
    return filtered(Account.objects.visible_to(user).select_related("owner"), form.wanted(), reader=user)


def _found(user: User, asked: QueryDict) -> QuerySet[Account]:
    return narrowed(user, AccountFilterForm(asked, reader=user)).order_by(*ORDER)


def _cells(rows: QuerySet[Account], reader: User) -> Iterator[list[Cell]]:
    for row in rows.iterator(chunk_size=1000):
        shown: list[Cell] = [row.name, row.country, row.city]
        if policies.can_read_fully(reader, row):
            owner = row.owner.email if row.owner else ""
            named = "yes" if row.named_account else "no"
            yield [row.external_id, *shown, row.website, row.tax_number, owner, named, row.customer_since]
        else:
            yield ["", *shown, "", "", "", "", ""]


LISTING = LISTINGS.register(
    "accounts", Listing("accounts", COLUMNS, (P.ACCOUNTS_READ, P.ACCOUNTS_READ_ALL), _found, _cells)
)
