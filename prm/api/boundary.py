"""The first thing every request meets, portal and API alike: what no form and no parser should have to survive."""

from collections.abc import Callable, Iterator
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.urls import Resolver404, resolve
from django.utils.http import parse_header_parameters
from django.utils.translation import gettext_lazy as _

from prm.api.charset import CONTENT_TYPE_AS_SENT
from prm.api.logs import HEADER, name_request
from prm.api.problems import Problem, of_database, problem_response
from prm.api.text import is_clean_body, is_clean_header, is_clean_line

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
API = "/api/"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

UNREADABLE = Problem(400, _("The request contains characters that are not text."))
MALFORMED = Problem(400, _("The request cannot be read."))
TOO_LARGE = Problem(413, _("The request is too large."))
NO_LENGTH = Problem(411, _("Say how long the body is: Content-Length is missing."))
WRONG_CHARSET = Problem(415, _("Text is read in UTF-8 only."))
WRONG_METHOD = Problem(405, _("This method is not known here."), headers={"Allow": ", ".join(sorted(METHODS))})


class BoundaryMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = name_request(request.headers.get(HEADER))
        response = self._answer(request)
        response[HEADER] = name
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        for check in (_method, _headers, _address, _length, _charset, _form):
            problem = check(request)
            if problem is not None:
                return refusal(request, problem)
        _forget_broken_cookies(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A database that is away or too busy is no fault of the page."""
        if not isinstance(error, OperationalError | InterfaceError):
            return None
        problem = of_database(error)
        return refusal(request, problem) if problem else None


def refusal(request: HttpRequest, problem: Problem) -> HttpResponse:
    """problem+json under /api/, elsewhere one plain sentence: nothing of the page's machinery has run yet."""
    if request.path_info.startswith(API):
        response = problem_response(problem)
    else:
        content = str(problem.detail)
        response = HttpResponse(content, status=problem.status, content_type="text/plain; charset=utf-8")
        for name, value in problem.headers.items():
            response[name] = value
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _method(request: HttpRequest) -> Problem | None:
    return None if request.method in METHODS else WRONG_METHOD


def _headers(request: HttpRequest) -> Problem | None:
    sent = (value for name, value in request.META.items() if name.startswith("HTTP_") or name == "CONTENT_TYPE")
    return None if all(is_clean_header(str(value)) for value in sent) else UNREADABLE


def _address(request: HttpRequest) -> Problem | None:
    """Django has decoded the path, and written bytes that are no UTF-8 as %XX again; the query is still raw."""
    query = str(request.META.get("QUERY_STRING", "")).encode("latin-1", "replace")
    if query.count(b"&") >= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:
        return MALFORMED
    readable = is_clean_line(request.path_info) and _is_text(unquote_to_bytes(query), is_clean_line)
    return None if readable else UNREADABLE


def _is_text(raw: bytes, is_clean: Callable[[str], bool]) -> bool:
    try:
        return is_clean(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _length(request: HttpRequest) -> Problem | None:
    """A chunked body has no length and would be read as empty: better refused than misunderstood."""
    length = str(request.META.get("CONTENT_LENGTH") or "")
    if not length:
        return NO_LENGTH if request.META.get("HTTP_TRANSFER_ENCODING") else None
    if not (length.isascii() and length.isdigit()):
        return MALFORMED
    if len(length) <= 12 and int(length) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return None
    return TOO_LARGE if len(length) > 12 or int(length) > _most_bytes(request) else None


def _most_bytes(request: HttpRequest) -> int:
    """Pages and doors that take files say how much they take (`takes_bytes`)."""
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return 0
    return int(getattr(getattr(view, "view_class", view), "takes_bytes", 0))


def _charset(request: HttpRequest) -> Problem | None:
    sent = request.META.get(CONTENT_TYPE_AS_SENT) or request.META.get("CONTENT_TYPE", "")
    _kind, parameters = parse_header_parameters(str(sent))
    charset = parameters.get("charset", "utf-8")
    return None if charset.lower() in {"utf-8", "utf8"} else WRONG_CHARSET


def _form(request: HttpRequest) -> Problem | None:
    """What the portal's forms will read; the API reads its bodies itself."""
    if request.path_info.startswith(API):
        return None
    try:
        if request.content_type == FORM and not _is_text(unquote_to_bytes(request.body), is_clean_body):
            return UNREADABLE
        if request.content_type == MULTIPART and not all(is_clean_body(text) for text in _texts(request)):
            return UNREADABLE
    except (MultiPartParserError, SuspiciousOperation, OSError):
        return MALFORMED
    return None


def _texts(request: HttpRequest) -> Iterator[str]:
    for name, values in request.POST.lists():
        yield name
        yield from values
    for name, files in request.FILES.lists():
        yield name
        yield from (file.name or "" for file in files)


def _forget_broken_cookies(request: HttpRequest) -> None:
    """Cookies may spell any character in octal; one that is not text is treated as absent."""
    for name in [name for name, value in request.COOKIES.items() if not is_clean_line(name + value)]:
        del request.COOKIES[name]
