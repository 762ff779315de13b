"""Query parameters: allow-listed by name, parsed by a serializer field, documented by it too."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import Field

from prm.errors import InvalidInput

# What every list understands besides its own filters.
PAGING = frozenset({"cursor", "page_size"})


@dataclass(frozen=True)
class Filter:
    """`field` parses and documents the value; `lookup` is the ORM path it narrows by ("" when the door does it)."""

    field: Field[Any, Any, Any, Any]
    lookup: str = ""
    description: str = ""


Filters = Mapping[str, Filter]


def parsed(query: QueryDict, filters: Filters, *, also: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The values that were given, by name. InvalidInput for unknown, repeated or unreadable parameters."""
    errors = {name: [_("This parameter is unknown.")] for name in query if name not in filters and name not in also}
    errors |= {name: [_("Give this parameter once.")] for name, values in query.lists() if len(values) > 1}
    values: dict[str, Any] = {}
    for name, known in filters.items():
        if name in query and name not in errors:
            try:
                values[name] = known.field.run_validation(query[name])
            except ValidationError as error:
                errors[name] = [str(sentence) for sentence in error.detail]
    if errors:
        raise InvalidInput(errors, _("Please correct the parameters."))
    return values


def narrowed(rows: QuerySet[Any], filters: Filters, values: Mapping[str, Any]) -> QuerySet[Any]:
    return rows.filter(**{filters[name].lookup: value for name, value in values.items() if filters[name].lookup})
