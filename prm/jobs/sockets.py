"""What long work there is: each kind knows how to do one portion."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from prm.jobs.models import Job
from prm.registry import Registry


@dataclass(frozen=True)
class Kind:
    """`portion` does the one numbered `job.done`, in a transaction that also notes that it is done.

    `failed` is told when the work is given up, so that what it worked on is not left in between.
    """

    portion: Callable[[Job, datetime], None]
    failed: Callable[[Job, datetime], None]
    finished: Callable[[Job, datetime], None]


KINDS: Registry[Kind] = Registry("kind of job")
