"""Who may do what with a registration. Whether the person sees it at all is `visible_to`."""

from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.accounts.roles import Permission as P

# Whoever has one of these reads some registrations; which ones is `visible_to`.
READERS = (
    *(P.DEALS_REGISTER, P.DEALS_READ_ORGANISATION, P.DEALS_READ_SHARED),
    *(P.DEALS_READ_ALL, P.DEALS_READ_WON, P.ACCOUNTS_WRITE_OWN, P.DIRECT_SELL),
)
# Whoever has one of these writes in the conversations of the registrations that they read.
WRITERS = (P.DEALS_REGISTER, P.DEALS_READ_SHARED, P.DEALS_DECIDE, P.DEALS_OVERRIDE)
# Files leave the house: not for those who only look how the programme does.
EXPORTERS = (P.DEALS_REGISTER, P.DEALS_READ_ORGANISATION, P.DEALS_DECIDE, P.DEALS_OVERRIDE)


def can_register(user: User) -> bool:
    return user.is_partner and user.may(P.DEALS_REGISTER)


def is_of_own_organisation(user: User, registration: Registration) -> bool:
    return user.is_partner and user.organisation == registration.partner.organisation


def can_act_for_partner(user: User, registration: Registration) -> bool:
    """All of a partner's verbs: the rep on the own registrations, the partner admin on all of the organisation."""
    if not is_of_own_organisation(user, registration):
        return False
    if user.may(P.DEALS_MANAGE_ORGANISATION):
        return True
    return user.may(P.DEALS_REGISTER) and registration.created_by_id == user.pk


def is_assigned(user: User, registration: Registration) -> bool:
    """See also: RegistrationQuerySet.to_decide_by. A partner without a PAM is everybody's; what is late is also the
    second PAM's, and what follows an appeal also theirs who upheld it."""
    mine = registration.partner.pam_id in (None, user.pk)
    beside = user.pk in (registration.escalated_to_id, registration.upheld_by_id)
    return user.may(P.DEALS_DECIDE) and (mine or beside)


def can_decide(user: User, registration: Registration) -> bool:
    """Nobody decides what they submitted, or what they have refused before."""
    if user.pk in (registration.submitted_by_id, registration.recused_id):
        return False
    return is_assigned(user, registration) or user.may(P.DEALS_OVERRIDE)


def must_give_reason(user: User, registration: Registration) -> bool:
    """A programme admin decides in the place of the PAM only with a reason."""
    return not is_assigned(user, registration)


def can_see_findings(user: User) -> bool:
    return user.is_vendor and user.may(P.DEALS_READ_ALL)


def can_see_margin(user: User) -> bool:
    return user.is_vendor and user.may(P.DEALS_READ_ALL)
