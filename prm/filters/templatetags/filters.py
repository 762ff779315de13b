from typing import Any

from django import template
from django.forms import BaseForm

from prm.filters import panel
from prm.filters.lists import query_of

register = template.Library()


@register.inclusion_tag(panel.TEMPLATE, takes_context=True)
def saved_filters(context: template.Context, form: BaseForm) -> dict[str, Any]:
    request = context.get("request")
    found = panel.drawn(request, form) if request is not None else None
    return {**(found or {}), "is_list": found is not None, "csrf_token": context.get("csrf_token")}


@register.filter
def is_narrowed(form: BaseForm) -> bool:
    return bool(query_of(form))
