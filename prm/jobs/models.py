"""Long work: how far it has come, who asked for it, and what went wrong."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from prm.accounts.models import User
from prm.ids import PublicIdField


class JobQuerySet(models.QuerySet["Job"]):
    def unfinished(self) -> Self:
        """See also: Job.is_unfinished."""
        return self.filter(finished_at=None, failed_at=None)


class Job(models.Model):
    """One piece of long work, done in portions; `subject_id` is the public id of what it works on.

    `done` of `total` portions are committed. A process that is killed loses its present portion alone, and another
    goes on from there.
    """

    public_id = PublicIdField(prefix="job")
    kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    finished_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    objects: ClassVar[JobQuerySet] = JobQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="job_done_within_total", condition=Q(done__lte=F("total"))),
            models.CheckConstraint(name="job_one_end", condition=Q(finished_at=None) | Q(failed_at=None)),
            models.UniqueConstraint(
                name="job_one_at_a_time", fields=["subject_id"], condition=Q(finished_at=None, failed_at=None)
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="job_unfinished", fields=["id"], condition=Q(finished_at=None, failed_at=None)),
            models.Index(name="job_subject", fields=["subject_id", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"

    @property
    def is_unfinished(self) -> bool:
        """See also: JobQuerySet.unfinished."""
        return self.finished_at is None and self.failed_at is None

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 100
