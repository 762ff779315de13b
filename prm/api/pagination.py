"""Lists by keyset: as fast at the end as at the start, and stable while rows come and go."""

from typing import Any

from django.core import signing
from django.db.models import Model, Q
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from prm.errors import InvalidInput
from prm.rows import in_order

LONGEST_CURSOR = 300
DEFAULT_SIZE, LARGEST_SIZE = 25, 100
NEXT, PREVIOUS = "n", "p"


class CursorPage(BasePagination):
    """A cursor names the row at the edge of a page by its public id, signed: it tells no order and no volume.

    The order comes from the view (`order`), and must end with a unique column.
    """

    anchor = "public_id"

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        self.salt = f"cursor:{type(view).__module__}.{type(view).__qualname__}"
        order: tuple[str, ...] = view.order
        size = _page_size(request.query_params.get("page_size"))
        way, anchor = self._cursor()
        if anchor:
            queryset = queryset.filter(_beyond(queryset.model, {self.anchor: anchor}, order, backwards=way == PREVIOUS))
        rows = in_order(queryset, _turned(order) if way == PREVIOUS else order, limit=size + 1)
        more, rows = len(rows) > size, rows[:size]
        if way == PREVIOUS:
            rows.reverse()
        self.next = self._link(NEXT, rows[-1:], wanted=more or way == PREVIOUS)
        self.previous = self._link(PREVIOUS, rows[:1], wanted=bool(anchor) and (more or way == NEXT))
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"results": data, "next": self.next, "previous": self.previous})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        properties = {"results": schema, "next": link, "previous": link}
        return {"type": "object", "required": list(properties), "properties": properties}

    def get_schema_operation_parameters(self, _view: Any) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE, "default": DEFAULT_SIZE}
        return [
            {
                "name": "cursor",
                "in": "query",
                "description": "From `next` or `previous`.",
                "schema": {"type": "string", "minLength": 1},
            },
            {"name": "page_size", "in": "query", "schema": size},
        ]

    def _cursor(self) -> tuple[str, str]:
        """(direction, public id); no id on the first page."""
        text = self.request.query_params.get("cursor")
        if text is None:
            return NEXT, ""
        try:
            way, anchor = signing.loads(text[:LONGEST_CURSOR], salt=self.salt)
        except signing.BadSignature:
            raise _bad_cursor() from None
        return str(way), str(anchor)

    def _link(self, way: str, edge: list[Any], *, wanted: bool) -> str | None:
        if not edge or not wanted:
            return None
        cursor = signing.dumps([way, str(getattr(edge[0], self.anchor))], salt=self.salt)
        url = remove_query_param(self.request.build_absolute_uri(), "cursor")
        return str(replace_query_param(url, "cursor", cursor))


def _bad_cursor() -> InvalidInput:
    return InvalidInput({"cursor": [_("This cursor is not one of ours. Start again without it.")]})


def _page_size(text: str | None) -> int:
    if text is None:
        return DEFAULT_SIZE
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= LARGEST_SIZE):
        raise InvalidInput({"page_size": [_("Give a number from 1 to %(largest)d.") % {"largest": LARGEST_SIZE}]})
    return int(text)


def _turned(order: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name[1:] if name.startswith("-") else f"-{name}" for name in order)


def _beyond(model: type[Model], anchor: dict[str, str], order: tuple[str, ...], *, backwards: bool) -> Q:
    """Rows strictly after the anchor in this order, or before it: (a > x) or (a = x and b > y) …"""
    columns = [name.lstrip("-") for name in order]
    edge = model._base_manager.filter(**anchor).values_list(*columns).first()
    if edge is None:
        raise _bad_cursor()
    beyond, equal = Q(), Q()
    for name, column, value in zip(order, columns, edge, strict=True):
        side = "lt" if name.startswith("-") != backwards else "gt"
        beyond |= equal & Q(**{f"{column}__{side}": value})
        equal &= Q(**{column: value})
    return beyond
