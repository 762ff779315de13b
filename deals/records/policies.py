"""Who may ask for, decide and end what makes a partner the partner of record."""

from deals.records.models import PartnerOfRecord
from deals.registrations import policies
from deals.registrations.models import Registration
from deals.registrations.states import State
from partners.models import Partner
from prm.accounts.models import User
from prm.accounts.roles import Permission as P

# Whoever has one of these reads some records; which ones is `visible_to`.
READERS = (P.DEALS_REGISTER, P.DEALS_READ_ORGANISATION, P.DEALS_READ_ALL)
DECIDERS = (P.DEALS_DECIDE, P.DEALS_OVERRIDE)


def reads_all(user: User) -> bool:
    """See also: PartnerOfRecordQuerySet.visible_to."""
    return user.is_vendor and user.may(P.DEALS_READ_ALL)


def can_ask(user: User, registration: Registration) -> bool:
    """On a deal that it has won: whoever acts on that deal for the partner."""
    return registration.state == State.WON and policies.can_act_for_partner(user, registration)


def can_act(user: User, record: PartnerOfRecord) -> bool:
    """For the partner: its admin, or the rep who asked or won the deal."""
    if not user.is_partner or user.organisation != record.partner.organisation:
        return False
    if user.may(P.DEALS_MANAGE_ORGANISATION):
        return True
    own = record.registration.created_by_id if record.registration else None
    return user.may(P.DEALS_REGISTER) and user.pk in (record.created_by_id, own)


def is_assigned(user: User, partner: Partner) -> bool:
    """A partner without a PAM is everybody's who decides."""
    return user.may(P.DEALS_DECIDE) and partner.pam_id in (None, user.pk)


def can_appoint(user: User, partner: Partner) -> bool:
    return user.is_vendor and (is_assigned(user, partner) or user.may(P.DEALS_OVERRIDE))


def can_decide(user: User, record: PartnerOfRecord) -> bool:
    return can_appoint(user, record.partner)


def must_give_reason(user: User, partner: Partner) -> bool:
    """As for registrations: in the place of the PAM only with a reason."""
    return not is_assigned(user, partner)


def may_appoint_some(user: User) -> bool:
    return user.is_vendor and user.may(*DECIDERS)


def may_ask_some(user: User) -> bool:
    return policies.can_register(user)
