"""Commands that act as of a moment: now, or in the demo and in tests any other one."""

from abc import ABC, abstractmethod
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from prm.clocks.database import database_now


class MomentCommand(BaseCommand, ABC):
    """`--now ISO` moves the clock, where settings.PRM_DEMO allows it; a moment without a zone is UTC."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", metavar="ISO", help="act as of this moment (only with PRM_DEMO=1)")

    def handle(self, *_args: Any, now: str | None = None, **_options: Any) -> None:
        moment = database_now() if now is None else given(now)
        self.stdout.write(self.act(moment))

    @abstractmethod
    def act(self, now: datetime) -> str:
        """Do it and return the sentence that says what was done."""


def given(text: str) -> datetime:
    if not settings.PRM_DEMO:
        raise CommandError("--now moves the clock for everybody's deals: only the demo (PRM_DEMO=1) allows it.")
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise CommandError(f"--now must be a moment such as 2026-11-24T08:00:00Z, not {text!r}.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
