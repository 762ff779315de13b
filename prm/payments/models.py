"""Where organisations are paid to, and the runs that pay them."""

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from prm import sealing
from prm.accounts.models import Organisation, User
from prm.accounts.roles import Permission as P
from prm.currencies import Money
from prm.ids import PublicIdField
from prm.ledger.models import MOST_MONEY, Entry
from prm.payments.rules import masked
from prm.payments.states import TONES, PayeeState, PaymentState, RunState
from prm.rates.rules import MOST, plain

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

PURPOSE = b"prm.payments"
MOST_WORTH = 10**21


class PayeeQuerySet(models.QuerySet["Payee"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The own organisation's for whoever looks after it there; all for whoever pays."""
        if not isinstance(user, User) or user.organisation is None:
            return self.none()
        if user.is_partner:
            return self.filter(organisation=user.organisation) if user.may(P.PAYEE_MANAGE) else self.none()
        return self if user.may(P.PAYMENTS_READ) else self.none()

    def active(self) -> Self:
        return self.filter(state=PayeeState.ACTIVE)

    def requested(self) -> Self:
        return self.filter(state=PayeeState.REQUESTED)


class Payee(models.Model):
    """An account that an organisation wants to be paid to. Nothing of it is changed: a new one replaces it."""

    public_id = PublicIdField(prefix="pye")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    holder = models.CharField(_("Account holder"), max_length=70)
    sealed_iban = models.TextField()
    last_four = models.CharField(max_length=4)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    state = models.CharField(max_length=10, choices=PayeeState.choices, default=PayeeState.REQUESTED)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[PayeeQuerySet] = PayeeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="payee_one_request", fields=["organisation"], condition=Q(state=PayeeState.REQUESTED)
            ),
            models.UniqueConstraint(
                name="payee_one_in_use", fields=["organisation"], condition=Q(state=PayeeState.ACTIVE)
            ),
            models.CheckConstraint(name="payee_state_known", condition=Q(state__in=PayeeState.values)),
            models.CheckConstraint(
                name="payee_decided_when_not_requested",
                condition=Q(state=PayeeState.REQUESTED, decided_at=None)
                | (~Q(state=PayeeState.REQUESTED) & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="payee_four_eyes",
                condition=Q(decided_by=None) | Q(requested_by=None) | ~Q(decided_by=F("requested_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder} {self.masked_iban}"

    @property
    def masked_iban(self) -> str:
        return masked(self.last_four)

    @property
    def iban(self) -> str:
        return sealing.unseal(self.sealed_iban, purpose=PURPOSE)


class PaymentRunQuerySet(models.QuerySet["PaymentRun"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The vendor's alone."""
        if isinstance(user, User) and user.is_vendor and user.may(P.PAYMENTS_READ):
            return self
        return self.none()

    def waiting(self) -> Self:
        """What somebody has to do something with."""
        return self.filter(state__in=[RunState.DRAFT, RunState.APPROVED, RunState.EXPORTED])


class PaymentRun(models.Model):
    """Payments in one currency that are approved and handed over together. `due_on` is when the bank shall pay.

    `worth` is the total in the programme's currency (`reporting`) at the rate of the day on which it was prepared,
    which decides whether it needs a second person; None where no rate was known. `rate_on` is the day of the rate;
    a run in the programme's currency needs none. Runs that are older than rates have no `reporting`.
    """

    public_id = PublicIdField(prefix="run")
    currency = models.CharField(max_length=3)
    total = models.DecimalField(max_digits=14, decimal_places=2)
    needs_second = models.BooleanField()
    reporting = models.CharField(max_length=3, blank=True)
    worth = models.DecimalField(max_digits=24, decimal_places=2, null=True)
    rate = models.DecimalField(max_digits=20, decimal_places=10, null=True)
    rate_on = models.DateField(null=True)
    due_on = models.DateField(_("To be paid on"))
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.DRAFT)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    exported_at = models.DateTimeField(null=True)
    exported_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[PaymentRunQuerySet] = PaymentRunQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="run_state_known", condition=Q(state__in=RunState.values)),
            models.CheckConstraint(name="run_currency_known", condition=Q(currency__regex="^[A-Z]{3}$")),
            models.CheckConstraint(name="run_total_bounded", condition=Q(total__range=(Decimal("0.01"), MOST_MONEY))),
            models.CheckConstraint(
                name="run_worth_at_a_rate",
                condition=Q(worth=None, rate=None, rate_on=None)
                | (
                    Q(worth__isnull=False, rate__isnull=False, reporting__regex="^[A-Z]{3}$")
                    & Q(worth__range=(0, MOST_WORTH), rate__range=(0, MOST))
                    & (Q(rate_on__isnull=False) | Q(currency=F("reporting"), worth=F("total")))
                ),
            ),
            models.CheckConstraint(
                name="run_of_unknown_worth_needs_second",
                condition=Q(worth__isnull=False) | Q(needs_second=True) | Q(reporting=""),
            ),
            models.CheckConstraint(
                name="run_approved_when_beyond",
                condition=Q(state__in=[RunState.DRAFT, RunState.DISCARDED]) | Q(approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="run_exported_when_beyond",
                condition=~Q(state__in=[RunState.EXPORTED, RunState.CLOSED]) | Q(exported_at__isnull=False),
            ),
            models.CheckConstraint(
                name="run_four_eyes",
                condition=Q(needs_second=False)
                | Q(approved_by=None)
                | Q(created_by=None)
                | ~Q(approved_by=F("created_by")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(name="run_newest", fields=["-created_at", "-id"])]

    def __str__(self) -> str:
        return f"{self.public_id} {self.total} {self.currency}"

    def get_absolute_url(self) -> str:
        return f"/payments/{self.public_id}/"

    @property
    def is_foreign(self) -> bool:
        """In another currency than the limit that it is compared with."""
        return self.reporting not in {"", self.currency}

    @property
    def plain_rate(self) -> str:
        return "" if self.rate is None else plain(self.rate)

    @property
    def worth_money(self) -> Money | None:
        return None if self.worth is None else Money(self.worth, self.reporting)

    @property
    def tone(self) -> str:
        return TONES.get(RunState(self.state), "")


class Payment(models.Model):
    """What one organisation is paid with a run. Its public id is the reference that the bank carries along."""

    public_id = PublicIdField(prefix="pay")
    run = models.ForeignKey(PaymentRun, on_delete=models.PROTECT, related_name="payments")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    payee = models.ForeignKey(Payee, on_delete=models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    state = models.CharField(max_length=8, choices=PaymentState.choices, default=PaymentState.WAITING)
    paid_on = models.DateField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    payout = models.OneToOneField(Entry, null=True, on_delete=models.PROTECT, related_name="payment")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="payment_one_for_each_organisation", fields=["run", "organisation"]),
            models.CheckConstraint(name="payment_state_known", condition=Q(state__in=PaymentState.values)),
            models.CheckConstraint(
                name="payment_amount_bounded", condition=Q(amount__range=(Decimal("0.01"), MOST_MONEY))
            ),
            models.CheckConstraint(
                name="payment_paid_is_booked",
                condition=Q(state=PaymentState.PAID, payout__isnull=False, paid_on__isnull=False)
                | (~Q(state=PaymentState.PAID) & Q(payout=None, paid_on=None)),
            ),
            models.CheckConstraint(
                name="payment_settled_once",
                condition=Q(state=PaymentState.WAITING, settled_at=None)
                | (~Q(state=PaymentState.WAITING) & Q(settled_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.amount}"

    @property
    def tone(self) -> str:
        return TONES.get(PaymentState(self.state), "")


class PaymentLine(models.Model):
    """An entry that a payment pays. While `living`, no other payment may hold it."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="lines")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="payment_lines")
    living = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="payment_line_once", fields=["entry"], condition=Q(living=True)),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} in {self.payment_id}"
