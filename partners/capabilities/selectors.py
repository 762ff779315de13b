"""Who can do what: by the proofs of its people, and by what the vendor has entered in the profile."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from partners.capabilities.models import Capability
from partners.profiles.models import Partner
from partners.states import Level


def competencies_among(partners: Iterable[Partner], now: datetime) -> dict[int, frozenset[str]]:
    """Slugs by the key of the partner, from both sources; one query for any number."""
    known = list(partners)
    found: dict[int, set[str]] = defaultdict(set)
    rows = Capability.objects.in_force(now).filter(partner__in=[partner.pk for partner in known])
    for partner, competency in rows.values_list("partner", "competency"):
        found[partner].add(competency)
    return {partner.pk: frozenset(found[partner.pk] | set(partner.competencies)) for partner in known}


def lacking(partner: Partner, wanted: Collection[tuple[str, str]], now: datetime) -> set[tuple[str, str]]:
    """Of the wanted competencies with their levels those that the partner has not.

    What is entered in the profile counts at every level: somebody of the vendor vouches for it.
    """
    open_ones = {each for each in wanted if each[0] not in partner.competencies}
    if not open_ones:
        return set()
    rows = Capability.objects.in_force(now).filter(partner=partner, competency__in={slug for slug, _ in open_ones})
    held = set(rows.values_list("competency", "level"))
    return {
        (slug, level)
        for slug, level in open_ones
        if not any((slug, higher.value) in held for higher in Level(level).and_higher)
    }
