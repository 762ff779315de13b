"""The side table that finds who could be meant: a few hashed keys for each record."""

from typing import ClassVar

from django.db import models

from prm.matching.feedback.models import Judgement

__all__ = ["Judgement", "MatchKey"]


class MatchKey(models.Model):
    """One key of one record. Records live elsewhere: `source` says where, `record_id` is the id there."""

    pk = models.CompositePrimaryKey("source", "record_id", "key")
    key = models.BigIntegerField()
    source = models.CharField(max_length=16)
    record_id = models.BigIntegerField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="match_key_lookup", fields=["key", "source", "record_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.record_id}"
