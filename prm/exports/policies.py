from prm.accounts.models import User
from prm.exports.models import Export
from prm.portal.listings import LISTINGS


def can_take(user: User, export: Export) -> bool:
    """Asked while it is made and again when it is fetched: who lost the role gets nothing."""
    listing = LISTINGS.get(export.listing)
    here = user.is_active and user.organisation is not None and user.organisation.pk == export.organisation_id
    return here and listing is not None and listing.is_open_to(user)
