"""Who can do what: by the proofs of its people, and by what the vendor has entered in the profile."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from partners.capabilities.models import Capability
from partners.profiles.models import Partner, PartnerQuerySet
from partners.states import Level


def with_proofs(partners: PartnerQuerySet, now: datetime) -> PartnerQuerySet:
    """With, as `proved`, the competencies that their people have proved; see also: competencies_of."""
    held = Capability.objects.in_force(now).filter(partner=OuterRef("pk"))
    return partners.annotate(proved=ArraySubquery(held.values("competency")))


def competencies_of(partner: Partner) -> frozenset[str]:
    """Slugs from both sources, of a partner that was read `with_proofs`."""
    proved: list[str] = partner.proved  # type: ignore[attr-defined]
    return frozenset(partner.competencies) | frozenset(proved)


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
