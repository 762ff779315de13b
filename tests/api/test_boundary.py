"""One filter for portal and API: what is not text never reaches a form, a parser or the database."""

from typing import Any

import pytest
from django.core.exceptions import TooManyFieldsSent
from django.db import OperationalError
from django.test import Client, RequestFactory

from config.wsgi import application
from prm.accounts.models import User
from tests.api.conftest import API

pytestmark = pytest.mark.django_db

HOSTILE_TEXT = {
    "NUL": "%00",
    "bell": "%07",
    "escape": "%1b",
    "line feed": "%0a",
    "DEL": "%7f",
    "C1": "%c2%85",
    "surrogate": "%ed%a0%80",
    "invalid UTF-8": "%ff",
    "overlong": "%c0%af",
    "cut short": "%e2%82",
}
NO_UTF8 = {"surrogate", "invalid UTF-8", "overlong", "cut short"}
PLACES = ["page?q={}", "page?{}=1", "page?ok=1&q=a{}b", "api/v1/me?q={}"]


@pytest.mark.parametrize("what", list(HOSTILE_TEXT))
@pytest.mark.parametrize("place", PLACES)
def test_address_that_is_not_text_is_refused(as_admin: Client, what: str, place: str) -> None:
    answer = as_admin.get("/" + place.format(HOSTILE_TEXT[what]))
    assert answer.status_code == 400
    assert answer["Content-Type"] == (
        "application/problem+json" if place.startswith("api/") else "text/plain; charset=utf-8"
    )
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("what", list(HOSTILE_TEXT))
@pytest.mark.parametrize("place", ["page/{}", "api/v1/things/{}"])
def test_path_that_is_not_text_is_refused_or_leads_nowhere(as_admin: Client, what: str, place: str) -> None:
    answer = as_admin.get("/" + place.format(HOSTILE_TEXT[what]))
    assert answer.status_code == (404 if what in NO_UTF8 else 400)


def test_raw_bytes_in_the_address_are_refused() -> None:
    answer = Client().get("/page", QUERY_STRING="q=\xff")
    assert answer.status_code == 400


def test_text_of_any_language_passes() -> None:
    assert Client().get("/page", {"q": "Mëller 株式会社 😀 100%"}).content.decode() == "Mëller 株式会社 😀 100%"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"a=plain+text%0d%0aand+lines%09", 200),
        (b"a=%00", 400),
        (b"%00=a", 400),
        (b"a=\x00", 400),
        (b"a=%ff", 400),
        (b"a=\xff", 400),
        (b"a=%ed%a0%80", 400),
        (b"a=%1b%5b31m", 400),
        (b"&".join(b"f%d=1" % number for number in range(2000)), 400),
        (b"a=" + b"x" * 1_000_001, 413),
    ],
    ids=lambda value: str(value)[:30],
)
def test_form_fields(body: bytes, status: int) -> None:
    assert Client().post("/page", body, content_type="application/x-www-form-urlencoded").status_code == status


def multipart(name: str, value: str, filename: str = "") -> bytes:
    extra = f'; filename="{filename}"' if filename else ""
    return f'--B\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n{value}\r\n--B--\r\n'.encode()


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (multipart("a", "two\r\nlines"), "multipart/form-data; boundary=B", 200),
        (multipart("a", "\x00"), "multipart/form-data; boundary=B", 400),
        (multipart("a\x07", "x"), "multipart/form-data; boundary=B", 400),
        (multipart("a", "x", filename="b\x1bc.pdf"), "multipart/form-data; boundary=B", 200),
        (multipart("a", "x"), "multipart/form-data", 400),
        (multipart("a", "x"), "multipart/form-data; boundary=", 400),
        (b"".join(multipart(f"f{n}", "1")[:-7] + b"\r\n" for n in range(600)), "multipart/form-data; boundary=B", 400),
    ],
    ids=["lines", "NUL", "name", "file name", "no boundary", "empty boundary", "600 fields"],
)
def test_multipart_fields(body: bytes, content_type: str, status: int) -> None:
    assert Client().post("/page", body, content_type=content_type).status_code == status


