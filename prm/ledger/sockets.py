"""Whom a person of the vendor looks after: told by a floor above, which knows partners."""

from collections.abc import Callable
from typing import Any

from prm.accounts.models import User
from prm.registry import Registry

# Ids of organisations, as a subquery.
PORTFOLIOS: Registry[Callable[[User], Any]] = Registry("portfolio")
