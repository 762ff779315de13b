"""What files hang on, and who looks into them before they are kept. Both are filled in `AppConfig.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from prm.accounts.models import User
from prm.registry import Registry


@dataclass(frozen=True)
class Owner:
    """`readable` are the subjects whose files the person may read at that moment, by `public_id`.

    `served` is told that a file of this subject was handed to somebody.
    """

    readable: Callable[[User, datetime], QuerySet[Any]]
    served: Callable[[str, User, datetime], object] | None = None


OWNERS: Registry[Owner] = Registry("owner of files")
# Each says whether a file must not be kept: the place of a virus scanner.
SCANNERS: Registry[Callable[[bytes], bool]] = Registry("scanner of files")

# What every scanner must find, so that an installation can try its own: https://www.eicar.org/
TRIAL = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
SCANNERS.register("trial", lambda raw: TRIAL in raw)
