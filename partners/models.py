from partners.capabilities.models import Capability
from partners.customers.models import Account, AccountName, RevenueFact
from partners.imports.models import AccountImport, ImportedRow, ImportFinding, ImportPortion
from partners.lists.models import CompanyList, ListPortion, ListRow
from partners.merges.models import AccountMerge, AlikePair
from partners.profiles.models import Partner

__all__ = [
    "Account",
    "AccountImport",
    "AccountMerge",
    "AccountName",
    "AlikePair",
    "Capability",
    "CompanyList",
    "ImportFinding",
    "ImportPortion",
    "ImportedRow",
    "ListPortion",
    "ListRow",
    "Partner",
    "RevenueFact",
]
