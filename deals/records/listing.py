"""The list of partners of record, as page and file read it."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import Http404, QueryDict

from deals.records.forms import RecordFilter
from deals.records.models import PartnerOfRecord, PartnerOfRecordQuerySet
from deals.records.policies import READERS
from prm.accounts.models import User
from prm.portal.listings import LISTINGS, Cell, Listing

HEADER = (
    *("Record", "Customer", "Partner", "State", "Since", "Until", "Because", "Registration"),
    *("Consented by", "Consented on", "Consent", "Ended because"),
)
NEWEST = ("-created_at", "-pk")


def records_of(user: User) -> PartnerOfRecordQuerySet:
    return PartnerOfRecord.objects.visible_to(user).with_nouns()


def filter_of(user: User, asked: QueryDict) -> RecordFilter:
    form = RecordFilter(asked, reader=user)
    if not form.is_valid():
        raise Http404
    return form


def _found(user: User, asked: QueryDict) -> QuerySet[PartnerOfRecord]:
    return filter_of(user, asked).narrowed(records_of(user)).order_by(*NEWEST)


def _cells(rows: QuerySet[PartnerOfRecord], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=500):
        yield (
            *(row.public_id, row.customer_name, row.partner.organisation.name, row.get_state_display()),
            *(row.since, row.until, row.get_source_display()),
            row.registration.reference if row.registration else "",
            *(row.consented_by, row.consented_on, row.consent_text, row.get_end_reason_display()),
        )


LISTING = LISTINGS.register("records", Listing("partners of record", HEADER, READERS, _found, _cells))
