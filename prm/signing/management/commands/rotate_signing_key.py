from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from prm.clocks.database import database_now
from prm.errors import StateConflict
from prm.signing.actions import rotate


class Command(BaseCommand):
    help = "Makes a new key for receipts: published now, it signs a day later, and the old ones go on verifying."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--at-once", action="store_true", help="sign with it now: the present key is lost or stolen"
        )

    def handle(self, *_args: Any, at_once: bool = False, **_options: Any) -> None:
        try:
            key = rotate(by=None, now=database_now(), at_once=at_once)
        except StateConflict as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{key.kid} signs from {key.signs_from:%Y-%m-%d %H:%M} UTC.")
