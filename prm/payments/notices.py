"""What is said about payments: to the organisation's people who read its earnings, and to whoever pays."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.accounts.selectors import people_with
from prm.notices.actions import prepare, promise_all
from prm.payments.models import Payee, Payment
from prm.portal import formats


def _tell(people: Iterable[User], *, about: Payee | Payment, kind: str, title: str, path: str, now: datetime) -> None:
    promise_all(
        [
            prepare(
                key=f"{about.public_id}-{kind}-{user.pk}",
                kind=f"payments.{kind}",
                to=user,
                organisation=about.organisation_id,
                title=title,
                path=path,
                now=now,
            )
            for user in people
        ]
    )


def payee_requested(payee: Payee, *, now: datetime) -> None:
    """The organisation hears of it too: whoever did not ask for it can speak up."""
    named = {"partner": payee.organisation.name, "account": payee.masked_iban}
    title = _("%(partner)s wants to be paid to another account: %(account)s") % named
    _tell(people_with(P.PAYMENTS_RUN), about=payee, kind="payee_requested", title=title, path="/payments/", now=now)
    title = _("A new account for payments was given: %(account)s. It counts once we have confirmed it.") % named
    own = people_with(P.PAYEE_MANAGE, payee.organisation_id)
    _tell(own, about=payee, kind="payee_requested", title=title, path="/payee/", now=now)


def payee_decided(payee: Payee, *, confirmed: bool, now: datetime) -> None:
    said = _("You are paid to the account %(account)s from now on.") if confirmed else _("%(account)s was declined.")
    own = people_with(P.PAYEE_MANAGE, payee.organisation_id)
    title = said % {"account": payee.masked_iban}
    _tell(own, about=payee, kind="payee_decided", title=title, path="/payee/", now=now)


def paid(payment: Payment, *, now: datetime) -> None:
    named = {"amount": formats.money(payment.amount, payment.run.currency), "account": payment.payee.masked_iban}
    title = _("%(amount)s is paid to %(account)s") % named
    readers = people_with(P.EARNINGS_READ_ORGANISATION, payment.organisation_id)
    _tell(readers, about=payment, kind="paid", title=title, path="/earnings/", now=now)


def failed(payment: Payment, *, now: datetime) -> None:
    named = {"amount": formats.money(payment.amount, payment.run.currency), "account": payment.payee.masked_iban}
    title = _("%(amount)s could not be paid to %(account)s. Please check the account.") % named
    own = people_with(P.PAYEE_MANAGE, payment.organisation_id)
    _tell(own, about=payment, kind="failed", title=title, path="/payee/", now=now)
