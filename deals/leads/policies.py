"""Who may do what with leads and their offers. Whether the person sees one at all is `visible_to`."""

from deals.leads.models import Lead, LeadOffer
from prm.accounts.models import User
from prm.accounts.roles import Permission as P

# Whoever has one of these reads some leads, and some offers.
READERS = (P.LEADS_ENTER, P.LEADS_READ_ALL)
OFFER_READERS = (*READERS, P.DEALS_REGISTER, P.DEALS_READ_ORGANISATION)


def can_enter(user: User) -> bool:
    return user.is_vendor and user.may(P.LEADS_ENTER)


def can_steer(user: User, lead: Lead) -> bool:
    """Change, offer again, withdraw: whoever entered it, or looks after all of them."""
    own = user.may(P.LEADS_ENTER) and lead.created_by_id == user.pk
    return user.is_vendor and (own or user.may(P.LEADS_MANAGE_ALL))


def can_answer(user: User, offer: LeadOffer) -> bool:
    """Whoever registers deals for the partner."""
    return user.is_partner and user.organisation == offer.partner.organisation and user.may(P.DEALS_REGISTER)


def can_work(user: User, offer: LeadOffer) -> bool:
    """Report, register, lose: whoever took it, and the partner's admins. What nobody took is nobody's yet."""
    if not can_answer(user, offer):
        return False
    mine = not offer.is_taken or offer.answered_by_id == user.pk
    return mine or user.may(P.DEALS_MANAGE_ORGANISATION)


def can_compare(user: User) -> bool:
    """How leads spread over partners of each size."""
    return user.is_vendor and user.may(P.LEADS_READ_ALL)
