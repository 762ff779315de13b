"""The locks of decisions: whoever may protect a customer sees everything that was protected before."""

from datetime import datetime

from django.utils.translation import gettext as _

from deals.conflicts.selectors import Known, asking, customers_like
from deals.precedence import BLOCK
from deals.registrations.models import Registration
from partners.customers.locks import lock_accounts
from partners.models import Account
from prm.errors import StateConflict
from prm.matching.locks import lock_customer


def lock_decision(registration: Registration, account: Account | None = None, *, now: datetime) -> Known:
    """Queue up behind every decision about the same customer; returns the accounts it is like, the likeliest first.

    For every verb that makes a protection or makes it longer, before it locks a row or reads what it rests on.
    `account` is the one that is named for it, if any. Two steps, each in one order for all: first what the
    registration and the account are called, then the accounts that are certainly the same. Two registrations that
    have nothing in common but an account meet in the second: one protects it, the other finds the protection there.
    """
    asked = asking(registration, now)
    # Those whom people judged the same may share no more than a word.
    block_from = 0.0 if asked.feedback.says_same else asked.thresholds.block_from
    lock_customer(registration.identity, *([account.identity] if account else []), block_from=block_from)
    known = customers_like(asked)
    certain = {found.pk for found, match in known if match.band == BLOCK}
    lock_accounts(certain | ({account.pk} if account else set()))
    return known


def check_unchanged(before: Registration, now: Registration) -> None:
    """StateConflict for a registration that got another customer, or its place, between the locks and its row."""
    if (before.identity, before.place) != (now.identity, now.place):
        raise StateConflict(_("This registration has changed meanwhile. Please look at it again."), state=now.state)
