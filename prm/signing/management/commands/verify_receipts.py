"""Looks through every receipt and root that was ever issued."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from prm.clocks.database import database_now
from prm.signing.checking import Seen, verify
from prm.signing.models import Due, Link, Root


class Command(BaseCommand):
    help = "Verifies all receipts and daily roots; ends with an error that names what is broken."

    def handle(self, *_args: Any, **_options: Any) -> None:
        seen = verify(now=database_now())
        for one in seen:
            self.stdout.write(f"{one.subject_type} {one.subject_id}: {sentence(one)}")
        counts = (Link.objects.count(), Root.objects.count(), Due.objects.count())
        self.stdout.write("{} receipts and {} roots looked at; {} receipts are still to be issued.".format(*counts))
        if seen:
            raise CommandError(f"{len(seen)} faults found.")
        self.stdout.write("All of them verify.")


def sentence(one: Seen) -> str:
    return str(one.found.flaw.label) % {"seq": one.found.seq}
