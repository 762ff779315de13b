"""Who pays, and who says where to."""

from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.payments.models import Payee, PaymentRun


def can_read_payees(user: User) -> bool:
    return user.may(P.PAYEE_MANAGE) if user.is_partner else user.may(P.PAYMENTS_READ)


def can_request_payee(user: User) -> bool:
    return user.is_partner and user.may(P.PAYEE_MANAGE)


def can_decide_payee(user: User, payee: Payee) -> bool:
    """A second person, who asks the partner over another way than the portal."""
    return user.is_vendor and user.may(P.PAYMENTS_RUN) and payee.requested_by_id != user.pk


def can_run(user: User) -> bool:
    return user.is_vendor and user.may(P.PAYMENTS_RUN)


def can_approve_some(user: User) -> bool:
    return user.is_vendor and user.may(P.PAYMENTS_RUN, P.PAYMENTS_APPROVE)


def can_approve(user: User, run: PaymentRun) -> bool:
    """Above the limit nobody approves what they prepared."""
    return can_approve_some(user) and not (run.needs_second and run.created_by_id == user.pk)
