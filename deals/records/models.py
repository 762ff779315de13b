"""Partners of record: which partner looks after a customer, by the customer's consent, for a year at a time."""

from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value

from deals.records.states import TONES, WITH_PERIOD, Ending, RecordState, Source
from deals.registrations.models import Registration
from partners.models import Account, Partner
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.clocks.calendar import end_of_day
from prm.ids import PublicIdField

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

SUBJECT = "of_record"
LONGEST_NAME, LONGEST_TEXT = 120, 2000


class PartnerOfRecordQuerySet(models.QuerySet["PartnerOfRecord"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """All for vendor staff who read all deals; a partner's own for those who read all of its deals."""
        if not isinstance(user, User):
            return self.none()
        if user.is_vendor:
            return self if user.may(P.DEALS_READ_ALL) else self.none()
        if not user.may(P.DEALS_REGISTER, P.DEALS_READ_ORGANISATION):
            return self.none()
        return self.filter(partner__organisation=user.organisation)

    def with_nouns(self) -> Self:
        return self.select_related("account", "partner__organisation", "partner__pam", "registration")

    def asked(self) -> Self:
        return self.filter(state=RecordState.ASKED)

    def standing(self) -> Self:
        return self.filter(state=RecordState.STANDING)

    def with_period(self) -> Self:
        return self.filter(state__in=WITH_PERIOD)

    def over(self, day: date) -> Self:
        """Those that have ended before that day, and nobody has recorded it."""
        return self.standing().filter(~waits_for_answer(), until__lt=day)

    def wanting_proof(self, today: date) -> Self:
        """See also: PartnerOfRecord.takes_proof; without those whose proof waits for an answer."""
        return self.standing().filter(~waits_for_answer(), end_reason="", proof_from__lte=today, until__gte=today)

    def to_remind(self, now: datetime) -> Self:
        return self.standing().filter(next_reminder_at__lte=now)

    def to_confirm_by(self, user: User) -> Self:
        """As RegistrationQuerySet.to_decide_by."""
        return self.asked().filter(looked_after_by(user))


def looked_after_by(user: User) -> Q:
    return Q(partner__pam=user) | Q(partner__pam=None)


def waits_for_answer() -> Exists:
    return Exists(RecordProof.objects.waiting().filter(record=OuterRef("pk")))


def _point(field: str) -> Func:
    """As for protections: a whole number as a range of one."""
    return Func(F(field), F(field), Value("[]"), function="int8range")


class PartnerOfRecord(models.Model):
    """`since` and `until` are days on the partner's wall, both included; of what is only asked for, those wanted.

    Proof for another year is taken from `proof_from` on. `registration` is the won deal that it rests on; None when
    the vendor appoints. `message` is what the decision says to the partner, `end_text` what an early end says.
    """

    public_id = PublicIdField(prefix="por")
    version = models.PositiveIntegerField(default=1)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="partners_of_record")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="of_record")
    registration = models.ForeignKey(Registration, null=True, on_delete=models.PROTECT, related_name="of_record")
    source = models.CharField(max_length=10, choices=Source.choices)
    state = models.CharField(max_length=10, choices=RecordState.choices)
    since = models.DateField()
    until = models.DateField()
    consented_by = models.CharField(max_length=LONGEST_NAME, blank=True)
    consented_on = models.DateField(null=True)
    consent_text = models.TextField(max_length=LONGEST_TEXT, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    due_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    message = models.TextField(max_length=LONGEST_TEXT, blank=True)
    proof_from = models.DateField(null=True)
    next_reminder_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=10, choices=Ending.choices, blank=True)
    end_text = models.TextField(max_length=LONGEST_TEXT, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[PartnerOfRecordQuerySet] = PartnerOfRecordQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="of_record_state_known", condition=Q(state__in=RecordState.values)),
            models.CheckConstraint(name="of_record_source_known", condition=Q(source__in=Source.values)),
            models.CheckConstraint(name="of_record_ending_known", condition=Q(end_reason__in=["", *Ending.values])),
            models.CheckConstraint(name="of_record_ends_after_start", condition=Q(until__gte=F("since"))),
            # Whoever won the customer has its contract; everybody else shows who consented, when and how.
            models.CheckConstraint(
                name="of_record_consent_whole",
                condition=Q(source=Source.WON, registration__isnull=False)
                | (Q(consented_on__isnull=False) & ~Q(consented_by="") & ~Q(consent_text="")),
            ),
            models.CheckConstraint(
                name="of_record_decision_whole",
                condition=Q(state=RecordState.ASKED, decided_at=None, due_at__isnull=False)
                | (~Q(state=RecordState.ASKED) & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="of_record_refused_with_reason", condition=~Q(state=RecordState.REFUSED) | ~Q(message="")
            ),
            models.CheckConstraint(
                name="of_record_end_whole",
                condition=(Q(state=RecordState.ENDED, ended_at__isnull=False) & ~Q(end_reason=""))
                | Q(state=RecordState.STANDING, ended_at=None)
                | Q(state__in=[RecordState.ASKED, RecordState.REFUSED], ended_at=None, end_reason=""),
            ),
            models.CheckConstraint(
                name="of_record_reminded_while_standing",
                condition=Q(next_reminder_at=None) | Q(state=RecordState.STANDING, end_reason=""),
            ),
            models.UniqueConstraint(
                name="of_record_asked_once", fields=["account", "partner"], condition=Q(state=RecordState.ASKED)
            ),
            ExclusionConstraint(
                name="of_record_never_two",
                expressions=[
                    (_point("account"), RangeOperators.OVERLAPS),
                    (Func(F("since"), F("until"), Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=WITH_PERIOD),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="of_record_waiting", fields=["due_at"], condition=Q(state=RecordState.ASKED)),
            models.Index(name="of_record_ending", fields=["until"], condition=Q(state=RecordState.STANDING)),
            models.Index(
                name="of_record_reminders", fields=["next_reminder_at"], condition=Q(next_reminder_at__isnull=False)
            ),
            models.Index(name="of_record_newest", fields=["-created_at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.customer_name}: {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        return f"/records/{self.public_id}/"

    @property
    def customer_name(self) -> str:
        """As the partner calls it; the vendor's own name of it only where the vendor appoints."""
        return self.registration.customer_name if self.registration else self.account.name

    @property
    def is_asked(self) -> bool:
        return self.state == RecordState.ASKED

    @property
    def is_standing(self) -> bool:
        return self.state == RecordState.STANDING

    def is_in_force(self, day: date, *, waits: bool) -> bool:
        """While proof `waits` for an answer the year goes on: it never ends because the vendor is slow."""
        return self.is_standing and self.since <= day and (day <= self.until or waits)

    def takes_proof(self, today: date) -> bool:
        """See also: PartnerOfRecordQuerySet.wanting_proof."""
        is_open = self.proof_from is not None and self.proof_from <= today <= self.until
        return is_open and self.is_standing and not self.end_reason

    @property
    def ends_at(self) -> datetime:
        """The last second of its last day, on the partner's wall."""
        return end_of_day(self.until, self.partner.organisation.time_zone)

    @property
    def tone(self) -> str:
        return TONES[RecordState(self.state)]


class RecordProofQuerySet(models.QuerySet["RecordProof"]):
    def waiting(self) -> Self:
        return self.filter(decided_at=None)

    def to_decide_by(self, user: User) -> Self:
        """As PartnerOfRecordQuerySet.to_confirm_by."""
        mine = Q(record__partner__pam=user) | Q(record__partner__pam=None)
        return self.waiting().filter(mine)


class RecordProof(models.Model):
    """What shows that the partner still looks after the customer; granted, it adds a year."""

    record = models.ForeignKey(PartnerOfRecord, on_delete=models.CASCADE, related_name="proofs")
    text = models.TextField(max_length=LONGEST_TEXT)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    due_at = models.DateTimeField()
    granted = models.BooleanField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    message = models.TextField(max_length=LONGEST_TEXT, blank=True)

    objects: ClassVar[RecordProofQuerySet] = RecordProofQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("given_at", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="record_proof_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="record_proof_decision_whole",
                condition=Q(decided_at=None, granted=None) | Q(decided_at__isnull=False, granted__isnull=False),
            ),
            models.CheckConstraint(
                name="record_proof_refused_with_reason", condition=~Q(granted=False) | ~Q(message="")
            ),
            models.CheckConstraint(name="record_proof_due_later", condition=Q(due_at__gt=F("given_at"))),
            models.UniqueConstraint(name="record_proof_one_at_a_time", fields=["record"], condition=Q(decided_at=None)),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="record_proof_waiting", fields=["due_at"], condition=Q(decided_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.given_at:%Y-%m-%d}"
