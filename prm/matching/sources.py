"""Whose records can be found: each user of matching registers the name of its records here."""

from django.utils.functional import Promise

from prm.registry import Registry

# Name as stored with each key, at most 16 characters, and what a person calls such a record.
SOURCES: Registry[str | Promise] = Registry("match source")
