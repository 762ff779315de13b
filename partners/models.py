from partners.customers.models import Account, AccountName, RevenueFact
from partners.imports.models import AccountImport, ImportedRow, ImportFinding, ImportPortion
from partners.merges.models import AccountMerge, AlikePair
from partners.profiles.models import Partner

__all__ = [
    "Account",
    "AccountImport",
    "AccountMerge",
    "AccountName",
    "AlikePair",
    "ImportFinding",
    "ImportPortion",
    "ImportedRow",
    "Partner",
    "RevenueFact",
]
