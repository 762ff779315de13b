from partners.customers.models import Account, RevenueFact
from partners.profiles.models import Partner

__all__ = ["Account", "Partner", "RevenueFact"]
