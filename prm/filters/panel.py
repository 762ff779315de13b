"""What stands above a list: the saved views, and the way to save the present one."""

from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest

from prm.accounts.models import User
from prm.filters.forms import SaveForm
from prm.filters.lists import EVERYTHING, query_of
from prm.filters.selectors import views_of

TEMPLATE = "filters/_saved.html"


def drawn(request: HttpRequest, form: BaseForm) -> dict[str, Any] | None:
    """None where the page is no list that views are saved of."""
    match, reader = request.resolver_match, request.user
    if match is None or not isinstance(reader, User) or not hasattr(match.func, "filter_form"):
        return None
    name, query = match.url_name or "", query_of(form)
    own, shared = views_of(reader, name)
    return {
        "own": own,
        "shared": shared,
        "query": query,
        "everything": f"{request.path}?{EVERYTHING}",
        "is_saved": any(saved.query == query for saved in own),
        "save": SaveForm(auto_id="save_%s", reader=reader, initial={"list_name": name, "query": query}),
    }
