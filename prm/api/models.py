"""Answers that are remembered for a day, so that a repeated request changes nothing."""

from typing import ClassVar

from django.db import models

from prm.accounts.models import User


class IdempotencyKey(models.Model):
    """Written in the transaction of the verb; an answer is there as soon as the row can be seen."""

    principal = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="idempotency_key_once", fields=["principal", "key"]),
        ]

    def __str__(self) -> str:
        return self.key
