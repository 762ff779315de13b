"""`python -m tests.bench [NAME …] [--file FILE.csv] [--rows N]`: benchmarks on engines of their own, as JSON.

Absolute figures tell of the machine; the ratios, both sides of which are measured in the same run, tell of the code.
"""

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Before Django reads its settings: it points them at a place of its own.
from tests import plugin  # isort: skip

import django
from django.db import connection

from config import embedded

Benchmark = Callable[[argparse.Namespace], dict[str, Any]]


def benchmarks() -> dict[str, Benchmark]:
    from tests.bench import decisions, imports, lists, load, lookups, matching, races, submissions, sweeps

    return {
        "import_accounts": imports.run,
        "accounts_like": lookups.run,
        "lists": lists.run,
        "decisions": decisions.run,
        "submissions": submissions.run,
        "races": races.run,
        "expire_due": sweeps.run,
        "load": load.run,
        "matching": matching.run,
    }


def arguments(names: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {', '.join(names)} (default: all)")
    parser.add_argument("--file", type=Path, help="customers to import instead of made-up ones")
    parser.add_argument("--rows", type=int, default=20_000, help="how many customers to make up")
    parser.add_argument("--workers", type=int, default=2, help="lists: how many processes share one")
    parser.add_argument("--registrations", type=int, default=500_000, help="load: how many there are")
    parser.add_argument("--organisations", type=int, default=10_000, help="load: of how many partners")
    parser.add_argument("--seconds", type=float, default=12, help="load: how long each side is asked")
    parser.add_argument("--records", type=int, default=1_000_000, help="matching: how many, and a tenth of them")
    parser.add_argument("--queries", type=Path, help="matching: what is asked, beside --file with a registry")
    given = parser.parse_args()
    unknown = set(given.names) - set(names)
    if unknown:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    return given


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    known = benchmarks()
    given = arguments(list(known))
    engines = embedded.Attachment(Path(os.environ[plugin.DATA]), frozenset({"postgres", "redis"}), scratch=True)
    engines.ensure()
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    print(json.dumps({name: known[name](given) for name in given.names or known}, indent=2))
    connection.close()
    engines.release()


if __name__ == "__main__":
    main()
