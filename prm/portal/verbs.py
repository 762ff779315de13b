"""The one translation of a verb's anticipated failures for the doors of the portal."""

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import OperationalError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected, LockNotAvailable

from prm.errors import InvalidInput, NotAllowed, StateConflict, TooOften

T = TypeVar("T")

BUSY, TOO_OFTEN = "busy", "too_often"


def attempt(request: HttpRequest, verb: Callable[[], T], form: forms.BaseForm | None = None) -> T | None:
    """The verb's answer, or None after saying why not: at the form's fields, else as a message of the page.

    NotAllowed becomes the 403 page; see also: status_of.
    """
    try:
        return verb()
    except NotAllowed as error:
        raise PermissionDenied(error.message) from error
    except InvalidInput as error:
        _say(request, form, error.errors)
    except StateConflict as error:
        _say(request, form, {"": [error.message]}, error.code)
    except TooOften as error:
        _say(request, form, {"": [error.message]}, TOO_OFTEN)
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
            raise
        _say(request, form, {"": [_("Somebody else is changing this right now. Please try again.")]}, BUSY)
    return None


class Conflict(ValidationError):
    """What a verb said about the state of things; nothing in the form is wrong."""


def status_of(form: forms.BaseForm) -> int:
    """How a page with this refused form is answered: 409 for a conflict, 429 above a limit, else 400."""
    found = [error for error in form.errors.as_data().get(NON_FIELD_ERRORS, []) if isinstance(error, Conflict)]
    if not found:
        return 400
    return 429 if found[0].code == TOO_OFTEN else 409


def has_conflict(form: forms.BaseForm, code: str) -> bool:
    return status_of(form) != 400 and form.has_error(NON_FIELD_ERRORS, code)


def _say(request: HttpRequest, form: forms.BaseForm | None, errors: dict[str, list[str]], conflict: str = "") -> None:
    for path, sentences in errors.items():
        field = _field_of(form, path) if form is not None else None
        for sentence in sentences:
            if form is not None:
                form.add_error(field, Conflict(sentence, code=conflict) if conflict else sentence)
            else:
                messages.error(request, sentence)


def _field_of(form: forms.BaseForm, path: str) -> str | None:
    """The form's name for a dotted path: `customer.tax_number` is `tax_number` or `customer_tax_number` in a form."""
    for name in (path, path.replace(".", "_"), path.rpartition(".")[2], path.partition(".")[0]):
        if name in form.fields:
            return name
    return None
