from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from prm.accounts.actions import found
from prm.clocks.database import database_now
from prm.errors import InvalidInput, PrmError
from prm.notices.relay import sign


class Command(BaseCommand):
    help = "Invites an admin of the programme, the first one too, and prints the address of the invitation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="where the invitation goes")
        parser.add_argument("--vendor", default=settings.PRM_NAME, help="name of your organisation, when it is new")

    def handle(self, *_args: Any, email: str, vendor: str, **_options: Any) -> None:
        try:
            validate_email(email)
            invitation = found(name=vendor[:200], email=email, now=database_now())
        except ValidationError as error:
            raise CommandError(f"{email} is no e-mail address.") from error
        except InvalidInput as error:
            raise CommandError(" ".join(sentence for said in error.errors.values() for sentence in said)) from error
        except PrmError as error:
            raise CommandError(error.message) from error
        path = f"/invitations/{invitation.public_id}/"
        self.stdout.write(f"{settings.PRM_BASE_URL}{path}?key={sign(path)}")
