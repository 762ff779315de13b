"""Bases of what is given and what is shown."""

import threading
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers


class Given(serializers.Serializer[Any]):
    """Input of a door. A name that is not known is an error: a misspelt field must not be lost in silence."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                raise serializers.ValidationError({name: [_("This field is unknown.")] for name in unknown})
        return super().to_internal_value(data)


Reader = serializers.BaseSerializer[Any]


class _Readers(threading.local):
    """Of one thread: a reader belongs to one request at a time."""

    def __init__(self) -> None:
        self.made: dict[tuple[type[Reader], bool], Reader] = {}

    def of(self, kind: type[Reader], *, partial: bool) -> Reader:
        kept = self.made.get((kind, partial))
        if kept is None:
            kept = kind(partial=partial)
            if _same_for_everybody(kept):
                self.made[kind, partial] = kept
        return kept


_readers = _Readers()


def _same_for_everybody(reader: Any) -> bool:
    """Not where fields are chosen for who asks, here or deeper: the next to ask would be given the fields of the
    one before.
    """
    if isinstance(reader, serializers.ListSerializer):
        return _same_for_everybody(reader.child)
    if not isinstance(reader, serializers.Serializer):
        return True
    chosen = type(reader).get_fields is not serializers.Serializer.get_fields
    return not chosen and all(_same_for_everybody(field) for field in reader._declared_fields.values())


def read(
    kind: type[Reader],
    data: Any,
    *,
    partial: bool = False,
    context: Mapping[str, Any] | None = None,
) -> Any:
    """What `kind` makes of the data. Raises ValidationError.

    As `kind(data=…)`, whose making copies every field and takes longer than the reading: here it is made once.
    """
    reader: Any = _readers.of(kind, partial=partial)
    reader._context = dict(context or {})
    try:
        return reader.run_validation(data)
    finally:
        reader._context = {}


def read_each(kind: type[Reader], items: Iterable[Any]) -> list[Any]:
    """What `kind` makes of each. What is wrong is said of all of them, by their places."""
    found, errors = [], {}
    for place, item in enumerate(items):
        try:
            found.append(read(kind, item))
        except serializers.ValidationError as error:
            errors[str(place)] = error.detail
    if errors:
        raise serializers.ValidationError(errors)
    return found


class Nothing(Given):
    """A verb without fields."""


class Problem(serializers.Serializer[Any]):
    """RFC 9457. `errors` maps the dotted path of a field to its sentences."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = serializers.DictField(child=serializers.ListField(child=serializers.CharField()), required=False)  # type: ignore[assignment]
    state = serializers.CharField(required=False, help_text="The state as it is now, with a 409.")
