"""Versions, and who has acknowledged one of them, as files."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, QueryDict

from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.clocks.database import database_now
from prm.policy.models import PolicyVersion
from prm.policy.papers import PAPERS, partner_schemas
from prm.policy.selectors import readers_of
from prm.portal.listings import LISTINGS, Cell, Listing

ORDER, BY_NAME = ("-published_at", "-pk"), ("name", "pk")
VERSIONS = ("Rules", "Version", "In force from", "State", "Published at", "Published by", "Why")
READERS = ("Partner", "Acknowledged at", "By", "SHA-256 of the text")
PORTION = 500


def versions() -> QuerySet[PolicyVersion]:
    """Of every set of rules that is presented to people."""
    return PolicyVersion.objects.filter(schema__in=PAPERS.names()).select_related("published_by")


def _versions(_user: User, _asked: QueryDict) -> QuerySet[PolicyVersion]:
    return versions().order_by(*ORDER)


def _version_cells(rows: QuerySet[PolicyVersion], _reader: User) -> Iterator[tuple[Cell, ...]]:
    now = database_now()
    for row in rows.iterator(chunk_size=PORTION):
        by = str(row.published_by) if row.published_by else ""
        title, state = str(PAPERS[row.schema].title), str(row.state(now).label)
        yield title, row.number, row.effective_from, state, row.published_at, by, row.note


def acknowledged_version(public_id: str) -> PolicyVersion:
    """One that partners acknowledge, or Http404."""
    version = PolicyVersion.objects.filter(schema__in=partner_schemas(), public_id=public_id).first()
    if version is None:
        raise Http404
    return version


def _readers(_user: User, asked: QueryDict) -> QuerySet[Any]:
    return readers_of(acknowledged_version(asked.get("version", ""))).order_by(*BY_NAME)


def _reader_cells(rows: QuerySet[Any], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=PORTION):
        yield row.name, row.acknowledged_at, row.acknowledged_by or "", row.digest or ""


LISTING = LISTINGS.register(
    "policy-versions", Listing("policy versions", VERSIONS, (P.POLICIES_MANAGE,), _versions, _version_cells)
)
ACKNOWLEDGEMENTS = LISTINGS.register(
    "policy-acknowledgements", Listing("acknowledgements", READERS, (P.PARTNERS_READ,), _readers, _reader_cells)
)
