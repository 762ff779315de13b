from partners.customers.models import Account, RevenueFact
from partners.imports.models import AccountImport, ImportedRow, ImportFinding, ImportPortion
from partners.profiles.models import Partner

__all__ = [
    "Account",
    "AccountImport",
    "ImportFinding",
    "ImportPortion",
    "ImportedRow",
    "Partner",
    "RevenueFact",
]
