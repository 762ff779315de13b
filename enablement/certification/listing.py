"""The certifications as page and file read them."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import QueryDict

from enablement.certification.forms import CertificationFilter
from enablement.certification.models import Certification, CertificationQuerySet
from enablement.certification.policies import READERS
from prm.accounts.models import User
from prm.portal.listings import LISTINGS, Cell, Listing

ORDER = ("title", "pk")
HEADER = (
    *("Title", "Kind", "Competency", "Level", "Proof", "Valid for months", "Renewal opens, days before"),
    *("Days of grace", "State"),
)


def certifications_of(user: User) -> CertificationQuerySet:
    return Certification.objects.visible_to(user)


def _found(user: User, asked: QueryDict) -> QuerySet[Certification]:
    return CertificationFilter(asked, reader=user).narrowed(certifications_of(user)).order_by(*ORDER)


def _cells(rows: QuerySet[Certification], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=500):
        yield (
            *(row.title, row.get_kind_display(), row.competency, row.get_level_display(), row.get_proof_display()),
            *(row.validity_months, row.renewal_days, row.grace_days, str(row.state.label)),
        )


LISTING = LISTINGS.register("certifications", Listing("certifications", HEADER, READERS, _found, _cells))
