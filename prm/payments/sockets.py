"""What paying hangs into the frame."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.accounts.roles import Side
from prm.payments import policies
from prm.payments.models import Payee, PaymentRun
from prm.payments.states import RunState
from prm.portal.formats import money
from prm.portal.sockets import NAVIGATION, WORK, NavItem, WorkItem

NAVIGATION.register(
    "payments",
    NavItem(
        gettext_lazy("Payments"),
        "payments",
        order=36,
        sides=frozenset({Side.VENDOR}),
        permissions=frozenset({P.PAYMENTS_READ}),
    ),
)
NAVIGATION.register(
    "payee",
    NavItem(
        gettext_lazy("Account for payments"),
        "payee",
        order=82,
        section=gettext_lazy("Organisation"),
        sides=frozenset({Side.PARTNER}),
        permissions=frozenset({P.PAYEE_MANAGE}),
    ),
)
STEPS = {
    RunState.DRAFT: gettext_lazy("Approve the payment run"),
    RunState.APPROVED: gettext_lazy("Hand the payment run to the bank"),
    RunState.EXPORTED: gettext_lazy("Take in the bank's answer"),
}


def runs_waiting(user: User, _now: datetime, limit: int) -> list[WorkItem]:
    """For whoever pays: runs on their way, without those that somebody else has to approve."""
    if not policies.can_approve_some(user):
        return []
    rows = PaymentRun.objects.visible_to(user).waiting().order_by("due_on", "pk")[:limit]
    return [
        WorkItem(title=money(run.total, run.currency), url=run.get_absolute_url(), what=str(STEPS[RunState(run.state)]))
        for run in rows
        if (policies.can_approve(user, run) if run.state == RunState.DRAFT else policies.can_run(user))
    ]


def payees_waiting(user: User, _now: datetime, limit: int) -> list[WorkItem]:
    if not policies.can_run(user):
        return []
    rows = Payee.objects.visible_to(user).requested().select_related("organisation").order_by("requested_at", "pk")
    return [
        WorkItem(title=row.organisation.name, url="/payments/", what=_("Confirm the new account for payments"))
        for row in rows[:limit]
    ]


WORK.register("payments.runs", runs_waiting)
WORK.register("payments.payees", payees_waiting)
