"""Copies of rows that are there, for a programme that grows."""

from collections.abc import Iterable
from copy import copy
from datetime import timedelta
from typing import Any, TypeVar

from django.db.models import Model

from deals.marketplace.models import MarketplaceOffer
from deals.products.models import ProductLine
from deals.registrations.models import Registration
from deals.replays.models import Replay, ReplayDifference
from deals.tenders.models import Tender
from partners.models import Account
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.exports.models import Export
from prm.ids import random_id
from prm.policy.models import PolicyVersion

M = TypeVar("M", bound=Model)


def another(row: M, prefix: str, **changes: Any) -> M:
    """A copy that is not stored yet, with a public id of its own."""
    made = copy(row)
    made.pk = None
    made._state = copy(row._state)
    made._state.adding = True
    made._state.fields_cache = dict(row._state.fields_cache)
    made._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    for name, value in {**({"public_id": random_id(prefix)} if prefix else {}), **changes}.items():
        setattr(made, name, value)
    return made


def grow_exports(export: Export, readers: Iterable[User], numbers: Iterable[int]) -> None:
    """As many for each reader."""
    made = list(numbers)
    Export.objects.bulk_create(
        another(export, "exp", created_by=reader, organisation=reader.organisation, query=f"q={number}")
        for reader in readers
        for number in made
    )


def grow_offers(offer: MarketplaceOffer, numbers: Iterable[int]) -> None:
    """As many beside the one that is read, sent as well."""
    MarketplaceOffer.objects.bulk_create(another(offer, "mof", offer_id=f"more-{number}") for number in numbers)


def grow_rules(policy: PolicyVersion, replay: Replay, account: Account | None, numbers: Iterable[int]) -> None:
    """Versions that never began, tenders of the one customer, replays, and what one of them found."""
    now, made = database_now(), list(numbers)
    never = {"effective_from": now + timedelta(days=1), "withdrawn_at": now}
    PolicyVersion.objects.bulk_create(another(policy, "pol", number=number + 1, **never) for number in made)
    about = {"account": account, "published_on": now.date(), "source": "Gazette", "created_at": now}
    noted = Tender.objects.exclude(product=None).values("product")
    products = ProductLine.objects.exclude(pk__in=noted).order_by("-pk")[: len(made)]
    Tender.objects.bulk_create(Tender(**about, product=product) for product in products)
    Replay.objects.bulk_create(another(replay, "rpl") for _number in made)
    known = ReplayDifference.objects.filter(replay=replay).values("registration")
    told = [{"aspect": "protection", "before": "90", "after": "60", "clause": "4.1", "why": []}]
    rows = Registration.objects.filter(decided_at__isnull=False).exclude(pk__in=known)[: len(made)]
    ReplayDifference.objects.bulk_create(
        ReplayDifference(replay=replay, registration=row, differences=told) for row in rows
    )
