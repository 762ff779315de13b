"""Which customer an approval is for: one we know, or a new one."""

from datetime import datetime

from django.utils.translation import gettext as _

from deals.conflicts import rules
from deals.registrations.models import Registration
from partners.customers.actions import create_account, held
from partners.models import Account
from prm.accounts.models import User
from prm.errors import InvalidInput

NEW = "new"


def resolve_account(
    registration: Registration, account: str, found: list[rules.Found], *, by: User, now: datetime
) -> Account:
    """`account` is "new", a public id the reviewer may see, or "" for the one that is certainly the same."""
    chosen = account or rules.same_account(found) or NEW
    if chosen != NEW:
        known = Account.objects.known_to(by).filter(public_id=chosen).first()
        if known is None:
            raise InvalidInput({"account": [_("There is no such account.")]})
        return held(known)
    values = {
        "name": registration.customer_name,
        "country": registration.customer_country,
        "city": registration.customer_city,
        "website": registration.customer_website,
        "tax_number": registration.customer_tax_number,
        "segment": registration.segment,
    }
    return create_account(values=values, by=by, now=now)
