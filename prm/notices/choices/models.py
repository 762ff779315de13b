"""How a person wants to be told, by group of notices."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from prm.accounts.models import User
from prm.notices.states import Delivery


class NoticeChoice(models.Model):
    """Without a row, a group goes at once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notice_choices")
    group = models.CharField(max_length=40)
    delivery = models.CharField(max_length=10, choices=Delivery.choices)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="notice_choice_one_each", fields=["user", "group"]),
            models.CheckConstraint(name="notice_choice_known", condition=Q(delivery__in=Delivery.values)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.group} {self.delivery}"
