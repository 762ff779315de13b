"""The lists that can be narrowed, by the names of their routes, and what each of them knows to be narrowed by."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from django.forms import BaseForm, BooleanField, BoundField, ChoiceField, ModelChoiceField
from django.http import QueryDict
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext as _

from prm.accounts.models import User
from prm.api.text import is_clean_line
from prm.filters.rules import canonical
from prm.portal.sockets import NAVIGATION

# Made with what stands in the address, and `reader=` for what the person may choose from.
FilterForm = Callable[..., BaseForm]
# Stands alone in the address of a list that nothing narrows, its default view neither.
EVERYTHING = "view=all"


@dataclass(frozen=True)
class Kept:
    """What of a query the list takes, and the labels of the filters that it does not."""

    query: str
    refused: list[str]


def form_of(name: str, reader: User) -> FilterForm | None:
    """What narrows the list of that name; None where there is none, or none that the person may open."""
    try:
        view = resolve(reverse(name)).func
    except NoReverseMatch:
        return None
    permissions = getattr(view, "permissions", ())
    return getattr(view, "filter_form", None) if not permissions or reader.may(*permissions) else None


def title_of(name: str) -> str:
    """As the navigation calls it."""
    labels = {item.url_name: item.label for item in NAVIGATION}
    return str(labels.get(name, name.replace("-", " ").capitalize()))


def kept_of(make: FilterForm, text: str, reader: User) -> Kept:
    given = QueryDict(text)
    form = make(given, reader=reader)
    wrong = set(form.errors) | {name for name, value in pairs(given) if not is_clean_line(value)}
    refused = [str(form.fields[name].label or name) for name in form.fields if name in wrong]
    return Kept(canonical(pairs(given), form.fields.keys() - wrong), refused)


def query_of(form: BaseForm) -> str:
    """How the address that the form was made with narrows the list."""
    return canonical(pairs(form.data), form.fields)


def said_of(form: BaseForm) -> list[tuple[str, str]]:
    """The same for a reader: label and value of each filter that narrows and that the list takes."""
    given = getattr(form, "cleaned_data", {}) if form.is_bound else {}
    narrowing = {name for name, _value in parse_qsl(query_of(form))} & given.keys()
    return [(str(form[name].label), _shown(form[name], given[name])) for name in form.fields if name in narrowing]


def _shown(field: BoundField, value: Any) -> str:
    if value is True and isinstance(field.field, BooleanField):
        return _("Yes")
    if isinstance(field.field, ModelChoiceField) or not isinstance(field.field, ChoiceField):
        return str(value)
    choices: Any = field.field.choices
    return str({str(key): label for key, label in choices}.get(str(field.data), value))


def address_of(name: str, query: str) -> str:
    return f"{reverse(name)}?{query or EVERYTHING}"


def pairs(data: Any) -> list[tuple[str, str]]:
    return [(name, value) for name, values in data.lists() for value in values] if isinstance(data, QueryDict) else []
