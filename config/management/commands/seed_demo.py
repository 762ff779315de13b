"""`seed_demo`: the demo programme, made of the steps that the wings hang into the socket."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.models import F, Max

from prm.clocks.database import database_now
from prm.notices.models import Notice
from prm.portal.sockets import DEMO

# Advisory lock numbers of the product; never reused for another purpose.
SEEDING = 7_300_003
STILL_UNREAD = timedelta(days=4)


class Command(BaseCommand):
    help = "Fills the demo programme; what is there already stays as it is."

    def handle(self, *_args: Any, **options: Any) -> None:
        if not settings.PRM_DEMO:
            raise CommandError("The demo has passwords that everybody knows: set PRM_DEMO=1 if you mean it.")
        seed()
        if options["verbosity"]:
            self.stdout.write("The demo programme is there.")


@transaction.atomic
def seed() -> None:
    """All of it or nothing; a second one at the same time waits and finds it done."""
    with connection.cursor() as cursor:
        # The limits are for requests.
        cursor.execute("set local statement_timeout = 0; set local lock_timeout = 0")
        cursor.execute("select pg_advisory_xact_lock(%s)", [SEEDING])
    now = database_now()
    newest = Notice.objects.aggregate(newest=Max("pk"))["newest"] or 0
    for step in sorted(DEMO, key=lambda step: step.order):
        step.run(now)
    _hush(newest, now)


def _hush(newest: int, now: datetime) -> None:
    """What was told in the demo's past is not mailed today; only what is recent is still unread under the bell."""
    told = Notice.objects.filter(pk__gt=newest)
    told.undelivered().update(sent_at=F("created_at"))
    told.unread().filter(created_at__lt=now - STILL_UNREAD).update(read_at=F("created_at"))
