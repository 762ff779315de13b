"""The ledger: what partners earned, what was taken back, and what was paid. Entries are appended and nothing else."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from prm.accounts.models import Organisation, User
from prm.accounts.roles import Permission as P
from prm.ids import PublicIdField
from prm.ledger.sockets import PORTFOLIOS
from prm.ledger.states import EARNED, TONES, Kind

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

MOST_MONEY = 10**11


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """A partner's own, or only those of the own deals; of the vendor's people those with the right."""
        if not isinstance(user, User) or user.organisation is None:
            return self.none()
        if user.is_partner:
            own = self.filter(organisation=user.organisation)
            if user.may(P.EARNINGS_READ_ORGANISATION):
                return own
            return own.filter(seller=user) if user.may(P.EARNINGS_READ_OWN) else self.none()
        if user.may(P.EARNINGS_READ_ALL):
            return self
        return self._looked_after_by(user) if user.may(P.EARNINGS_READ_ASSIGNED) else self.none()

    def _looked_after_by(self, user: User) -> Self:
        found = Q(pk__in=[])
        for portfolio in PORTFOLIOS:
            found |= Q(organisation__in=portfolio(user))
        return self.filter(found)

    def about(self, subject_type: str, subject_id: str) -> Self:
        return self.filter(subject_type=subject_type, subject_id=subject_id)

    def open(self) -> Self:
        """Neither paid nor a payment."""
        return self.exclude(kind=Kind.PAYOUT).filter(settlement=None)

    def payable(self, today: date) -> Self:
        """Open ones whose time has come; see also: Entry.is_waiting."""
        return self.open().filter(payable_from__lte=today)

    def matching(self, text: str) -> Self:
        return self.filter(Q(label__icontains=text) | Q(subject_id=text) | Q(organisation__name__icontains=text))


class Entry(models.Model):
    """One line of an organisation's ledger.

    `amount` is above zero for what was earned and below for what was taken back or paid. `cause` names what it came
    from, once for each organisation. `rate` of `base` says how it was reckoned. `booked_on` is the day in the
    organisation's zone on which it was written, and decides the statement that it stands on; `earned_on` is when the
    customer signed, or when it was refunded. `seller` is whose deal it was.
    """

    public_id = PublicIdField(prefix="ent")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    seller = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    cause = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=40)
    label = models.CharField(max_length=240)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=7, decimal_places=6, null=True)
    base = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    reverses = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="reversals")
    earned_on = models.DateField()
    booked_on = models.DateField()
    payable_from = models.DateField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)

    objects: ClassVar[EntryQuerySet] = EntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="entry_once_for_each_cause", fields=["organisation", "cause"]),
            models.CheckConstraint(
                name="entry_amount_bounded", condition=Q(amount__range=(-MOST_MONEY, MOST_MONEY)) & ~Q(amount=0)
            ),
            models.CheckConstraint(
                name="entry_sign_of_its_kind",
                condition=Q(kind__in=sorted(EARNED), amount__gt=0, reverses=None)
                | Q(kind=Kind.REVERSAL, amount__lt=0, reverses__isnull=False)
                | Q(kind=Kind.PAYOUT, amount__lt=0, reverses=None),
            ),
            models.CheckConstraint(name="entry_currency_known", condition=Q(currency__regex="^[A-Z]{3}$")),
            models.CheckConstraint(
                name="entry_reckoned",
                condition=Q(rate=None, base=None) | Q(rate__range=(0, 1), base__range=(0, MOST_MONEY)),
            ),
            models.CheckConstraint(name="entry_payable_later", condition=Q(payable_from__gte=F("booked_on"))),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="entry_of_organisation", fields=["organisation", "-booked_on", "-id"]),
            models.Index(name="entry_newest", fields=["-booked_on", "-id"]),
            models.Index(name="entry_of_subject", fields=["subject_type", "subject_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.amount} {self.currency}"

    @property
    def tone(self) -> str:
        return TONES[Kind(self.kind)]

    @property
    def is_paid(self) -> bool:
        return hasattr(self, "settlement")

    def is_waiting(self, today: date) -> bool:
        """Earned, and not yet payable; see also: EntryQuerySet.payable."""
        return self.payable_from > today

    @property
    def without_sign(self) -> Decimal:
        return abs(self.amount)


class IssuedStatement(models.Model):
    """The statement of a month that is over: the organisation's people were told that it is there, once."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    issued_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="statement_issued_once", fields=["organisation", "month"]),
            models.CheckConstraint(name="statement_month_begins", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.month:%Y-%m}"


class Settlement(models.Model):
    """An entry that a payment has settled; a payment's entries add up to what was paid."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="settlement")
    payout = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="settles")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="settlement_not_of_itself", condition=~Q(entry=F("payout"))),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} by {self.payout_id}"
