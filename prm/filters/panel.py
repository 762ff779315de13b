"""What stands above a list: the saved views, and the way to save the present one."""

from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest

from prm.accounts.models import User
from prm.filters.forms import SaveForm
from prm.filters.lists import EVERYTHING, query_of, said_of
from prm.filters.selectors import Views, views_of

TEMPLATE = "filters/_saved.html"


def views_here(request: HttpRequest) -> Views | None:
    """Those of the list that is asked for, once for each request; None where the page is no such list."""
    match, reader = request.resolver_match, request.user
    if match is None or not isinstance(reader, User) or not hasattr(match.func, "filter_form"):
        return None
    if not hasattr(request, "views"):
        request.views = views_of(reader, match.url_name or "")  # type: ignore[attr-defined]
    views: Views = request.views  # type: ignore[attr-defined]
    return views


def drawn(request: HttpRequest, form: BaseForm) -> dict[str, Any] | None:
    """What the template needs; None where views_here is."""
    views = views_here(request)
    match, reader = request.resolver_match, request.user
    if views is None or match is None or not isinstance(reader, User):
        return None
    name, query = match.url_name, query_of(form)
    return {
        "views": views,
        "query": query,
        "said": said_of(form),
        "everything": f"{request.path}?{EVERYTHING}",
        "is_saved": any(saved.query == query for saved in views.own),
        "save": SaveForm(auto_id="save_%s", reader=reader, initial={"list_name": name, "query": query}),
    }
