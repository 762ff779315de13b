"""Bases of what is given and what is shown."""

from collections.abc import Mapping
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
