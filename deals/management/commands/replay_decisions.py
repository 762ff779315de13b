import json
from argparse import ArgumentTypeError
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from deals.replays.selectors import Judged, bases, decided_without_basis, judged
from deals.replays.sentences import told
from deals.rulebook import SCHEMA
from prm.policy.models import PolicyVersion

PORTION = 500


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError("Give a day such as 2026-01-31.") from error


class Command(BaseCommand):
    help = "Judges past decisions again: under a version of the rules, or each under its own. Changes nothing."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Of a command `--version` would tell Django's; here it is the rules'."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--version", type=int, help="number of the version; without it each one's own")
        parser.add_argument("--since", type=day, help="only what was decided on this day (UTC) or later")
        parser.add_argument("--json", action="store_true", help="one JSON object on one line")

    def handle(self, *_args: Any, **options: Any) -> None:
        version, since = _version(options["version"]), options["since"]
        rows = bases(since)
        differing = [row for row in judged(rows.iterator(chunk_size=PORTION), version) if row.differences]
        counted = {
            "decisions": rows.count(),
            "differing": len(differing),
            "without_basis": decided_without_basis(since),
        }
        if options["json"]:
            self.stdout.write(json.dumps({**counted, "differences": [_plain(row) for row in differing]}))
            return
        for row in differing:
            self._write(row)
        self.stdout.write("{differing} of {decisions} decisions would differ.".format(**counted))
        if counted["without_basis"]:
            self.stdout.write("{without_basis} were made before their basis was kept.".format(**counted))

    def _write(self, row: Judged) -> None:
        for item in (told(asdict(difference)) for difference in row.differences):
            sentence = f"{row.registration.reference}  {item['aspect']}: {item['before']} -> {item['after']}"
            self.stdout.write(f"{sentence} (rule {item['clause'] or '-'}; {'; '.join(item['why'])})")


def _version(number: int | None) -> PolicyVersion | None:
    if number is None:
        return None
    found = PolicyVersion.objects.filter(schema=SCHEMA, number=number).first()
    if found is None:
        raise CommandError(f"There is no version {number} of the rules.")
    return found


def _plain(row: Judged) -> dict[str, Any]:
    differences = [{**asdict(difference), "why": list(difference.why)} for difference in row.differences]
    return {"id": row.registration.public_id, "reference": row.registration.reference, "differences": differences}
