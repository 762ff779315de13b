"""Fills a fresh installation with the cast of the tests and prints the tokens of those who act, as JSON."""

import json
import os

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from tests.factories import make_cast, make_token

    cast = make_cast()
    print(json.dumps({"rep": make_token(cast.helix.rep), "pam": make_token(cast.pam)}))


if __name__ == "__main__":
    main()
