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


def named_account(account: str, *, by: User | None) -> Account | None:
    """The one with this public id; None for "" and "new". InvalidInput for one that the reviewer does not see.

    `by` None is the product itself, which sees all of them.
    """
    if account in ("", NEW):
        return None
    known = Account.objects.known_to(by) if by else Account.objects.all()
    found = known.filter(public_id=account).first()
    if found is None:
        raise InvalidInput({"account": [_("There is no such account.")]})
    return found


def resolve_account(
    registration: Registration, account: str, found: list[rules.Found], *, by: User | None, now: datetime
) -> Account:
    """`account` is "new", a public id the reviewer may see, or "" for the one that is certainly the same."""
    named = named_account(account or rules.same_account(found) or NEW, by=by)
    if named is not None:
        return held(named)
    values = {
        "name": registration.customer_name,
        "country": registration.customer_country,
        "city": registration.customer_city,
        "website": registration.customer_website,
        "tax_number": registration.customer_tax_number,
        "segment": registration.segment,
    }
    return create_account(values=values, by=by, now=now)
