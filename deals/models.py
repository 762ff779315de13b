"""The nouns of the deals wing, in one place for Django."""

from deals.conflicts.models import Finding
from deals.products.models import ProductLine
from deals.protections.models import Protection
from deals.registrations.models import Registration, RegistrationLine, RegistrationShare

__all__ = ["Finding", "ProductLine", "Protection", "Registration", "RegistrationLine", "RegistrationShare"]
