"""The list of registrations as a file."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import Http404, QueryDict

from deals.registrations import policies
from deals.registrations.filters import RegistrationFilter
from deals.registrations.models import Registration, RegistrationQuerySet
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.portal.listings import LISTINGS, Cell, Listing

HEADER = (
    *("Reference", "State", "Partner", "Customer", "Country", "City", "Website", "Products", "Value", "Currency"),
    *("Expected close", "Registered at", "Decision due", "Decided at", "Outcome", "Protected until"),
    *("Won value", "Own CRM id", "Won soon after approval because"),
)


def rows_of(user: User) -> RegistrationQuerySet:
    return Registration.objects.visible_to(user).with_nouns()


def filter_of(user: User, asked: QueryDict) -> RegistrationFilter:
    form = RegistrationFilter(asked, reader=user)
    if not form.is_valid():
        raise Http404
    return form


def _found(user: User, asked: QueryDict) -> QuerySet[Registration]:
    form = filter_of(user, asked)
    return form.narrowed(rows_of(user), database_now()).order_by(*form.order)


def _cells(rows: QuerySet[Registration], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=500):
        products = ", ".join(f"{line.product.name} × {line.quantity}" for line in row.lines.all())
        yield (
            *(row.reference, row.get_state_display(), row.partner.organisation.name, row.customer_name),
            *(row.customer_country, row.customer_city, row.customer_website, products, row.value, row.currency),
            *(row.expected_close, row.submitted_at, row.due_at, row.decided_at),
            *(row.get_outcome_display(), row.protected_until, row.won_value, row.external_id, row.early_reason),
        )


LISTING = LISTINGS.register("deals", Listing("deals", HEADER, tuple(policies.EXPORTERS), _found, _cells))
