#!/usr/bin/env python
"""Django's command line, with the embedded engines there for every command that needs them."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from config import embedded
from config.embedded import door

# These look at the code alone. `up` sees to the engines itself, because it hands them on.
WITHOUT_ENGINES = {
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "up",
    "version",
}


def needs_engines(arguments: list[str]) -> bool:
    if not arguments or {"-h", "--help", "--version"} & set(arguments):
        return False
    return arguments[0] not in WITHOUT_ENGINES or "--database" in arguments


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["PRM_DATA"] = str(embedded.data_dir())
    try:
        if sys.argv[1:2] == ["up"]:
            door.rehearse(embedded.data_dir())
        if needs_engines(sys.argv[1:]):
            embedded.attach_or_start()
        execute_from_command_line(sys.argv)
    except (embedded.EngineError, ImproperlyConfigured) as error:
        print(error, file=sys.stderr)  # noqa: T201 - the one sentence a person needs
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
