from enablement.certificates.models import Certificate
from enablement.certification.models import Certification
from enablement.claims.models import Claim

__all__ = ["Certificate", "Certification", "Claim"]
