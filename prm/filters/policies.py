from prm.accounts.models import User
from prm.accounts.roles import Permission
from prm.filters.models import SavedFilter


def can_share(user: User) -> bool:
    return user.may(Permission.FILTERS_SHARE)


def can_change(user: User, saved: SavedFilter) -> bool:
    """One's own; what is shared also whoever may share, so that it does not outlast the colleague who left."""
    if saved.created_by_id == user.pk:
        return True
    is_of_organisation = user.organisation is not None and user.organisation.pk == saved.organisation_id
    return is_of_organisation and saved.shared and can_share(user)
