from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from prm.accounts.actions import create_token
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.errors import InvalidInput


class Command(BaseCommand):
    help = "Prints a new API token of a person alone on standard output. It cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address the person logs in with")
        parser.add_argument("--name", default="Command line", help="what the token is for")

    def handle(self, *_args: Any, **options: Any) -> None:
        email = User.objects.normalise(options["email"])
        user = User.objects.filter(email=email, is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody logs in as {email}.")
        try:
            _token, secret = create_token(user=user, name=options["name"][:80], by=None, now=database_now())
        except InvalidInput as error:
            raise CommandError(" ".join(said for sentences in error.errors.values() for said in sentences)) from error
        self.stdout.write(secret)
