"""The payment runs as a file."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import QueryDict

from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.payments.models import PaymentRun
from prm.portal.listings import LISTINGS, Cell, Listing

HEADER = (
    "Run",
    "Total",
    "Currency",
    "To be paid on",
    "State",
    "Prepared at",
    "Prepared by",
    "Approved by",
    "Handed over at",
    "Worth",
    "Worth in",
    "Rate",
    "Rate of",
)
ORDER = ("-created_at", "-pk")


def runs_of(user: User) -> QuerySet[PaymentRun]:
    return PaymentRun.objects.visible_to(user).select_related("created_by", "approved_by")


def _found(user: User, _asked: QueryDict) -> QuerySet[PaymentRun]:
    return runs_of(user).order_by(*ORDER)


def _cells(rows: QuerySet[PaymentRun], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for run in rows.iterator(chunk_size=1000):
        people = [str(person) if person else "" for person in (run.created_by, run.approved_by)]
        about = (run.public_id, run.total, run.currency, run.due_on, run.get_state_display(), run.created_at)
        yield (*about, *people, run.exported_at, run.worth, run.reporting, run.rate, run.rate_on)


LISTING = LISTINGS.register("payments", Listing("payments", HEADER, (P.PAYMENTS_READ,), _found, _cells))