def through_wsgi(**environ: Any) -> int:
    """As the server calls us: before Django has built a request."""
    statuses: list[str] = []
    sent = RequestFactory()._base_environ(**environ)
    list(application(sent, lambda status, _headers, _error=None: statuses.append(status)))
    return int(statuses[0].split()[0])


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "latin-1", "nonsense", "idna", "punycode", "rot13", "hex", ""])
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "text/plain"])
@pytest.mark.parametrize("path", ["/page", f"{API}/me"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_charset_other_than_utf8_is_refused(charset: str, kind: str, path: str, method: str) -> None:
    sent = {"CONTENT_TYPE": f"{kind}; Charset={charset}", "QUERY_STRING": "x=%C3%A9"}
    assert through_wsgi(REQUEST_METHOD=method, PATH_INFO=path, **sent) == 415


@pytest.mark.parametrize("spelling", ["charset*=utf-8''idna", 'charset="idna"', "a=b;charset = idna;c=d"])
def test_charset_is_found_however_it_is_written(spelling: str) -> None:
    sent = {"CONTENT_TYPE": f"application/json;{spelling}", "QUERY_STRING": "x=%C3%A9"}
    assert through_wsgi(PATH_INFO="/page", **sent) == 415


def test_many_parameters_beside_a_charset_are_refused() -> None:
    sent = {"CONTENT_TYPE": "application/json; charset=utf-8", "QUERY_STRING": "&".join(["a=1"] * 2000)}
    assert through_wsgi(PATH_INFO="/page", **sent) == 400


def test_control_without_the_wrapper_an_odd_charset_breaks_the_request() -> None:
    with pytest.raises(TooManyFieldsSent):
        Client().get("/page?x=%C3%A9", CONTENT_TYPE="application/json; charset=idna")


@pytest.mark.parametrize("charset", ["utf-7", "latin-1", "nonsense"])
def test_charset_is_judged_by_the_middleware_too(charset: str) -> None:
    assert Client().get("/page", CONTENT_TYPE=f"text/plain; charset={charset}").status_code == 415


def test_charset_may_be_named() -> None:
    answer = Client().post("/page", b"a=1", content_type="application/x-www-form-urlencoded; charset=UTF-8")
    assert answer.status_code == 200


@pytest.mark.parametrize("length", ["-1", "1e3", "１２", "abc", "+5"])
def test_length_that_is_no_number_is_refused(length: str) -> None:
    assert Client().post("/page", b"", content_type="text/plain", CONTENT_LENGTH=length).status_code == 400


@pytest.mark.parametrize("length", [str(1_000_001), "9" * 30])
def test_length_over_the_limit_is_refused_unread(as_admin: Client, length: str) -> None:
    answer = as_admin.post(f"{API}/things", b"{}", content_type="application/json", CONTENT_LENGTH=length)
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:prm:problem:too_large"


def test_body_without_length_is_refused_instead_of_read_as_empty(as_admin: Client) -> None:
    answer = as_admin.post(
        f"{API}/things", b"", content_type="application/json", CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked"
    )
    assert answer.status_code == 411


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "BREW", "PROPFIND"])
def test_unknown_method_is_refused(method: str) -> None:
    answer = Client().generic(method, "/page")

    assert answer.status_code == 405
    assert answer["Allow"] == "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"


@pytest.mark.parametrize("override", ["DELETE", "PATCH"])
def test_method_cannot_be_overridden(as_admin: Client, override: str) -> None:
    answer = as_admin.post(f"{API}/me", b"{}", content_type="application/json", HTTP_X_HTTP_METHOD_OVERRIDE=override)
    assert answer.status_code == 405


@pytest.mark.parametrize("header", ["HTTP_IDEMPOTENCY_KEY", "HTTP_IF_MATCH", "HTTP_AUTHORIZATION", "HTTP_USER_AGENT"])
def test_control_characters_in_headers_are_refused(header: str) -> None:
    assert Client().get("/page", **{header: "a\x00b"}).status_code == 400


def test_header_with_text_of_any_language_passes() -> None:
    assert Client().get("/page", HTTP_USER_AGENT="é à 株".encode().decode("latin-1")).status_code == 200


@pytest.mark.parametrize(
    "cookie", ['session="\\000abcdefgh"', "session=\xff\xfe", 'session="\\033[31m12345678"', "a=b=c; ;;=", "=x"]
)
def test_broken_cookie_is_treated_as_absent(cookie: str) -> None:
    client = Client(HTTP_COOKIE=cookie)
    assert client.get(f"{API}/me").status_code == 401
    assert client.get("/page").status_code == 200


def test_intact_cookie_survives_a_broken_one(admin: User) -> None:
    client = Client()
    client.force_login(admin)
    session = client.cookies["session"].value
    answer = Client(HTTP_COOKIE=f'session={session}; other="\\000"').get(f"{API}/me")
    assert answer.status_code == 200


@pytest.mark.parametrize("accept", ["text/html", "x", "", "*/*", "application/json; indent=99999999", ";;;", "a/b;q=z"])
def test_any_accept_header_is_answered(as_admin: Client, accept: str) -> None:
    assert as_admin.get(f"{API}/me", headers={"accept": accept}).status_code in {200, 406}


def test_control_without_the_filter_the_page_would_see_it(settings: Any, rf: RequestFactory) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "boundary" not in name]
    assert "\x00" in Client().get("/page?q=%00").content.decode()


class AwayBeforeTheView:
    """Stands for a middleware that asks the database."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        return self.get_response(request)

    def process_view(self, *_args: Any) -> None:
        raise OperationalError("connection to server at 10.0.0.1 refused")


@pytest.mark.parametrize(("how", "status", "wait"), [("away", 503, "5"), ("busy", 409, None)])
@pytest.mark.parametrize("path", ["/unlucky/{}", "/api/v1/fail/{}"])
def test_database_that_is_away_or_busy_is_no_error_of_the_page(
    as_admin: Client, how: str, status: int, wait: str | None, path: str
) -> None:
    answer = as_admin.get(path.format(how))
    assert answer.status_code == status
    assert answer.get("Retry-After") == wait
    assert "10.0.0.1" not in answer.content.decode()


@pytest.mark.parametrize("path", ["/page", f"{API}/me"])
def test_database_that_is_missed_before_the_view_is_503(settings: Any, path: str) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.api.test_boundary.AwayBeforeTheView"]
    answer = Client(raise_request_exception=False).get(path)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"


@pytest.mark.parametrize(
    ("path", "content_type"), [("/unlucky/bug", "text/html"), ("/api/v1/fail/bug", "application/problem+json")]
)
def test_bug_is_500_without_a_word_about_it(as_admin: Client, path: str, content_type: str) -> None:
    as_admin.raise_request_exception = False
    answer = as_admin.get(path)
    assert answer.status_code == 500
    assert answer["Content-Type"].startswith(content_type)
    assert "a bug" not in answer.content.decode()
