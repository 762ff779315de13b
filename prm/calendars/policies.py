"""Who may say when somebody works."""

from prm.accounts.models import Organisation, User
from prm.accounts.roles import Permission as P


def decides(user: User) -> bool:
    """Whose business days bind the vendor."""
    return user.is_vendor and user.may(P.DEALS_DECIDE)


def can_change(by: User, owner: User | Organisation) -> bool:
    """One's own, or everybody's and the company's for whoever looks after people."""
    if not by.is_vendor:
        return False
    if isinstance(owner, Organisation):
        return owner.kind == Organisation.Kind.VENDOR and by.may(P.PEOPLE_MANAGE_ALL)
    return decides(owner) and (by.pk == owner.pk or by.may(P.PEOPLE_MANAGE_ALL))
