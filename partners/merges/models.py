"""Two customers that became one, and pairs that look as if they should."""

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partners.customers.models import Account
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.ids import PublicIdField

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def _may_see(user: "User | AnonymousUser") -> bool:
    return isinstance(user, User) and user.is_vendor and user.may(P.ACCOUNTS_MERGE)


class AccountMergeQuerySet(models.QuerySet["AccountMerge"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return self if _may_see(user) else self.none()

    def standing(self) -> Self:
        """Not undone."""
        return self.filter(undone_at=None)


class AccountMerge(models.Model):
    """`merged` is part of `survivor` since then. What is needed for the way back is kept:

    `moved` holds keys of rows by holding, `filled` fields of the survivor with their value before and after
    ({"city": ["", "Kiel"]}), `kept` how much an undo had to leave where it is.
    """

    public_id = PublicIdField(prefix="mrg")
    survivor = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    moved = models.JSONField(default=dict)
    filled = models.JSONField(default=dict)
    kept = models.JSONField(default=dict)
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[AccountMergeQuerySet] = AccountMergeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="merge_one_at_a_time", fields=["merged"], condition=Q(undone_at=None)),
            models.CheckConstraint(name="merge_of_two", condition=~Q(merged=F("survivor"))),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.survivor_id}"


class PairKind(models.TextChoices):
    SAME = "same", _("Probably the same")
    FAMILY = "family", _("Parent and subsidiary")


class AlikePairQuerySet(models.QuerySet["AlikePair"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return self if _may_see(user) else self.none()

    def to_judge(self) -> Self:
        """Nobody has said that they are two, and they are neither merged nor linked."""
        linked = Q(one__parent=F("other")) | Q(other__parent=F("one"))
        present = Q(one__merged_into=None, other__merged_into=None)
        return self.filter(present, dismissed_at=None).exclude(linked & Q(kind=PairKind.FAMILY))


class AlikePair(models.Model):
    """Two customers that may be one, or of one family. `parent` is the one named without additions (Acme, Acme Asia).

    `evidence` is a list of {rule, text}. A pair that was dismissed stays, so that it is not suggested again.
    """

    public_id = PublicIdField(prefix="alk")
    one = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=PairKind.choices)
    parent = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    score = models.DecimalField(max_digits=4, decimal_places=3)
    evidence = models.JSONField(default=list)
    found_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True)
    dismissed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[AlikePairQuerySet] = AlikePairQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="alike_pair_once", fields=["one", "other"]),
            models.CheckConstraint(name="alike_pair_in_order", condition=Q(one__lt=F("other"))),
            models.CheckConstraint(name="alike_pair_kind_known", condition=Q(kind__in=PairKind.values)),
            models.CheckConstraint(name="alike_pair_score_share", condition=Q(score__range=(Decimal(0), Decimal(1)))),
            models.CheckConstraint(
                name="alike_pair_parent_of_family",
                condition=Q(parent=None) | Q(Q(parent=F("one")) | Q(parent=F("other")), kind=PairKind.FAMILY),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="alike_pair_best", fields=["-score", "-id"], condition=Q(dismissed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} and {self.other_id}"

    @property
    def child(self) -> Account | None:
        """Of a family: the one that belongs to `parent`."""
        if self.parent_id is None:
            return None
        return self.other if self.parent_id == self.one_id else self.one
