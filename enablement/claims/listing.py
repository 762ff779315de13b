"""The proofs that were handed in, as page and file read them."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import QueryDict

from enablement.claims.forms import ClaimFilter
from enablement.claims.models import Claim, ClaimQuerySet
from enablement.claims.policies import READERS
from prm.accounts.models import User
from prm.portal.listings import LISTINGS, Cell, Listing

ORDER = ("-created_at", "-pk")
HEADER = (
    *("Person", "Partner", "Certification", "Issuer", "Link", "Earned on", "State", "Handed in at", "Answer due"),
    *("Decided at", "Reason", "Message"),
)


def claims_of(user: User) -> ClaimQuerySet:
    return Claim.objects.visible_to(user).with_nouns()


def _found(user: User, asked: QueryDict) -> QuerySet[Claim]:
    return ClaimFilter(asked, reader=user).narrowed(claims_of(user)).order_by(*ORDER)


def _cells(rows: QuerySet[Claim], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=500):
        yield (
            *(str(row.user), row.partner.organisation.name, row.certification.title, row.issuer, row.link),
            *(row.earned_on, row.get_state_display(), row.created_at, row.due_at),
            *(row.decided_at, row.get_reason_display(), row.message),
        )


LISTING = LISTINGS.register("claims", Listing("proofs", HEADER, READERS, _found, _cells))
