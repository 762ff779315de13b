"""Pages for what goes wrong: a sentence and a way on. Under /api/ the same answers are problem+json.

The signatures are Django's; what it hands over is not always shown.
"""

import sys
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from prm.api.boundary import refusal
from prm.api.problems import Problem, of_database, problem_response
from prm.branding.selectors import memory
from prm.portal.guards import public

API = "/api/"


def _answer(request: HttpRequest, status: int, title: str, detail: str) -> HttpResponse:
    if request.path.startswith(API):
        return problem_response(Problem(status, detail))
    return render(request, "portal/errors/error.html", {"title": title, "detail": detail}, status=status)


@public
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Nothing of the request can be trusted, its host included: the page is drawn without it."""
    return _bare(request, 400, _("We could not read that request"), _("Go back, reload the page and try once more."))


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    _remember(request)
    said = str(exception) if exception else ""
    detail = said or _("Your roles do not include this. Ask a colleague who looks after your organisation.")
    return _answer(request, 403, _("This is not yours to do"), detail)


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    detail = _("It may have moved, or it may never have been here. The address could also have a typing mistake.")
    return _answer(request, 404, _("There is nothing here"), detail)


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    _remember(request)
    detail = _(
        "The form was open for too long, or you have logged in again since. Go back, reload it and send it again."
    )
    return _answer(request, 403, _("Please send that once more"), detail)


@public
def server_error(request: HttpRequest) -> HttpResponse:
    """Also where a database that is away ends up when it is missed before any view is."""
    error = sys.exc_info()[1]
    problem = of_database(error) if isinstance(error, Exception) else None
    if problem is not None:
        return refusal(request, problem)
    detail = _("Nothing you typed was wrong. We have noted it; please try again in a minute.")
    return _bare(request, 500, _("That is our mistake"), detail)


def _remember(request: HttpRequest) -> None:
    """Who asked and what they lacked, for the log: before the page is drawn, which asks for other permissions."""
    request.missed = getattr(getattr(request, "user", None), "missed", ())  # type: ignore[attr-defined]


def _bare(request: HttpRequest, status: int, title: str, detail: str) -> HttpResponse:
    """Drawn from constants alone: neither the database nor the session may be asked."""
    if request.path.startswith(API):
        return problem_response(Problem(status, detail))
    context: dict[str, Any] = {"title": title, "detail": detail, "shell": {"name": memory.last_known().name}}
    return HttpResponse(render_to_string("portal/errors/bare.html", context), status=status)
