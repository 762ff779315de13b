"""Questions about registrations in their own words: `Registration.objects.visible_to(user).open()`."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Prefetch, Q

from deals.cosell.states import CoSellState
from deals.registrations.parts import RegistrationLine
from deals.registrations.states import CLOSED, OPEN, UNDECIDED, State
from prm.accounts.models import User
from prm.accounts.roles import Permission as P

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from deals.registrations.models import Registration


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The rows the person may read; drafts are the partner's alone."""
        if not isinstance(user, User) or user.organisation is None:
            return self.none()
        if user.is_partner:
            return self._visible_to_partner(user)
        submitted = self.exclude(state=State.DRAFT)
        if user.may(P.DEALS_READ_ALL):
            return submitted
        seen = Q(pk__in=[])
        if user.may(P.DEALS_READ_WON):
            seen |= Q(state__in=CLOSED, won_value__isnull=False)
        if user.may(P.ACCOUNTS_WRITE_OWN):
            seen |= Q(account__owner=user)
        if user.may(P.DIRECT_SELL):
            # A query of its own: there may have been others on the same registration before.
            together = Q(cosells__vendor_person=user, cosells__state=CoSellState.ACTIVE)
            seen |= Q(pk__in=self.model._default_manager.filter(together).values("pk"))
        return submitted.filter(seen)

    def _visible_to_partner(self, user: User) -> Self:
        own = self.filter(partner__organisation=user.organisation)
        if user.may(P.DEALS_READ_ORGANISATION):
            return own
        if user.may(P.DEALS_READ_SHARED):
            return own.filter(shares__user=user)
        return self.none()

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def undecided(self) -> Self:
        return self.filter(state__in=UNDECIDED)

    def to_assess(self) -> Self:
        return self.undecided().filter(assessed_at=None)

    def to_decide_by(self, user: User) -> Self:
        """What waits for this PAM's decision, and for nobody's answer; see also: policies.is_assigned."""
        mine = Q(partner__pam=user) | Q(partner__pam=None) | Q(escalated_to=user) | Q(upheld_by=user)
        return self.filter(mine, state=State.SUBMITTED, teaming_due_at=None).exclude(recused=user)

    def expired(self, now: datetime) -> Self:
        return self.filter(state=State.APPROVED, protected_until__lte=now)

    def lapsed(self, now: datetime) -> Self:
        return self.filter(state=State.ASKED, answer_due_at__lte=now)

    def to_escalate(self, now: datetime) -> Self:
        """Whose decision has missed its date, and nobody was told yet."""
        return self.filter(state=State.SUBMITTED, escalated_at=None, decision_due_at__lte=now)

    def to_protect(self, now: datetime) -> Self:
        """Undecided for so long that the customer may be protected meanwhile."""
        return self.filter(state=State.SUBMITTED, provisional_at=None, provisional_due_at__lte=now)

    def protected_provisionally(self, now: datetime) -> Self:
        """See also: Registration.is_provisional."""
        holding = Q(provisional_until=None) | Q(provisional_until__gt=now)
        return self.filter(holding, provisional_at__isnull=False, state__in=[*OPEN, State.REJECTED])

    def provisionally_ended(self, now: datetime) -> Self:
        """Decided ones whose provisional protection is over, which nobody has recorded yet."""
        decided = [State.REJECTED, State.APPROVED]
        return self.filter(state__in=decided, provisional_ended_at=None, provisional_until__lte=now)

    def year_due(self, today: date) -> Self:
        """Won deals whose partner earns another year of managing the customer."""
        return self.filter(state=State.WON, next_yearly_on__lte=today)

    def to_remind(self, now: datetime) -> Self:
        return self.filter(state=State.APPROVED, next_reminder_at__lte=now, protected_until__gt=now)

    def earlier_than(self, other: "Registration") -> Self:
        """Ahead in the line; see also: Registration.is_ahead_of."""
        return self.filter(
            Q(priority_at__lt=other.priority_at)
            | Q(priority_at=other.priority_at, priority_number__lt=other.priority_number)
        )

    def matching(self, text: str) -> Self:
        """What a person typed into a search box: a reference, a customer's or a partner's name."""
        return self.filter(
            Q(customer_name__icontains=text)
            | Q(reference__iexact=text)
            | Q(external_id__iexact=text)
            | Q(partner__organisation__name__icontains=text)
        )

    def with_nouns(self) -> Self:
        """What every list and answer shows, in two queries. Each join more costs more than a rare read of its own."""
        lines = Prefetch("lines", RegistrationLine.objects.select_related("product"))
        return self.with_people().prefetch_related(lines)

    def with_people(self) -> Self:
        """The first of these queries."""
        steps = ("extension", "appeal", "reversal", "engagement_appeal")
        return self.select_related("partner__organisation", "partner__pam", "account", *steps)
