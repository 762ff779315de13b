"""Certificates of a programme that grows."""

from collections.abc import Sequence
from dataclasses import dataclass

from enablement.certificates.models import Certificate
from enablement.certification.models import Certification
from enablement.claims.models import Claim
from partners.models import Capability
from prm.accounts.models import Membership
from prm.clocks.database import database_now
from tests.enablement.making import awarded, claimed, make_certification, moved
from tests.factories import Cast
from tests.house.copies import another

LISTS = ("certificates", "certifications", "claims")


@dataclass
class FirstCertified:
    certification: Certification
    certificate: Certificate
    claim: Claim

    @classmethod
    def made(cls, cast: Cast) -> "FirstCertified":
        """Held by the admin, who can renew it; a colleague's proof waits."""
        needed = make_certification(cast.admin)
        for person in (cast.helix.admin, cast.helix.rep):
            awarded(cast, person, needed)
        what = make_certification(cast.admin, prerequisites=[needed])
        row = moved(awarded(cast, cast.helix.admin, what), 40)
        return cls(what, row, claimed(cast.helix.rep, what))

    def grow(self, numbers: Sequence[int]) -> None:
        """As many certifications, each needed by the first one; people of its partner hold it and hand in proof."""
        made = Certification.objects.bulk_create(
            another(self.certification, "cert", title=f"Engineer {number}", competency=f"grown-{number}")
            for number in numbers
        )
        self.certification.prerequisites.add(*made)
        here = Membership.objects.filter(organisation=self.claim.partner.organisation_id, ended_at=None)
        free = here.exclude(user__certificates__certification=self.certification)
        people = [row.user for row in free.exclude(user=self.claim.user).select_related("user")[: len(numbers)]]
        Certificate.objects.bulk_create(another(self.certificate, "crd", user=user) for user in people)
        Certificate.objects.bulk_create(another(self.certificate, "crd", certification=other) for other in made)
        Claim.objects.bulk_create(another(self.claim, "clm", user=user) for user in people)
        until = database_now() + (self.certificate.grace_ends_at - self.certificate.ends_at)
        about = {"partner": self.claim.partner, "level": "expert", "holders": 1, "valid_until": until}
        Capability.objects.bulk_create(Capability(competency=f"grown-{number}", **about) for number in numbers)
