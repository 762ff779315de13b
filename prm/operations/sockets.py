"""What hangs in the page of operations: jobs with their period, and figures that the wings count."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_timedelta
from django.utils.functional import Promise
from django.utils.translation import get_language, to_locale

from prm.registry import Registry


@dataclass(frozen=True)
class Job:
    """`period` is how often it runs where everything is well."""

    name: str
    period: timedelta

    @property
    def every(self) -> str:
        """The period in the reader's words: 5 minutes."""
        return format_timedelta(self.period, locale=to_locale(get_language() or "en"))


@dataclass(frozen=True)
class Reading:
    """`count` is one bounded question to the database. With `alarming`, any number but zero calls for somebody."""

    name: str
    title: str | Promise
    count: Callable[[datetime], int]
    alarming: bool = False


JOBS: Registry[Job] = Registry("job")
READINGS: Registry[Reading] = Registry("reading")
