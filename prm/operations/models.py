"""When each job last did its work: what a watchman looks at to see that nothing has fallen asleep."""

from typing import ClassVar

from django.db import models


class JobRun(models.Model):
    """One row for each job, however often it runs. Times are the database's."""

    objects: ClassVar[models.Manager["JobRun"]] = models.Manager()

    name = models.CharField(max_length=64, unique=True)
    succeeded_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name
