"""Keyset paging: a page starts after a row, not at a number, so that it costs the same at any depth.

The cursor is signed and stands in the URL beside the filters; whatever else is put there answers 404.
A list with filters says so (`narrowed_by`), and people save views of it from then on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import reduce, wraps
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string

from prm.filters import panel
from prm.filters.lists import FilterForm
from prm.portal.guards import MemberRequest
from prm.rows import in_order

SALT = "prm.portal.cursor"
PARAMETER = "cursor"

M = TypeVar("M", bound=Model)
ListView = Callable[[MemberRequest], HttpResponse]


@dataclass(frozen=True)
class ListPage(Generic[M]):
    rows: list[M]
    next_url: str
    previous_url: str

    @property
    def is_only(self) -> bool:
        return not (self.next_url or self.previous_url)


def narrowed_by(make: FilterForm) -> Callable[[ListView], ListView]:
    """Inside the guard of a list: `make(request.GET, reader=user)` is the form of its filters."""

    def decorate(view: ListView) -> ListView:
        @wraps(view)
        def listed(request: MemberRequest) -> HttpResponse:
            default = _default(request)
            if default:
                return redirect("filter", default)
            response = view(request)
            if request.htmx and response.status_code == 200:
                response.write(_views_beside(request, make))
            return response

        listed.filter_form = make  # type: ignore[attr-defined]
        return listed

    return decorate


def _default(request: MemberRequest) -> str:
    """The view that the bare address of a list stands for, if the person has chosen one."""
    if request.GET or request.htmx:
        return ""
    views = panel.views_here(request)
    return views.default.public_id if views and views.default else ""


def _views_beside(request: MemberRequest, make: FilterForm) -> str:
    """For the place above the list, which a fragment of the list does not reach."""
    shown = panel.drawn(request, make(request.GET, reader=request.user))
    return render_to_string(panel.TEMPLATE, {**(shown or {}), "is_list": shown is not None, "beside": True}, request)


def page_of(
    request: HttpRequest,
    queryset: QuerySet[M],
    order: Sequence[str] = ("-created_at", "-pk"),
    size: int = 25,
) -> ListPage[M]:
    """One page in two queries. `order` must end with a unique column; related columns need select_related."""
    text = request.GET.get(PARAMETER, "")
    backwards, values = _read(text, order) if text else (False, None)
    towards = [_reversed(column) for column in order] if backwards else list(order)
    rows = queryset if values is None else queryset.filter(_after(towards, values))
    found = in_order(rows, towards, limit=size + 1)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_next, has_previous = (bool(text), more) if backwards else (more, bool(text))
    return ListPage(
        rows=found,
        next_url=_url(request, order, found[-1], False) if found and has_next else "",
        previous_url=_url(request, order, found[0], True) if found and has_previous else "",
    )


def _reversed(column: str) -> str:
    return column[1:] if column.startswith("-") else f"-{column}"


def _after(order: Sequence[str], values: list[Any]) -> Q:
    """Rows that come after `values` in that order: PostgreSQL sorts nulls as the largest value."""
    alternatives, equal = [], Q()
    for column, value in zip(order, values, strict=True):
        alternatives.append(equal & _beyond(column, value))
        name = column.lstrip("-")
        equal &= Q(**{f"{name}__isnull": True}) if value is None else Q(**{name: value})
    return reduce(Q.__or__, alternatives)


def _beyond(column: str, value: Any) -> Q:
    name = column.lstrip("-")
    if column.startswith("-"):
        return Q(**{f"{name}__isnull": False}) if value is None else Q(**{f"{name}__lt": value})
    if value is None:
        return Q(pk__in=[])
    return Q(**{f"{name}__gt": value}) | Q(**{f"{name}__isnull": True})


def _url(request: HttpRequest, order: Sequence[str], row: Model, backwards: bool) -> str:
    values = [packed(_value(row, column.lstrip("-"))) for column in order]
    query = request.GET.copy()
    query[PARAMETER] = signing.dumps([backwards, list(order), values], salt=SALT, compress=True)
    return f"{request.path}?{query.urlencode()}"


def _value(row: Model, path: str) -> Any:
    return reduce(getattr, path.split("__"), row)


def packed(value: Any) -> Any:
    """As JSON keeps it, with its kind; see also: unpacked."""
    match value:
        case datetime():
            return {"t": value.isoformat()}
        case date():
            return {"d": value.isoformat()}
        case Decimal():
            return {"n": str(value)}
    return value


def unpacked(value: Any) -> Any:
    match value:
        case {"t": text}:
            return datetime.fromisoformat(text)
        case {"d": text}:
            return date.fromisoformat(text)
        case {"n": text}:
            return Decimal(text)
    return value


def _read(text: str, order: Sequence[str]) -> tuple[bool, list[Any]]:
    try:
        backwards, ordered_by, values = signing.loads(text, salt=SALT)
    except signing.BadSignature as error:
        raise Http404 from error
    if ordered_by != list(order):
        raise Http404
    return backwards, [unpacked(value) for value in values]
