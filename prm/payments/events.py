from django.utils.translation import gettext_lazy as _

from prm.audit.kinds import EventKind, declare

PAYEE, RUN = "payee", "payment_run"

declare(
    EventKind("payee.requested", _("New account for payments given, ending in {last_four}"), partner=("last_four",)),
    EventKind("payee.confirmed", _("Account for payments confirmed, ending in {last_four}"), partner=("last_four",)),
    EventKind("payee.declined", _("Account for payments declined, ending in {last_four}"), partner=("last_four",)),
    EventKind("payment_run.prepared", _("Payment run prepared: {total} {currency}")),
    EventKind("payment_run.approved", _("Payment run approved: {total} {currency}")),
    EventKind("payment_run.exported", _("Payment run handed to the bank: {total} {currency}")),
    EventKind("payment_run.discarded", _("Payment run discarded")),
    EventKind("payment_run.answered", _("The bank's answer: {paid} paid, {failed} failed")),
)
