"""Whose records can be found: each user of matching registers its records here."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from prm.registry import Registry

# Name as stored with each record, at most 16 characters, and what a person calls such a record.
SOURCES: Registry[str | Promise] = Registry("match source")

# The rows of a source, each with its `identity`: from them the keys are made anew. They are locked as rows of their
# own, the way the source's verbs lock them.
ROWS: Registry[Callable[[], QuerySet[Any]]] = Registry("rows of a match source")
