"""Measure how well matching finds who is meant."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from prm.matching.evaluation import QUERY_COLUMNS, REGISTRY_COLUMNS, BadFile, evaluate, read
from prm.matching.rules import REVIEW_FROM


class Command(BaseCommand):
    help = "Ask queries with known answers of a registry, in a scratch schema, and print the figures as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--registry", type=Path, required=True, help=f"CSV with {', '.join(REGISTRY_COLUMNS)}")
        parser.add_argument("--queries", type=Path, required=True, help=f"CSV with {', '.join(QUERY_COLUMNS)}")
        parser.add_argument("--threshold", type=float, default=REVIEW_FROM, help="the lower edge of review by default")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 <= options["threshold"] <= 1:
            raise CommandError("--threshold is between 0 and 1")
        try:
            registry = read(options["registry"], REGISTRY_COLUMNS)
            queries = read(options["queries"], QUERY_COLUMNS)
        except BadFile as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(evaluate(registry, queries, options["threshold"])))
