"""Who holds what until when, as page and file read it."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import QueryDict

from enablement.certificates.forms import CertificateFilter
from enablement.certificates.models import Certificate, CertificateQuerySet
from enablement.certificates.policies import READERS
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.portal.listings import LISTINGS, Cell, Listing

# What ends first comes first.
ORDER = ("ends_on", "pk")
HEADER = (
    *("Person", "E-mail", "Partner", "Certification", "Competency", "Level", "Earned on", "Ends on"),
    *("Counts until", "State", "Because", "Renewed at", "Revoked because"),
)


def certificates_of(user: User) -> CertificateQuerySet:
    return Certificate.objects.visible_to(user).with_nouns()


def _found(user: User, asked: QueryDict) -> QuerySet[Certificate]:
    return CertificateFilter(asked, reader=user).narrowed(certificates_of(user)).order_by(*ORDER)


def _cells(rows: QuerySet[Certificate], _reader: User) -> Iterator[tuple[Cell, ...]]:
    now = database_now()
    for row in rows.iterator(chunk_size=500):
        what = row.certification
        employer: str | None = row.employer  # type: ignore[attr-defined]
        yield (
            *(row.user.name, row.user.email, employer or "", what.title, what.competency, what.get_level_display()),
            *(row.earned_on, row.ends_on, row.grace_ends_at, str(row.state_at(now).label)),
            *(row.get_source_display(), row.renewed_at, row.revoked_because),
        )


LISTING = LISTINGS.register("certificates", Listing("certificates", HEADER, READERS, _found, _cells))
