"""Certificates in the walks: the ways to them, who is answered how, and one of each for each side."""

from dataclasses import dataclass
from typing import Any

from enablement.certificates.models import Certificate
from enablement.certification.models import Certification
from enablement.claims.models import Claim
from prm.clocks.database import database_now
from tests.access.way import TODAY, Way
from tests.enablement.making import awarded, claimed, make_certification, moved
from tests.factories import Cast, Team

DEFINED = {"title": "Dock engineer", "competency": "docks", "level": "expert"}
TYPED = {
    **DEFINED,
    "kind": "product",
    "proof": "external",
    "validity_months": "24",
    "renewal_days": "90",
    "grace_days": "30",
    "review_days": "5",
    "reminder_days": "90 30 7",
}
PROOF = {"issuer": "Academy", "earned_on": TODAY, "text": "Certificate 4711, passed with 92 points."}
AWARD = {"certification": "cert_x", "earned_on": TODAY}
REVOKED = {"reason": "mistake", "message": "Two people share a name."}
WAYS_OF_CERTIFICATES: dict[str, Way] = {
    "certificates": Way(queries=("q=kanarie", "state=valid", "ends=90")),
    "certificates-export": Way(queries=("q=kanarie",)),
    "certificate-award": Way(posts={**AWARD, "user": "rep@helix.example", "form_nonce": ""}),
    "certificate": Way(("certificate",)),
    "certificate-revoke": Way(("certificate",), REVOKED),
    "certifications": Way(queries=("q=engineer",)),
    "certifications-export": Way(),
    "certification-new": Way(posts={**TYPED, "form_nonce": ""}),
    "certification": Way(("certification",)),
    "certification-edit": Way(("certification",), TYPED),
    "certification-archive": Way(("certification",)),
    "certification-restore": Way(("certification",)),
    "claim-new": Way(("certification",), {**PROOF, "form_nonce": ""}),
    "claims": Way(queries=("q=kanarie", "state=open")),
    "claims-export": Way(queries=("q=kanarie",)),
    "claim": Way(("claim",)),
    "claim-decide": Way(("claim",), {"decision": "no", "reason": "other", "message": "No."}),
    "claim-withdraw": Way(("claim",)),
    "api-certifications": Way(posts=DEFINED),
    "api-certification": Way(("certification",), {"grace_days": 14}),
    "api-certification-archive": Way(("certification",)),
    "api-certification-restore": Way(("certification",)),
    "api-credentials": Way(
        posts={**AWARD, "person": "usr_x"}, queries=("person={person}", "partner={organisation}", "state=valid")
    ),
    "api-credential": Way(("certificate",)),
    "api-credential-revoke": Way(("certificate",), REVOKED),
    "api-claims": Way(posts={**PROOF, "certification": "cert_x"}, queries=("partner={organisation}",)),
    "api-claim": Way(("claim",)),
    "api-claim-decide": Way(("claim",), {"accept": False, "reason": "other", "message": "No."}),
    "api-claim-withdraw": Way(("claim",)),
}
TABLE = """
    GET  certifications           200 200 200 200 200 200         200 200 403 403 200 403 200     200 401
    POST certifications           403 403 403 403 403 403         403 403 403 403 201 403 403     403 401
    GET  certifications/certification 200 200 200 200 200 200     200 200 404 404 200 404 200     200 401
    PATCH certifications/certification 403 403 403 403 403 403    403 403 404 404 200 404 403     403 401
    POST certifications/certification/archive 403 403 403 403 403 403 403 403 404 404 200 404 403 403 401
    POST certifications/certification/restore 403 403 403 403 403 403 403 403 404 404 409 404 403 403 401
    GET  credentials              200 200 200 200 200 200         200 200 403 403 200 403 200     200 401
    POST credentials              403 403 403 403 403 403         403 403 403 403 201 403 403     403 401
    GET  credentials/certificate  200 200 404 404 404 404         200 404 404 404 200 404 200     404 401
    POST credentials/certificate/revoke 403 403 404 404 404 404   403 404 404 404 200 404 403     404 401
    GET  credentials/claims       200 200 200 200 200 200         200 200 403 403 200 403 200     200 401
    POST credentials/claims       201 409 201 201 201 201         403 403 403 403 403 403 403     201 401
    GET  credentials/claims/claim 200 200 404 404 404 404         200 404 404 404 200 404 200     404 401
    POST credentials/claims/claim/decide 403 403 404 404 404 404  200 404 404 404 200 404 403     404 401
    POST credentials/claims/claim/withdraw 403 200 404 404 404 404 403 404 404 404 403 404 403    404 401
"""
BODIES: dict[str, dict[str, Any]] = {
    "POST certifications": DEFINED,
    "PATCH certifications/certification": {"grace_days": 14},
    "POST credentials/certificate/revoke": REVOKED,
    "POST credentials/claims/claim/decide": {"accept": False, "reason": "other", "message": "No."},
}


@dataclass
class Certified:
    """Of one side: what its rep holds, and has handed in for a renewal."""

    certification: Certification
    certificate: Certificate
    claim: Claim


def certify(cast: Cast, team: Team, said: str) -> Certified:
    what = make_certification(cast.admin, title=f"Engineer {Certification.objects.count()}")
    row = moved(awarded(cast, team.rep, what), 40)
    claim = claimed(team.rep, what, issuer=said[:120], text=f"{said} and passed it.", now=database_now())
    return Certified(what, row, claim)


def bodies_of_certificates(certified: Certified, colleague: str) -> dict[str, dict[str, Any]]:
    what = certified.certification.public_id
    return {
        "POST credentials": {**AWARD, "certification": what, "person": colleague},
        "POST credentials/claims": {**PROOF, "certification": what},
    }
