"""The side tables that find who could be meant: each record's normal form, and a few hashed keys that lead to it."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from prm.matching.feedback.models import Judgement

__all__ = ["Judgement", "MatchKey", "MatchRecord"]


class MatchRecord(models.Model):
    """What the scorer knows of one record. Records live elsewhere: `source` says where, `record_id` is the id there.

    `form` is `Normalised` as text (stored.py), `keys` are those under which it is found, `version` the engine's.
    """

    pk = models.CompositePrimaryKey("record_id", "source")
    source = models.CharField(max_length=16)
    record_id = models.IntegerField()
    version = models.SmallIntegerField()
    form = models.TextField()
    keys = ArrayField(models.IntegerField())

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="match_record_version", fields=["version"]),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.record_id}"


class MatchKey(models.Model):
    """One key of one record, turned by its source (`hashing.turned`): eight bytes, and as many in the one index."""

    pk = models.CompositePrimaryKey("key", "record_id")
    key = models.IntegerField()
    record_id = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.key} {self.record_id}"
