"""Questions about customers that may be one."""

from decimal import Decimal

from django.db.models import QuerySet

from partners.customers.models import Account
from partners.customers.selectors import accounts_like
from partners.merges.models import AlikePair, PairKind
from partners.merges.rules import parent_of
from prm.accounts.models import User
from prm.matching import Band, Match

# What one customer may be taken for; whoever is like more is like too many to tell.
MOST_ALIKE = 5


def alike(account: Account, most: int = MOST_ALIKE) -> list[tuple[Account, Match]]:
    """Other customers that this one could be, the likeliest first; the engine bounds the work."""
    found = [(other, match) for other, match in accounts_like(account.identity) if other.pk != account.pk]
    return [(other, match) for other, match in found if match.band != Band.HINT][:most]


def not_yet_judged(account: Account, most: int = MOST_ALIKE) -> list[tuple[Account, Match]]:
    """The same without those that somebody has said are not the same."""
    found = alike(account)
    pks = [other.pk for other, _match in found]
    pairs = AlikePair.objects.filter(one__in=[account.pk, *pks], other__in=[account.pk, *pks])
    dismissed = set(pairs.exclude(dismissed_at=None).values_list("one", "other"))
    return [
        (other, match)
        for other, match in found
        if (min(account.pk, other.pk), max(account.pk, other.pk)) not in dismissed
    ][:most]


def pair_of(account: Account, other: Account, match: Match) -> AlikePair:
    """Not stored yet, nor dated."""
    one, two = sorted((account, other), key=lambda row: row.pk)
    is_family = any(line.rule == "family" for line in match.evidence)
    place = parent_of(one.name_key, two.name_key) if is_family else None
    return AlikePair(
        one=one,
        other=two,
        kind=PairKind.FAMILY if is_family else PairKind.SAME,
        parent=None if place is None else (one, two)[place],
        score=Decimal(str(round(match.score, 3))),
        evidence=[{"rule": line.rule, "text": str(line.text)} for line in match.evidence],
    )


def pairs(reader: User, kind: str = "") -> QuerySet[AlikePair]:
    """What is to be judged."""
    found = AlikePair.objects.visible_to(reader).to_judge().select_related("one", "other", "parent")
    return found.filter(kind=kind) if kind else found
